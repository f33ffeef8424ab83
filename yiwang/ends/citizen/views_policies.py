"""惠企政策 for everybody and for who acts for a company: search, what we can get, nearly get, got; one click to claim."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.business.policies import api as policies
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.words import department_name, english, named
from yiwang.security.access.api import Actor, policy
from yiwang.standards.errors import YiwangError

CLAIM_TONES = {
    "review": "info",
    "approved": "ok",
    "listed": "ok",
    "paid": "ok",
    "returned": "warn",
    "refused": "bad",
    "withdrawn": "plain",
}
RESULT_TONES = {"yes": "ok", "near": "info", "undetermined": "warn", "no": "plain"}
# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("人工复核中"),
    gettext_noop("已核准,待拨付"),
    gettext_noop("已列入拨付清单"),
    gettext_noop("已到账"),
    gettext_noop("退票,待更正账户"),
    gettext_noop("未通过"),
    gettext_noop("企业撤回"),
    gettext_noop("提交申领"),
    gettext_noop("事实核验"),
    gettext_noop("核准"),
    gettext_noop("列入清单"),
    gettext_noop("到账"),
)


def title(one: Any) -> str:
    """A policy's name in the reader's language."""
    return str(one.title_en if english() and one.title_en else one.title)


def gives(one: Any) -> str:
    """What a policy gives in the reader's language."""
    return str(one.gives_en if english() and one.gives_en else one.gives)


def amount(fen: int) -> str:
    """An amount in yuan as people write it."""
    return f"{fen / 100:,.2f}".removesuffix(".00")


def acts_for_company(actor: Actor) -> bool:
    """Whether a citizen acts for a company at the moment."""
    return actor.kind == "citizen" and actor.represents is not None and actor.represents.kind == "company"


@policy("public")
def index(request: HttpRequest) -> HttpResponse:
    """All policies, searched by words and topic."""
    q, topic = request.GET.get("q", "")[:60], request.GET.get("topic", "")
    topics = policies.topics()
    topic = topic if topic in topics else ""
    rows: list[dict[str, Any]] = [
        {
            "one": one,
            "title": title(one),
            "gives": gives(one),
            "topic": one.topic_name_en if english() else one.topic_name,
            "department": department_name(one.department),
        }
        for one in policies.policies(q, topic=topic)
    ]
    context = {
        "rows": rows,
        "q": q,
        "chosen": topic,
        "topics": [(code, names["name_en"] if english() else names["name"]) for code, names in topics.items()],
        "for_company": acts_for_company(actor_of(request)),
    }
    return page(request, "policies", context, tab="matters")


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One policy; who acts for a company sees each condition with its own facts, and claims with one click."""
    found, actor = policies.policy(code), actor_of(request)
    error: YiwangError | None = None
    if request.method == "POST":
        try:
            made = policies.claim(code, actor=actor)
        except YiwangError as refused:
            error = refused
        else:
            if made.state != "refused":
                messages.success(request, _("已提交,不用再交材料。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:policy_claim", args=[made.id]))
    explained = policies.explain(code, actor=actor) if acts_for_company(actor) else None
    context = {
        "one": found,
        "title": title(found),
        "gives": gives(found),
        "summary": found.summary_en if english() else found.summary,
        "department": department_name(found.department),
        "evidence": [(each, department_name(each.department)) for each in found.evidence],
        "exclusive": [(other, name_en if english() else name) for other, name, name_en in found.exclusive],
        "explained": explained,
        "tone": RESULT_TONES[explained.result] if explained else "",
        "lines": [(line, department_name(line.department)) for line in explained.facts] if explained else [],
        "words": result_words(explained.result) if explained else "",
        "amount": amount(explained.amount_fen) if explained else "",
        "left": amount(found.left_fen),
        "signed_citizen": actor.kind == "citizen",
        "error": error.message if error else "",
        "crumbs": [(_("惠企政策"), reverse("citizen:policies")), (title(found), "")],
    }
    return page(request, "policy", context, tab="matters", status=error.status if error else 200)


def result_words(result: str) -> str:
    """An answer in words."""
    known = {"yes": _("符合条件,可以申领"), "near": _("差一点"), "undetermined": _("还差信息,暂不能确定")}
    return str(known.get(result, _("目前不符合条件")))


@policy("citizen")
def mine(request: HttpRequest) -> HttpResponse:
    """The company's page: what it can get, what it nearly gets and what is missing, what it got."""
    actor = actor_of(request)
    crumbs = [(_("我的"), "/me"), (_("企业政策"), "")]
    if not acts_for_company(actor):
        return page(request, "company_policies", {"company": False, "crumbs": crumbs}, tab="me")
    rows: list[dict[str, Any]] = [
        {"one": each, "title": title(each), "gives": gives(each), "amount": amount(each.amount_fen)} for each in policies.matches(actor)
    ]
    claims = policies.my_claims(actor)
    unknown = [row for row in rows if row["one"].result == "undetermined"]
    context = {
        "company": True,
        "yes": [row for row in rows if row["one"].result == "yes" and row["one"].open],
        "later": [row for row in rows if row["one"].result == "yes" and not row["one"].open],
        "near": [row for row in rows if row["one"].result == "near"],
        "missing": by_missing(unknown),
        "claims": [(each, title(each), named(each.state_name), CLAIM_TONES[each.state], amount(each.amount_fen)) for each in claims],
        "got": amount(sum(each.amount_fen for each in claims if each.state == "paid")),
        "wishes": policies.wishes(actor),
        "crumbs": crumbs,
    }
    return page(request, "company_policies", context, tab="me")


