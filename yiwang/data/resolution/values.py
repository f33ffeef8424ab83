"""Frozen values that leave the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Link:
    """Two rows that are the same: ``basis`` is 'weight' (sure by itself) or 'verdict' (a person said so)."""

    left: str
    right: str
    probability: float
    basis: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its figures; ``learned_from`` verdicts corrected the weights of its doubtful pairs."""

    id: UUID
    kind: str
    kind_name: str
    left_source: str
    right_source: str
    department: str
    region: str
    purpose: str
    left_rows: int
    right_rows: int
    sure: int
    doubtful: int
    learned_from: int
    seconds: float
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a run found: the links (no source is changed by them) and the run."""

    run: RunView
    links: list[Link]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One compared field, masked for the reader: ``agrees`` 'same', 'near', 'differs' or 'missing'; weight in bits, + for the same."""

    field: str
    name: str
    left: str
    right: str
    level: str
    agrees: str
    weight: float


@dataclass(frozen=True, slots=True)
class VerdictView:
    """One verdict in the history."""

    before: str
    after: str
    after_name: str
    note: str
    undone: bool
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PairView:
    """A doubtful pair as its reader may see it; ``revealed``: values are shown in full, for a recorded purpose."""

    id: UUID
    run_id: UUID
    kind: str
    kind_name: str
    left_source: str
    right_source: str
    fields: tuple[FieldView, ...]
    weight: float
    probability: float
    state: str
    state_name: str
    note: str
    decided_by_name: str
    decided_at: datetime | None
    version: int
    may_undo: bool
    revealed: bool
    history: tuple[VerdictView, ...] = ()
