"""The three rates and the league table, by the definitions of the configuration.

Response: first contact within its limit / dispatched. Solution: solved by call-back or rating / asked with a valid answer.
Satisfaction: content and better (3 to 5 of 5) / rated. The whole: weights of limits.json. Tickets whose exclusion was granted by a
second person are left out of all three and counted beside them. Tickets count on the day they were dispatched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count

from yiwang.base.clock.api import now
from yiwang.business.hotline import states, tallying
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.tree import limits
from yiwang.business.hotline.values import Rates
from yiwang.support.identity.api import department


def percent(part: int, whole: int) -> float | None:
    """A share in percent with two digits; None of nothing."""
    return round(part * 100 / whole, 2) if whole else None


def table(since: datetime, seen: tallying.Scope) -> tuple[Rates, list[Rates]]:
    """All departments together, and every department that was sent something since that day, the best first."""
    held: dict[str, Counter[str]] = {}
    for code, name, count in tallying.sums(["rate"], by="department, name", since=since, seen=seen):
        held.setdefault(code, Counter())[name] = count
    late = TicketRow.objects.filter(tallying.covering(seen), state__in=states.WORKED, due__lt=now(), answered_at=None)
    late = late.filter(dispatched_at__gte=since)
    for code, count in late.values_list("department").annotate(n=Count("id")).order_by():
        held.setdefault(code, Counter())["late"] += count
    whole: Counter[str] = sum(held.values(), Counter())
    found = [_rates(row, code) for code, row in held.items() if code]
    return _rates(whole, ""), sorted(found, key=lambda one: (one.total is None, -(one.total or 0), one.department))


def _rates(row: Mapping[str, int], code: str) -> Rates:
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
        satisfaction, row["satisfied"], row["rated"], total, row["late"], row["excluded"],
    )  # fmt: skip
