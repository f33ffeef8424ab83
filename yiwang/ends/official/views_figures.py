"""Figures of departments: each with its definition, computed from the cases at every look."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse

from yiwang.base.clock.api import today
from yiwang.ends.official.page import actor_of, page
from yiwang.evaluation.indicators import api as indicators
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.access.api import policy


@policy("figures.view")
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a period; leaders see every department of their region, others their own."""
    until = _date(request.GET.get("until"), today())
    since = _date(request.GET.get("since"), until - timedelta(days=90))
    actor = actor_of(request)
    code = request.GET.get("figure", "on_time_rate")
    known = {one.code: one for one in indicators.definitions()}
    code = code if code in known else next(iter(known))
    rows = indicators.by_department(actor, since=since, until=until)
    context = {
        "since": since,
        "until": until,
        "total": indicators.figures(actor, since=since, until=until),
        "rows": rows,
        "bars": [(row.name, one.value) for row in rows for one in row.figures if one.code == code and one.value is not None],
        "trend": [(point.until.strftime("%m-%d"), point.value or 0) for point in indicators.trend(actor, code=code, until=until)],
        "figure": known[code],
        "recomputed": indicators.recompute(actor, since=since, until=until) if request.GET.get("check") else (),
        "red_black": ratings.red_black(since, until),
    }
    return page(request, "figures", context, tab="figures")


def _date(text: str | None, otherwise: date) -> date:
    """A date from the address; anything unreadable means the usual period."""
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        return otherwise
