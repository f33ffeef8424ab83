"""What I have under way: the list, the tracking page of a life event, the page of a case, and what I can do there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.clock.api import now
from yiwang.base.pages.api import dial, field_view, typed_into
from yiwang.business.cases import api as cases
from yiwang.business.cases.api import CaseView, GivenMaterial
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.api import Ask, NodeView
from yiwang.business.matters import api as matters
from yiwang.ends.citizen import drafts, running, sheets
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.sheets import Line
from yiwang.ends.citizen.walks import label, source_line
from yiwang.ends.citizen.words import department_name, matter_name, named, tone, value_words
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.access.api import Actor, policy
from yiwang.standards.errors import InvalidInput, NotFound, YiwangError
from yiwang.support.forms.api import fields_from_json

FRESH = timedelta(minutes=5)  # so long the page asks by itself whether the departments have answered


@policy("citizen")
def mine(request: HttpRequest) -> HttpResponse:
    """Everything of mine, and forms not handed in yet."""
    actor = actor_of(request)
    found = running.everything(actor)
    context = {
        "open": [one for one in found if one.open],
        "ended": [one for one in found if not one.open],
        "drafts": unfinished(actor),
    }
    return page(request, "mine", context, tab="mine")


def unfinished(actor: Actor) -> list[dict[str, Any]]:
    """Forms that were begun: name, where to go on, when last touched."""
    rows: list[dict[str, Any]] = []
    for purpose, at in drafts.waiting(actor):
        try:
            matter = matters.published(purpose.partition(":")[2])
        except NotFound:
            continue  # the matter is gone; the draft goes with the daily clean-up
        rows.append({"name": matter.name, "address": reverse("citizen:apply", args=[matter.short]), "at": at})
    for definition in life_events.definitions():
        if definition.complete and (draft := life_events.draft(definition.code, actor=actor)):
            rows.append({"name": definition.name, "address": reverse("citizen:event_form", args=[definition.code]), "at": draft.updated_at})
    return sorted(rows, key=lambda row: row["at"], reverse=True)


@policy("citizen")
def my_life_event(request: HttpRequest, life_event_id: UUID) -> HttpResponse:
    """One status: a line per matter, what is asked of me, what was not asked, what I got."""
    actor = actor_of(request)
    view = life_events.get(life_event_id, actor=actor)
    shares = life_events.ledger(life_event_id, actor=actor)
    context = {
        "event": view,
        "receipt": request.GET.get("receipt") == "1",
        "tone": tone(view.status),
        "status": named(view.status_name),
        "nodes": [node_line(one) for one in view.nodes],
        "asks": [ask_view(one, {}, {}) for one in view.asks],
        "shares": shares,
        "field_rows": [ledger_words(one, one.field.label) for one in shares.fields],
        "material_rows": [ledger_words(one, one.name) for one in shares.materials],
        "fresh": view.status == "in_progress" and now() - view.submitted_at < FRESH,
        "got_results": any(one.outcome == "yes" for one in view.nodes),
        "can_withdraw": any(one.may_withdraw for one in view.nodes),
        "dial": progress_dial(view.done, view.total),
        "crumbs": [(_("进度"), "/mine"), (view.name, "")],
    }
    return page(request, "parts/progress" if request.headers.get("HX-Request") else "my_life_event", context, tab="mine")


def progress_dial(done: int, total: int) -> SafeString:
    """How many matters have a result."""
    return dial(done, total, label=_("{done} 项已有结果,共 {total} 项").format(done=done, total=total), middle=f"{done}/{total}")


def node_line(one: NodeView) -> dict[str, Any]:
    """One matter of a life event on the tracking page."""
    state = one.case.state if one.case else one.state
    tones = {
        "needs_input": "warn",
        "started": "info",
        "to_start": "info",
        "cannot_start": "bad",
        "ended": "ok" if one.outcome == "yes" else "bad",
    }
    return {
        "node": one,
        "name": matter_name(one.matter, one.name),
        "department_name": department_name(one.department),
        "state": named(one.case.state_name if one.case else one.state_name),
        "tone": tone(state, one.outcome) if one.case else tones.get(one.state, "plain"),
        "address": reverse("citizen:case", args=[one.case_id]) if one.case_id else "",
        "due_on": one.case.due_on if one.case and one.case.closed_at is None else None,
        "reason": one.reason,
        "remedy": one.remedy,
    }


def ask_view(ask: Ask, typed: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    """What one department asks for, as a form."""
    found = {**ask.errors, **errors}
    fields = [field_view(one, value=typed.get(one.key, ""), error=found.get(one.key, "")) for one in ask.fields]
    files = [Line(f"s{n}", item, False, True, "", ("file",), None, found.get(f"s{n}", "")) for n, item in enumerate(ask.items)]
    return {"ask": ask, "fields": fields, "files": files}


def ledger_words(one: Any, label: str) -> dict[str, Any]:
    """One line of the ledger: asked or not, and from where or why."""
    if one.asked:
        return {"label": label, "asked": True, "words": one.why or _("只有您知道")}
    known = one.source is not None or one.origin != "not_needed"
    return {"label": label, "asked": False, "words": source_line(one.source, one.origin) if known else _("这次不需要")}


@policy("citizen")
@require_POST
def event_supplement(request: HttpRequest, life_event_id: UUID) -> HttpResponse:
    """Answer what one department asked for."""
    actor = actor_of(request)
    view = life_events.get(life_event_id, actor=actor)
    node = request.POST.get("node", "")
    ask = next((one for one in view.asks if one.node == node), None)
    if ask is None:
        raise NotFound
    try:
        values = {key: value for key, value in typed_into(ask.fields, request.POST).items() if value}
        materials = uploaded(request, ask)
        life_events.supplement(life_event_id, actor=actor, node=node, values=values, materials=materials)
    except InvalidInput as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("已提交,承办部门会继续办理。"), extra_tags="ok")
    return HttpResponseRedirect(reverse("citizen:my_life_event", args=[life_event_id]))


def uploaded(request: HttpRequest, ask: Ask) -> dict[str, GivenMaterial]:
    """The uploaded files, by the material they answer."""
    keys = material_keys(ask.case_id, actor_of(request)) if ask.case_id else {}
    found = {}
    for number, item in enumerate(ask.items):
        upload = request.FILES.get(f"file-s{number}")
        if upload is not None:
            found[keys.get(item, item)] = sheets.stored(upload)
    return found


def material_keys(case_id: UUID, actor: Actor) -> dict[str, str]:
    """Name → key of the materials of a case: officials ask by name."""
    return {one.name: one.key for one in cases.get(case_id, actor=actor).materials}


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def event_withdraw(request: HttpRequest, life_event_id: UUID) -> HttpResponse:
    """Withdraw all that is not decided yet, or one matter; asked for once, on a page of its own."""
    actor = actor_of(request)
    view = life_events.get(life_event_id, actor=actor)
    node = request.POST.get("node") or request.GET.get("node", "")
    if request.method == "POST":
        life_events.withdraw(life_event_id, actor=actor, node=node, reason=request.POST.get("reason", ""))
        messages.success(request, _("已撤回。"), extra_tags="ok")
        return HttpResponseRedirect(reverse("citizen:my_life_event", args=[life_event_id]))
    name = next((one.name for one in view.nodes if one.key == node), "") or view.name
    open_names = [one.name for one in view.nodes if one.may_withdraw and (not node or one.key == node)]
    back = reverse("citizen:my_life_event", args=[life_event_id])
    crumbs = [(_("进度"), "/mine"), (view.name, back), (_("撤回申请"), "")]
    context = {"name": name, "node": node, "names": open_names, "back": back, "crumbs": crumbs}
    return page(request, "withdraw", context, tab="mine")


@policy("citizen")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page of one case: where it stands, its clock day by day, its history, its result and why."""
    actor = actor_of(request)
    view = cases.get(case_id, actor=actor)
    deadline = cases.deadline(case_id)
    actions = {one.name: one for one in cases.actions(case_id, actor=actor)}
    ledger = cases.ledger(case_id, actor=actor)
    explanation = cases.explanation(case_id, actor=actor)
    back = reverse("citizen:my_life_event", args=[view.life_event_id]) if view.life_event_id else ""
    context = {
        "case": view,
        "receipt": request.GET.get("receipt") == "1",
        "state": named(view.state_name),
        "tone": tone(view.state, view.outcome),
        "department_name": department_name(view.department),
        "name": matter_name(view.matter, view.matter_name),
        "values": case_values(view),
        "deadline": deadline,
        "days": deadline.explain() if deadline else [],
        "clock": clock(view, deadline),
        "history": [(named(one.label), one) for one in reversed(cases.history(case_id, actor=actor))],
        "explanation": explanation,
        "ledger": [{"kind": one.kind, **ledger_words(one, one.label)} for one in ledger],
        "not_asked": sum(not one.asked for one in ledger),
        "can_withdraw": "withdraw" in actions,
        "supplement": supplement_form(view) if {"supplement", "resubmit"} & actions.keys() else None,
        "can_rate": ratings.may_rate(case_id, actor=actor) or ratings.of_case(case_id, actor=actor) is not None,
        "crumbs": [(_("进度"), "/mine"), *([(_("一件事"), back)] if back else []), (view.matter_name, "")],
    }
    return page(request, "case", context, tab="mine")


