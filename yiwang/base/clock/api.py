"""The door of the clock: the time, working days, and the one engine for every legal limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

from yiwang.base.clock import derivation, imported, present
from yiwang.base.clock.calendar import Calendar, Day
from yiwang.base.clock.deadline import Deadline
from yiwang.base.clock.errors import BadCalendar, BadTerm
from yiwang.base.clock.imported import RowReport
from yiwang.base.clock.present import Hands
from yiwang.base.clock.words import DayStep, Extension, Light, Limit, Stop, Unit

__all__ = [
    "BadCalendar",
    "BadTerm",
    "Calendar",
    "Day",
    "DayStep",
    "Deadline",
    "Extension",
    "Hands",
    "Light",
    "Limit",
    "RowReport",
    "Stop",
    "Unit",
    "default_calendar",
    "derive",
    "frozen",
    "import_days",
    "load_days",
    "now",
    "today",
]


def now() -> datetime:
    """The time in Shanghai, aware."""
    return present.now()


def today() -> date:
    """The date in Shanghai."""
    return present.today()


def frozen(at: datetime) -> AbstractContextManager[Hands]:
    """Hold the clock of this thread at an aware time, for tests and rehearsals: ``with frozen(at) as hands: hands.advance(…)``."""
    return present.frozen(at)


def derive(
    start: date | datetime,
    *,
    limit: Limit,
    stops: Sequence[Stop] = (),
    extensions: Sequence[Extension] = (),
    asof: date | datetime | None = None,
    calendar: Calendar | None = None,
    yellow_share: float = derivation.YELLOW_SHARE,
) -> Deadline:
    """When a limit that starts at ``start`` ends, and how far it is on ``asof`` (today by default).

    The starting day is not counted; working days include make-up days (调休); days of a stop do not count; a term in calendar
    days, months or years whose last day is not worked ends on the next working day; months and years end on the corresponding
    day, or the last day of a shorter month; hours run through from the given moment. The light is red when overdue, else
    'stopped' on a day of a stop, else yellow when at most ``yellow_share`` of the total remains.

    Raises:
        BadTerm: for times without zone, hours without a moment, extensions in a unit that does not add up, years beyond 9999.

    Source: 行政许可法第八十二条, 第四十五条, 第四十二条; 民法典第二百条至第二百零三条.
    """
    return derivation.derive(
        start,
        limit=limit,
        stops=stops,
        extensions=extensions,
        asof=asof,
        calendar=calendar if calendar is not None else imported.default_calendar(),
        yellow_share=yellow_share,
    )


def default_calendar(region: str = "") -> Calendar:
    """China's calendar with the days an operator has imported for the country, the regions above ``region`` and itself.

    Costs no query and needs no database: imported days are kept in memory (see ``load_days``).
    """
    return imported.default_calendar(region)


def load_days() -> int:
    """Read the imported days into this process again; returns how many there are.

    Happens by itself when the first connection opens, after an import, and at most once a minute when a request starts.
    """
    return imported.load_days()


def import_days(rows: Iterable[Mapping[str, Any]]) -> list[RowReport]:
    """Import days, for example the next year's arrangement, in one transaction; bad rows are refused one by one.

    Args:
        rows: ``{date: '2027-01-01', is_workday: '否', source_doc: '国办发明电〔2026〕…', region: ''}``; a day given twice: the last counts.

    Returns:
        One report per row: 'new', 'changed' (saying what stood before), 'same' or 'refused' (saying why).
    """
    return imported.import_days(rows)
