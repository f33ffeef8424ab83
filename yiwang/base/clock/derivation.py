"""From a start and a limit to a deadline: the starting day is not counted, stops do not count, a last day off moves on.

A term is a walk from gap to gap: between two stops the days are counted by arithmetic, so the cost does not grow with the amount.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Final, TypeVar

from yiwang.base.clock import present
from yiwang.base.clock.calendar import Calendar
from yiwang.base.clock.deadline import Deadline
from yiwang.base.clock.errors import BadTerm
from yiwang.base.clock.words import Extension, Light, Limit, Stop, Unit, merged

Point = TypeVar("Point", date, datetime)
Gap = tuple[Point, Point | None]  # the last point that counts before a stop, and the point from which counting goes on

_DAY: Final = timedelta(days=1)
_MICRO: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1) // _MICRO
YELLOW_SHARE: Final = 0.2


def derive(
    start: date | datetime,
    *,
    limit: Limit,
    stops: Sequence[Stop],
    extensions: Sequence[Extension],
    asof: date | datetime | None,
    calendar: Calendar,
    yellow_share: float,
) -> Deadline:
    """See ``api.derive``; here every argument is given."""
    joined = merged(tuple(stops)) if stops else ()
    for extension in extensions:
        if (extension.unit is Unit.WORKDAY, extension.unit is Unit.HOUR) != (limit.unit is Unit.WORKDAY, limit.unit is Unit.HOUR):
            raise BadTerm(f"延长的单位「{extension.unit.zh}」与期限的单位「{limit.unit.zh}」不能相加,请按原期限的单位批准延长。")
    if limit.unit is Unit.HOUR:
        return _by_hours(start, limit, joined, tuple(extensions), asof, calendar, yellow_share)
    first = _day_of(start)
    on = present.today() if asof is None else _day_of(asof)
    if limit.unit is Unit.WORKDAY:
        total = limit.amount + sum(extension.amount for extension in extensions)
        due, used = _workdays(first, total, joined, on, calendar)
    else:
        total = _calendar_days(first, limit, extensions)
        due, used = _calendar_term(first, total, joined, on, calendar)
    late = due is not None and on > due
    return Deadline(
        start=first,
        first_day=_add_days(first, 1),
        due=due,
        due_at=None if due is None else _midnight(_add_days(due, 1)),
        total=total,
        used=used,
        remaining=total - used,
        light=_light(late, _stopped(joined, on), total - used, total, yellow_share),
        asof=on,
        limit=limit,
        stops=joined,
        extensions=tuple(extensions),
        calendar=calendar,
    )


def _workdays(start: date, total: int, stops: tuple[Stop, ...], on: date, calendar: Calendar) -> tuple[date | None, int]:
    gaps = _gaps(stops)
    if total == 0:
        due = _moved(start, stops, calendar)
        return due, 0 if due is None else _counted(calendar.workdays_between, due, on, gaps)
    due = _end(calendar.workdays_between, calendar.add_workdays, start, total, gaps)
    return due, _counted(calendar.workdays_between, start, on, gaps)


def _calendar_term(start: date, total: int, stops: tuple[Stop, ...], on: date, calendar: Calendar) -> tuple[date | None, int]:
    gaps = _gaps(stops)
    nominal = _end(_days_between, _add_days, start, total, gaps) if total else start
    due = None if nominal is None else _moved(nominal, stops, calendar)
    if due is not None and on >= due:
        return due, total + _counted(_days_between, due, on, gaps)
    # until the term is over its last day, wherever it is moved to, has not been counted
    return due, min(_counted(_days_between, start, on, gaps), max(total - 1, 0))


def _calendar_days(start: date, limit: Limit, extensions: Sequence[Extension]) -> int:
    """Days from the start to the corresponding day: months and years first, then days (民法典第二百零二条)."""
    amounts = {Unit.YEAR: 0, Unit.MONTH: 0, Unit.CALENDAR_DAY: 0}
    amounts[limit.unit] += limit.amount
    for extension in extensions:
        amounts[extension.unit] += extension.amount
    index = start.year * 12 + start.month - 1 + amounts[Unit.YEAR] * 12 + amounts[Unit.MONTH]
    year, month = divmod(index, 12)
    if year > MAXYEAR:
        raise _too_far()
    day = min(start.day, months.monthrange(year, month + 1)[1])
    return (date(year, month + 1, day) - start).days + amounts[Unit.CALENDAR_DAY]


def _by_hours(
    start: date | datetime,
    limit: Limit,
    stops: tuple[Stop, ...],
    extensions: tuple[Extension, ...],
    asof: date | datetime | None,
    calendar: Calendar,
    yellow_share: float,
) -> Deadline:
    if not isinstance(start, datetime):
        raise BadTerm("按小时计算的期限须给出起算的时刻,不能只给日期。")
    begin = present.aware(start)
    total = limit.amount + sum(extension.amount for extension in extensions)
    moment = present.now() if asof is None else asof
    # a date means the whole of that day
    on = present.aware(moment) if isinstance(moment, datetime) else _midnight(_add_days(moment, 1)) - _MICRO
    gaps = [(_midnight(stop.start), None if stop.end is None else _midnight(stop.end + _DAY)) for stop in stops]
    due_at = _end(_micros_between, _add_micros, begin, total * _HOUR, gaps) if total else begin
    used = _counted(_micros_between, begin, on, gaps) // _HOUR
    return Deadline(
        start=begin.date(),
        first_day=begin.date(),
        due=None if due_at is None else due_at.date(),
        due_at=due_at,
        total=total,
        used=used,
        remaining=total - used,
        light=_light(due_at is not None and on > due_at, _stopped(stops, on.date()), total - used, total, yellow_share),
        asof=on.date(),
        limit=limit,
        stops=stops,
        extensions=extensions,
        calendar=calendar,
        start_at=begin,
    )


def _end(
    count: Callable[[Point, Point], int], add: Callable[[Point, int], Point], start: Point, total: int, gaps: Sequence[Gap[Point]]
) -> Point | None:
    """The point at which ``total`` is counted; None when an open stop begins before."""
    cursor, left = start, total
    for stops_after, goes_on in gaps:
        if stops_after > cursor:
            here = count(cursor, stops_after)
            if here >= left:
                break
            left -= here
            cursor = stops_after
        if goes_on is None:
            return None
        cursor = max(cursor, goes_on)
    return add(cursor, left)


def _counted(count: Callable[[Point, Point], int], start: Point, until: Point, gaps: Sequence[Gap[Point]]) -> int:
    """How much is counted after ``start`` until a point; 0 before the start."""
    cursor, counted = start, 0
    for stops_after, goes_on in gaps:
        if stops_after >= until:
            break
        if stops_after > cursor:
            counted += count(cursor, stops_after)
            cursor = stops_after
        if goes_on is None or goes_on >= until:
            return counted
        cursor = max(cursor, goes_on)
    return counted + (count(cursor, until) if until > cursor else 0)


def _moved(day: date, stops: tuple[Stop, ...], calendar: Calendar) -> date | None:
    """The day itself, or the first day after it that is worked and not stopped; None within an open stop."""
    day = calendar.next_workday(day)
    for stop in stops:
        if stop.start <= day:
            if stop.end is None:
                return None
            if day <= stop.end:
                day = calendar.next_workday(stop.end + _DAY)
    return day


def _light(late: bool, stopped: bool, remaining: int, total: int, yellow_share: float) -> Light:
    if late:
        return "red"
    if stopped:
        return "stopped"
    return "yellow" if remaining <= total * yellow_share else "green"


def _stopped(stops: tuple[Stop, ...], on: date) -> bool:
    return any(stop.start <= on and (stop.end is None or on <= stop.end) for stop in stops)


def _gaps(stops: tuple[Stop, ...]) -> list[Gap[date]]:
    return [(stop.start - _DAY, stop.end) for stop in stops]


def _day_of(moment: date | datetime) -> date:
    return present.aware(moment).date() if isinstance(moment, datetime) else moment


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, present.SHANGHAI)


def _days_between(after: date, until: date) -> int:
    return until.toordinal() - after.toordinal()


def _add_days(day: date, amount: int) -> date:
    try:
        return date.fromordinal(day.toordinal() + amount)
    except (ValueError, OverflowError) as error:
        raise _too_far() from error


def _micros_between(after: datetime, until: datetime) -> int:
    return (until - after) // _MICRO


def _add_micros(moment: datetime, amount: int) -> datetime:
    try:
        return moment + amount * _MICRO
    except OverflowError as error:
        raise _too_far() from error


def _too_far() -> BadTerm:
    return BadTerm("期限超出可推算的年份(公元 1 至 9999 年),请检查期限数量。")
