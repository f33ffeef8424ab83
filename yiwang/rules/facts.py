"""Facts from Python to FEEL, and FEEL values to JSON and back without loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from yiwang.rules.feel.temporal import from_python, parse_date, parse_date_time, parse_duration, parse_time
from yiwang.rules.feel.text import to_literal
from yiwang.rules.feel.types import BOOLEAN, ContextType, FeelType, ListType, plain
from yiwang.rules.feel.values import UNKNOWN, Date, DateTime, DaysTime, Function, Range, Time, Unknown, Value, YearsMonths, number

_READERS: Final = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "years and months duration": parse_duration,
    "days and time duration": parse_duration,
}
_TEMPORAL: Final = (Date, Time, DateTime, YearsMonths, DaysTime)
_EXACT: Final = 2**53


def to_feel(value: object, kind: FeelType | None = None) -> Value:
    """The FEEL value of a Python fact; ISO text becomes a date where the type asks for one.

    int, float and Decimal become numbers; date, time, datetime, timedelta their FEEL kinds; mappings contexts;
    sequences lists. A float that is not finite becomes null.
    """
    if isinstance(value, str):
        reader = _READERS.get(plain(kind).name) if kind is not None else None
        return str(value) if reader is None else reader(str(value)) or str(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Decimal):
        return number(value) if value.is_finite() else None
    return _other(value, kind)


def _other(value: object, kind: FeelType | None) -> Value:
    if isinstance(value, Unknown | Range | Function | Date | Time | DateTime | YearsMonths | DaysTime):
        return value
    if isinstance(value, float):
        return number(repr(value)) if math.isfinite(value) else None
    if isinstance(value, date | time | timedelta):
        return from_python(value)
    if isinstance(value, Mapping):
        fields = dict(target.fields) if kind is not None and isinstance(target := plain(kind), ContextType) else {}
        return {str(key): to_feel(item, fields.get(str(key))) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        element = target.element if kind is not None and isinstance(target := plain(kind), ListType) else None
        return [to_feel(item, element) for item in value]
    return str(value)


def to_json(value: Value) -> object:
    """A JSON-able form: whole numbers as integers, others as ``{"@number": "1.5"}``, dates as ``{"@date": "…"}``."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < _EXACT else {"@number": str(value)}
    if isinstance(value, _TEMPORAL):
        return {f"@{_KEYS[type(value)]}": str(value)}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, Range | Function):
        return {"@text": to_literal(value)}
    return {"@unknown": True} if value is UNKNOWN else value


_KEYS: Final[dict[type, str]] = {Date: "date", Time: "time", DateTime: "date and time", YearsMonths: "duration", DaysTime: "duration"}


def from_json(value: object) -> Value:
    """The FEEL value of its JSON form."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return to_feel(value)
    if len(value) == 1:
        key, text = next(iter(value.items()))
        if key == "@number":
            return number(str(text))
        if key == "@unknown":
            return UNKNOWN
        reader = {"@date": parse_date, "@time": parse_time, "@date and time": parse_date_time, "@duration": parse_duration}.get(key)
        if reader is not None:
            return reader(str(text))
    return {key: from_json(item) for key, item in value.items()}


def is_boolean(kind: FeelType | None) -> bool:
    """Whether a fact of this type is true or false."""
    return kind is not None and plain(kind) == BOOLEAN
