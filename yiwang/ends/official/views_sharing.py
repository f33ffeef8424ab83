"""Data sharing at the desk: requests asked and answered with their clock, keys, traffic, what should be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.data.exchange import api as exchange
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import NotFound, YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("待本部门审签"), gettext_noop("待提供部门答复"), gettext_noop("待补正"), gettext_noop("逾期未答复,已督办"),
    gettext_noop("已同意,待开通"), gettext_noop("不同意"), gettext_noop("争议协商中"), gettext_noop("待主管部门裁决"),
    gettext_noop("裁决不予共享"),
    gettext_noop("已开通"), gettext_noop("使用中"), gettext_noop("使用中,待续期答复"), gettext_noop("已到期"), gettext_noop("已撤销"),
    gettext_noop("已撤回"), gettext_noop("提交本部门审签"), gettext_noop("撤回"), gettext_noop("审签同意"), gettext_noop("退回修改"),
    gettext_noop("一次性告知补正"), gettext_noop("补正后再送"), gettext_noop("批准延期答复"), gettext_noop("同意共享"),
    gettext_noop("逾期督办"),
    gettext_noop("提出争议"), gettext_noop("报主管部门"), gettext_noop("裁决同意共享"), gettext_noop("开通密钥"), gettext_noop("首次调用"),
    gettext_noop("申请续期"), gettext_noop("同意续期"), gettext_noop("不同意续期"), gettext_noop("到期停用"), gettext_noop("使用部门停用"),
    gettext_noop("撤销授权"), gettext_noop("逐条查询"), gettext_noop("整体下载"), gettext_noop("变更订阅"), gettext_noop("疑似批量试探"),
    gettext_noop("办件编号不存在"), gettext_noop("调用日志异常"), gettext_noop("HMAC-SM3(平台生成密钥,只显示一次)"),
    gettext_noop("SM2(本单位自备公钥)"),
    gettext_noop("待提供部门负责人审签"), gettext_noop("负责人审签同意"), gettext_noop("退回经办人再议"),
)  # fmt: skip
BOXES = (
    ("mine", gettext_noop("我部门的申请")), ("approve", gettext_noop("待我审签")), ("answer", gettext_noop("待我部门答复")),
    ("rule", gettext_noop("待裁决")), ("live", gettext_noop("使用中的授权")),
)  # fmt: skip
SHARES = {"unconditional": gettext_noop("无条件共享"), "conditional": gettext_noop("有条件共享"), "none": gettext_noop("不予共享")}
SHOWN = {"full": gettext_noop("原样"), "partial": gettext_noop("部分遮盖"), "hidden": gettext_noop("全部遮盖")}
REFUSALS = {
    "not_granted": gettext_noop("不在授权之内"), "bad_signature": gettext_noop("签名不对"), "replayed": gettext_noop("重复的请求"),
    "wrong_time": gettext_noop("时间不符"), "bad_request": gettext_noop("请求有误"), "too_fast": gettext_noop("调用过快"),
    "quota_used": gettext_noop("今天的数量已用完"), "no_broker": gettext_noop("网关没有消息订阅"),
    "scraping": gettext_noop("疑似批量试探"), "no_such_resource": gettext_noop("没有这项资源"), "too_large": gettext_noop("一次查询过多"),
}  # fmt: skip
TONES = {
    "draft": "plain", "internal": "hold", "answering": "hold", "supplementing": "hold", "countersigning": "hold",
    "escalated": "bad", "agreed": "ok",
    "refused": "bad",
    "consulting": "hold", "referred": "hold", "upheld": "bad", "issued": "ok", "in_use": "ok", "renewing": "ok", "expired": "plain",
    "revoked": "bad", "withdrawn": "plain",
}  # fmt: skip
QUIET = {
    "withdraw", "give_back", "reconsider", "refuse", "supplement", "extend", "rule_refuse", "decline_renewal", "stop", "revoke", "dispute",
    "refer",
}  # fmt: skip


@policy("sharing.view")
def index(request: HttpRequest) -> HttpResponse:
    """Requests of a box, and what should be looked at."""
    actor = actor_of(request)
    shown = [(code, name) for code, name in BOXES if code != "rule" or may(actor, "sharing.rule")]
    box = request.GET.get("box", "mine")
    box = box if box in dict(shown) else "mine"
    text = request.GET.get("page", "1")
    current = max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1
    found = exchange.requests(actor, box=box, page=current)
    context = {
        "boxes": shown,
        "chosen": box,
        "rows": [(one, TONES[one.state]) for one in found],
        "signals": exchange.signals(actor),
        "titles": {one.code: one.title for one in exchange.shared_resources()},
        "may_request": may(actor, "sharing.request", department=actor.department),
        "before": current - 1,
        "after": current + 1 if len(found) == 50 else 0,
    }
    return page(request, "sharing", context, tab="sharing")


@policy("sharing.request")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, request_id: UUID | None = None) -> HttpResponse:
    """A new request, or a draft again; what was typed stays when something is missing."""
    actor = actor_of(request)
    held = exchange.request(request_id, actor=actor) if request_id else None
    typed: Mapping[str, Any] = _typed(request) if request.method == "POST" else _of(held, request)
    error, field, status = "", "", 200
    if request.method == "POST":
        try:
            given = exchange.RequestGiven(
                **{**typed, "calls": _number(typed["calls"]), "daily": _number(typed["daily"]), "until": _day(typed["until"])}
            )
            lock = _number(request.POST.get("lock", ""))
            made = (
                exchange.edit_request(held.id, given=given, actor=actor, lock=lock) if held else exchange.draft_request(given, actor=actor)
            )
        except YiwangError as refused:
            error, field, status = refused.message, refused.field, refused.status
        else:
            messages.success(request, _("草稿已保存。"))
            return redirect("official:sharing_request", made.id)
    chosen = next((one for one in exchange.shared_resources() if one.code == typed["resource"]), None)
    context = {
        "resources": [(one, SHARES[one.share]) for one in exchange.shared_resources()],
        "chosen": chosen,
        "share": SHARES[chosen.share] if chosen else "",
        "terms": exchange.sharing_terms(chosen.share) if chosen else None,
        "typed": typed,
        "held": held,
        "operations": exchange.OPERATIONS.items(),
        "error": error,
        "field": field,
    }
    return page(request, "sharing_edit", context, tab="sharing", status=status)


def _typed(request: HttpRequest) -> dict[str, Any]:
    names = ("resource", "purpose", "purpose_kind", "purpose_title", "legal_basis", "scene", "calls", "daily", "until")
    lists = {name: tuple(request.POST.getlist(name)) for name in ("fields", "operations")}
    return {name: request.POST.get(name, "").strip() for name in names} | lists


def _of(held: exchange.RequestView | None, request: HttpRequest) -> dict[str, Any]:
    """What the form starts with: the draft, or a resource that was chosen."""
    if held is None:
        blank = dict.fromkeys(("purpose", "purpose_title", "legal_basis", "scene", "until"), "")
        start = {"purpose_kind": "matter", "calls": "10", "daily": "10000", "fields": (), "operations": ("rows",)}
        return {**blank, **start, "resource": request.GET.get("resource", "")}
    names = ("resource", "purpose", "purpose_kind", "purpose_title", "legal_basis", "scene", "calls", "daily", "operations")
    return {name: getattr(held, name) for name in names} | {
        "until": held.until.isoformat(),
        "fields": tuple(one.name for one in held.fields),
    }


def _number(text: object) -> int:
    """A whole number as typed; 0, which no field takes, for anything else."""
    return int(str(text)) if str(text).isdecimal() and len(str(text)) < 9 else 0


def _day(text: str) -> date:
    """A day as typed; a day long past, which no field takes, for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


