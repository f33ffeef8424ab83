"""One case on one page: facts with provenance, the rules' explanation, the clock, the history, the next steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.base.pages.api import FieldView, option_pairs
from yiwang.business.cases import api as cases
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import policy
from yiwang.standards.errors import Conflict, InvalidInput

KINDS = {
    "text": "text",
    "textarea": "textarea",
    "choice": "choice",
    "date": "date",
    "integer": "number",
    "boolean": "boolean",
    "list": "textarea",
}


@policy("staff")
def case(request: HttpRequest, case_id: UUID, *, wrong: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """The page; ``wrong`` carries a refused step back with what was typed."""
    actor = actor_of(request)
    view = cases.get(case_id, actor=actor)
    clock = cases.deadline(case_id)
    steps = [_step(one, wrong or {}) for one in cases.actions(case_id, actor=actor)]
    context = {
        "case": view,
        "clock": clock,
        "days": clock.explain() if clock else (),
        "explanation": cases.explanation(case_id, actor=actor),
        "history": cases.history(case_id, actor=actor),
        "ledger": cases.ledger(case_id, actor=actor),
        "steps": steps,
        "general": (wrong or {}).get("general", ""),
    }
    return page(request, "case", context, tab="todo", status=status)


@require_POST
@policy("staff")
def step(request: HttpRequest, case_id: UUID, action: str) -> HttpResponse:
    """Take one step; a refusal shows the page again with what was typed and why."""
    actor = actor_of(request)
    allowed = {one.name: one for one in cases.actions(case_id, actor=actor)}
    known = allowed.get(action)
    inputs = {one.key: _read(one, request) for one in known.inputs} if known else {}
    try:
        version = int(request.POST.get("version", "0"))
        cases.perform(
            case_id, action=action, actor=actor, version=version, inputs={k: v for k, v in inputs.items() if v not in ("", [], None)}
        )
    except (InvalidInput, Conflict) as error:
        faults = getattr(error, "errors", {}) or ({error.field: error.message} if error.field else {})
        wrong = {"action": action, "typed": request.POST, "errors": faults, "general": error.message}
        return case(request, case_id, wrong=wrong, status=error.status)
    messages.success(request, _("已完成:%(step)s") % {"step": known.label if known else action})
    return redirect("official:case", case_id)


@policy("staff")
def archive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The archive package of an ended case."""
    package = cases.archive_package(case_id, actor=actor_of(request))
    return HttpResponse(package, content_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{case_id}.zip"'})


@require_POST
@policy("staff")
def replay(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Recompute the automatic decisions of the case and say whether they come out the same."""
    same = cases.replay(case_id, actor=actor_of(request))
    (messages.success if same else messages.error)(
        request, _("重算结果与原决定一致。") if same else _("重算结果与原决定不一致,请报告审计。")
    )
    return redirect("official:case", case_id)


def _step(action: cases.ActionView, wrong: Mapping[str, Any]) -> dict[str, Any]:
    mine = wrong.get("action") == action.name
    typed, faults = (wrong.get("typed", {}), wrong.get("errors", {})) if mine else ({}, {})
    fields = [
        FieldView(
            key=one.key,
            label=one.label,
            kind=KINDS.get(one.kind, "textarea"),
            required=one.required,
            options=option_pairs(one.options),
            value=typed.get(one.key, ""),
            error=faults.get(one.key, ""),
            max_length=2000,
            scope=action.name,
            input_type="date" if one.kind == "date" else "text",
            input_mode="numeric" if one.kind == "integer" else "",
            help=_("每行一项") if one.kind == "list" else _('按 JSON 填写,如 {"键": "值"}') if one.kind in {"mapping", "materials"} else "",
        )
        for one in action.inputs
    ]
    return {"action": action, "fields": fields, "open": mine}


def _read(one: cases.InputView, request: HttpRequest) -> Any:
    """A typed input as the step wants it; what cannot be read is left as typed, so that the step names the fault."""
    text = request.POST.get(one.key, "").strip()
    if one.kind == "boolean":
        return text == "true"
    if one.kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if one.kind == "integer":
        return int(text) if text.lstrip("-").isdigit() else text
    if one.kind in {"mapping", "materials"} and text:
        try:
            return json.loads(text)
        except ValueError as error:
            raise InvalidInput(_('「%(label)s」不是 JSON,请按 {"键": "值"} 的形式填写。') % {"label": one.label}, field=one.key) from error
    return text
