"""Applying: for one matter or for a life event, the same walk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.base.pages.api import wants_json
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.api import Definition, Node, Plan
from yiwang.business.matters import api as matters
from yiwang.ends.citizen import events, journeys
from yiwang.ends.citizen.page import actor_of, needs_company, page
from yiwang.ends.citizen.walks import EventWalk, MatterWalk
from yiwang.ends.citizen.words import department_name, matter_name
from yiwang.security.access.api import policy
from yiwang.standards.errors import NotFound, YiwangError

FORM_METHODS = ["GET", "HEAD", "POST"]


@policy("public")
def life_event_list(request: HttpRequest) -> HttpResponse:
    """All life events."""
    return page(request, "life_events", {"events": events.all_cards(), "crumbs": [(_("一件事"), "")]}, tab="matters")


@policy("public")
def life_event(request: HttpRequest, code: str) -> HttpResponse:
    """What will be done, by whom, how long it takes, what we know already; for who is signed in, with their own facts."""
    definition = life_events.definition(code)
    actor = actor_of(request)
    plan, problem = None, ""
    if actor.kind == "citizen" and definition.complete:
        try:
            plan = life_events.start(code, actor=actor)
        except YiwangError as error:
            problem = error.message
    nodes = node_lines(definition, plan)
    context = {
        "card": events.card(definition),
        "definition": definition,
        "plan": plan,
        "problem": problem,
        "for_company": needs_company(actor, definition.subject_kind),
        "nodes": nodes,
        "names": {one.key: described(one)[0] for one in definition.nodes},
        "departments": len({one["department_name"] for one in nodes}),
        "no_record": bool(plan and definition.anchor and not plan.choices),
        "crumbs": [(_("一件事"), "/life-events"), (events.card(definition).name, "")],
    }
    return page(request, "life_event", context, tab="matters")


def node_lines(definition: Definition, plan: Plan | None) -> list[dict[str, Any]]:
    """The matters of a life event: those this person needs where we know, else all."""
    if plan and plan.matters:
        wanted = plan.matters
        rows = [(matter_name(one.matter, one.name), department_name(one.department), one.limit, one.note, one.depends_on) for one in wanted]
    else:
        rows = [described(one) for one in definition.nodes]
    return [dict(zip(("name", "department_name", "limit", "note", "after"), row, strict=True)) for row in rows]


def described(node: Node) -> tuple[str, str, str, str, tuple[str, ...]]:
    """A matter of a life event: its own name and department unless the definition gives others."""
    try:
        matter = matters.described(node.matter)
    except NotFound:
        return node.name, department_name(node.department), "", node.note, node.depends_on
    name = matter_name(node.matter, node.name or matter.name)
    return name, department_name(matter.department), matter.promised_limit, node.note, node.depends_on


def refusal(request: HttpRequest, kind: str) -> HttpResponse | None:
    """What only companies apply for, asked for by a person: the way to act for one; None where nothing stands in the way."""
    if not needs_company(actor_of(request), kind) or wants_json(request):
        return None
    return page(request, "for_company", tab="matters", status=403)


@policy("citizen")
@require_http_methods(FORM_METHODS)
def event_questions(request: HttpRequest, code: str) -> HttpResponse:
    """Which situation is yours."""
    return refusal(request, life_events.definition(code).subject_kind) or journeys.questions(request, EventWalk(code, actor_of(request)))


@policy("citizen")
@require_http_methods(FORM_METHODS)
def event_form(request: HttpRequest, code: str) -> HttpResponse:
    """The one form."""
    return refusal(request, life_events.definition(code).subject_kind) or journeys.form(request, EventWalk(code, actor_of(request)))


@policy("citizen")
@require_http_methods(FORM_METHODS)
def event_review(request: HttpRequest, code: str) -> HttpResponse:
    """Check and hand in."""
    return refusal(request, life_events.definition(code).subject_kind) or journeys.review(request, EventWalk(code, actor_of(request)))


@policy("citizen")
@require_http_methods(FORM_METHODS)
def matter_questions(request: HttpRequest, short: str) -> HttpResponse:
    """Which situation is yours."""
    return refusal(request, matters.published(short).subject_kind) or journeys.questions(request, MatterWalk(short, actor_of(request)))


@policy("citizen")
@require_http_methods(FORM_METHODS)
def matter_form(request: HttpRequest, short: str) -> HttpResponse:
    """The form of one matter."""
    return refusal(request, matters.published(short).subject_kind) or journeys.form(request, MatterWalk(short, actor_of(request)))


@policy("citizen")
@require_http_methods(FORM_METHODS)
def matter_review(request: HttpRequest, short: str) -> HttpResponse:
    """Check and hand in."""
    return refusal(request, matters.published(short).subject_kind) or journeys.review(request, MatterWalk(short, actor_of(request)))
