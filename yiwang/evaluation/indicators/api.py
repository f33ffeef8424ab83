"""The door of indicators 指标: figures of departments over a period, each with its definition, always computed from what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from yiwang.evaluation.indicators import computing, gathering
from yiwang.evaluation.indicators.errors import BadPeriod, UnknownFigure
from yiwang.evaluation.indicators.values import Definition, DepartmentFigures, Figure, Point, Recomputed
from yiwang.security.access.api import Actor

__all__ = [
    "BadPeriod",
    "Definition",
    "DepartmentFigures",
    "Figure",
    "Point",
    "Recomputed",
    "UnknownFigure",
    "by_department",
    "count_ledgers",
    "definitions",
    "figures",
    "fold",
    "on_event",
    "on_events",
    "rebuild",
    "recompute",
    "trend",
]


def definitions() -> tuple[Definition, ...]:
    """Every figure: its name, unit, definition in both languages, and what is divided by what."""
    return computing.definitions()


def figures(actor: Actor, *, since: date | None = None, until: date | None = None, department: str = "") -> list[Figure]:
    """All figures of one department, or of all departments the actor may see taken together.

    Args:
        actor: staff with ``figures.view``.
        since: first day; thirty days before the end by default.
        until: last day, included; today by default.
        department: short code; '' for all that the actor may see.

    Raises:
        PermissionDenied, BadPeriod.

    Cost: two statements. Writes nothing; facts not yet folded are added on the spot.
    """
    return computing.figures(actor, since=since, until=until, department=department)


def by_department(actor: Actor, *, since: date | None = None, until: date | None = None) -> list[DepartmentFigures]:
    """All figures of every department the actor may see, side by side. Two statements."""
    return computing.by_department(actor, since=since, until=until)


def trend(actor: Actor, *, code: str, department: str = "", until: date | None = None, days: int = 7, periods: int = 12) -> list[Point]:
    """One figure over ``periods`` periods of ``days`` days each, oldest first, for a chart. UnknownFigure names the choices."""
    return computing.trend(actor, code=code, department=department, until=until, days=max(days, 1), periods=min(max(periods, 1), 60))


def recompute(actor: Actor, *, since: date | None = None, until: date | None = None, department: str = "") -> list[Recomputed]:
    """Every figure as shown beside the same figure computed again from the recorded events alone."""
    return computing.recompute(actor, since=since, until=until, department=department)


def on_event(event: Mapping[str, Any]) -> None:
    """Handler of case events: keeps what figures need (no personal data), once per event. One INSERT."""
    gathering.on_events([event])


def on_events(events: Sequence[Mapping[str, Any]]) -> None:
    """The same for many events: one INSERT for all of them."""
    gathering.on_events(events)


def fold() -> int:
    """Add new facts to the stored lines (worker); returns how many cases were touched."""
    return gathering.fold()


def count_ledgers(*, limit: int = 500) -> int:
    """Count the 免提交 ledgers of decided cases not counted yet (worker); returns how many."""
    return gathering.count_ledgers(limit=limit)


def rebuild() -> int:
    """Make all lines again from the facts; returns how many cases there are."""
    return gathering.rebuild()
