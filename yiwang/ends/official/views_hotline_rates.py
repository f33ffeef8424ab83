"""Behind a rate of the wall: the tickets that are counted, those that miss it, and those left out, each with its reason."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from yiwang.business.hotline import api as hotline
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.words import department_name
from yiwang.security.access.api import policy
from yiwang.standards.errors import NotFound

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("响应率"), gettext_noop("解决率"), gettext_noop("满意率"), gettext_noop("没有联系诉求人的记录"),
    gettext_noop("诉求人说没有联系过"),
    gettext_noop("诉求人认定已解决"), gettext_noop("诉求人认定没有解决"), gettext_noop("不计入:还没有回访"),
    gettext_noop("不计入:回访没有接通"),
    gettext_noop("不计入:没有评价"), gettext_noop("不计入:诉求人撤回"), gettext_noop("不计入:已转紧急热线"),
)  # fmt: skip
RULES = {
    "response": gettext_noop("响应率 = 在规定时限内联系诉求人的件数 ÷ 派单数。诉求人说没有联系过的,以诉求人为准。"),
    "solution": gettext_noop("解决率 = 诉求人(回访或评价)认定解决的件数 ÷ 有答案的回访数。"),
    "satisfaction": gettext_noop("满意率 = 非常满意、满意、基本满意的件数 ÷ 有效评价数。"),
}
SIZE = 50


@policy("ticket.watch")
@require_safe
def rate(request: HttpRequest, rate: str) -> HttpResponse:
    """One rate, of everybody or of one department."""
    given = request.GET
    if rate not in RULES:
        raise NotFound("没有这个指标。")
    asked, number = given.get("days", "30"), given.get("page", "1")
    days = int(asked) if asked.isdecimal() and 0 < len(asked) < 4 else 30
    current = int(number) if number.isdecimal() and 0 < len(number) < 6 else 1
    group = given.get("group", "") if given.get("group") in ("in", "not", "out") else "not"
    department = given.get("department", "")[:32]
    found = hotline.counted(actor_of(request), rate=rate, department=department, group=group, days=days, page=max(current, 1))
    counts = {"in": found.reached, "not": found.missed, "out": found.left_out}
    names = {"in": _("达到"), "not": _("没有达到"), "out": _("不计入")}
    context = {
        "found": found, "rule": _(RULES[rate]), "days": days, "group": group, "department": department,
        "department_name": department_name(department) if department else "", "share": _share(found),
        "groups": [(key, names[key], counts[key]) for key in names], "where": urlencode({"days": days, "department": department}),
        "before": current - 1, "after": current + 1 if counts[group] > current * SIZE else 0, "total": counts[group],
    }  # fmt: skip
    return page(request, "hotline_rate", context, tab="hotline")


def _share(found: hotline.RateTrace) -> float | None:
    whole = found.reached + found.missed
    return round(found.reached * 100 / whole, 2) if whole else None
