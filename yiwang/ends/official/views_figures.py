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
    rows = indicators.departments(actor, since=since, until=until)
    context = {
        "since": since,
        "until": until,
        "total": indicators.figures(actor, since=since, until=until),
        "rows": rows,
        "red_black": ratings.red_black(since, until),
    }
    return page(request, "figures", context, tab="figures")


def _date(text: str | None, otherwise: date) -> date:
    """A date from the address; anything unreadable means the usual period."""
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        return otherwise