def by_missing(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """What hangs on each missing fact: one fact often settles many policies."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault("、".join(row["one"].missing), []).append(row)
    return sorted(found.items(), key=lambda each: -len(each[1]))


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim: how far it is, on what it rests, why it was refused and what helps."""
    actor = actor_of(request)
    found = policies.claim_of(claim_id, actor=actor)
    error: YiwangError | None = None
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            policies.withdraw(claim_id, actor=actor, version=int(version) if version.isdecimal() else 0)
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已撤回。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:policy_claim", args=[claim_id]))
    context = {
        "one": found,
        "title": title(found),
        "state": named(found.state_name),
        "tone": CLAIM_TONES[found.state],
        "department": department_name(found.department),
        "stages": [(stage, named(stage.name)) for stage in found.stages],
        "amount": amount(found.amount_fen),
        "ended": found.state in ("refused", "withdrawn"),
        "lines": [(line, department_name(line.department)) for line in found.facts],
        "error": error.message if error else "",
        "crumbs": [(_("我的"), "/me"), (_("企业政策"), reverse("citizen:company_policies")), (title(found), "")],
    }
    return page(request, "policy_claim", context, tab="me", status=error.status if error else 200)


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """What the company wants to be told of; channels and quiet hours are set with its messages."""
    actor = actor_of(request)
    crumbs = [(_("我的"), "/me"), (_("企业政策"), reverse("citizen:company_policies")), (_("推送设置"), "")]
    if not acts_for_company(actor):
        return page(request, "company_policies", {"company": False, "crumbs": crumbs}, tab="me")
    topics = policies.topics()
    if request.method == "POST":
        wanted = set(request.POST.getlist("wanted"))
        chosen = policies.Wishes(request.POST.get("off") == "1", tuple(code for code in topics if code not in wanted))
        policies.set_wishes(actor, chosen=chosen)
        messages.success(request, _("已保存。"), extra_tags="ok")
        return HttpResponseRedirect(reverse("citizen:company_policies"))
    now = policies.wishes(actor)
    names = [(code, each["name_en"] if english() else each["name"], code not in now.muted_topics) for code, each in topics.items()]
    return page(request, "policy_wishes", {"topics": names, "off": now.off, "crumbs": crumbs}, tab="me")
