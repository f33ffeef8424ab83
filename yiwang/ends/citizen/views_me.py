"""My space: profile, who may act for whom, the diary of my data, and corrections of what registers hold about me."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.clock.api import today
from yiwang.base.pages.api import Pager, field_view, page_number, pager
from yiwang.business.benefits import api as benefits
from yiwang.business.matters import api as matters
from yiwang.business.policies import api as policies
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Key
from yiwang.data.quality import api as quality
from yiwang.ends.citizen import events, sheets
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.walks import represented_name
from yiwang.ends.citizen.words import department_name, english, named, tone
from yiwang.security.access.api import policy
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import DiaryRow
from yiwang.standards.errors import NotFound, YiwangError
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import Cleaned, Field, clean
from yiwang.support.identity import api as identity

ACTING_FOR = "acting_for"  # in the session: str(Subject) of whom the person acts for
CONSENT = "本人委托 {agent} 在 {until} 前代为办理{scope},知晓其办理结果由本人承担,并可随时撤销。"
WRONG = 422
RECORDS = {"birth": "出生", "property": "不动产", "household": "户籍", "person": "亲属", "company": "企业", "marriage": "婚姻"}


@policy("citizen")
def me(request: HttpRequest) -> HttpResponse:
    """The person's own corner."""
    actor = actor_of(request)
    granted = identity.delegations(actor)
    context = {
        "account": identity.account_of(actor),
        "acting": represented_name(actor) if actor.acting_for else "",
        "companies": identity.companies(actor),
        "for_others": [one for one in granted if one.agent == actor.subject and one.in_force],
        "crumbs": [(_("我的"), "")],
    }
    return page(request, "me", context, tab="me")


@policy("citizen")
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """From now on act for a relative or a company, or for oneself again."""
    actor = actor_of(request)
    wanted = request.POST.get("subject", "")
    if not wanted:
        request.session.pop(ACTING_FOR, None)
        messages.success(request, _("现在为您自己办事。"), extra_tags="ok")
        return HttpResponseRedirect(reverse("citizen:me"))
    other = identity.act_for(actor, Subject.read(wanted))
    request.session[ACTING_FOR] = wanted
    messages.success(request, _("现在代 {name} 办事。").format(name=represented_name(other)), extra_tags="ok")
    return HttpResponseRedirect(reverse("citizen:home"))


