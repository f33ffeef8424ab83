"""What crosses the door: models, versions, evaluations, drift; and what the rooms that own a model hand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from yiwang.support.models.tables import TestSet


class Answered(Protocol):
    """An answer of a classifier, as ``support/ai`` gives it."""

    @property
    def label(self) -> str: ...  # noqa: D102

    @property
    def probability(self) -> float: ...  # noqa: D102

    @property
    def pieces(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of a test set as a version answered it. ``mark`` 0…1: how right it was; ``pieces`` known pieces, -1 where unknown."""

    row_id: str
    label: str
    mark: float
    probability: float
    pieces: int = -1
    region: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A version on a test set: ``scores`` by name, every row as judged; ``how``: held_out or cross_validation; ``labels``: per label."""

    name: str
    how: str
    fingerprint: str
    scores: Mapping[str, float]
    rows: tuple[Judged, ...]
    labels: tuple[Mapping[str, Any], ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a room ships as a version of its model: the file, where its data is from, and how it was measured (the last one counts)."""

    data: bytes
    source: str
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class Owner:
    """What the room that uses a model tells the register: the labels it can use (None: any), what answers without the model
    (``baseline``: texts → labels), how rules answer a named test set (``judge``), and what it ships: its file alone (``data``, cheap),
    or with its evaluation. All are asked only when needed.
    """

    labels: Callable[[], frozenset[str]] | None = None
    baseline: Callable[[Sequence[str]], list[str]] | None = None
    judge: Callable[[TestSet, str], Judgement] | None = None
    data: Callable[[], bytes] | None = None
    ship: Callable[[], Shipped] | None = None


@dataclass(frozen=True)
class Live:
    """The version in use, with its model as the kind reads it (``classifier``: a Classifier; ``answers``: Weights; ``rules``: Manifest)."""

    key: str
    number: int
    model: Any


@dataclass(frozen=True, slots=True)
class Part:
    """One region or group of a test set: rows, mean mark, difference to the whole; ``few``: too few rows to say much."""

    name: str
    rows: int
    score: float
    difference: float
    few: bool


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """A version on a named test set. ``failing`` are row ids (at most 200 of ``failed``); ``left_out`` (line, reason) of bad rows."""

    id: UUID
    name: str
    how: str
    how_name: str
    rows: int
    scores: Mapping[str, float]
    regions: tuple[Part, ...]
    groups: tuple[Part, ...]
    labels: tuple[Mapping[str, Any], ...]
    smallest: str
    failing: tuple[str, ...]
    failed: int
    left_out: tuple[tuple[int, str], ...]
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version; ``acts`` are the steps its reader may take now, ``missing`` what stands against approving it."""

    key: str
    number: int
    title: str
    kind: str
    state: str
    state_name: str
    digest: str
    size: int
    fingerprint: str
    card: Mapping[str, Any]
    labels: int
    origin: str
    origin_name: str
    source: str
    parent: int | None
    reason: str
    made_by_name: str
    made_at: datetime
    approved_by_name: str
    approved_at: datetime | None
    live_at: datetime | None
    retired_at: datetime | None
    lock: int
    acts: tuple[str, ...]
    missing: tuple[str, ...]
    evaluations: tuple[EvaluationView, ...]


@dataclass(frozen=True, slots=True)
class FilingView:
    """What was reported to the authority."""

    kind: str
    kind_name: str
    number: str
    on: date
    responsible: str
    link: str
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingView:
    """Drift beyond its limit; ``state`` open or settled, ``note`` what was done."""

    id: UUID
    key: str
    number: int
    title: str
    measure: str
    measure_name: str
    value: float
    limit: float
    answers: int
    state: str
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DriftMeasure:
    """One comparison of the last days with the evaluation. ``crossed``: beyond its limit; ``rows``: (name, share then, share now)."""

    measure: str
    name: str
    value: float
    limit: float
    crossed: bool
    rows: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class DriftView:
    """The watch over the live version. ``enough``: at least so many answers in the window that it can be judged; ``days``: (day,
    answers, corrections, largest value in percent of its limit or None) of the last 30 days.
    """

    number: int
    window_days: int
    answers: int
    corrections: int
    least: int
    enough: bool
    measures: tuple[DriftMeasure, ...]
    days: tuple[tuple[date, int, int, float | None], ...]


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """One region or group in what came of answers: ``low`` to ``high`` is the 95 % interval (Wilson 1927) of the share corrected;
    ``worse``: even ``low`` is beyond the whole by more than the margin.
    """

    name: str
    answers: int
    corrections: int
    share: float
    low: float
    high: float
    worse: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the live version's answers: how many people corrected, by region and by group; ``hidden`` parts have under ``least``."""

    number: int
    answers: int
    corrections: int
    share: float
    margin: float
    least: int
    regions: tuple[OutcomePart, ...]
    groups: tuple[OutcomePart, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model in the list; ``waiting``: versions to approve or to activate; ``filing_due``: until when it must be reported.

    ``use``: '', ``unregistered`` (used though no version is live), ``changed`` (the rules that run are not the live version) or ``newer``
    (the software ships another version than the shipped one that is live). ``scores``: (measure, value) of the live version's evaluation
    that floors ask for.
    """

    key: str
    name: str
    name_en: str
    kind: str
    decides: str
    decides_en: str
    department: str
    region: str
    live: int | None
    live_at: datetime | None
    versions: int
    waiting: int
    findings: int
    filed: str
    filing_due: date | None
    use: str = ""
    digest: str = ""
    evaluated: date | None = None
    scores: tuple[tuple[str, float], ...] = ()
    limits: str = ""
    limits_en: str = ""


@dataclass(frozen=True, slots=True)
class ModelView:
    """One model with all its versions (without their evaluations), filing records, findings and the watch over the live version."""

    line: ModelLine
    floors: tuple[tuple[str, str, float], ...]
    widest_gap: float
    evaluation_days: int
    versions: tuple[VersionView, ...]
    filings: tuple[FilingView, ...]
    findings: tuple[FindingView, ...]
    drift: DriftView | None
    outcome: Outcome | None
    edits: bool
    approves: bool
    labels: tuple[str, ...] = field(default=())