def case_values(view: CaseView) -> list[tuple[str, Any]]:
    """What was filled in, as people say it."""
    form = {one["key"]: fields_from_json([one])[0] for one in matters.version_of(view.matter_version).fields}
    rows = [(one, form.get(one.key)) for one in view.fields]
    return [(label(found) if found else one.label, value_words(found, one.value) if found else one.value) for one, found in rows]


def clock(view: CaseView, deadline: Any) -> Any:
    """The face of the legal clock, while it runs."""
    if deadline is None or view.decided_at is not None or not deadline.total:
        return None
    left = deadline.remaining
    words = _("还剩 {n} 个工作日").format(n=left) if left >= 0 else _("已超期 {n} 个工作日").format(n=-left)
    return dial(deadline.used, deadline.total, label=words, middle=str(abs(left)), under=_("天后到期") if left >= 0 else _("天已超期"))


def supplement_form(view: CaseView, errors: dict[str, str] | None = None) -> list[Line]:
    """What must be handed in later: what the official listed, else every missing material."""
    found = errors or {}
    missing = [one for one in view.materials if one.state in ("missing", "broken", "deferred") or one.name in view.supplement_items]
    return [Line(one.key, one.name, False, True, one.why, ("file",), None, found.get(one.key, "")) for one in missing]


