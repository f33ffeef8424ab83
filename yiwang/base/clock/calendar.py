"""Working days by arithmetic on prefix counts: one small table per year, made when the year is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from itertools import accumulate
from typing import Final

from yiwang.base.clock.errors import BadCalendar, BadTerm

_WEEKDAYS_ZH: Final = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_WEEKDAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says."""

    is_workday: bool
    name_zh: str
    name_en: str
    source: str


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What is known of one year: its special days, whether its arrangement is announced, and where that stands."""

    special: Mapping[date, Special] = field(default_factory=dict)
    announced: bool = False
    source: str = "周休二日,未载入节假日"


@dataclass(frozen=True, slots=True)
class Day:
    """One day explained."""

    date: date
    is_workday: bool
    name_zh: str
    name_en: str
    source: str


@dataclass(frozen=True, slots=True)
class _Year:
    first: int  # ordinal of 1 January
    prefix: tuple[int, ...]  # prefix[i]: working days among the first i days
    workdays: tuple[int, ...]  # their ordinals
    plan: YearPlan


def no_plan(year: int) -> YearPlan:
    """Plain weeks without holidays."""
    return YearPlan()


class Calendar:
    """Which days are worked. Immutable; ``with_days`` gives another one."""

    __slots__ = ("_own", "_plan", "_years")

    def __init__(self, plan: Callable[[int], YearPlan] = no_plan, own: Mapping[date, Special] | None = None) -> None:
        """``plan`` says what is known of a year; ``own`` days stand above it."""
        self._plan = plan
        self._own: dict[date, Special] = dict(own or {})
        self._years: dict[int, _Year] = {}

    def with_days(self, days: Iterable[tuple[date, bool, str]]) -> Calendar:
        """A calendar in which the given (date, is_workday, source) rows stand above everything else."""
        own = dict(self._own)
        for day, is_workday, source in days:
            if not source:
                raise BadCalendar(f"{day} 的安排没有写明来源文件,请补充。")
            zh, en = ("调休上班", "make-up working day") if is_workday else ("放假", "day off")
            own[day] = Special(is_workday, zh, en, source)
        other = Calendar(self._plan, own)
        touched = {day.year for day, special in own.items() if self._own.get(day) != special}
        other._years = {number: year for number, year in self._years.items() if number not in touched}
        return other

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked."""
        year = self._year(day.year)
        index = day.toordinal() - year.first
        return year.prefix[index + 1] > year.prefix[index]

    def is_announced(self, number: int) -> bool:
        """Whether the arrangement of a year is published; if not, only the statutory holidays are known."""
        return self._year(number).plan.announced

    def add_workdays(self, day: date, amount: int) -> date:
        """The ``amount``-th working day after a day (before it, when negative); the day itself for 0.

        Raises:
            BadTerm: when the answer lies outside the years 1–9999.
        """
        if amount == 0:
            return day
        number = day.year
        year = self._year(number)
        index = day.toordinal() - year.first
        # position, counted from 1, of the wanted day among the working days of ``year``
        position = year.prefix[index + 1] + amount if amount > 0 else year.prefix[index] + amount + 1
        while position > len(year.workdays):
            position -= len(year.workdays)
            number += 1
            year = self._year(number)
        while position < 1:
            number -= 1
            year = self._year(number)
            position += len(year.workdays)
        return date.fromordinal(year.workdays[position - 1])

    def workdays_between(self, after: date, until: date) -> int:
        """Working days after one day up to and including another; negative when they stand the other way round."""
        if until < after:
            return -self.workdays_between(until, after)
        first, last = self._year(after.year), self._year(until.year)
        count = last.prefix[until.toordinal() - last.first + 1] - first.prefix[after.toordinal() - first.first + 1]
        for number in range(after.year, until.year):
            count += len(self._year(number).workdays)
        return count

    def next_workday(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def source(self, day: date) -> str:
        """The document that says whether this day is worked."""
        return self.day(day).source

    def day(self, day: date) -> Day:
        """The day with its name and source."""
        plan = self._year(day.year).plan
        special = self._own.get(day) or plan.special.get(day)
        if special is not None:
            return Day(day, special.is_workday, special.name_zh, special.name_en, special.source)
        weekday = day.weekday()
        if weekday < 5:
            return Day(day, True, "工作日", "working day", plan.source)
        return Day(day, False, _WEEKDAYS_ZH[weekday], _WEEKDAYS_EN[weekday], "国务院关于职工工作时间的规定(国务院令第174号)第七条")

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        return year if year is not None else self._make(number)

    def _make(self, number: int) -> _Year:
        if not MINYEAR <= number <= MAXYEAR:
            raise BadTerm("期限超出可推算的年份(公元 1 至 9999 年),请检查期限数量。")
        plan = self._plan(number)
        first = date(number, 1, 1)
        length = date(number, 12, 31).toordinal() - first.toordinal() + 1
        worked = [(first.weekday() + index) % 7 < 5 for index in range(length)]
        for source in (plan.special, self._own):
            for day, special in source.items():
                if day.year == number:
                    worked[day.toordinal() - first.toordinal()] = special.is_workday
        workdays = tuple(first.toordinal() + index for index, flag in enumerate(worked) if flag)
        year = _Year(first.toordinal(), (0, *accumulate(worked)), workdays, plan)
        self._years[number] = year
        return year


def span(first: date, last: date) -> Iterable[date]:
    """Every day from one to another, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
