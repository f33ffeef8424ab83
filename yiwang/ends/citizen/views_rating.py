"""Rating a finished case: five levels, reasons, words; once, and only if one wants to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.base.pages.api import FieldView
from yiwang.business.cases import api as cases
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.words import department_name
from yiwang.evaluation.ratings import api as ratings
from yiwang.evaluation.ratings.api import Choice, Rating
from yiwang.security.access.api import policy
from yiwang.standards.errors import InvalidInput, YiwangError


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The rating of one case: to give, or to see with the department's answer."""
    actor = actor_of(request)
    case = cases.get(case_id, actor=actor)
    rated = ratings.of_case(case_id, actor=actor)
    error: YiwangError | None = None
    if request.method == "POST" and rated is None:
        try:
            ratings.rate(
                case_id,
                level=request.POST.get("level", ""),
                reasons=request.POST.getlist("reasons"),
                text=request.POST.get("text", ""),
                anonymous=request.POST.get("anonymous") == "true",
                actor=actor,
            )
        except YiwangError as refused:
            error = refused
    if request.method == "POST" and error is None:
        messages.success(request, _("谢谢您的评价。"), extra_tags="ok")
        return HttpResponseRedirect(reverse("citizen:rate", args=[case_id]))
    context = {
        "case": case,
        "department_name": department_name(case.department),
        "rated": rated,
        "tone": "warn" if rated and rated.bad else "ok",
        "reason_names": reason_names(rated),
        "fields": form(request, error),
        "general": error.message if error and not isinstance(error, InvalidInput) else "",
        "open": rated is None and (error is not None or ratings.may_rate(case_id, actor=actor)),
        "crumbs": [(_("进度"), "/mine"), (case.matter_name, reverse("citizen:case", args=[case_id])), (_("评价这次服务"), "")],
    }
    return page(request, "rating", context, tab="mine", status=error.status if error else 200)


def name_of(one: Choice) -> str:
    """The choice in the reader's language."""
    return (one.name_en if (get_language() or "").startswith("en") else "") or one.name


def reason_names(rated: Rating | None) -> list[str]:
    """The ticked reasons in words."""
    names = {one.code: name_of(one) for one in ratings.reasons()}
    return [names.get(code, code) for code in rated.reasons] if rated else []


def form(request: HttpRequest, error: YiwangError | None) -> list[FieldView]:
    """The form with what was chosen and typed."""
    wrong: dict[str, Any] = {error.field or "level": error.message} if isinstance(error, InvalidInput) else {}
    levels = tuple((one.code, name_of(one).capitalize()) for one in ratings.levels())
    reasons = tuple((one.code, name_of(one)) for one in ratings.reasons())
    typed, anonymous = request.POST, _("不署名的差评也会核实和公开答复,但无法回访您。")
    level = FieldView(
        "level", _("总的来说,您满意吗?"), "choice", options=levels, value=typed.get("level", ""), error=wrong.get("level", "")
    )
    return [
        level,
        optional("reasons", _("哪里不满意?"), "multichoice", typed.getlist("reasons"), wrong, options=reasons),
        optional("text", _("想说的话"), "textarea", typed.get("text", ""), wrong, max_length=500),
        optional("anonymous", _("不让承办人看到我的名字"), "boolean", typed.get("anonymous", ""), wrong, help=anonymous),
    ]


def optional(key: str, label: str, kind: str, value: Any, wrong: dict[str, Any], **more: Any) -> FieldView:
    """A field that may be left empty."""
    return FieldView(key, label, kind, required=False, value=value, error=wrong.get(key, ""), **more)
