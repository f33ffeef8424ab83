"""The calendar of China from the ``holidays`` package: statutory holidays, days off by exchange, make-up working days (调休)."""

from __future__ import annotations

from datetime import MAXYEAR, date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from yiwang.base.clock.calendar import Calendar, Special, YearPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

LAW: Final = "全国年节及纪念日放假办法"


def china() -> Calendar:
    """A calendar that knows China's statutory holidays and, for the announced years, their exchanged days."""
    return Calendar(plan)


@cache
def plan(year: int) -> YearPlan:
    """What is known of a year. Unannounced years have statutory holidays only, and their source says so."""
    announced = year in _announced()
    if announced:
        source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    else:
        source = f"{LAW}(仅法定节假日,{year}年调休安排尚未载入)"
    # an exchange announced for the next year may make a December weekend of this one a working day
    years = (year, min(year + 1, MAXYEAR))
    chinese, english = _days(years, "zh_CN"), _days(years, "en_US")
    special = {day: Special(False, name, english[day], source) for day, name in chinese.items() if day.year == year}
    for day in chinese.weekend_workdays:
        if day.year == year:
            special[day] = Special(True, "调休上班", "make-up working day", source)
    return YearPlan(special, announced, source)


def _days(years: tuple[int, ...], language: str) -> Any:
    # imported here: it takes a third of a second that a command without dates need not wait
    from holidays import country_holidays

    return country_holidays("CN", years=years, language=language)


@cache
def _announced() -> frozenset[int]:
    from holidays.countries.china import ChinaStaticHolidays

    plans: Mapping[int, object] = ChinaStaticHolidays.special_public_holidays
    return frozenset(plans)


def announced_until() -> date:
    """The last day whose arrangement the installed package knows."""
    return date(max(_announced()), 12, 31)
