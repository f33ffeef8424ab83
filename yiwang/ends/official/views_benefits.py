"""免申即享 on the desk: runs, awards, payment lists with a second person, receipts, findings, recoveries, rehearsals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.clock.api import today
from yiwang.business.benefits import api as benefits
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("已发现"),
    gettext_noop("已告知,等您确认"),
    gettext_noop("差一项信息,暂不能确定"),
    gettext_noop("已确认,按月发放"),
    gettext_noop("本人放弃"),
    gettext_noop("信息核实中"),
    gettext_noop("未答复,视为未确认"),
    gettext_noop("暂停发放,核查中"),
    gettext_noop("已终止"),
    gettext_noop("已冻结,待审批"),
    gettext_noop("已审批,待银行回执"),
    gettext_noop("已全部回执"),
    gettext_noop("审批退回"),
    gettext_noop("待发放"),
    gettext_noop("已到账"),
    gettext_noop("退票"),
    gettext_noop("已取消"),
    gettext_noop("待核查"),
    gettext_noop("确认错发"),
    gettext_noop("核查无误"),
    gettext_noop("登记已去世"),
    gettext_noop("户籍迁出本市"),
    gettext_noop("重复领取"),
    gettext_noop("不再符合条件"),
    gettext_noop("已说明,待退回"),
    gettext_noop("分期退回中"),
    gettext_noop("已全部退回"),
    gettext_noop("已免除"),
    gettext_noop("复核"),
    gettext_noop("等待开始"),
    gettext_noop("正在进行"),
    gettext_noop("已完成"),
    gettext_noop("未完成"),
)


@policy("benefit.view")
def index(request: HttpRequest) -> HttpResponse:
    """What the department pays: benefits with their last runs, awards by state, payment lists."""
    actor = actor_of(request)
    own = [one for one in benefits.benefits() if may(actor, "benefit.view", department=one.department)]
    state = request.GET.get("state", "")
    context = {
        "benefits": own,
        "runs": benefits.runs(actor)[:10],
        "states": [(code, name, benefits.counts(actor).get(code, 0)) for code, name in benefits.AWARDS.items()],
        "chosen": state,
        "awards": benefits.awards(actor, state=state) if state in benefits.AWARDS else [],
        "lists": benefits.lists(actor),
        "month": f"{today():%Y-%m}",
        "may_handle": may(actor, "benefit.handle", department=actor.department),
        "open": len(benefits.findings(actor, state="open")),
    }
    return page(request, "benefits", context, tab="benefits")


def _done(request: HttpRequest, act: Callable[[], Any], said: str, back: str) -> HttpResponse:
    """Do one act and go back with what happened; a refusal is said on the page that one came from."""
    try:
        act()
    except YiwangError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return HttpResponseRedirect(back)


@require_POST
@policy("benefit.handle")
def run(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a run over the population; the worker does it, the page shows how far it is."""
    said = _("已开始,进度见下;可以离开本页,完成后结果留在这里。")
    return _done(request, lambda: benefits.ask_run(code, actor=actor_of(request)), said, reverse("official:benefits") + "#runs")


@require_POST
@policy("benefit.handle")
def recheck(request: HttpRequest) -> HttpResponse:
    """Recheck what the department pays."""
    actor = actor_of(request)
    done = _("复核完成。")
    return _done(request, lambda: benefits.recheck(actor.department, actor=actor), done, reverse("official:benefit_findings"))


@require_POST
@policy("benefit.handle")
def prepare(request: HttpRequest) -> HttpResponse:
    """Make and freeze the payment list of a month."""
    actor, month = actor_of(request), request.POST.get("month", "")
    return _done(
        request,
        lambda: benefits.prepare_list(actor.department, month=month, actor=actor),
        _("清单已生成并冻结,请第二人审批。"),
        reverse("official:benefits"),
    )


@policy("benefit.view")
@require_http_methods(["GET", "HEAD", "POST"])
def payment_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One list: batches, ledger, lines; posting a receipts file reports on every row."""
    actor = actor_of(request)
    report, error = None, ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            report = benefits.settle_list(list_id, data=file.read() if file else b"", actor=actor)
        except YiwangError as refused:
            error = refused.message
    view, lines = benefits.list_of(list_id, actor=actor)
    context = {
        "list": view,
        "lines": lines,
        "batches": [
            (one, f"{one.total_fen / 100:.2f}", f"{one.paid_fen / 100:.2f}", f"{one.returned_fen / 100:.2f}") for one in view.batches
        ],
        "debit": f"{view.debit_fen / 100:.2f}",
        "credit": f"{view.credit_fen / 100:.2f}",
        "balanced": view.debit_fen == view.credit_fen,
        "may_handle": may(actor, "benefit.handle", department=view.department),
        "report": report,
        "error": error,
    }
    return page(request, "benefits_list", context, tab="benefits", status=422 if error else 200)


@require_POST
@policy("benefit.approve")
def decide(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Approve or refuse a list as the second person."""
    actor, note = actor_of(request), request.POST.get("note", "")
    act = benefits.refuse_list if request.POST.get("act") == "refuse" else benefits.approve_list
    back = reverse("official:benefit_list", args=[list_id])
    return _done(request, lambda: act(list_id, actor=actor, note=note), _("已记录。"), back)


