"""Orders that wait for an answer: corrections 核实纠错 and bad ratings 差评整改."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.base.clock.api import today
from yiwang.base.pages.api import FieldView, option_pairs
from yiwang.data.quality import api as quality
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.access.api import policy
from yiwang.standards.errors import Conflict, InvalidInput

SURE = 0.9


@policy("correction.handle")
def corrections(request: HttpRequest) -> HttpResponse:
    """Corrections that wait for this department."""
    orders = quality.todo(actor_of(request))
    late = sum(one.state == "escalated" or one.due < today() for one in orders)
    rows = [(one, words.record_of(one.key)) for one in orders]
    return page(request, "corrections", {"orders": rows, "late": late}, tab="corrections")


@policy("correction.handle")
def correction(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """One correction order with its answer form; a refused answer keeps what was typed."""
    actor = actor_of(request)
    order = quality.get(correction_id, actor=actor)
    best = next((one.value for one in order.suggestions if one.confidence >= SURE), "")  # a doubtful value is not put into the box
    error, typed = "", {"outcome": "", "value": best, "note": ""}
    if request.method == "POST":
        typed = {key: request.POST.get(key, "") for key in typed}
        try:
            quality.answer(
                correction_id,
                outcome=typed["outcome"],  # type: ignore[arg-type]
                note=typed["note"],
                value=typed["value"],
                actor=actor,
            )
        except (InvalidInput, Conflict) as refused:
            error = refused.message
        else:
            messages.success(request, _("已答复,申请人会收到消息。"))
            return redirect("official:corrections")
    right = _("更正:改为下面填写的正确内容") if order.rule else _("更正:按申请人提供的内容修改登记")
    outcomes = (("corrected", right), ("upheld", _("维持:登记无误,说明理由")))
    asked = (
        [FieldView("value", _("正确内容"), "text", required=False, help=_("选「更正」时必填"), value=typed["value"])] if order.rule else []
    )
    fields = [
        FieldView("outcome", _("核实结果"), "choice", options=outcomes, value=typed["outcome"]),
        *asked,
        FieldView("note", _("核实情况"), "textarea", value=typed["note"], max_length=1000),
    ]
    return page(request, "correction", {"order": order, "fields": fields, "error": error}, tab="corrections", status=422 if error else 200)


@policy("rating.handle")
def bad_ratings(request: HttpRequest, *, wrong: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Bad ratings that wait for this department, with the steps each may take; ``wrong`` carries a refused step back."""
    actor = actor_of(request)
    names = {one.code: one.name for one in ratings.reasons()}
    rows = [
        (
            rating,
            [_step(rating, one, wrong) for one in ratings.actions(rating.id, actor=actor)],
            [names.get(one, one) for one in rating.reasons],
        )
        for rating in ratings.todo(actor)
    ]
    return page(request, "ratings", {"rows": rows, "general": (wrong or {}).get("general", "")}, tab="ratings", status=status)


@require_POST
@policy("rating.handle")
def handle_rating(request: HttpRequest, rating_id: UUID, action: str) -> HttpResponse:
    """Take one step of a bad rating: verify, fix, answer, revisit."""
    inputs = {key: str(value) for key, value in request.POST.items() if key not in {"csrfmiddlewaretoken", "version"}}
    version = request.POST.get("version", "")
    try:
        ratings.perform(rating_id, action=action, actor=actor_of(request), version=int(version) if version.isdigit() else 0, inputs=inputs)
    except (InvalidInput, Conflict) as refused:
        faults = getattr(refused, "errors", {}) or ({refused.field: refused.message} if refused.field else {})
        wrong = {"rating": rating_id, "action": action, "typed": inputs, "errors": faults, "general": refused.message}
        return bad_ratings(request, wrong=wrong, status=refused.status)
    messages.success(request, _("已记录。"))
    return redirect("official:ratings")


def _step(rating: ratings.Rating, one: ratings.ActionView, wrong: dict[str, Any] | None) -> dict[str, Any]:
    mine = wrong if wrong and wrong["rating"] == rating.id and wrong["action"] == one.name else {"typed": {}, "errors": {}}
    fields = [
        FieldView(
            key=f"{given.key}",
            label=given.label,
            kind="choice" if given.options else "textarea",
            required=given.required,
            options=option_pairs(given.options),
            value=mine["typed"].get(given.key, ""),
            error=mine["errors"].get(given.key, ""),
            max_length=1000,
            scope=f"{rating.id.hex[-8:]}-{one.name}",
        )
        for given in one.inputs
    ]
    return {"action": one, "fields": fields, "open": bool(mine["typed"])}
