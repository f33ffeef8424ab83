"""Events of one case, from the click to the archive and the rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yiwang.standards.events.event import Event, registered


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Members that every event of a case shares; ``matter`` is its short key, ``department`` the short code.

    ``clause`` is the citation the step rests on, '' where it needs none.
    """

    about = "case_id"

    case_id: str
    matter: str
    department: str
    applicant: str
    case_no: str = ""
    matter_name: str = ""
    region: str = ""
    life_event_id: str = ""
    clause: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSubmitted(CaseEvent):
    """An applicant has handed in an application."""

    name = "case.submitted.v1"
    channel: str = ""
    applicant_name: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceived(CaseEvent):
    """The department has taken the application in and given a receipt (收件)."""

    name = "case.received.v1"
    received_by: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccepted(CaseEvent):
    """The clock runs from here (受理); ``deemed`` when the law accepts it because nobody asked for a supplement in time."""

    name = "case.accepted.v1"
    due: date | None = None
    deemed: bool = False


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(CaseEvent):
    """The applicant has been told, once, what is missing (补正)."""

    name = "case.supplement_requested.v1"
    items: tuple[str, ...] = ()
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupplemented(CaseEvent):
    """The applicant has handed in what was missing."""

    name = "case.supplemented.v1"
    items: tuple[str, ...] = ()


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotAccepted(CaseEvent):
    """The department may not or need not act (不予受理); the reasons and where to turn."""

    name = "case.not_accepted.v1"
    reason: str = ""
    remedies: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided(CaseEvent):
    """A decision stands; ``outcome`` is yes or no, ``days_used`` counts the days of the limit."""

    name = "case.decided.v1"
    outcome: str
    automatic: bool = False
    reasons: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    days_used: int | None = None
    on_time: bool = True


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStopped(CaseEvent):
    """A special procedure stops the clock (听证、检验、鉴定 …)."""

    name = "case.stopped.v1"
    procedure: str = ""
    basis: str = ""
    expected_days: int | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(CaseEvent):
    """The special procedure is over and the clock runs again."""

    name = "case.resumed.v1"
    procedure: str = ""
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExtended(CaseEvent):
    """The head of the authority has approved more time."""

    name = "case.extended.v1"
    amount: int = 0
    unit: str = "workday"
    approver: str = ""
    reason: str = ""
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(CaseEvent):
    """The applicant has withdrawn the application."""

    name = "case.withdrawn.v1"
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTerminated(CaseEvent):
    """The case has ended without a decision, for a reason in law."""

    name = "case.terminated.v1"
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDelivered(CaseEvent):
    """The result has reached the applicant (送达)."""

    name = "case.delivered.v1"
    method: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseEvent):
    """The case is finished (办结) and may be rated."""

    name = "case.closed.v1"
    outcome: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArchived(CaseEvent):
    """The archive package is sealed; ``digest`` is its hash."""

    name = "case.archived.v1"
    digest: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReturned(CaseEvent):
    """The pre-check has sent an application back to be changed (退回修改); this is the one telling that the law allows."""

    name = "case.returned.v1"
    reason: str = ""
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRevoked(CaseEvent):
    """A decision is undone because a commitment proved false (撤销); ``credit_record`` tells that it goes into the credit record."""

    name = "case.revoked.v1"
    reason: str = ""
    credit_record: bool = False


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOverdue(CaseEvent):
    """A step has passed its day: ``step`` is decision or delivery; told once per step."""

    name = "case.overdue.v1"
    step: str = "decision"
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRated(CaseEvent):
    """The applicant has rated the case; ``level`` is the name of a ``codes.Satisfaction``."""

    name = "case.rated.v1"
    rating_id: str
    level: str
    bad: bool = False


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BadRatingOpened(CaseEvent):
    """A bad rating waits to be verified by ``due``."""

    name = "rating.bad_opened.v1"
    about = "rating_id"
    rating_id: str
    level: str = ""
    due: date | None = None


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BadRatingAnswered(CaseEvent):
    """The department has answered a bad rating; ``answer`` goes to the applicant, who is then revisited."""

    name = "rating.answered.v1"
    about = "rating_id"
    rating_id: str
    answer: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class BadRatingClosed(CaseEvent):
    """A bad rating has come to its end: ``outcome`` is resolved, unresolved or dismissed."""

    name = "rating.closed.v1"
    about = "rating_id"
    rating_id: str
    outcome: str
    on_time: bool = True
