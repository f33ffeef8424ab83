"""The three rates and the league table, by the definitions of the configuration.

Response: first contact within its limit / dispatched. Solution: solved by call-back or rating / asked with a valid answer.
Satisfaction: content and better (3 to 5 of 5) / rated. The whole: weights of limits.json. Tickets whose exclusion was granted by a
second person are left out of all three and counted beside them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from yiwang.base.clock.api import now
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.tree import limits
from yiwang.business.hotline.values import Rates
from yiwang.support.identity.api import department


def percent(part: int, whole: int) -> float | None:
    """A share in percent with two digits; None of nothing."""
    return round(part * 100 / whole, 2) if whole else None


def league(since: datetime, *, where: Q) -> list[Rates]:
    """Every department that was sent something since then, the best first."""
    found = [_rates(row, row["department"]) for row in _counts(since, where, ("department",)) if row["department"]]
    return sorted(found, key=lambda one: (one.total is None, -(one.total or 0), one.department))


def city(since: datetime, *, where: Q) -> Rates:
    """All departments together."""
    rows = _counts(since, where, ())
    return _rates(rows[0], "") if rows else Rates("", "全市", 0, None, 0, None, 0, 0, None, 0, 0, None, 0, 0)


def _counts(since: datetime, where: Q, by: tuple[str, ...]) -> list[dict[str, Any]]:
    counted = ~Q(exclusion__contains={"granted": True})
    rows = TicketRow.objects.filter(where, dispatched_at__gte=since).exclude(state__in=("withdrawn", "transferred"))
    overdue = Q(answered_at=None, due__lt=now()) | Q(answered_at__gt=F("due"))
    counts = {
        "dispatched": Count("id", filter=counted),
        "responded": Count("id", filter=counted & Q(contacted_at__lte=F("contact_due"))),
        "solved_n": Count("id", filter=counted & Q(solved=True)),
        "asked": Count("id", filter=counted & Q(solved__isnull=False)),
        "satisfied": Count("id", filter=counted & Q(satisfaction__gte=3)),
        "rated": Count("id", filter=counted & Q(satisfaction__isnull=False)),
        "overdue": Count("id", filter=overdue),
        "excluded": Count("id", filter=~counted),
    }
    return list(rows.values(*by).annotate(**counts)) if by else [rows.aggregate(**counts)]


def _rates(row: dict[str, Any], code: str) -> Rates:
    response = percent(row["responded"], row["dispatched"])
    solution = percent(row["solved_n"], row["asked"])
    satisfaction = percent(row["satisfied"], row["rated"])
    weights = limits()["weights"]
    parts = (("response", response), ("solution", solution), ("satisfaction", satisfaction))
    known = [(weights[name], value) for name, value in parts if value is not None]
    total = round(sum(weight * value for weight, value in known), 2) if len(known) == len(parts) else None
    return Rates(
        code, department(code).name if code else "全市", row["dispatched"], response, row["responded"], solution, row["solved_n"],
        row["asked"],
        satisfaction, row["satisfied"], row["rated"], total, row["overdue"], row["excluded"],
    )  # fmt: skip
