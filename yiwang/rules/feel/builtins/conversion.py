"""Conversion functions: date, time, date and time, number, string, duration; and ``is``, ``not`` and ``range``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from yiwang.rules.feel.builtins.declare import TEMPORAL, Functions
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.ops import equal, opposite
from yiwang.rules.feel.range_text import range_from_text
from yiwang.rules.feel.temporal import (
    is_zone,
    make_date,
    months_between,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from yiwang.rules.feel.text import to_text
from yiwang.rules.feel.values import NANOS, NUMBERS, Date, DateTime, DaysTime, Function, Time, Value, YearsMonths

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define
_MAX_OFFSET: Final = 18 * 3600


def _date_of(value: str | Date | DateTime) -> Date | None:
    if isinstance(value, str):
        return parse_date(value) or fail(f"no date: {value}")
    return value if isinstance(value, Date) else value.date


def _date(year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    return make_date(int(year), int(month), int(day)) or fail(f"no date: {year}-{month}-{day}")


def _date_time_of(value: str | Date | DateTime) -> DateTime | None:
    if isinstance(value, str):
        day = parse_date(value)
        moment = parse_date_time(value) if day is None else DateTime(day, Time(0, 0, 0))
        return moment or fail(f"no date and time: {value}")
    return DateTime(value, Time(0, 0, 0)) if isinstance(value, Date) else value


def _join(day: Date | DateTime, time: Time) -> DateTime:
    return DateTime(day if isinstance(day, Date) else day.date, time)


def _date_time(*parts: Decimal | str | DaysTime | None) -> DateTime | None:
    year, month, day, hour, minute, second = (part for part in parts[:6] if isinstance(part, Decimal))
    date, zone = _date(year, month, day), parts[6] if len(parts) > 6 else None
    if isinstance(zone, str):
        time = _time(hour, minute, second)
        return DateTime(date, time._replace(zone=zone)) if date and time and is_zone(zone) else fail(f"no zone: {zone}")
    time = _time(hour, minute, second, zone if isinstance(zone, DaysTime) else None)
    return DateTime(date, time) if date and time else None


def _time_of(value: str | Time | Date | DateTime) -> Time | None:
    if isinstance(value, str):
        return parse_time(value) or fail(f"no time: {value}")
    if isinstance(value, Time):
        return value
    return Time(0, 0, 0, 0, 0) if isinstance(value, Date) else value.time


def _time(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None = None) -> Time | None:
    whole = int(second)
    seconds = None if offset is None else offset.nanos // NANOS
    inside = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and hour == int(hour) and minute == int(minute)
    if not inside or (seconds is not None and abs(seconds) > _MAX_OFFSET):
        return fail(f"no time: {hour}:{minute}:{second}")
    return Time(int(hour), int(minute), whole, int((second - whole) * NANOS), seconds)


def _number_of(text: str) -> Decimal | None:
    return _number(text, None, None)


def _number(text: str, grouping: str | None, decimal: str | None) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", ".") or (grouping == decimal and grouping is not None):
        return fail("separators must be a blank, a comma or a point, and differ")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal and decimal != "." and "." not in plain else plain
    try:
        value = NUMBERS.create_decimal(plain)
    except InvalidOperation:
        return fail(f"no number: {text}")
    shaped = plain.isascii() and plain == plain.strip() and "_" not in plain
    return value if value.is_finite() and shaped else fail(f"no number: {text}")


def _duration(value: str | YearsMonths | DaysTime) -> YearsMonths | DaysTime | None:
    return (parse_duration(value) or fail(f"no duration: {value}")) if isinstance(value, str) else value


def _months_between(start: Date | DateTime, end: Date | DateTime) -> YearsMonths:
    return months_between(start if isinstance(start, Date) else start.date, end if isinstance(end, Date) else end.date)


def _is(left: Value = None, right: Value = None) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, Time | DateTime):
        return bool(left == right)  # the same clock and the same zone, not only the same moment
    return equal(left, right) is True


def _string(value: Value) -> str | None:
    if value is None or isinstance(value, Function):
        return fail("no text for null")
    return to_text(value)


define("not", ("negand", opposite))
define("date", (f"from:string|{TEMPORAL}", _date_of), ("year:number, month:number, day:number", _date))
define(
    "date and time",
    (f"from:string|{TEMPORAL}", _date_time_of),
    (f"date:{TEMPORAL}, time:time", _join),
    ("year:number, month:number, day:number, hour:number, minute:number, second:number", _date_time),
    (
        "year:number, month:number, day:number, hour:number, minute:number, second:number, offset:days and time duration~",
        _date_time,
    ),
    ("year:number, month:number, day:number, hour:number, minute:number, second:number, timezone:string", _date_time),
)
define(
    "time",
    (f"from:string|time|{TEMPORAL}", _time_of),
    ("hour:number, minute:number, second:number, offset:days and time duration?~", _time),
)
define(
    "number",
    ("from:string", _number_of),
    ("from:string, grouping separator:string~, decimal separator:string~", _number),
)
define("string", ("from", _string))
define("duration", ("from:string|years and months duration|days and time duration", _duration))
define("years and months duration", (f"from:{TEMPORAL}, to:{TEMPORAL}", _months_between))
define("is", ("value1:?, value2:?", _is))
define("range", ("from:string", range_from_text))
