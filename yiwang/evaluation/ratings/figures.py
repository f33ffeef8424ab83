"""Figures of ratings, computed by one set-based statement per question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection

from yiwang.base.clock.api import now, today
from yiwang.evaluation.ratings.values import DepartmentRatings, RedBlack
from yiwang.standards.codes import Satisfaction

POINTS: Final = dict(zip((level.value for level in Satisfaction), (100, 80, 60, 40, 20), strict=True))

_SQL: Final = """
SELECT department,
       count(*),
       count(*) FILTER (WHERE state <> 'dismissed') AS valid,
       count(*) FILTER (WHERE NOT bad) AS good,
       count(*) FILTER (WHERE bad AND state <> 'dismissed') AS bad,
       count(*) FILTER (WHERE state = 'dismissed') AS dismissed,
       count(*) FILTER (WHERE due_on IS NOT NULL) AS open,
       count(*) FILTER (WHERE due_on < %(today)s) AS overdue,
       avg(points) FILTER (WHERE state <> 'dismissed') AS score,
       count(*) FILTER (WHERE bad AND state <> 'dismissed' AND answered_at IS NOT NULL) AS answered,
       count(*) FILTER (WHERE fixed_at IS NOT NULL) AS fixed,
       count(*) FILTER (WHERE fixed_on_time) AS fixed_on_time,
       count(*) FILTER (WHERE bad AND answered_at IS NOT NULL AND NOT anonymous) AS to_revisit,
       count(*) FILTER (WHERE revisited_at IS NOT NULL AND NOT anonymous) AS revisited
FROM ratings_rating
JOIN unnest(%(levels)s::text[], %(points)s::int[]) AS scale (level, points) USING (level)
WHERE at >= %(begin)s AND at < %(end)s
  AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
GROUP BY department
ORDER BY department
"""


def by_department(since: date, until: date, *, departments: Sequence[str] | None) -> list[DepartmentRatings]:
    """See ``api.department_figures``."""
    zone = now().tzinfo
    parameters: dict[str, Any] = {
        "today": today(),
        "levels": list(POINTS),
        "points": list(POINTS.values()),
        "begin": datetime.combine(since, time.min, zone),
        "end": datetime.combine(until + timedelta(days=1), time.min, zone),
        "departments": None if departments is None else list(departments),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, parameters)
        return [_figures(*row) for row in cursor.fetchall()]


def _figures(department: str, *counts: int) -> DepartmentRatings:
    ratings, valid, good, bad, dismissed, waiting, overdue, score, answered, fixed, on_time, to_revisit, revisited = counts
    return DepartmentRatings(
        department=department,
        ratings=ratings,
        valid=valid,
        good=good,
        bad=bad,
        dismissed=dismissed,
        open=waiting,
        overdue=overdue,
        good_rate=_share(good, valid),
        score=None if score is None else round(float(score), 2),
        fix_rate=_share(answered, bad),
        fixed_on_time_rate=_share(on_time, fixed),
        revisit_rate=_share(revisited, to_revisit),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def red_black(since: date, until: date, *, least: int, top: int) -> RedBlack:
    """See ``api.red_black``."""
    rows = [row for row in by_department(since, until, departments=None) if row.valid >= least]
    ordered = sorted(rows, key=lambda row: (-(row.good_rate or 0), -(row.score or 0), -row.valid, row.department))
    black = [row for row in reversed(ordered) if row.bad]
    chosen = black[:top]
    red = [row for row in ordered if row not in chosen][:top]
    return RedBlack(since, until, least, tuple(red), tuple(chosen))
