"""``value.name``: entries of contexts and the properties of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.temporal import offset_of, weekday
from yiwang.rules.feel.values import NANOS, Date, DateTime, DaysTime, Range, Time, Value, YearsMonths, kind_of


def member(value: Value, name: str) -> Value:
    """The member of a value; of a list, the members of its items."""
    kind = type(value)
    if kind is dict:
        if name in value:
            return value[name]
        return fail(f"no entry {name}")
    if kind is list:
        return [member(item, name) for item in value]
    getter = _PROPERTIES.get(kind, {}).get(name)
    if getter is None:
        return fail(f"{kind_of(value)} has no {name}")
    return getter(value)


def _offset(value: Time, day: Date | None = None) -> DaysTime | None:
    seconds = offset_of(value, day)
    return None if seconds is None else DaysTime(seconds * NANOS)


def _part(nanos: int, unit: int, size: int) -> Decimal:
    whole = abs(nanos) // NANOS // unit
    part = whole % size if size else whole
    return Decimal(-part if nanos < 0 else part)


def _months(months: int, *, years: bool) -> Decimal:
    whole, rest = divmod(abs(months), 12)
    part = whole if years else rest
    return Decimal(-part if months < 0 else part)


Getter = Callable[[Value], Value]
_OF_DATE: Final[dict[str, Getter]] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(weekday(value)),
}
_OF_TIME: Final[dict[str, Getter]] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: Decimal(value.second),
    "time offset": _offset,
    "timezone": lambda value: value.zone,
}


def _date_of(getter: Getter) -> Getter:
    return lambda value: getter(value.date)


def _time_of(getter: Getter) -> Getter:
    return lambda value: getter(value.time)


_PROPERTIES: Final[dict[type, dict[str, Getter]]] = {
    Date: _OF_DATE,
    Time: _OF_TIME,
    DateTime: {
        **{name: _date_of(getter) for name, getter in _OF_DATE.items()},
        **{name: _time_of(getter) for name, getter in _OF_TIME.items()},
        "time offset": lambda value: _offset(value.time, value.date),
    },
    YearsMonths: {
        "years": lambda value: _months(value.months, years=True),
        "months": lambda value: _months(value.months, years=False),
    },
    DaysTime: {
        "days": lambda value: _part(value.nanos, 86_400, 0),
        "hours": lambda value: _part(value.nanos, 3600, 24),
        "minutes": lambda value: _part(value.nanos, 60, 60),
        "seconds": lambda value: _part(value.nanos, 1, 60),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}
