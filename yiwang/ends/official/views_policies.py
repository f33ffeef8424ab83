"""惠企政策 on the desk: budgets and funnel as charts, second looks, lists with a second person, ranking weights, rehearsals."""

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

from yiwang.business.policies import api as policies
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.words import english
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("人工复核中"),
    gettext_noop("已核准,待拨付"),
    gettext_noop("已列入拨付清单"),
    gettext_noop("已到账"),
    gettext_noop("退票,待更正账户"),
    gettext_noop("未通过"),
    gettext_noop("企业撤回"),
    gettext_noop("已冻结,待审批"),
    gettext_noop("已审批,待银行回执"),
    gettext_noop("已全部回执"),
    gettext_noop("审批退回"),
)
STATES = ("review", "approved", "listed", "paid", "returned", "refused")


def title(one: Any) -> str:
    """A policy's name in the reader's language."""
    return str(one.title_en if english() and one.title_en else one.title)


def percent(part: int, whole: int) -> float:
    """A share in percent with one digit."""
    return round(part * 100 / whole, 1) if whole else 0.0


@policy("policy.view")
def index(request: HttpRequest) -> HttpResponse:
    """The department's policies: budget use, funnel, claims by state, payment lists, the last matchings."""
    actor = actor_of(request)
    rows = policies.funnel(actor)
    state = request.GET.get("state", "review")
    state = state if state in STATES else "review"
    claims = policies.claims(actor)
    context = {
        "rows": [(one, title(one), f"{one.total_fen / 100:,.0f}", f"{one.spent_fen / 100:,.0f}") for one in rows],
        "budgets": [(title(one), percent(one.reserved_fen + one.spent_fen, one.total_fen)) for one in rows],
        "funnel": _funnel(rows),
        "states": [(code, policies.CLAIMS[code], sum(one.state == code for one in claims)) for code in STATES],
        "chosen": state,
        "claims": [(one, title(one)) for one in claims if one.state == state],
        "lists": policies.lists(actor),
        "runs": policies.runs(actor)[:5],
        "may_handle": may(actor, "policy.handle", department=actor.department),
    }
    return page(request, "policies", context, tab="policies")


def _funnel(rows: list[policies.FunnelView]) -> list[tuple[str, float]]:
    """All policies together, from matched to paid."""
    names = ((_("匹配"), "matched"), (_("推送"), "pushed"), (_("打开"), "opened"), (_("申领"), "claimed"), (_("到账"), "paid"))
    return [(str(name), float(sum(getattr(one, key) for one in rows))) for name, key in names]


def _done(request: HttpRequest, act: Callable[[], Any], said: str, back: str) -> HttpResponse:
    """Do one act and go back with what happened; a refusal is said on the page that one came from."""
    try:
        act()
    except YiwangError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return HttpResponseRedirect(back)


@policy("policy.view")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim with its facts; posting approves it or refuses it with reason and remedy, and what was typed stays."""
    actor = actor_of(request)
    found = policies.claim_of(claim_id, actor=actor)
    typed, error = request.POST, ""
    if request.method == "POST":
        version = typed.get("version", "")
        try:
            policies.review(
                claim_id,
                act=typed.get("act", ""),
                actor=actor,
                note=typed.get("note", ""),
                remedy=typed.get("remedy", ""),
                version=int(version) if version.isdecimal() else 0,
            )
        except YiwangError as refused:
            error = refused.message
        else:
            messages.success(request, _("已记录。"))
            return HttpResponseRedirect(reverse("official:policies"))
    context = {
        "one": found,
        "title": title(found),
        "may_handle": may(actor, "policy.handle", department=found.department),
        "typed": {name: typed.get(name, "") for name in ("note", "remedy")},
        "error": error,
    }
    return page(request, "policy_claim", context, tab="policies", status=422 if error else 200)


@require_POST
@policy("policy.handle")
def prepare(request: HttpRequest) -> HttpResponse:
    """Make and freeze the list of the department's approved claims."""
    actor = actor_of(request)
    said = _("清单已生成并冻结,请第二人审批。")
    return _done(request, lambda: policies.prepare_list(actor.department, actor=actor), said, reverse("official:policies"))


