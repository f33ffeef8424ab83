"""免申即享 for the person: what was found for me, yes or no or "that is wrong", what was paid, and why not me."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.base.pages.api import FieldView
from yiwang.business.benefits import api as benefits
from yiwang.ends.citizen import sheets
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.words import department_name, english, named
from yiwang.security.access.api import policy
from yiwang.standards.errors import YiwangError

AWARD_TONES = {
    "told": "warn",
    "undetermined": "plain",
    "confirmed": "ok",
    "declined": "plain",
    "correcting": "info",
    "silent": "warn",
    "suspended": "hold",
    "ended": "plain",
}
PAYMENT_TONES = {"planned": "info", "paid": "ok", "returned": "bad"}
RESULT_TONES = {"yes": "ok", "no": "plain", "undetermined": "warn"}
# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("已告知,等您确认"),
    gettext_noop("差一项信息,暂不能确定"),
    gettext_noop("已确认,按月发放"),
    gettext_noop("本人放弃"),
    gettext_noop("信息核实中"),
    gettext_noop("未答复,视为未确认"),
    gettext_noop("暂停发放,核查中"),
    gettext_noop("已终止"),
    gettext_noop("待发放"),
    gettext_noop("已到账"),
    gettext_noop("退票"),
    gettext_noop("已说明,待退回"),
    gettext_noop("分期退回中"),
    gettext_noop("已全部退回"),
    gettext_noop("已免除"),
)


def title(name: str, name_en: str) -> str:
    """A benefit's name in the reader's language."""
    return name_en if english() and name_en else name


@policy("citizen")
def index(request: HttpRequest) -> HttpResponse:
    """What was found for me, what I am asked to give back, and every benefit to ask about."""
    actor = actor_of(request)
    rows = [
        {"one": one, "title": title(one.name, one.name_en), "state": named(one.state_name), "tone": AWARD_TONES[one.state]}
        for one in benefits.mine(actor)
    ]
    known = [
        {"one": one, "title": title(one.name, one.name_en), "summary": title(one.summary, one.summary_en)} for one in benefits.benefits()
    ]
    owed = [(one, named(one.state_name)) for one in benefits.my_recoveries(actor)]
    context = {"rows": rows, "known": known, "owed": owed, "crumbs": [(_("我的"), "/me"), (_("我的待遇"), "")]}
    return page(request, "benefits", context, tab="me")


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """One benefit of mine: the facts and clauses it rests on, my answer, the payments."""
    actor = actor_of(request)
    award = benefits.get(award_id, actor=actor)
    error: YiwangError | None = None
    if request.method == "POST":
        try:
            _act(request, award)
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已记录您的答复。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:benefit", args=[award_id]))
    name = title(award.name, award.name_en)
    context = {
        "award": award,
        "title": name,
        "state": named(award.state_name),
        "tone": AWARD_TONES[award.state],
        "department": department_name(award.department),
        "lines": [fact(line) for line in award.facts],
        "payments": [(paid, named(paid.state_name), PAYMENT_TONES[paid.state]) for paid in benefits.payments_of(award_id, actor=actor)],
        "fields": correction(request, award, error),
        "correcting": request.POST.get("act") == "correct",
        "general": error.message if error else "",
        "crumbs": [(_("我的"), "/me"), (_("我的待遇"), reverse("citizen:benefits")), (name, "")],
    }
    return page(request, "benefit", context, tab="me", status=error.status if error else 200)


def _act(request: HttpRequest, award: benefits.AwardView) -> None:
    """What the person chose to do."""
    actor, typed = actor_of(request), request.POST
    version = int(typed["version"]) if typed.get("version", "").isdecimal() else 0
    if typed.get("act") == "correct":
        benefits.correct(
            award.id,
            name=typed.get("name", ""),
            claimed=typed.get("claimed", ""),
            reason=typed.get("reason", ""),
            actor=actor,
            version=version,
        )
    else:
        benefits.answer(award.id, act=typed.get("act", ""), actor=actor, version=version, note=typed.get("note", ""))


def correction(request: HttpRequest, award: benefits.AwardView, error: YiwangError | None) -> list[FieldView]:
    """The form to say which fact is wrong, with what was typed."""
    wrong = {error.field: error.message} if error and error.field else {}
    typed = request.POST
    options = tuple((line.name, f"{line.label}:{line.shown or '—'}") for line in award.facts if line.element)
    return [
        FieldView("name", _("哪一项有误?"), "choice", options=options, value=typed.get("name", ""), error=wrong.get("name", "")),
        FieldView(
            "claimed",
            _("正确的内容应是"),
            "text",
            value=typed.get("claimed", ""),
            error=wrong.get("claimed_value", ""),
            max_length=200,
        ),
        FieldView(
            "reason",
            _("为什么不对"),
            "textarea",
            help=_("写明依据,例如哪份证件上的内容。"),
            value=typed.get("reason", ""),
            error=wrong.get("reason", ""),
            max_length=500,
        ),
    ]


def fact(line: benefits.FactLine) -> dict[str, Any]:
    """A fact with its source in words and the way to dispute it."""
    item = {"element": line.element, "about": line.key, "held": line.held, "shown": line.shown or "—", "label": line.label}
    nobody = _("还没有可查的记录") if line.status == "not_asked" else _("只有您本人知道")
    return {
        "line": line,
        "source": department_name(line.department) if line.department else nobody,
        "day": line.observed_at[:10],
        "dispute": sheets.seal(item) if line.element else "",
    }


@policy("citizen")
def why(request: HttpRequest, code: str) -> HttpResponse:
    """为什么不是我: the conditions, the facts with their source, and a way to dispute each."""
    benefit = benefits.benefit(code)
    name = title(benefit.name, benefit.name_en)
    words = {"yes": _("您符合条件"), "no": _("您目前不符合条件"), "undetermined": _("还差信息,暂不能确定")}
    answers = [
        {
            "one": answer,
            "tone": RESULT_TONES[answer.result],
            "words": words[answer.result],
            "amount": f"{answer.amount_fen / 100:.2f}",
            "lines": [fact(line) for line in answer.facts],
        }
        for answer in benefits.why(code, actor=actor_of(request))
    ]
    context = {
        "benefit": benefit,
        "title": name,
        "summary": title(benefit.summary, benefit.summary_en),
        "department": department_name(benefit.department),
        "answers": answers,
        "crumbs": [(_("我的"), "/me"), (_("我的待遇"), reverse("citizen:benefits")), (name, "")],
    }
    return page(request, "benefits_why", context, tab="me")
