"""FEEL types: does a value belong to one, and which value does it become when that type is expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.values import BASIC_KINDS, Date, DateTime, Function, Range, Time, Value, kind_of


@dataclass(frozen=True, slots=True)
class FeelType:
    """Any type; by itself a basic type known by its name."""

    name: str

    def contains(self, value: Value) -> bool:
        """Whether the non-null value is an instance of this type."""
        if self.name == "Any":
            return value is not None
        return kind_of(value) == self.name

    def admits(self, value: Value) -> bool:
        """Whether the value may stand where this type is expected: null always may."""
        return value is None or self.contains(value)

    def covers(self, other: FeelType) -> bool:
        """Whether every value of ``other`` is a value of this type."""
        return self.name == "Any" or self == other or other.name == "Null"


@dataclass(frozen=True, slots=True)
class ListType(FeelType):
    """``list<element>``."""

    element: FeelType

    def contains(self, value: Value) -> bool:
        """A list whose items all belong to the element type or are null."""
        return isinstance(value, list) and all(self.element.admits(item) for item in value)

    def covers(self, other: FeelType) -> bool:
        """Lists of a narrower element type belong too."""
        return isinstance(other, ListType) and self.element.covers(other.element)


@dataclass(frozen=True, slots=True)
class RangeType(FeelType):
    """``range<element>``."""

    element: FeelType

    def contains(self, value: Value) -> bool:
        """A range whose given ends belong to the element type."""
        return isinstance(value, Range) and self.element.admits(value.low) and self.element.admits(value.high)

    def covers(self, other: FeelType) -> bool:
        """Ranges of a narrower element type belong too."""
        return isinstance(other, RangeType) and self.element.covers(other.element)


@dataclass(frozen=True, slots=True)
class ContextType(FeelType):
    """``context<a: type, …>``; further entries are allowed."""

    fields: tuple[tuple[str, FeelType], ...]

    def contains(self, value: Value) -> bool:
        """A context that has every field with a value of its type."""
        return isinstance(value, dict) and all(name in value and kind.admits(value[name]) for name, kind in self.fields)

    def covers(self, other: FeelType) -> bool:
        """Contexts with more or narrower fields belong too."""
        if not isinstance(other, ContextType):
            return False
        theirs = dict(other.fields)
        return all(name in theirs and kind.covers(theirs[name]) for name, kind in self.fields)


@dataclass(frozen=True, slots=True)
class FunctionType(FeelType):
    """``function<a, b> -> result``."""

    parameters: tuple[FeelType, ...]
    result: FeelType

    def contains(self, value: Value) -> bool:
        """A function that takes at least these arguments and gives at most this result."""
        if not isinstance(value, Function) or len(value.parameters) != len(self.parameters):
            return False
        takes = all((theirs or ANY).covers(ours) for ours, (_, theirs) in zip(self.parameters, value.parameters, strict=True))
        # what a function gives is often not declared: then it may be anything
        return takes and (value.returns is None or self.result.covers(value.returns))

    def covers(self, other: FeelType) -> bool:
        """Functions are contravariant in parameters and covariant in the result."""
        if not isinstance(other, FunctionType) or len(self.parameters) != len(other.parameters):
            return False
        pairs = zip(self.parameters, other.parameters, strict=True)
        return all(theirs.covers(ours) for ours, theirs in pairs) and self.result.covers(other.result)


@dataclass(frozen=True, slots=True)
class NamedType(FeelType):
    """A type defined in the model: its structure and the constraint its values must meet.

    ``choices`` are all values when they are listed one by one; ``bounds`` the constants a constraint mentions.
    """

    target: FeelType
    constraint: Callable[[Value], bool] | None = None
    choices: tuple[Value, ...] = ()
    bounds: tuple[Value, ...] = ()

    def contains(self, value: Value) -> bool:
        """Belonging is about structure; the constraint is checked when a value is handed over."""
        return self.target.contains(value)

    def covers(self, other: FeelType) -> bool:
        """Compared by structure."""
        return self.target.covers(plain(other))


ANY: Final = FeelType("Any")
NUMBER: Final = FeelType("number")
STRING: Final = FeelType("string")
BOOLEAN: Final = FeelType("boolean")
DATE: Final = FeelType("date")
TIME: Final = FeelType("time")
DATE_TIME: Final = FeelType("date and time")
YEARS_MONTHS: Final = FeelType("years and months duration")
DAYS_TIME: Final = FeelType("days and time duration")
NULL: Final = FeelType("Null")
ANY_LIST: Final = ListType("list", ANY)
ANY_CONTEXT: Final = ContextType("context", ())
ANY_RANGE: Final = RangeType("range", ANY)
BASIC: Final[Mapping[str, FeelType]] = {
    "Any": ANY,
    "any": ANY,
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_TIME,
    "dateTime": DATE_TIME,
    "years and months duration": YEARS_MONTHS,
    "yearMonthDuration": YEARS_MONTHS,
    "days and time duration": DAYS_TIME,
    "dayTimeDuration": DAYS_TIME,
    "Null": NULL,
    "list": ANY_LIST,
    "context": ANY_CONTEXT,
    "range": ANY_RANGE,
    "function": FeelType("function"),
}


def plain(kind: FeelType) -> FeelType:
    """The structure behind a named type."""
    while isinstance(kind, NamedType):
        kind = kind.target
    return kind


def coerce(value: Value, kind: FeelType | None) -> Value:
    """The value as the expected type: itself, unwrapped from or wrapped into a list of one, or null with a diagnostic."""
    if value is None or kind is None or kind is ANY:
        return value
    if type(kind) is FeelType and BASIC_KINDS.get(type(value)) == kind.name:
        return value
    result = _fit(value, kind)
    if result is None:
        return fail(f"{kind_of(value)} where {kind.name} is expected")
    if not meets(result, kind):
        return fail(f"value outside the constraint of {kind.name}")
    return result


def _fit(value: Value, kind: FeelType) -> Value:
    target = plain(kind)
    if target.contains(value):
        return value
    if isinstance(value, list) and len(value) == 1 and not isinstance(target, ListType):
        return value[0] if target.admits(value[0]) else None
    if isinstance(target, ListType) and not isinstance(value, list):
        inner = _fit(value, target.element)
        return None if inner is None else [inner]
    if isinstance(value, Date) and target == DATE_TIME:
        return DateTime(value, Time(0, 0, 0, 0, 0))
    return None


def meets(value: Value, kind: FeelType) -> bool:
    """Whether the value satisfies every constraint of the type, at every depth."""
    if value is None:
        return True
    if isinstance(kind, NamedType):
        return meets(value, kind.target) and (kind.constraint is None or kind.constraint(value))
    if isinstance(kind, ListType) and isinstance(value, list):
        return all(meets(item, kind.element) for item in value)
    if isinstance(kind, ContextType) and isinstance(value, dict):
        return all(meets(value[name], field) for name, field in kind.fields if name in value)
    return True
