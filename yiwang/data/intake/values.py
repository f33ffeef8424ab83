"""Frozen values that leave the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class IntakeRun:
    """A run: rows_read = rows_good + rows_quarantined once it is done; ``error`` is what the last try that failed said."""

    id: UUID
    source_id: UUID
    source_name: str
    cause: str
    cause_name: str
    file_name: str
    state: str
    state_name: str
    tries: int
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float
    rows_read: int
    rows_good: int
    rows_quarantined: int
    reasons: dict[str, int]
    notes: dict[str, int]
    error: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class IntakeSource:
    """A source without its credentials; ``has_secret`` says whether some are sealed. ``every_minutes`` 0: only by hand."""

    id: UUID
    name: str
    kind: str
    kind_name: str
    address: str
    options: dict[str, str]
    has_secret: bool
    dataset: str
    department: str
    region: str
    every_minutes: int
    keep_days: int
    state: str
    state_name: str
    next_at: datetime | None
    version: int
    created_at: datetime
    last: IntakeRun | None


@dataclass(frozen=True, slots=True)
class RawFile:
    """What a source said once, kept compressed; ``size`` in bytes as kept."""

    digest: str
    kind: str
    landed_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell of a waiting row, masked for the reader; ``problem`` is what is wrong with it ('' for nothing)."""

    field: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row in quarantine; ``raw`` is '' unless it is shown in full for a recorded purpose."""

    digest: str
    row: int
    line: int
    file: str
    reason: str
    problems: tuple[str, ...]
    cells: tuple[CellView, ...]
    raw: str
    revealed: bool


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of a repaired row: accepted, or refused with what is still wrong."""

    accepted: bool
    reason: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeTable:
    """The manifest of a theme table; ``key`` are the fields that name a row."""

    theme: str
    dataset: str
    key: tuple[str, ...]
    version: str
    made_at: datetime
    digest: str
    rows: int
    keys: int
    current: int
    same: int
    changed: int
    schema: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key in a theme table, masked unless revealed; ``values`` field → text."""

    version: int
    valid_from: str
    valid_to: str
    file: str
    line: int
    values: dict[str, str]
