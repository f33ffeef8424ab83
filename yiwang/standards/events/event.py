"""What every event is: frozen, named with its version, registered, written to JSON and read back.

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
from typing import Any, ClassVar, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from yiwang.standards.errors import InvalidInput


class UnreadableEvent(InvalidInput):
    """事件无法读取:名称、版本或字段不符合登记的格式,请升级程序或核对消息来源。"""

    code = "unreadable_event"


Kind = TypeVar("Kind", bound="Event")
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


def registered(cls: type[Kind]) -> type[Kind]:
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
