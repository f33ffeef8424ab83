"""One case on one page: facts with provenance, the rules' explanation, the clock, the history, the next steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.base.storage import api as storage
from yiwang.business.cases import api as cases
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.steps import Sheet
from yiwang.security.access.api import Actor, may, policy
from yiwang.security.audit import api as audit
from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


@policy("staff")
def case(request: HttpRequest, case_id: UUID, *, wrong: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """The page; ``wrong`` carries a refused step back with what was typed."""
    actor = actor_of(request)
    view = cases.get(case_id, actor=actor)
    clock = cases.deadline(case_id)
    explanation = cases.explanation(case_id, actor=actor)
    ledger = cases.ledger(case_id, actor=actor)
    sheet = Sheet(view, explanation)
    steps = [_drawn(one, sheet, wrong or {}) for one in cases.actions(case_id, actor=actor)]
    context = {
        "case": view,
        "clock": clock,
        "days": clock.explain() if clock else (),
        "explanation": explanation,
        "fields": _fields(view, sheet),
        "facts": [(one, words.coded(one.element, one.value), words.named(words.SUBJECTS.get(one.about, one.about))) for one in view.facts],
        "materials": [(one, words.material(one)) for one in view.materials],
        "history": cases.history(case_id, actor=actor),
        "ledger": ledger,
        "spared": sum(not one.asked for one in ledger),
        "steps": steps,
        "may_archive": view.final and may(actor, "case.archive", department=view.department),  # as the door asks
        "faults": [field for one in steps if one["open"] for field in one["fields"]],
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
    version = request.POST.get("version", "")
    try:
        inputs = _sheet(case_id, actor).read(known, request) if known else {}
        cases.perform(case_id, action=action, actor=actor, version=int(version) if version.isdigit() else 0, inputs=inputs)
    except (InvalidInput, Conflict) as error:
        faults = getattr(error, "errors", {}) or ({error.field: error.message} if error.field else {})
        wrong = {"action": action, "typed": request.POST, "errors": faults, "general": error.message}
        return case(request, case_id, wrong=wrong, status=error.status)
    messages.success(request, _("已完成:%(step)s") % {"step": words.named(known.label) if known else action})
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


class HiddenMaterial(Forbidden):
    """这份材料含有个人信息,您在这一步不需要查看。需要时请由承办人员打开。"""

    code = "hidden_material"


@policy("staff")
def material(request: HttpRequest, case_id: UUID, key: str) -> HttpResponse:
    """A file that the applicant handed in; who opened it is recorded."""
    actor = actor_of(request)
    view = cases.get(case_id, actor=actor)
    given = next((one for one in view.materials if one.key == key and one.given_as == "file" and one.ref), None)
    if given is None:
        raise NotFound
    record = audit.Record("case.material_opened", actor, "case", str(case_id), case_id, {"material": key}, allowed=not view.masked)
    with transaction.atomic():
        audit.record_many([record])
    if view.masked:
        raise HiddenMaterial
    data = storage.read(given.ref)
    ending = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}.get(kind := storage.check(data, filename=key), "zip")
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'inline; filename="{key}.{ending}"'})


def _sheet(case_id: UUID, actor: Actor) -> Sheet:
    return Sheet(cases.get(case_id, actor=actor), cases.explanation(case_id, actor=actor))


def _drawn(action: cases.ActionView, sheet: Sheet, wrong: Mapping[str, Any]) -> dict[str, Any]:
    mine = wrong.get("action") == action.name
    fields = sheet.draw(action, wrong if mine else {})
    return {"action": action, "fields": fields, "open": mine, "files": any(one.kind == "file" for one in fields)}


def _fields(view: cases.CaseView, sheet: Sheet) -> list[tuple[cases.FieldView, Any]]:
    known = {one.key: one for one in sheet.fields}
    return [(one, words.value_words(known.get(one.key), one.value)) for one in view.fields]
