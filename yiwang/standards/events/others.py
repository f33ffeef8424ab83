"""Events of licences, corrections, life events, matters, decision tables, facts and benefits."""

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
    """A licence no longer holds: ``act`` is revoke, revoke_as_penalty, cancel or suspend, ``clause`` what it rests on."""

    name = "licence.revoked.v1"
    about = "licence_id"
    licence_id: str
    kind: str
    identifier: str
    holder: str
    department: str
    reason: str
    title: str = ""
    act: str = "revoke"
    clause: str = ""


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
class TableSubmitted(Event):
    """A draft of a decision table waits for a second person."""

    name = "table.submitted.v1"
    about = "table"
    table: str
    version: int
    department: str
    title: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class TableReturned(Event):
    """A submitted decision table goes back to its authors."""

    name = "table.returned.v1"
    about = "table"
    table: str
    version: int
    department: str
    title: str = ""
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class TablePublished(Event):
    """A version of a decision table decides from ``effective_from``."""

    name = "table.published.v1"
    about = "table"
    table: str
    version: int
    department: str
    title: str = ""
    digest: str = ""
    effective_from: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceStepped(Event):
    """A version of a data resource was submitted, returned, published, discarded or given more time (``step``)."""

    name = "resource.stepped.v1"
    about = "resource"
    resource: str
    version: int
    step: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitEvent(Event):
    """Members that every event of an award shares; ``recipient`` is who receives it, ``amount`` yuan a month."""

    about = "award_id"

    award_id: str
    benefit: str
    department: str
    recipient: str
    title: str = ""
    title_en: str = ""
    amount: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitTold(BenefitEvent):
    """Somebody was found entitled without having applied and is told; he answers by ``due`` (免申即享)."""

    name = "benefit.told.v1"
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitReminded(BenefitEvent):
    """No answer came by the day: it counts as not confirmed, told once; confirming stays possible."""

    name = "benefit.reminded.v1"


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitAnswered(BenefitEvent):
    """The recipient has answered: ``outcome`` is confirmed, declined or correcting."""

    name = "benefit.answered.v1"
    outcome: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitPaid(BenefitEvent):
    """The bank has answered for a month: ``outcome`` is paid or returned, then with a reason."""

    name = "benefit.paid.v1"
    outcome: str
    month: str
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitSuspended(BenefitEvent):
    """The recheck doubts a benefit; paying stops until a person has looked."""

    name = "benefit.suspended.v1"
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentListApproved(Event):
    """A second person has approved a payment list of a department and month."""

    name = "benefit.list_approved.v1"
    about = "list_id"
    list_id: str
    department: str
    month: str
    count: int
    total: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryOpened(Event):
    """A wrong payment is explained to who received it, with what is to be given back by ``due``."""

    name = "benefit.recovery_opened.v1"
    about = "recovery_id"
    recovery_id: str
    department: str
    recipient: str
    title: str
    amount: str
    explanation: str
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryClosed(Event):
    """A recovery has come to its end: ``outcome`` is repaid or waived."""

    name = "benefit.recovery_closed.v1"
    about = "recovery_id"
    recovery_id: str
    department: str
    recipient: str
    outcome: str
    amount: str
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionFinished(Event):
    """Two sources were compared; ``sure`` pairs are the same, ``doubtful`` ones wait for a person. Nothing was merged."""

    name = "resolution.finished.v1"
    about = "run_id"
    run_id: str
    department: str
    kind: str
    sure: int
    doubtful: int


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class PairDecided(Event):
    """A person has said of a doubtful pair what it is, or has taken that back."""

    name = "resolution.pair_decided.v1"
    about = "pair_id"
    pair_id: str
    department: str
    kind: str
    before: str
    after: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class QualityChecked(Event):
    """A resource's quality was measured: overall score 0 … 1 and its grade (green, yellow, red)."""

    name = "quality.checked.v1"
    about = "run_id"
    run_id: str
    resource: str
    department: str
    score: float
    grade: str
