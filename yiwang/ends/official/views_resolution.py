"""Doubtful pairs on the data officer's desk: side by side, decide, take back, look in full for a purpose."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yiwang.data.resolution import api as resolution
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import Conflict, Forbidden, InvalidInput

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("待判断"), gettext_noop("同一主体"), gettext_noop("不是同一主体"), gettext_noop("暂不能判断"), gettext_noop("名称"),
    gettext_noop("性别"), gettext_noop("出生日期"), gettext_noop("电话"), gettext_noop("地址"), gettext_noop("法定代表人"),
    gettext_noop("自然人"), gettext_noop("企业"), gettext_noop("不同"), gettext_noop("差一个字"), gettext_noop("读音相同"),
    gettext_noop("相同"),
    gettext_noop("同一年"), gettext_noop("差一位数字"), gettext_noop("月日颠倒"), gettext_noop("同一道路"), gettext_noop("同一门牌"),
    gettext_noop("同一户"), gettext_noop("一方缺失"),
)  # fmt: skip


@policy("resolution.review")
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs of one state, and the last runs."""
    actor = actor_of(request)
    state, number = request.GET.get("state", "open"), request.GET.get("page", "1")
    state = state if state in resolution.STATES else "open"
    held = resolution.counts(actor)
    current = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1
    context = {
        "states": [(code, name, held[code]) for code, name in resolution.STATES.items()],
        "chosen": state,
        "pairs": resolution.pairs(actor, state=state, page=current),
        "runs": resolution.runs(actor)[:5],
        "before": current - 1,
        "after": current + 1 if held[state] > current * 50 else 0,
    }
    return page(request, "resolution", context, tab="resolution")


@policy("resolution.review")
def pair(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """One pair side by side."""
    return _shown(request, resolution.pair(pair_id, actor=actor_of(request)))


def _shown(
    request: HttpRequest, view: resolution.PairView, *, error: str = "", typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"pair": view, "error": error, "typed": typed or {}, "may_reveal": may(actor_of(request), "resolution.reveal")}
    return page(request, "resolution_pair", context, tab="resolution", status=status)


@require_POST
@policy("resolution.review")
def decide(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Keep a verdict or take the last one back; a refusal keeps what was typed."""
    actor, act, version = actor_of(request), request.POST.get("act", ""), request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 9 else 0
    note = request.POST.get("note", "")
    try:
        if act == "undo":
            resolution.undo(pair_id, version=seen, actor=actor)
        else:
            resolution.decide(pair_id, verdict=act, note=note, version=seen, actor=actor)
    except (InvalidInput, Conflict, Forbidden) as refused:
        view = resolution.pair(pair_id, actor=actor)
        return _shown(request, view, error=refused.message, typed={"note": note}, status=refused.status)
    messages.success(request, _("已记录,原始数据没有改动。"))
    if act == "undo":
        return redirect("official:resolution_pair", pair_id)
    return redirect("official:resolution")


@require_POST
@policy("resolution.reveal")
def reveal(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Show the pair in full, once; the look is recorded."""
    actor = actor_of(request)
    typed = {"purpose": request.POST.get("purpose", ""), "legal_basis": request.POST.get("legal_basis", "")}
    try:
        view = resolution.reveal(pair_id, purpose=typed["purpose"], legal_basis=typed["legal_basis"], actor=actor)
    except InvalidInput as refused:
        return _shown(request, resolution.pair(pair_id, actor=actor), error=refused.message, typed=typed, status=refused.status)
    return _shown(request, view)
