"""Calendar functions of a date, and the functions that read the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from yiwang.rules.feel.builtins.declare import TEMPORAL, Functions
from yiwang.rules.feel.temporal import from_python, ordinal, weekday
from yiwang.rules.feel.values import Date, DateTime, Value

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(value: Date | DateTime) -> Date:
    return value if isinstance(value, Date) else value.date


def _day_of_year(value: Date | DateTime) -> Decimal:
    day = _day(value)
    return Decimal(ordinal(day) - ordinal(Date(day.year, 1, 1)) + 1)


def _day_of_week(value: Date | DateTime) -> str:
    return _DAYS[weekday(_day(value)) - 1]


def _month_of_year(value: Date | DateTime) -> str:
    return _MONTHS[_day(value).month - 1]


def _first_monday(year: int) -> int:
    """The day on which ISO week 1 of the year begins."""
    fourth = Date(year, 1, 4)
    return ordinal(fourth) - weekday(fourth) + 1


def _week_of_year(value: Date | DateTime) -> Decimal:
    day = _day(value)
    place = ordinal(day)
    for year in (day.year + 1, day.year, day.year - 1):
        start = _first_monday(year)
        if place >= start:
            return Decimal((place - start) // 7 + 1)
    raise AssertionError("every day lies in a week")


def _now() -> Value:
    return from_python(datetime.now(UTC).astimezone())


def _today() -> Value:
    return from_python(datetime.now(UTC).astimezone().date())


define("day of year", (f"date:{TEMPORAL}", _day_of_year))
define("day of week", (f"date:{TEMPORAL}", _day_of_week))
define("month of year", (f"date:{TEMPORAL}", _month_of_year))
define("week of year", (f"date:{TEMPORAL}", _week_of_year))
define("now", ("", _now))
define("today", ("", _today))
