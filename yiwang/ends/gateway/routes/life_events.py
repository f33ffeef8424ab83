"""Life events: what is known, what is asked, one submission, one status."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from yiwang.business.life_events import api as life_events
from yiwang.ends.gateway.routes.cases import Given, read_materials
from yiwang.ends.gateway.routes.matters import Answers
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["life events"])


class Submission(Answers):
    """One form for all matters; the same ``idempotency_key`` always answers with the same life event."""

    idempotency_key: str
    values: dict[str, Any] = {}
    materials: dict[str, Given] = {}


class Supplement(Schema):
    """What was asked for after the submission: whose question is answered (the node's key), values and materials."""

    node: str = ""
    values: dict[str, Any] = {}
    materials: dict[str, Given] = {}


class Withdrawal(Schema):
    """Which matter to withdraw (the node's key; all undecided ones when left out) and why."""

    node: str = ""
    reason: str = ""


@router.get("/life-events", auth=Signed("public"), response=list[life_events.Definition])
def list_life_events(request: HttpRequest) -> Any:
    """All definitions."""
    return life_events.definitions()


@router.get("/life-events/{code}", auth=Signed("public"), response=life_events.Definition)
def get_life_event(request: HttpRequest, code: str) -> Any:
    """One definition: questions, matters, dependencies."""
    return life_events.definition(code)


@router.post("/life-events/{code}/plan", auth=Signed("citizen"), response=life_events.Plan)
def plan(request: HttpRequest, code: str, body: Answers) -> Any:
    """The merged form prefilled for the caller, the merged materials, the graph and the limit along the critical path."""
    return life_events.start(code, actor=request.actor, answers=body.answers)  # type: ignore[attr-defined]


@router.post("/life-events/{code}/submissions", auth=Signed("citizen"), response={201: life_events.LifeEventView})
def submit(request: HttpRequest, code: str, body: Submission) -> Any:
    """Hand in the one form; the departments' cases run in parallel."""
    view = life_events.submit(
        code,
        actor=request.actor,  # type: ignore[attr-defined]
        answers=body.answers,
        values=body.values,
        materials=read_materials(body.materials),
        idempotency_key=body.idempotency_key,
    )
    return Status(201, view)


@router.get("/life-event-submissions", auth=Signed("citizen"), response=list[life_events.LifeEventRow])
def list_mine(request: HttpRequest) -> Any:
    """The caller's life events, newest first."""
    return life_events.mine(request.actor)  # type: ignore[attr-defined]


@router.get("/life-event-submissions/{life_event_id}", auth=Signed("citizen"), response=life_events.LifeEventView)
def get_submission(request: HttpRequest, life_event_id: UUID) -> Any:
    """One status for all its matters."""
    return life_events.get(life_event_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/life-event-submissions/{life_event_id}/ledger", auth=Signed("citizen"), response=life_events.Shares)
def get_ledger(request: HttpRequest, life_event_id: UUID) -> Any:
    """How many fields and materials did not have to be given, line by line."""
    return life_events.ledger(life_event_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/life-event-submissions/{life_event_id}/supplement", auth=Signed("citizen"), response=life_events.LifeEventView)
def supplement(request: HttpRequest, life_event_id: UUID, body: Supplement) -> Any:
    """Answer what one of the departments asked for."""
    return life_events.supplement(
        life_event_id,
        actor=request.actor,  # type: ignore[attr-defined]
        node=body.node,
        values=body.values,
        materials=read_materials(body.materials),
    )


@router.post("/life-event-submissions/{life_event_id}/withdraw", auth=Signed("citizen"), response=life_events.LifeEventView)
def withdraw(request: HttpRequest, life_event_id: UUID, body: Withdrawal) -> Any:
    """Withdraw one undecided case or all of them."""
    return life_events.withdraw(life_event_id, actor=request.actor, node=body.node, reason=body.reason)  # type: ignore[attr-defined]