@policy("benefit.handle")
def bank_file(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """The batch of one bank as a file; taking it is recorded."""
    bank = request.GET.get("bank", "")
    answer = HttpResponse(benefits.bank_file(list_id, bank=bank, actor=actor_of(request)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(bank)}.csv"
    return answer


@policy("benefit.view")
def findings(request: HttpRequest) -> HttpResponse:
    """What the recheck found, and the orders to give back."""
    actor = actor_of(request)
    context = {
        "findings": benefits.findings(actor),
        "recoveries": benefits.recoveries(actor),
        "may_handle": may(actor, "benefit.handle", department=actor.department),
        "may_approve": may(actor, "benefit.approve", department=actor.department),
    }
    return page(request, "benefits_findings", context, tab="benefits")


@require_POST
@policy("benefit.view")
def judge(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Uphold or dismiss a finding, or open its recovery; the room asks for the permission of each."""
    actor, act = actor_of(request), request.POST.get("act", "")
    note = request.POST.get("note", "")
    back = reverse("official:benefit_findings")
    if act == "recover":
        return _done(request, lambda: benefits.open_recovery(finding_id, actor=actor), _("已向当事人说明并要求退回。"), back)
    return _done(request, lambda: benefits.judge_finding(finding_id, outcome=act, note=note, actor=actor), _("已记录。"), back)


@require_POST
@policy("benefit.view")
def recover(request: HttpRequest, recovery_id: UUID) -> HttpResponse:
    """One step of a recovery; the room asks for the permission of each."""
    inputs = {name: request.POST.get(name, "") for name in ("instalments", "amount", "note")}
    version = request.POST.get("version", "")
    return _done(
        request,
        lambda: benefits.recover(
            recovery_id,
            act=request.POST.get("act", ""),
            actor=actor_of(request),
            version=int(version) if version.isdecimal() else 0,
            inputs=inputs,
        ),
        _("已记录。"),
        reverse("official:benefit_findings"),
    )


@policy("benefit.handle")
@require_http_methods(["GET", "HEAD", "POST"])
def rehearse(request: HttpRequest, code: str) -> HttpResponse:
    """Replay a draft over the population; what was typed stays on the page."""
    actor, benefit = actor_of(request), benefits.benefit(code)
    typed = {one.name: request.POST.get(one.name, one.value) for one in benefit.parameters}
    view, error = None, ""
    if request.method == "POST":
        file = request.FILES.get("table")
        changed = {one.name: typed[one.name] for one in benefit.parameters if typed[one.name] != one.value}
        try:
            view = benefits.rehearse(code, actor=actor, parameters=changed, table=file.read() if file else None)
        except YiwangError as refused:
            error = refused.message
    past = benefits.rehearsals(actor, code=code)
    view = view or (past[0] if past else None)
    context = {
        "benefit": benefit,
        "typed": [(one, typed[one.name]) for one in benefit.parameters],
        "view": view,
        "shown": _charts(view) if view else {},
        "error": error,
    }
    return page(request, "benefits_rehearsal", context, tab="benefits", status=422 if error else 200)


def _charts(view: benefits.RehearsalView) -> dict[str, Any]:
    """The summary as rows of charts."""
    names = {"age": _("年龄段"), "sex": _("性别"), "district": _("区")}
    found = view.summary
    groups = [
        {
            "name": names[group],
            "gains": [(name, gains) for name, gains, _loses, _fen in rows if gains],
            "loses": [(name, loses) for name, _gains, loses, _fen in rows if loses],
        }
        for group, rows in found["groups"].items()
    ]
    return {
        "groups": groups,
        "cliffs": [(_("差 {n} 步").format(n=step), people) for step, people in found["cliffs"]],
        "near": sum(people for _step, people in found["cliffs"]),
        "missing": list(found["missing"].items()),
        "before": f"{found['before_fen'] / 100:,.2f}",
        "after": f"{found['after_fen'] / 100:,.2f}",
        "more": f"{(found['after_fen'] - found['before_fen']) / 100:+,.2f}",
    }
