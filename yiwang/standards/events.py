"""The frozen events of the thread: what has happened, in words that every room may read.

An event is a fact in the past; its fields never change. A new meaning gets a new class with the next version in its name
(``case.accepted.v2``). Unknown extra members are ignored on reading, so that an older reader understands an added field.
Whom an event concerns is written as ``str(Subject)``: the outbox holding events is as sensitive as the cases themselves.
"""

from __future__ import annotations

import types
import uuid
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, Final, Union, get_args, get_origin, get_type_hints

from yiwang.standards.errors import InvalidInput


class UnreadableEvent(InvalidInput):
    """事件无法读取:名称、版本或字段不符合登记的格式,请升级程序或核对消息来源。"""

    code = "unreadable_event"


REGISTRY: Final[dict[str, type[Event]]] = {}
_ENVELOPE: Final = frozenset({"event_id", "at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event carries; ``about`` names the field that tells what the event is about."""

    name: ClassVar[str] = ""
    about: ClassVar[str] = ""

    at: datetime
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise UnreadableEvent(f"事件 {self.name} 的时间没有时区,请使用带时区的时间。")

    @property
    def subject(self) -> str:
        """Id of what the event is about: the case, the licence, the matter …"""
        return str(getattr(self, self.about))

    @property
    def data(self) -> dict[str, object]:
        """The event's own fields as JSON values."""
        return {key: _encode(getattr(self, key)) for key in _READERS[self.name]}

    def to_json(self) -> dict[str, object]:
        """``{event_id, name, at, subject, data}``; times in ISO 8601."""
        return {"event_id": self.event_id, "name": self.name, "at": self.at.isoformat(), "subject": self.subject, "data": self.data}


_READERS: Final[dict[str, dict[str, Callable[[Any], Any]]]] = {}


def _event(cls: type[Event]) -> type[Event]:
    """Register a class under its versioned name; two classes of one name are a mistake of ours, seen at import."""
    assert cls.name not in REGISTRY, cls.name
    hints = get_type_hints(cls)
    REGISTRY[cls.name] = cls
    _READERS[cls.name] = {one.name: _reader(hints[one.name]) for one in fields(cls) if one.name not in _ENVELOPE}
    return cls


def _encode(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _reader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) in (Union, types.UnionType):
        inner = _reader(next(one for one in get_args(hint) if one is not type(None)))
        return lambda value: None if value is None else inner(value)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if get_origin(hint) is tuple:
        return tuple
    return lambda value: _checked(value, hint)


def _checked(value: object, hint: type) -> object:
    if isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise TypeError(f"{value!r} is not {hint.__name__}")


def from_json(message: Mapping[str, Any]) -> Event:
    """The event that ``to_json`` wrote; UnreadableEvent names the event and the field that do not fit."""
    name = message.get("name")
    kind = REGISTRY.get(str(name))
    if kind is None:
        raise UnreadableEvent(f"没有登记名为「{name}」的事件,请升级程序或核对消息来源。", name=name)
    data = message.get("data") or {}
    values: dict[str, object] = {}
    here = "at"
    try:
        values["at"] = datetime.fromisoformat(message["at"])
        values["event_id"] = str(message[here := "event_id"])
        for here, read in _READERS[kind.name].items():
            if here in data:
                values[here] = read(data[here])
            elif _required(kind.__dataclass_fields__[here]):
                raise KeyError(here)
        return kind(**values)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableEvent(f"事件「{name}」的字段 {here} 缺失或格式不对,请核对消息来源。", name=name, place=here) from error


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Members that every event of a case shares; ``matter`` is its short key, ``department`` the short code."""

    about = "case_id"

    case_id: str
    matter: str
    department: str
    applicant: str
    case_no: str = ""
    matter_name: str = ""
    region: str = ""
    life_event_id: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSubmitted(CaseEvent):
    """An applicant has handed in an application."""

    name = "case.submitted.v1"
    channel: str = ""
    applicant_name: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceived(CaseEvent):
    """The department has taken the application in and given a receipt (收件)."""

    name = "case.received.v1"
    received_by: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccepted(CaseEvent):
    """The clock runs from here (受理); ``deemed`` when the law accepts it because nobody asked for a supplement in time."""

    name = "case.accepted.v1"
    due: date | None = None
    deemed: bool = False


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(CaseEvent):
    """The applicant has been told, once, what is missing (补正)."""

    name = "case.supplement_requested.v1"
    items: tuple[str, ...] = ()
    due: date | None = None


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupplemented(CaseEvent):
    """The applicant has handed in what was missing."""

    name = "case.supplemented.v1"
    items: tuple[str, ...] = ()


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotAccepted(CaseEvent):
    """The department may not or need not act (不予受理); the reasons and where to turn."""

    name = "case.not_accepted.v1"
    reason: str = ""
    remedies: str = ""


@_event
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


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStopped(CaseEvent):
    """A special procedure stops the clock (听证、检验、鉴定 …)."""

    name = "case.stopped.v1"
    procedure: str = ""
    basis: str = ""
    expected_days: int | None = None


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(CaseEvent):
    """The special procedure is over and the clock runs again."""

    name = "case.resumed.v1"
    procedure: str = ""
    due: date | None = None


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExtended(CaseEvent):
    """The head of the authority has approved more time."""

    name = "case.extended.v1"
    amount: int = 0
    unit: str = "workday"
    approver: str = ""
    reason: str = ""
    due: date | None = None


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(CaseEvent):
    """The applicant has withdrawn the application."""

    name = "case.withdrawn.v1"
    reason: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTerminated(CaseEvent):
    """The case has ended without a decision, for a reason in law."""

    name = "case.terminated.v1"
    reason: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDelivered(CaseEvent):
    """The result has reached the applicant (送达)."""

    name = "case.delivered.v1"
    method: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseEvent):
    """The case is finished (办结) and may be rated."""

    name = "case.closed.v1"
    outcome: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArchived(CaseEvent):
    """The archive package is sealed; ``digest`` is its hash."""

    name = "case.archived.v1"
    digest: str = ""


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReturned(CaseEvent):
    """The pre-check has sent an application back to be changed (退回修改); this is the one telling that the law allows."""

    name = "case.returned.v1"
    reason: str = ""
    due: date | None = None


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRevoked(CaseEvent):
    """A decision is undone because a commitment proved false (撤销); ``credit_record`` tells that it goes into the credit record."""

    name = "case.revoked.v1"
    reason: str = ""
    credit_record: bool = False


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOverdue(CaseEvent):
    """A step has passed its day: ``step`` is decision or delivery; told once per step."""

    name = "case.overdue.v1"
    step: str = "decision"
    due: date | None = None


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRated(CaseEvent):
    """The applicant has rated the case; ``level`` is the name of a ``codes.Satisfaction``."""

    name = "case.rated.v1"
    rating_id: str
    level: str
    bad: bool = False


@_event
@dataclass(frozen=True, slots=True, kw_only=True)
class BadRatingOpened(CaseEvent):
    """A bad rating waits to be verified by ``due``."""

    name = "rating.bad_opened.v1"
    about = "rating_id"
    rating_id: str
    level: str = ""
    due: date | None = None


@_event
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


@_event
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


@_event
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


@_event
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


@_event
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


@_event
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


@_event
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


@_event
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


@_event
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


@_event
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
