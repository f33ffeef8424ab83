"""数据开放 on the desk: data sets and their releases, the check report, approval by a second person, answers, moderation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.data.opening import api as opening
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.words import english
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    *(gettext_noop("排队生成"), gettext_noop("正在生成"), gettext_noop("生成失败")),
    *(
        gettext_noop("草稿"),
        gettext_noop("检查通过,待审批"),
        gettext_noop("已审批,待开放"),
        gettext_noop("已开放"),
        gettext_noop("历史版本"),
    ),
    *(gettext_noop("已放弃"), gettext_noop("开放前检查"), gettext_noop("审批通过"), gettext_noop("审批退回"), gettext_noop("开放")),
    *(
        gettext_noop("放弃"),
        gettext_noop("撤下"),
        gettext_noop("待审核"),
        gettext_noop("已展示"),
        gettext_noop("未通过"),
        gettext_noop("已撤下"),
    ),
)
TONES = {
    "queued": "info",
    "making": "info",
    "failed": "bad",
    "draft": "plain",
    "checked": "info",
    "approved": "info",
    "open": "ok",
    "superseded": "plain",
    "withdrawn": "bad",
    "discarded": "plain",
}
REASONED = ("return", "withdraw")


def method_name(code: str) -> str:
    """How people are protected, in the reader's language."""
    return str(opening.words()["methods"][code][1 if english() else 0])


@policy("opening.view")
def index(request: HttpRequest) -> HttpResponse:
    """The department's data sets, what waits for whom, feedback and requests."""
    actor = actor_of(request)
    rows = opening.desk(actor)
    answers = may(actor, "opening.answer", department=actor.department)
    moderates = may(actor, "opening.answer", department="data")
    context = {
        "rows": [(one, method_name(one.method), TONES[one.unfinished.state] if one.unfinished else "") for one in rows],
        "voices": opening.voices_waiting(actor) if answers else [],
        "answers": answers,
        "offers": sum(one.state == "offered" for one in opening.offers_waiting(actor)) if moderates else 0,
        "moderates": moderates,
    }
    return page(request, "opening", context, tab="opening")


def _done(request: HttpRequest, act: Callable[[], Any], said: str) -> Any:
    """Do one act and say what happened; None where it was refused."""
    try:
        found = act()
    except YiwangError as refused:
        messages.error(request, refused.message)
        return None
    messages.success(request, said)
    return found


@policy("opening.view")
@require_http_methods(["GET", "HEAD", "POST"])
def one_set(request: HttpRequest, code: str) -> HttpResponse:
    """One data set with all its releases; posting asks for a draft of the next."""
    actor = actor_of(request)
    history = opening.history(code, actor=actor)
    if request.method == "POST":
        made = _done(request, lambda: opening.ask_release(code, actor=actor), _("已排队生成,几分钟内完成;完成后请做开放前检查。"))
        back = reverse("official:opening_release", args=[made.id]) if made else reverse("official:opening_set", args=[code])
        return HttpResponseRedirect(back)
    desk = next(one for one in opening.desk(actor) if one.code == code)
    rows = [(one, TONES[one.state]) for one in history]
    return page(request, "opening_set", {"one": desk, "rows": rows, "method": method_name(desk.method)}, tab="opening")


@policy("opening.view")
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One release with its check report and first rows; posting takes a step."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        act, lock = request.POST.get("act", ""), request.POST.get("lock", "")
        number = int(lock) if lock.isdecimal() and len(lock) < 9 else 0
        try:
            opening.step(release_id, act=act, actor=actor, lock=number, reason=request.POST.get("reason", ""))
        except YiwangError as refused:
            error = refused.message
        else:
            messages.success(request, _("已办理:%(step)s。") % {"step": _(opening.STEP_NAMES[act])})
            return HttpResponseRedirect(reverse("official:opening_release", args=[release_id]))
    found = opening.release(release_id, actor=actor)
    rows = opening.release_rows(release_id, actor=actor, limit=10)
    check = found.report.get("check", {})
    context = {
        "one": found,
        "tone": TONES[found.state],
        "check": check,
        "method": method_name(check["method"]) if check else "",
        "figures": figures(check),
        "rare": check.get("risk", {}).get("rare", []),
        "read": [(name, "、".join(columns)) for name, columns in found.report.get("read", {}).get("registers", {}).items()],
        "columns": [column.title_en if english() else column.title for column in rows.columns],
        "waiting": found.state in ("queued", "making"),
        "preview": [list(row.values()) for row in rows.rows],
        "plain_acts": [(act, opening.STEP_NAMES[act]) for act in found.acts if act not in REASONED],
        "reasoned_acts": [(act, opening.STEP_NAMES[act]) for act in found.acts if act in REASONED],
        "reason": request.POST.get("reason", ""),
        "error": error,
    }
    return page(request, "opening_release", context, tab="opening", status=422 if error else 200)


def figures(check: dict[str, Any]) -> list[tuple[str, Any]]:
    """The figures of a check report with their names."""
    risk = check.get("risk", {})
    told = [
        (_("最小的组合(k)"), risk.get("k")),
        (_("要求的 k"), risk.get("wanted_k")),
        (_("独一无二的行"), risk.get("unique")),
        (_("敏感值最少的种数(l)"), risk.get("least")),
        (_("要求的 l"), risk.get("wanted_l")),
        (_("隐去线"), risk.get("threshold")),
        (_("隐去的小数字"), check.get("small")),
        (_("为保护它们而隐去的数"), check.get("with_them")),
        (_("因罕见而不公布的行"), check.get("left_out")),
        (_("ε(差分隐私)"), check.get("epsilon")),
        (_("质量分"), f"{check['quality']['score'] * 100:.1f}" if check.get("quality") else None),
    ]
    return [(name, value) for name, value in told if value is not None]


@policy("opening.answer")
@require_POST
def answer(request: HttpRequest, voice_id: UUID) -> HttpResponse:
    """Answer feedback or a request."""
    actor, text = actor_of(request), request.POST.get("answer", "")
    _done(request, lambda: opening.answer(voice_id, text=text, actor=actor), _("已答复,并在开放平台公开。"))
    return HttpResponseRedirect(reverse("official:opening"))


@policy("opening.answer")
@require_http_methods(["GET", "HEAD", "POST"])
def offers(request: HttpRequest) -> HttpResponse:
    """Applications and social data to be moderated, for the data bureau."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        typed = request.POST
        try:
            offer_id = UUID(typed.get("offer", ""))
            opening.judge_offer(offer_id, act=typed.get("act", ""), reason=typed.get("reason", ""), actor=actor)
        except ValueError:
            error = _("没有找到这一条,请刷新页面。")
        except YiwangError as refused:
            error = refused.message
        else:
            messages.success(request, _("已记录。"))
            return HttpResponseRedirect(reverse("official:opening_offers"))
    found = opening.offers_waiting(actor)
    typed_for, reason = request.POST.get("offer", ""), request.POST.get("reason", "")
    rows = [(one, reason if str(one.id) == typed_for else "") for one in found]
    return page(request, "opening_offers", {"rows": rows, "error": error}, tab="opening", status=422 if error else 200)