@policy("citizen")
@require_POST
def case_supplement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Hand in what was asked for."""
    actor = actor_of(request)
    view = cases.get(case_id, actor=actor)
    action = "resubmit" if view.state == "returned" else "supplement"
    back = reverse("citizen:case", args=[case_id])
    try:
        given = {
            one.key: {"kind": "file", "ref": kept.ref, "name": kept.name}
            for one in view.materials
            if (upload := request.FILES.get(f"file-{one.key}")) is not None and (kept := sheets.stored(upload))
        }
        cases.perform(case_id, action=action, actor=actor, version=view.version, inputs={"materials": given})
    except YiwangError as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("已提交,承办部门会继续办理。"), extra_tags="ok")
    return HttpResponseRedirect(back)


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def case_withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Withdraw an application; asked for once, on a page of its own."""
    actor = actor_of(request)
    view = cases.get(case_id, actor=actor)
    back = reverse("citizen:case", args=[case_id])
    if request.method == "POST":
        cases.perform(case_id, action="withdraw", actor=actor, version=view.version, inputs={"reason": request.POST.get("reason", "")})
        messages.success(request, _("已撤回。"), extra_tags="ok")
        return HttpResponseRedirect(back)
    crumbs = [(_("进度"), "/mine"), (view.matter_name, back), (_("撤回申请"), "")]
    return page(request, "withdraw", {"name": view.matter_name, "node": "", "names": [], "back": back, "crumbs": crumbs}, tab="mine")


@policy("citizen")
def document(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """A document of the case, ready to read and print."""
    view = cases.get(case_id, actor=actor_of(request))
    found = next((one for one in view.documents if one.id == document_id), None)
    if found is None:
        raise NotFound
    crumbs = [(_("进度"), "/mine"), (view.matter_name, reverse("citizen:case", args=[case_id])), (found.title, "")]
    return page(request, "document", {"case": view, "document": found, "paragraphs": found.body.split("\n"), "crumbs": crumbs}, tab="mine")
