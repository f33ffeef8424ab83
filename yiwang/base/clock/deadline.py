"""A derived deadline, and its derivation day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from yiwang.base.clock.calendar import Calendar, span
from yiwang.base.clock.words import DayStep, Extension, Light, Limit, Stop, Unit

_START: Final = "民法典第二百零一条"
_LAST_DAY: Final = "民法典第二百零三条"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends, and how far it is.

    ``first_day`` is day 1. ``due`` is the last day of the term, None while an open stop makes it unknowable; ``due_at`` is the
    moment after which it is late (24:00 of the last day; for hours the exact time). ``total``, ``used`` and ``remaining`` count
    days (hours for a limit in hours); used + remaining = total, and ``remaining`` is negative when overdue.
    """

    start: date
    first_day: date
    due: date | None
    due_at: datetime | None
    total: int
    used: int
    remaining: int
    light: Light
    asof: date
    limit: Limit
    stops: tuple[Stop, ...]
    extensions: tuple[Extension, ...]
    calendar: Calendar = field(repr=False, compare=False)
    start_at: datetime | None = None

    @property
    def overdue(self) -> bool:
        """Whether the term has run out."""
        return self.light == "red"

    @property
    def provisional(self) -> bool:
        """Whether the term reaches into a year whose holiday arrangement is not announced yet."""
        last = self.due or self.asof
        return any(not self.calendar.is_announced(year) for year in range(self.start.year, last.year + 1))

    def to_json(self) -> dict[str, object]:
        """The deadline for machines."""
        return {
            "start": self.start.isoformat(),
            "first_day": self.first_day.isoformat(),
            "due": self.due and self.due.isoformat(),
            "due_at": self.due_at and self.due_at.isoformat(),
            "limit": str(self.limit),
            "total": self.total,
            "used": self.used,
            "remaining": self.remaining,
            "light": self.light,
            "asof": self.asof.isoformat(),
            "provisional": self.provisional,
        }

    def explain(self) -> list[DayStep]:
        """Every day from the start to the last day (or to ``asof``, if later): counted or not, as which number, and why."""
        if self.limit.unit is Unit.HOUR:
            return list(_hour_steps(self))
        return list(_day_steps(self))


def _day_steps(deadline: Deadline) -> Iterator[DayStep]:
    last = max(deadline.due or deadline.asof, deadline.asof, deadline.start)
    yield DayStep(deadline.start, False, None, "起算当日不计入期间", "the starting day is not counted", _START)
    number = 0
    for day in span(deadline.first_day, last):
        step = _day_step(deadline, day, number)
        number = step.number or number
        yield step


def _day_step(deadline: Deadline, day: date, number: int) -> DayStep:
    stop = _stop_on(deadline.stops, day)
    if stop is not None:
        return DayStep(day, False, None, f"停止计时:{stop.reason}", f"clock stopped: {stop.reason}", stop.basis)
    info = deadline.calendar.day(day)
    if not info.is_workday and deadline.limit.unit is Unit.WORKDAY:
        return DayStep(day, False, None, f"{info.name_zh},不是工作日", f"{info.name_en}, not a working day", info.source)
    overdue = deadline.due is not None and day > deadline.due
    if overdue:
        late = number + 1 - deadline.total
        return DayStep(day, True, number + 1, f"已超期第 {late} 日", f"overdue, day {late}", info.source)
    if deadline.limit.unit is not Unit.WORKDAY and number + 1 >= deadline.total and not info.is_workday:
        return DayStep(day, False, None, f"期间最后一日为{info.name_zh},顺延", f"last day falls on {info.name_en}: moved on", _LAST_DAY)
    if deadline.total == 0:
        return DayStep(day, False, None, "顺延至此工作日办结", "moved to this working day", _LAST_DAY)
    return _counted(deadline, day, number + 1)


def _counted(deadline: Deadline, day: date, number: int) -> DayStep:
    info = deadline.calendar.day(day)
    before = deadline.total - _extended(deadline)
    if number > before and deadline.extensions:
        by = "、".join(extension.approver for extension in deadline.extensions)
        return DayStep(day, True, number, f"第 {number} 日(经 {by} 批准延长)", f"day {number} (extension approved by {by})", info.source)
    if deadline.limit.unit is Unit.WORKDAY:
        return DayStep(day, True, number, f"第 {number} 个工作日({info.name_zh})", f"working day {number} ({info.name_en})", info.source)
    return DayStep(day, True, number, f"第 {number} 日", f"day {number}", _START)


def _extended(deadline: Deadline) -> int:
    """Days that the extensions add, where they are counted in days."""
    return sum(extension.amount for extension in deadline.extensions if extension.unit in (Unit.WORKDAY, Unit.CALENDAR_DAY))


def _hour_steps(deadline: Deadline) -> Iterator[DayStep]:
    start, due = deadline.start_at, deadline.due_at
    assert start is not None
    last = max(deadline.due or deadline.asof, deadline.asof, deadline.start)
    passed = timedelta()
    for day in span(deadline.start, last):
        stop = _stop_on(deadline.stops, day)
        if stop is not None:
            yield DayStep(day, False, None, f"停止计时:{stop.reason}", f"clock stopped: {stop.reason}", stop.basis)
            continue
        opens = max(start, datetime.combine(day, datetime.min.time(), start.tzinfo))
        closes = datetime.combine(day + timedelta(days=1), datetime.min.time(), start.tzinfo)
        closes = min(closes, due) if due is not None else closes
        passed += max(closes - opens, timedelta())
        hours = passed // timedelta(hours=1)
        yield DayStep(day, True, hours, f"连续计时,至当日累计 {hours} 小时", f"runs through: {hours} hours by the end of the day", _START)


def _stop_on(stops: tuple[Stop, ...], day: date) -> Stop | None:
    return next((stop for stop in stops if stop.start <= day and (stop.end is None or day <= stop.end)), None)
