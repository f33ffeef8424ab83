"""Behind a rate: the tickets that were counted, those that were not reached, and those left out, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import F, Q
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.business.hotline import contacts, queries, states, tallying
from yiwang.business.hotline.errors import BadTicket
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.values import CountedTicket, RateTrace
from yiwang.security.access.api import Actor, require

PAGE: Final = 50
GRANTED: Final = Q(exclusion__contains={"granted": True})
GONE: Final = Q(state__in=("withdrawn", "transferred"))
REACHED: Final = {
    "response": (Q(contacted_at__lte=F("contact_due")), Q()),
    "solution": (Q(solved=True), Q(solved__isnull=False)),
    "satisfaction": (Q(satisfaction__gte=3), Q(satisfaction__isnull=False)),
}  # of each rate: what is counted above the line, and what below it
NAMES: Final = {"response": "响应率", "solution": "解决率", "satisfaction": "满意率"}


def trace(actor: Actor, *, rate: str, department: str, group: str, days: int, page: int) -> RateTrace:
    """See the door."""
    require(actor, "ticket.watch")
    if rate not in REACHED:
        raise BadTicket("没有这个指标。", field="rate")
    above, below = REACHED[rate]
    day = timezone.localdate(now() - timedelta(days=days))
    rows = TicketRow.objects.filter(
        tallying.covering(tallying.scope(actor)), dispatched_at__gte=timezone.make_aware(datetime.combine(day, time()))
    ).exclude(department="")
    rows = rows.filter(department=department) if department else rows
    counted = rows.exclude(GRANTED).exclude(GONE).filter(below)
    groups = {"in": counted.filter(above), "not": counted.exclude(pk__in=counted.filter(above).values("pk"))}
    groups["out"] = rows.exclude(pk__in=counted.values("pk"))
    chosen = groups.get(group, groups["not"])
    shown = chosen.order_by("-dispatched_at", "id")[(page - 1) * PAGE : page * PAGE]
    lines = [(row, queries.line(row)) for row in shown]
    told = tuple(CountedTicket(replace(one, title=contacts.covered_text(row, one.title, actor)), _why(row, rate)) for row, one in lines)
    numbers = {name: found.count() for name, found in groups.items()}
    return RateTrace(NAMES[rate], numbers["in"], numbers["not"], numbers["out"], told)


def _why(row: TicketRow, rate: str) -> str:
    """Why a ticket stands where it stands, in the words of the rule."""
    if row.state in ("withdrawn", "transferred"):
        return f"不计入:{states.STATES[row.state]}"
    if row.exclusion.get("granted"):
        held = row.exclusion
        return f"不计入:{held['by_name']}申请({held['reason']}),{held.get('auditor', '')}审核同意({held.get('note', '')})"
    return {"response": _response, "solution": _solution, "satisfaction": _satisfaction}[rate](row)


def _response(row: TicketRow) -> str:
    if row.contacted_at is None and row.contact_due and row.contact_due > now() and row.state in states.WORKED:
        return f"还没有联系,期限 {timezone.localtime(row.contact_due):%m-%d %H:%M} 未到"
    if row.contacted_at is None:
        return "诉求人说没有联系过" if row.contacted is False else "没有联系诉求人的记录"
    said = f"{timezone.localtime(row.contacted_at):%m-%d %H:%M} 联系"
    due = f"{timezone.localtime(row.contact_due):%m-%d %H:%M}" if row.contact_due else "—"
    return f"{said},期限 {due}" if row.contact_due and row.contacted_at <= row.contact_due else f"{said},晚于期限 {due}"


def _solution(row: TicketRow) -> str:
    if row.solved is not None:
        return "诉求人认定已解决" if row.solved else "诉求人认定没有解决"
    return "不计入:还没有回访" if row.state in states.OPEN else "不计入:回访没有接通"


def _satisfaction(row: TicketRow) -> str:
    if row.satisfaction is None:
        return "不计入:没有评价"
    return f"评价为{states.SATISFACTION[str(row.satisfaction)]}"
