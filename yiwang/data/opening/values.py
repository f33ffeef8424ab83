"""What the door of the open portal gives: frozen values, JSON-plain inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A line of the dictionary; ``kind`` is text, integer, number, date or boolean."""

    name: str
    title: str
    title_en: str
    kind: str
    meaning: str
    key: bool
    optional: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """One format of a release: its resource id (``<code>-<format>``), media type, and size and SHA-256 where it has been made."""

    id: str
    format: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class OpenSetLine:
    """One line of the list of open data sets; ``quality`` from 0 to 1."""

    code: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    department: str
    theme: str
    keywords: tuple[str, ...]
    cycle: str
    licence: str
    located: bool
    number: int
    rows: int
    quality: float
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Facet:
    """A value to narrow a search by, with how many sets it leaves."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives: the lines, and by facet (theme, department, cycle, format) its values."""

    rows: tuple[OpenSetLine, ...]
    total: int
    facets: dict[str, tuple[Facet, ...]]


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """A line of a data set's public history: state ``open`` or ``superseded``; counts of what changed from the one before."""

    number: int
    state: str
    rows: int
    digest: str
    opened_at: datetime
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True)
class OpenSet:
    """An open data set as the public sees it; ``protection`` says how people are protected, in plain values."""

    line: OpenSetLine
    first_opened_at: datetime
    columns: tuple[ColumnView, ...]
    files: tuple[FileView, ...]
    versions: tuple[OpenVersion, ...]
    quality: dict[str, Any]
    changes: dict[str, Any]
    digest: str
    size: int
    method: str
    protection: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of a data set: ``total`` counts those that match; ``columns`` in order."""

    columns: tuple[ColumnView, ...]
    rows: tuple[dict[str, Any], ...]
    total: int


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as the desk sees it; ``acts`` are the steps open to this official, ``lock`` goes back with a step."""

    id: UUID
    code: str
    title: str
    number: int
    state: str
    state_name: str
    department: str
    rows: int
    digest: str
    report: dict[str, Any]
    changes: dict[str, Any]
    reason: str
    made_by_name: str
    made_at: datetime
    approved_by_name: str
    approved_at: datetime | None
    opened_at: datetime | None
    lock: int
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskSet:
    """A data set on the desk: what is open, what is under way, the privacy budget as exact fractions ('' without one)."""

    code: str
    title: str
    department: str
    method: str
    cycle: str
    open: ReleaseView | None
    unfinished: ReleaseView | None
    budget: str
    spent: str
    due: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class VoiceView:
    """Feedback (``feedback``) on a data set or a request (``request``) for data; ``mine`` where the reader wrote it."""

    id: UUID
    kind: str
    code: str
    department: str
    title: str
    text: str
    state: str
    answer: str
    at: datetime
    answered_at: datetime | None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class OfferView:
    """An application (``reuse``) or data (``social``) offered to the public; ``address`` is a web address or ''."""

    id: UUID
    kind: str
    by_name: str
    title: str
    text: str
    address: str
    sets: tuple[str, ...]
    licence: str
    columns: tuple[str, ...]
    rows: int
    digest: str
    state: str
    state_name: str
    reason: str
    at: datetime
    judged_at: datetime | None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key: its name, first characters, when made; ``secret`` only in the answer that made it."""

    id: UUID
    name: str
    head: str
    at: datetime
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Quota:
    """What a caller has in this minute."""

    most: int
    left: int
    wait: int
