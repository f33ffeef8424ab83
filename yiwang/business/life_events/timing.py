"""How long it takes: each matter starts when those it waits for have ended; the longest way through is critical. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.base.clock.api import Limit, Unit, default_calendar, derive


@dataclass(frozen=True, slots=True)
class Span:
    """One matter in time: its limit and what it waits for; ``ended`` when its result is there already."""

    key: str
    limit: str
    depends_on: tuple[str, ...]
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """The day each matter should end, those on the critical path, the last day, and the working days from the start to it."""

    due: Mapping[str, date]
    critical: frozenset[str]
    last: date
    days: int


def timetable(spans: Sequence[Span], *, start: date) -> Timetable:
    """Work it out by the legal clock; '即办' ends the day it starts. Dependencies outside ``spans`` do not count."""
    by_key = {one.key: one for one in spans}
    due: dict[str, date] = {}

    def ends(key: str) -> date:
        if key not in due:
            one = by_key[key]
            begins = max([start, *(ends(before) for before in one.depends_on if before in by_key)])
            due[key] = one.ended or _last_day(begins, one.limit)
        return due[key]

    for one in spans:
        ends(one.key)
    last = max(due.values(), default=start)
    return Timetable(due, frozenset(_critical(by_key, due)), last, default_calendar().workdays_between(start, last))


def _last_day(begins: date, limit: str) -> date:
    parsed = Limit.parse(limit or "即办")
    if parsed == Limit(0, Unit.WORKDAY):
        return begins
    return derive(begins, limit=parsed).due or begins


def _critical(by_key: Mapping[str, Span], due: Mapping[str, date]) -> set[str]:
    """From those that end last, back along whichever predecessor ends latest; among equals the longer chain."""
    late = {key: (day, _depth(by_key, key)) for key, day in due.items()}
    path: set[str] = set()
    stack = [key for key, lateness in late.items() if lateness == max(late.values())]
    while stack:
        key = stack.pop()
        path.add(key)
        before = [one for one in by_key[key].depends_on if one in by_key]
        stack += [one for one in before if late[one] == max(late[other] for other in before) and one not in path]
    return path


def _depth(by_key: Mapping[str, Span], key: str) -> int:
    return 1 + max((_depth(by_key, one) for one in by_key[key].depends_on if one in by_key), default=0)