@policy("sharing.view")
def one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request with its clock, steps, keys."""
    return _shown(request, exchange.request(request_id, actor=actor_of(request)))


def _shown(
    request: HttpRequest,
    view: exchange.RequestView,
    *,
    error: str = "",
    typed: Mapping[str, Any] | None = None,
    status: int = 200,
    secret: Any = None,
) -> HttpResponse:
    actions = {one.step: one for one in view.actions}
    context = {
        "view": view,
        "tone": TONES[view.state],
        "share": SHARES[view.share],
        "fields": [(one, SHOWN[view.masks[one.name].level]) for one in view.fields],
        "operations": [exchange.OPERATIONS[one] for one in view.operations],
        "may_edit": "save" in actions,
        "may_issue": "issue" in actions,
        "actions": [(one, one.step in QUIET) for one in view.actions if one.step not in ("save", "issue")],
        "algorithms": exchange.ALGORITHMS.items(),
        "conditions": view.conditions,
        "error": error,
        "typed": typed or {},
        "secret": secret,
    }
    return page(request, "sharing_request", context, tab="sharing", status=status)


@require_POST
@policy("sharing.view")
def step(request: HttpRequest, request_id: UUID, action: str) -> HttpResponse:
    """One step; a refusal keeps what was typed."""
    actor = actor_of(request)
    ground = request.POST.get("ground", "").strip() or request.POST.get("clause", "").strip()
    until = request.POST.get("until", "")
    given = exchange.StepGiven(request.POST.get("note", ""), ground, _day(until) if until else None)
    try:
        view = exchange.step_request(request_id, step=action, actor=actor, lock=_number(request.POST.get("lock", "")), given=given)
    except NotFound:
        raise
    except YiwangError as refused:
        typed = {"step": action, **{name: request.POST.get(name, "") for name in ("note", "ground", "clause", "until")}}
        return _shown(request, exchange.request(request_id, actor=actor), error=refused.message, typed=typed, status=refused.status)
    messages.success(request, _("已办理。"))
    return redirect("official:sharing_request", view.id)


@require_POST
@policy("sharing.request")
def issue(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A key; its secret stands on this one page and nowhere else."""
    actor, lock = actor_of(request), _number(request.POST.get("lock", ""))
    algorithm, public_key = request.POST.get("algorithm", ""), request.POST.get("public_key", "")
    try:
        made = exchange.issue_key(request_id, algorithm=algorithm, public_key=public_key, actor=actor, lock=lock)
    except NotFound:
        raise
    except YiwangError as refused:
        typed = {"step": "issue", "public_key": public_key, "algorithm": algorithm}
        return _shown(request, exchange.request(request_id, actor=actor), error=refused.message, typed=typed, status=refused.status)
    return _once(_shown(request, exchange.request(request_id, actor=actor), secret=made))


