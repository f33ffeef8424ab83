"""Events of ingestion: what happens to sources, and how their runs end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSourceStepped(Event):
    """A source was registered, changed, paused, resumed, or asked to run by a person."""

    name = "intake.source_stepped.v1"
    about = "source_id"
    source_id: str
    department: str
    title: str
    step: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRunFinished(Event):
    """A run brought what was new into the lake; every row it read is good or in quarantine."""

    name = "intake.run_finished.v1"
    about = "run_id"
    run_id: str
    source_id: str
    department: str
    rows_read: int
    rows_good: int
    rows_quarantined: int


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRunFailed(Event):
    """A try failed: the source answered late, wrongly or not at all. ``again_at`` None: it is not tried again."""

    name = "intake.run_failed.v1"
    about = "run_id"
    run_id: str
    source_id: str
    department: str
    title: str
    tries: int
    error: str
    again_at: datetime | None = None
