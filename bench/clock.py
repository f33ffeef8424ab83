"""How many legal deadlines a second, and how the cost grows with the amount; beside what the same package can do by itself.

Peers, measured in the same run: ``holidays`` counting working days one by one (it knows 调休, so it gives the same answers), and
``numpy.busday_offset`` where numpy is installed (a bare day offset without stops, lights or sources).
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from holidays import country_holidays

from yiwang.base.clock.api import Calendar, Limit, Stop, Unit, default_calendar, derive

STARTS = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(0, 700, 7)]
SECONDS = 0.5


def _per_second(act: Callable[[date], object]) -> float:
    """Runs per second of an act over the starts, the best of three rounds."""
    best = 0.0
    for start in STARTS:
        act(start)
    for _ in range(3):
        runs, begin = 0, time.perf_counter()
        while (passed := time.perf_counter() - begin) < SECONDS / 3:
            for start in STARTS:
                act(start)
            runs += len(STARTS)
        best = max(best, runs / passed)
    return best


def _row(name: str, value: float, peer: str, peer_value: float) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value),
        "unit": "1/s",
        "peer": peer,
        "peer_value": round(peer_value),
        "ratio": round(value / peer_value, 2),
    }


def run() -> list[dict[str, object]]:
    """One row per figure: derivations (or bare offsets) a second, and the peer's."""
    china = country_holidays("CN", years=range(2024, 2035))
    calendar = default_calendar()
    rows = []
    for amount in (10, 100, 1000):
        rows += _by_amount(amount, china, calendar)
    rows.append(_with_stops(china))
    return rows + _beside_numpy()


def _by_amount(amount: int, china: Any, calendar: Calendar) -> list[dict[str, object]]:
    limit, asof = Limit(amount, Unit.WORKDAY), date(2025, 6, 2)

    def whole(start: date) -> object:
        return derive(start, limit=limit, asof=asof).due

    def bare(start: date) -> object:
        return calendar.add_workdays(start, amount)

    def slow(start: date) -> object:
        return china.get_nth_working_day(start, amount)

    for start in STARTS:
        if not whole(start) == bare(start) == slow(start):
            raise AssertionError(f"the peer disagrees: {start} + {amount}")
    peer = _per_second(slow)
    return [
        _row(f"clock: derivations of {amount} working days", _per_second(whole), "holidays, day by day", peer),
        _row(f"clock: bare offset of {amount} working days", _per_second(bare), "holidays, day by day", peer),
    ]


def _with_stops(china: Any) -> dict[str, object]:
    limit = Limit(20, Unit.WORKDAY)

    def ours(start: date) -> object:
        stops = [Stop(start + timedelta(days=5), start + timedelta(days=12), "听证", "行政许可法第四十五条")]
        return derive(start, limit=limit, stops=stops, asof=start).due

    def slow(start: date) -> date:
        first, last = start + timedelta(days=5), start + timedelta(days=12)
        day, counted = start, 0
        while counted < 20:
            day += timedelta(days=1)
            counted += china.is_working_day(day) and not first <= day <= last
        return day

    for start in STARTS:
        if ours(start) != slow(start):
            raise AssertionError(f"the peer disagrees with a stop: {start}")
    return _row("clock: derivations of 20 working days with a stop", _per_second(ours), "holidays, day by day", _per_second(slow))


def _beside_numpy() -> list[dict[str, object]]:
    if importlib.util.find_spec("numpy") is None:
        return []
    numpy: Any = importlib.import_module("numpy")
    calendar = default_calendar()
    # numpy has one week mask and a list of days off; make-up working days cannot be told, so it answers a simpler question
    china = country_holidays("CN", years=range(2024, 2035))
    plan = numpy.busdaycalendar(holidays=sorted(china))
    peer = _per_second(lambda start: numpy.busday_offset(start, 100, roll="backward", busdaycal=plan))
    bare = _per_second(lambda start: calendar.add_workdays(start, 100))
    return [_row("clock: bare offset of 100 working days", bare, "numpy.busday_offset, without 调休", peer)]


if __name__ == "__main__":
    for row in run():
        print(row)
