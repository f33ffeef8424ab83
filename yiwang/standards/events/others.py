"""Events of licences, corrections, life events, matters and facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceIssued(Event):
    """A licence is made, signed and held."""

    name = "licence.issued.v1"
    about = "licence_id"
    licence_id: str
    case_id: str
    kind: str
    identifier: str
    holder: str
    department: str
    title: str = ""
    valid_to: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRevoked(Event):
    """A licence no longer holds."""

    name = "licence.revoked.v1"
    about = "licence_id"
    licence_id: str
    kind: str
    identifier: str
    holder: str
    department: str
    reason: str
    title: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOpened(Event):
    """A value has been disputed; its source department answers by ``due`` (核实纠错)."""

    name = "correction.opened.v1"
    about = "correction_id"
    correction_id: str
    element: str
    department: str
    applicant: str
    case_id: str = ""
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionClosed(Event):
    """The source department has answered: ``outcome`` is corrected or upheld."""

    name = "correction.closed.v1"
    about = "correction_id"
    correction_id: str
    element: str
    department: str
    applicant: str
    outcome: str
    case_id: str = ""
    note: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEventSubmitted(Event):
    """One form for several matters has been handed in."""

    name = "life_event.submitted.v1"
    about = "life_event_id"
    life_event_id: str
    code: str
    title: str
    applicant: str
    matters: tuple[str, ...] = ()


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEventCompleted(Event):
    """Every case of the life event has ended; ``outcome`` is complete, partial or withdrawn."""

    name = "life_event.completed.v1"
    about = "life_event_id"
    life_event_id: str
    code: str
    title: str
    applicant: str
    outcome: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPublished(Event):
    """A version of a matter is in force from ``effective_from``."""

    name = "matter.published.v1"
    about = "matter"
    matter: str
    version: int
    department: str
    title: str = ""
    effective_from: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterSuspended(Event):
    """A matter takes no new cases for the time being."""

    name = "matter.suspended.v1"
    about = "matter"
    matter: str
    version: int
    department: str
    title: str = ""
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterCancelled(Event):
    """A matter no longer exists; running cases go on under their version."""

    name = "matter.cancelled.v1"
    about = "matter"
    matter: str
    version: int
    department: str
    title: str = ""
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class FactsAccessed(Event):
    """Somebody asked for a person's or company's facts, allowed or denied."""

    name = "facts.accessed.v1"
    about = "case_id"
    case_id: str
    holder: str
    department: str
    purpose: str
    legal_basis: str
    elements: tuple[str, ...]
    allowed: bool
    reason: str = ""