def company_form() -> tuple[Field, ...]:
    """What is asked to link a company."""
    return (
        Field(
            "credit_code",
            "统一社会信用代码",
            "Unified social credit code",
            kind="credit_code",
            help=_("营业执照上的 18 位代码。"),
            max_length=18,
        ),
    )


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """Link a company whose legal representative one is; the company register is asked, not the person."""
    actor = actor_of(request)
    typed = {"credit_code": request.POST.get("credit_code", "")} if request.method == "POST" else {}
    cleaned = clean(company_form(), typed) if typed else Cleaned({}, {}, {})
    general = ""
    if typed and cleaned.ok:
        try:
            linked = identity.link_company(actor, credit_code=cleaned.values["credit_code"])
        except YiwangError as error:
            general = error.message
        else:
            messages.success(request, _("已核验,您可以代 {name} 办事。").format(name=linked.name), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:me"))
    return simple_form(
        request, _("代企业办事"), company_form(), cleaned, general, button=_("核验"), lead=_("登记机关登记的法定代表人本人可以代企业办事。")
    )


def delegation_form() -> tuple[Field, ...]:
    """What is asked to let somebody act for oneself."""
    scope = [{"value": "*", "label": _("全部事项")}]
    scope += [{"value": theme, "label": theme} for theme in sorted({theme for one in matters.listing() for theme in one.themes})]
    return (
        Field("agent_name", "受托人姓名", "Name of the person you trust", max_length=50),
        Field("agent_id_number", "受托人身份证号", "Identity number of that person", kind="id_number", max_length=18),
        Field("scope", "可以代办哪些事", "What they may do for you", kind="choice", options=sheets.options(scope)),
        Field("until", "到哪一天为止", "Until which day", kind="date", help=_("最长一年,随时可以撤销。"), minimum="today"),
        Field("agree", "我确认委托,并知晓办理结果由我承担", "I agree and know that the results count as mine", kind="boolean"),
    )


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Whom I trust to act for me, and for whom I may act."""
    actor = actor_of(request)
    form = delegation_form()
    cleaned = clean(form, {one.key: request.POST.get(one.key, "") for one in form}) if request.method == "POST" else Cleaned({}, {}, {})
    general = ""
    if request.method == "POST" and cleaned.ok:
        try:
            grant(request, cleaned.values)
        except YiwangError as error:
            general = error.message
        else:
            messages.success(request, _("委托已生效。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:delegations"))
    fields = [field_view(one, value=cleaned.typed.get(one.key, ""), error=cleaned.errors.get(one.key, "")) for one in form]
    rows = [{"one": one, "mine": one.grantor == actor.subject, "scope": scope_words(one.scope)} for one in identity.delegations(actor)]
    context = {"rows": rows, "fields": fields, "general": general, "crumbs": [(_("我的"), "/me"), (_("亲友代办"), "")]}
    return page(request, "delegations", context, tab="me", status=WRONG if cleaned.errors or general else 200)


def grant(request: HttpRequest, values: dict[str, Any]) -> None:
    """Write the delegation with the words that were agreed to."""
    theme = values["scope"]
    scope = ["*"] if theme == "*" else [one.short for one in matters.listing() if theme in one.themes]
    words = CONSENT.format(agent=values["agent_name"], until=values["until"], scope="全部事项" if theme == "*" else f"“{theme}”类事项")
    identity.delegate(
        actor_of(request),
        agent_id_number=values["agent_id_number"],
        agent_name=values["agent_name"],
        scope=scope,
        until=date.fromisoformat(values["until"]),
        consent=words,
    )


def scope_words(scope: tuple[str, ...]) -> str:
    """The scope of a delegation in words."""
    if "*" in scope:
        return _("全部事项")
    names = [one.name for one in matters.listing() if one.short in scope]
    return "、".join(names[:3]) + (_(" 等 {n} 项").format(n=len(names)) if len(names) > 3 else "")


@policy("citizen")
@require_POST
def revoke_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """End a delegation at once."""
    identity.revoke_delegation(delegation_id, actor=actor_of(request))
    messages.success(request, _("委托已撤销。"), extra_tags="ok")
    return HttpResponseRedirect(reverse("citizen:delegations"))


@policy("citizen")
def diary(request: HttpRequest) -> HttpResponse:
    """我的数据使用日记: who looked, for which case, on which ground; refused looks too."""
    actor = actor_of(request)
    found = audit.diary_for(actor, page=page_number(request))
    context = {
        "rows": [diary_words(one) for one in found.rows],
        "downloads": [download_words(one) for one in exchange.downloads(actor)] if found.page == 1 else [],
        "pager": Pager(found.page, found.pages, found.total, "?"),
        "crumbs": [(_("我的"), "/me"), (_("我的数据使用日记"), "")],
    }
    return page(request, "diary", context, tab="me")


def diary_words(one: DiaryRow) -> dict[str, Any]:
    """A line of the diary in words."""
    return {
        "at": one.at,
        "who": one.actor_name,
        "department": department_name(one.department) if one.department else "",
        "purpose": purpose_name(one.purpose),
        "basis": one.legal_basis,
        "elements": [element_name(code) for code in one.elements],
        "allowed": one.allowed,
        "reason": one.reason,
        "address": reverse("citizen:case", args=[one.case_id]) if one.case_id else "",
    }


def download_words(one: exchange.Download) -> dict[str, Any]:
    """A whole resource handed out, in words."""
    return {
        "at": one.at,
        "department": department_name(one.department),
        "title": one.resource_title,
        "purpose": one.purpose_title,
        "basis": one.legal_basis,
        "elements": [element_name(code) for code in one.elements],
        "rows": one.rows,
        "sure": one.contained is not None,
    }


def purpose_name(purpose: str) -> str:
    """The matter's name for the purpose of a look."""
    if purpose == "identity.legal_representative":
        return _("核验法定代表人身份")
    kind, _dot, code = purpose.partition(".")
    if kind == "life_event":
        return events.name_of(code)
    if kind == "benefit":
        return benefit_purpose(code)
    if kind == "policy":
        return policy_purpose(code)
    try:
        return matters.published(purpose).name
    except NotFound:
        return purpose


def policy_purpose(code: str) -> str:
    """The policy's name for a look made for it, or for the matching of all companies."""
    if code == "match":
        return _("惠企政策匹配")
    try:
        found = policies.policy(code)
    except NotFound:
        return code
    return (found.title_en if english() else "") or found.title


def benefit_purpose(code: str) -> str:
    """The benefit's name for a look made for it, or for the monthly recheck."""
    if code.startswith("recheck."):
        return _("待遇发放月度复核")
    known = {one.code: one for one in benefits.benefits()}
    if code not in known:
        return code
    return (known[code].name_en if english() else "") or known[code].name


def element_name(code: str) -> str:
    """The name of a data element; a look at which records somebody has names the kind of record."""
    kind, _dot, rest = code.partition(".")
    if code == "ticket.picture":
        return _("诉求里的照片和附件")
    if rest == "*":
        return _("名下有哪些“{kind}”记录").format(kind=RECORDS.get(kind, kind))
    try:
        return catalogue.element(code).name
    except YiwangError:
        return code


def correction_form() -> tuple[Field, ...]:
    """What is asked to dispute a value."""
    return (
        Field("claimed", "正确的内容应是", "What it should be", max_length=200),
        Field("reason", "为什么不对", "Why it is wrong", kind="textarea", help=_("写明依据,例如哪份证件上的内容。"), max_length=500),
    )


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest) -> HttpResponse:
    """Dispute one value at its source; the words about it travel sealed."""
    sealed = request.POST.get("item") or request.GET.get("item", "")
    item = sheets.unseal(sealed)
    form = correction_form()
    cleaned = clean(form, {one.key: request.POST.get(one.key, "") for one in form}) if request.method == "POST" else Cleaned({}, {}, {})
    general = ""
    if request.method == "POST" and cleaned.ok:
        try:
            opened = quality.open_correction(
                None,
                element=item["element"],
                key=subject_or_key(item["about"]),
                held_value=str(item["held"]),
                claimed_value=cleaned.values["claimed"],
                reason=cleaned.values["reason"],
                actor=actor_of(request),
            )
        except YiwangError as error:
            general = error.message
        else:
            words = _("已提出核实,{department}须在 {day} 前答复。")
            words = words.format(department=department_name(opened.department), day=opened.due)
            messages.success(request, words, extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:corrections"))
    context = {
        "item": sealed,
        "held": item["shown"],
        "label": item["label"],
        "fields": [field_view(one, value=cleaned.typed.get(one.key, ""), error=cleaned.errors.get(one.key, "")) for one in form],
        "general": general,
        "crumbs": [(_("我的"), "/me"), (_("信息核实"), "/corrections"), (_("提出核实"), "")],
    }
    return page(request, "dispute", context, tab="me", status=WRONG if cleaned.errors or general else 200)


def subject_or_key(text: str) -> Subject | Key:
    """Whose value it is: a person, a company or a record."""
    kind = text.partition(":")[0]
    return Subject.read(text) if kind in ("person", "company") else Key.read(text)


@policy("citizen")
def corrections(request: HttpRequest) -> HttpResponse:
    """Values I have disputed and what became of it."""
    rows = [
        {"one": one, "department": department_name(one.department), "state": named(one.state_name), "tone": correction_tone(one)}
        for one in quality.mine(actor_of(request))
    ]
    shown = pager(request, total=len(rows))
    start = (shown.number - 1) * 20
    context = {"rows": rows[start : start + 20], "pager": shown, "today": today(), "crumbs": [(_("我的"), "/me"), (_("信息核实"), "")]}
    return page(request, "corrections", context, tab="me")


def correction_tone(one: quality.Correction) -> str:
    """How a correction order looks."""
    return {"corrected": "ok", "upheld": "plain"}.get(one.outcome) or ("warn" if one.due < today() else tone("running"))


def simple_form(
    request: HttpRequest, title: str, form: tuple[Field, ...], cleaned: Cleaned, general: str, *, button: str, lead: str = ""
) -> HttpResponse:
    """A short form on a page of its own."""
    fields = [field_view(one, value=cleaned.typed.get(one.key, ""), error=cleaned.errors.get(one.key, "")) for one in form]
    context = {
        "title": title,
        "lead": lead,
        "fields": fields,
        "general": general,
        "button": button,
        "crumbs": [(_("我的"), "/me"), (title, "")],
    }
    return page(request, "simple_form", context, tab="me", status=WRONG if cleaned.errors or general else 200)
