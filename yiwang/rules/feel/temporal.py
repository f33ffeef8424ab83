"""Dates, times and durations: reading them, their place on the time line, and calendar arithmetic."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from yiwang.rules.feel.values import DAY, NANOS, Date, DateTime, DaysTime, Time, Value, YearsMonths

_DATE: Final = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME: Final = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z_]+(?:[/+\-][A-Za-z0-9_+\-]+)*))?", re.ASCII
)
_MONTHS: Final = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_DAYS: Final = re.compile(r"(-)?P(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?", re.ASCII)
_MAX_YEAR: Final = 999_999_999
_MAX_OFFSET: Final = 18 * 3600
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


# --- reading


def parse_literal(text: str) -> Value:
    """The value of ``@"text"``: date and time, date, time or duration; None when it is none of them."""
    return parse_date(text) or parse_date_time(text) or parse_time(text) or parse_duration(text)


def parse_date(text: str) -> Date | None:
    """A date such as ``2026-02-28`` or ``-2017-01-01``."""
    match = _DATE.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def parse_time(text: str) -> Time | None:
    """A time such as ``10:30:00``, ``10:30:00.5Z``, ``10:30:00+08:00`` or ``10:30:00@Asia/Shanghai``."""
    found = _time_parts(text)
    return None if found is None or found[1] else found[0]


def parse_date_time(text: str) -> DateTime | None:
    """A date and a time joined by T; a date alone means its midnight; 24:00:00 is the next midnight."""
    day_text, mark, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None or not mark:
        return None
    found = _time_parts(time_text)
    if found is None:
        return None
    return DateTime(from_ordinal(ordinal(day) + 1) if found[1] else day, found[0])


def parse_duration(text: str) -> YearsMonths | DaysTime | None:
    """An ISO 8601 duration of either kind."""
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if not match or not (match[2] or match[3]) or match[3] == "T":
        return None
    seconds = int(match[2] or 0) * DAY + int(match[4] or 0) * 3600 + int(match[5] or 0) * 60 + int(match[6] or 0)
    nanos = seconds * NANOS + int(((match[7] or "") + "000000000")[:9])
    return DaysTime(-nanos if match[1] else nanos)


def _time_parts(text: str) -> tuple[Time, bool] | None:
    """The time, and whether it was written 24:00:00."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    nano = int(((match[4] or "") + "000000000")[:9])
    midnight = (hour, minute, second, nano) == (24, 0, 0, 0)
    offset = _offset(match)
    zone = match[10]
    if (offset is not None and abs(offset) > _MAX_OFFSET) or (zone is not None and not is_zone(zone)):
        return None
    if not midnight and not (hour < 24 and minute < 60 and second < 60):
        return None
    return Time(0 if midnight else hour, minute, second, nano, offset, zone), midnight


def _offset(match: re.Match[str]) -> int | None:
    if match[5]:
        return 0
    if not match[6]:
        return None
    minutes, seconds = int(match[8]), int(match[9] or 0)
    if minutes > 59 or seconds > 59:
        return _MAX_OFFSET + 1
    total = int(match[7]) * 3600 + minutes * 60 + seconds
    return -total if match[6] == "-" else total


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether the name is a known IANA time zone."""
    return name in _zone_names()


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date, or None when there is no such day."""
    if abs(year) > _MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return Date(year, month, day)


# --- the calendar


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """The number of days in a month."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def ordinal(day: Date) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar."""
    year = day.year - (day.month <= 2)
    era, of_era = divmod(year, 400)
    of_year = (153 * ((day.month + 9) % 12) + 2) // 5 + day.day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def from_ordinal(days: int) -> Date:
    """The date so many days after 1970-01-01."""
    era, of_era = divmod(days + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return Date(year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1)


def weekday(day: Date) -> int:
    """1 for Monday to 7 for Sunday."""
    return (ordinal(day) + 3) % 7 + 1


def plus_months(day: Date, months: int) -> Date | None:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return make_date(year, month + 1, min(day.day, month_length(year, month + 1)))


def months_between(start: Date, end: Date) -> YearsMonths:
    """Whole months from one day to another, rounded towards zero."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


# --- the time line


def seconds_of(value: Time) -> int:
    """Seconds since midnight as shown on the clock."""
    return value.hour * 3600 + value.minute * 60 + value.second


def offset_of(value: Time, day: Date | None = None) -> int | None:
    """The offset from UTC in seconds; for a named zone on that day (1 January 1970 when there is none)."""
    if value.zone is None:
        return value.offset
    return _zone_offset(value.zone, day or Date(1970, 1, 1), value.hour, value.minute, value.second)


@lru_cache(maxsize=4096)
def _zone_offset(zone: str, day: Date, hour: int, minute: int, second: int) -> int:
    year = day.year if 1 < day.year < 9999 else 4 if day.year <= 1 else 9996
    local = datetime(year, day.month, min(day.day, month_length(year, day.month)), hour, minute, second, tzinfo=ZoneInfo(zone))
    return round((local.utcoffset() or timedelta()).total_seconds())


def time_key(value: Time) -> tuple[bool, int, int]:
    """(has an offset, seconds of the day in UTC or local, nanoseconds)."""
    offset = offset_of(value)
    return offset is not None, seconds_of(value) - (offset or 0), value.nano


def instant(value: DateTime) -> tuple[bool, int, int]:
    """(has an offset, seconds since 1970 in UTC or local, nanoseconds)."""
    offset = offset_of(value.time, value.date)
    return offset is not None, ordinal(value.date) * DAY + seconds_of(value.time) - (offset or 0), value.time.nano


def midnight(day: Date) -> DateTime:
    """The date as date and time: midnight UTC."""
    return DateTime(day, Time(0, 0, 0, 0, 0))


def plus_nanos(value: DateTime, nanos: int) -> DateTime | None:
    """A moment later by a days and time duration; the clock moves, the zone stays."""
    total = (ordinal(value.date) * DAY + seconds_of(value.time)) * NANOS + value.time.nano + nanos
    days, rest = divmod(total, DAY * NANOS)
    day = from_ordinal(days)
    return None if abs(day.year) > _MAX_YEAR else DateTime(day, clock(rest, value.time))


def clock(nanos: int, like: Time) -> Time:
    """The time so many nanoseconds after midnight, in the zone of ``like``."""
    seconds, nano = divmod(nanos % (DAY * NANOS), NANOS)
    return Time(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, like.offset, like.zone)


# --- from and to Python


def from_python(value: date | time | datetime | timedelta) -> Value:
    """A Python date, time, datetime or timedelta as the FEEL value."""
    if isinstance(value, timedelta):
        return DaysTime((value.days * DAY + value.seconds) * NANOS + value.microseconds * 1000)
    if isinstance(value, datetime):
        return DateTime(Date(value.year, value.month, value.day), _from_time(value.time(), value.utcoffset(), value.tzinfo))
    if isinstance(value, date):
        return Date(value.year, value.month, value.day)
    return _from_time(value, value.utcoffset(), value.tzinfo)


def _from_time(value: time, offset: timedelta | None, zone: object) -> Time:
    seconds = None if offset is None else round(offset.total_seconds())
    key = getattr(zone, "key", None)
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, None if key else seconds, key)
