"""From counts to figures, for those who may see them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db import connection

from yiwang.base.clock.api import now, today
from yiwang.evaluation.indicators import sql
from yiwang.evaluation.indicators.errors import BadPeriod, UnknownFigure
from yiwang.evaluation.indicators.values import Definition, DepartmentFigures, Figure, Point, Recomputed
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.access.api import Actor, may, require
from yiwang.support.identity.api import department as identity_department
from yiwang.support.identity.api import departments

VIEW = "figures.view"
Counts = Mapping[str, float]


@cache
def definitions() -> tuple[Definition, ...]:
    """Every figure, in the order of the file."""
    rows = json.loads((Path(__file__).parent / "figures.json").read_text(encoding="utf-8"))
    return tuple(Definition(**row) for row in rows)


def seen_by(actor: Actor, department: str) -> list[str]:
    """Departments whose figures the actor asks for and may see."""
    if department:
        place = identity_department(department)
        require(actor, VIEW, department=place.code, region=place.region)
        return [place.code]
    seen = [one.code for one in departments() if may(actor, VIEW, department=one.code, region=one.region)]
    if not seen:
        require(actor, VIEW, department=actor.department, region=actor.region)
    return seen


def period(since: date | None, until: date | None) -> tuple[date, date]:
    """The period asked for; the last thirty days by default."""
    last = until or today()
    first = since or last - timedelta(days=29)
    if first > last:
        raise BadPeriod(f"统计区间不正确:开始日 {first} 晚于结束日 {last},请改正。")
    return first, last


def counts(chosen: Sequence[str], since: date, until: date, *, lines: str = sql.CURRENT) -> dict[str, Counts]:
    """Counts by department: those of the cases in one statement, those of the ratings in another."""
    with connection.cursor() as cursor:
        begin, end = _bounds(since, until)
        cursor.execute(sql.COUNTS.format(lines=lines), {"begin": begin, "end": end, "departments": list(chosen)})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    found: dict[str, dict[str, float]] = {row.pop("department"): {name: float(value) for name, value in row.items()} for row in rows}
    for rated in ratings.department_figures(since, until, departments=chosen):
        found.setdefault(rated.department, {}).update(
            ratings=rated.ratings,
            ratings_valid=rated.valid,
            ratings_good=rated.good,
            ratings_bad=rated.bad,
            ratings_answered=round((rated.fix_rate or 0) * rated.bad),
        )
    return dict(found)


def _bounds(since: date, until: date) -> tuple[datetime, datetime]:
    """The moments at which a period of days begins and ends in Shanghai."""
    zone = now().tzinfo
    return datetime.combine(since, time.min, zone), datetime.combine(until + timedelta(days=1), time.min, zone)


def added(many: Iterable[Counts]) -> Counts:
    """Counts of several departments together."""
    total: dict[str, float] = defaultdict(float)
    for one in many:
        for name, value in one.items():
            total[name] += value
    return total


def figure(definition: Definition, found: Counts, *, department: str, since: date, until: date, at: datetime) -> Figure:
    """One figure from counts."""
    part = found.get(definition.numerator, 0.0)
    whole = found.get(definition.denominator, 0.0) if definition.denominator else None
    return Figure(
        code=definition.code,
        name=definition.name,
        name_en=definition.name_en,
        unit=definition.unit,
        better=definition.better,
        value=_value(part, whole, definition.unit),
        numerator=round(part, 4),
        denominator=None if whole is None else round(whole, 4),
        definition=definition.definition,
        definition_en=definition.definition_en,
        department=department,
        since=since,
        until=until,
        computed_at=at,
    )


def _value(part: float, whole: float | None, unit: str) -> float | None:
    if whole is None:
        return part
    if not whole:
        return None
    return round(part / whole * (100 if unit == "%" else 1), 2)


def figures(actor: Actor, *, since: date | None, until: date | None, department: str) -> list[Figure]:
    """See ``api.figures``."""
    chosen = seen_by(actor, department)
    first, last = period(since, until)
    total = added(counts(chosen, first, last).values())
    named = chosen[0] if len(chosen) == 1 else ""
    at = now()
    return [figure(one, total, department=named, since=first, until=last, at=at) for one in definitions()]


def by_department(actor: Actor, *, since: date | None, until: date | None) -> list[DepartmentFigures]:
    """See ``api.by_department``."""
    chosen = seen_by(actor, "")
    first, last = period(since, until)
    found, at = counts(chosen, first, last), now()
    return [
        DepartmentFigures(
            code,
            identity_department(code).name,
            tuple(figure(one, found.get(code, {}), department=code, since=first, until=last, at=at) for one in definitions()),
        )
        for code in chosen
    ]


def trend(actor: Actor, *, code: str, department: str, until: date | None, days: int, periods: int) -> list[Point]:
    """See ``api.trend``."""
    definition = find(code)
    chosen = seen_by(actor, department)
    last = until or today()
    points = []
    for index in range(periods - 1, -1, -1):
        end = last - timedelta(days=index * days)
        begin = end - timedelta(days=days - 1)
        total = added(counts(chosen, begin, end).values())
        points.append(Point(begin, end, figure(definition, total, department=department, since=begin, until=end, at=now()).value))
    return points


def recompute(actor: Actor, *, since: date | None, until: date | None, department: str) -> list[Recomputed]:
    """See ``api.recompute``."""
    chosen = seen_by(actor, department)
    first, last = period(since, until)
    shown, again = counts(chosen, first, last), counts(chosen, first, last, lines=sql.FROM_FACTS)
    at, results = now(), []
    for code in chosen:
        for one in definitions():
            before = figure(one, shown.get(code, {}), department=code, since=first, until=last, at=at)
            after = figure(one, again.get(code, {}), department=code, since=first, until=last, at=at)
            results.append(Recomputed(one.code, one.name, code, before.value, after.value, before.value == after.value))
    return results


def find(code: str) -> Definition:
    """The definition of a code, or UnknownFigure."""
    found = next((one for one in definitions() if one.code == code), None)
    if found is None:
        raise UnknownFigure(f"没有指标「{code}」,可选:{'、'.join(one.code for one in definitions())}。", figure=code)
    return found