@policy("policy.view")
@require_http_methods(["GET", "HEAD", "POST"])
def payment_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One list with ledger and lines; posting a receipts file reports on every row."""
    actor = actor_of(request)
    report, error = None, ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            report = policies.settle_list(list_id, data=file.read() if file else b"", actor=actor)
        except YiwangError as refused:
            error = refused.message
    view = policies.list_of(list_id, actor=actor)
    context = {
        "list": view,
        "debit": f"{view.debit_fen / 100:,.2f}",
        "credit": f"{view.credit_fen / 100:,.2f}",
        "may_handle": may(actor, "policy.handle", department=view.department),
        "report": report,
        "error": error,
    }
    return page(request, "policy_list", context, tab="policies", status=422 if error else 200)


@require_POST
@policy("policy.approve")
def decide(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Approve or refuse a list as the second person."""
    actor, typed = actor_of(request), request.POST
    back = reverse("official:policy_list", args=[list_id])
    act, note = typed.get("act", ""), typed.get("note", "")
    return _done(request, lambda: policies.decide_list(list_id, act=act, actor=actor, note=note), _("已记录。"), back)


@policy("policy.handle")
def bank_file(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """An approved list as a file for the bank; taking it is recorded."""
    answer = HttpResponse(policies.bank_file(list_id, actor=actor_of(request)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="policies-{list_id}.csv"'
    return answer


@policy("policy.view")
def ranking(request: HttpRequest) -> HttpResponse:
    """The weights by which pushes are ranked, the strongest first."""
    view = policies.ranking(actor_of(request))
    most = max((abs(value) for _name, value, _count in view.weights), default=1.0) or 1.0
    rows = [(name, f"{value:+.2f}", count, value >= 0, round(abs(value) / most * 100)) for name, value, count in view.weights[:60]]
    return page(request, "policy_ranking", {"view": view, "rows": rows}, tab="policies")


@policy("policy.handle")
@require_http_methods(["GET", "HEAD", "POST"])
def rehearse(request: HttpRequest, code: str) -> HttpResponse:
    """Replay a draft over all companies; what was typed stays on the page."""
    actor, found = actor_of(request), policies.policy(code)
    typed = {name: request.POST.get(name, value) for name, value, _source in found.parameters}
    view, error = None, ""
    if request.method == "POST":
        file = request.FILES.get("table")
        changed = {name: typed[name] for name, value, _source in found.parameters if typed[name] != value}
        try:
            view = policies.rehearse(code, actor=actor, parameters=changed, table=file.read() if file else None)
        except YiwangError as refused:
            error = refused.message
    past = policies.rehearsals(actor, code=code)
    view = view or (past[0] if past else None)
    context = {
        "one": found,
        "title": title(found),
        "typed": [(name, typed[name], source) for name, _value, source in found.parameters],
        "view": view,
        "shown": _shown(view) if view else {},
        "error": error,
    }
    return page(request, "policy_rehearsal", context, tab="policies", status=422 if error else 200)


def _shown(view: policies.PolicyRehearsal) -> dict[str, Any]:
    """The summary as amounts and rows of charts."""
    names = {"size": _("规模"), "branch": _("行业"), "age": _("成立时间")}
    bands = {
        "micro": _("10 人以下"),
        "small": _("10–49 人"),
        "medium": _("50 人以上"),
        "unknown": _("未知"),
        "making": _("制造"),
        "building": _("建筑"),
        "trade": _("商贸"),
        "transport": _("物流"),
        "catering": _("餐饮"),
        "digital": _("信息技术"),
        "services": _("服务"),
        "new": _("三年以内"),
        "young": _("三至十年"),
        "old": _("十年以上"),
    }
    found = view.summary
    groups = [
        {
            "name": names[group],
            "gains": [(bands.get(name, name), gains) for name, gains, _loses, _fen in rows if gains],
            "loses": [(bands.get(name, name), loses) for name, _gains, loses, _fen in rows if loses],
        }
        for group, rows in found["groups"].items()
    ]
    return {
        "groups": groups,
        "before": f"{found['before_fen'] / 100:,.0f}",
        "after": f"{found['after_fen'] / 100:,.0f}",
        "more": f"{(found['after_fen'] - found['before_fen']) / 100:+,.0f}",
        "budget": f"{found['budget_fen'] / 100:,.0f}",
        "over": found["after_fen"] > found["budget_fen"],
    }