@require_POST
@policy("sharing.request")
def key(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """A key rotated (its successor shown once) or revoked."""
    actor = actor_of(request)
    if action == "revoke":
        ended = exchange.revoke_key(code, reason=request.POST.get("reason", ""), actor=actor)
        messages.success(request, _("密钥已撤销,一秒内在所有网关失效。"))
        return redirect("official:sharing_request", ended.request_id)
    if action != "rotate":
        raise NotFound()
    made = exchange.rotate_key(code, public_key=request.POST.get("public_key", ""), actor=actor)
    return _once(_shown(request, exchange.request(made.key.request_id, actor=actor), secret=made))


def _once(answer: HttpResponse) -> HttpResponse:
    """A page that no cache keeps: a secret stands on it."""
    answer["Cache-Control"] = "no-store"
    return answer


@policy("sharing.view")
def traffic(request: HttpRequest) -> HttpResponse:
    """Calls, refusals, who calls most; how far the journals have been read."""
    actor, text = actor_of(request), request.GET.get("days", "30")
    days = int(text) if text in ("7", "30", "90") else 30
    found = exchange.traffic(actor, days=days)
    titles = {one.code: one.title for one in exchange.shared_resources()}
    context = {
        "days": days,
        "choices": (7, 30, 90),
        "traffic": found,
        "keys": [{**asdict(one), "share": f"{one.failed / max(one.calls, 1):.2%}"} for one in found.keys],
        "by_day": [(one.name[5:], one.calls) for one in found.days],
        "by_resource": [(titles.get(one.name, one.name) or _("未能识别"), one.calls) for one in found.resources],
        "refusals": [(_(REFUSALS[code]) if code in REFUSALS else code, count) for code, count in found.refusals.items()],
        "journals": exchange.journals(actor),
        "policy": exchange.policy_state(actor),
    }
    return page(request, "sharing_traffic", context, tab="sharing")


@require_POST
@policy("sharing.view")
def settle(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """What came of a signal."""
    exchange.settle_signal(signal_id, note=request.POST.get("note", ""), actor=actor_of(request))
    messages.success(request, _("核查结果已记录。"))
    return redirect("official:sharing")
