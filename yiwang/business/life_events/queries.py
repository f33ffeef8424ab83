"""Reading life events: one status, a line per matter, what is asked, what had to be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from yiwang.business.cases import api as cases
from yiwang.business.cases.api import CaseRow, LedgerRow, Source
from yiwang.business.life_events import graphs, planning
from yiwang.business.life_events.errors import LifeEventNotFound
from yiwang.business.life_events.models import LifeEvent, Step
from yiwang.business.life_events.values import (
    NODE_STATES,
    STATUSES,
    Ask,
    Graph,
    LifeEventRow,
    LifeEventView,
    NodeView,
    PlanField,
    PlanMaterial,
    Shares,
    Status,
)
from yiwang.business.matters.api import published
from yiwang.security.access.api import Actor
from yiwang.standards.errors import YiwangError
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import Field, fields_from_json
from yiwang.support.identity import api as identity

MOST = 100
UNDECIDED = frozenset({"submitted", "returned", "received", "awaiting_supplement", "accepted", "reviewing", "stopped"})
_ASKING = {"awaiting_supplement": "supplement", "returned": "resubmit"}


def owned(life_event_id: UUID, actor: Actor) -> LifeEvent:
    """The life event if it is the actor's or of whom they act for, within what was delegated; LifeEventNotFound otherwise."""
    event = LifeEvent.objects.filter(id=life_event_id).first()
    if event is None or (actor.kind != "system" and not (event.applicant == str(actor.represents) and _covered(event, actor))):
        raise LifeEventNotFound()
    return event


def _covered(event: LifeEvent, actor: Actor) -> bool:
    """Whether a delegation, where there is one, covers every matter of it."""
    if actor.acting_for is None:
        return True
    try:
        for step in event.steps.all():
            identity.require_matter(actor, step.matter)
    except identity.NotEntitled:
        return False
    return True


def get(life_event_id: UUID, *, actor: Actor) -> LifeEventView:
    """See ``api.get``."""
    event = owned(life_event_id, actor)
    steps = list(event.steps.order_by("seq"))
    rows = cases_of(life_event_id, actor)
    asks = tuple(one for step in steps if (one := _ask(event, step, rows.get(step.case_id), actor)) is not None)
    status: Status = "needs_you" if asks else _status(event)
    graph, due = _graph(event, steps)
    rated = _rated(event, steps, rows)
    return LifeEventView(
        id=event.id,
        no=event.no,
        code=event.code,
        name=event.title,
        applicant=Subject.read(event.applicant),
        applicant_name=event.applicant_name,
        about=event.about,
        status=status,
        status_name=STATUSES[status],
        nodes=tuple(_line(step, rows.get(step.case_id)) for step in steps),
        graph=graph,
        asks=asks,
        done=sum(step.outcome == "yes" for step in steps),
        total=len(steps),
        submitted_at=event.submitted_at,
        due_on=due,
        completed_at=event.completed_at,
        may_rate=rated is not None,
        rating_case_id=rated,
    )


def cases_of(life_event_id: UUID, actor: Actor) -> dict[UUID | None, CaseRow]:
    """The cases of a life event, by id; None, as a step without a case has it, finds none."""
    return {row.id: row for row in cases.of_life_event(life_event_id, actor=actor)}


def _rated(event: LifeEvent, steps: Sequence[Step], rows: Mapping[UUID | None, CaseRow]) -> UUID | None:
    """The case that carries the one rating: the last to be closed, once everything has ended."""
    closed = [
        (row.closed_at, step.seq, row.id) for step in steps if (row := rows.get(step.case_id)) is not None and row.closed_at is not None
    ]
    return max(closed)[2] if closed and event.completed_at else None


def _status(event: LifeEvent) -> Status:
    return event.status  # type: ignore[return-value]  # written by advancing.status_of only


def _line(step: Step, row: CaseRow | None) -> NodeView:
    state_name = row.state_name if row is not None and step.state in ("started", "ended") else NODE_STATES[step.state]
    return NodeView(
        key=step.key,
        matter=step.matter,
        name=step.name,
        department=step.department,
        department_name=graphs.department_name(step.department),
        state=step.state,  # type: ignore[arg-type]
        state_name=state_name,
        outcome=step.outcome,
        case=row,
        case_id=step.case_id,
        limit=step.limit,
        reason=step.reason,
        remedy=step.remedy,
        depends_on=tuple(step.depends_on),
        may_withdraw=may_withdraw(step, row.state if row else ""),
    )


def _graph(event: LifeEvent, steps: Sequence[Step]) -> tuple[Graph, date | None]:
    boxes = [
        graphs.Box(
            key=step.key,
            matter=step.matter,
            label=step.name,
            department=step.department,
            depends_on=tuple(step.depends_on),
            limit=step.limit,
            state=step.state,  # type: ignore[arg-type]
            outcome=step.outcome,
            ended=step.ended_on,
            case_id=step.case_id,
            case_no=step.case_no,
        )
        for step in steps
    ]
    graph, times = graphs.drawn(boxes, start=event.submitted_at.date())
    return graph, times.last if steps else None


def _ask(event: LifeEvent, step: Step, row: CaseRow | None, actor: Actor) -> Ask | None:
    """What this matter's department still wants, None when it wants nothing."""
    if step.state == "needs_input":
        form = {one.key: one for one in _form(step)}
        wanted = tuple(form[key] for key in step.errors if key in form)
        return Ask(
            step.key,
            step.name,
            graphs.department_name(step.department),
            None,
            tuple(step.errors.values()),
            None,
            None,
            wanted,
            dict(step.errors),
        )
    if row is None or row.state not in _ASKING:
        return None
    view = cases.get(row.id, actor=actor)
    action = next((one for one in cases.actions(row.id, actor=actor) if one.name == _ASKING[row.state]), None)
    items = view.supplement_items or ((view.waiting_for,) if view.waiting_for else ())
    return Ask(step.key, step.name, graphs.department_name(step.department), row.id, items, row.step_due_on, action, _form(step), {})


def _form(step: Step) -> tuple[Field, ...]:
    try:
        return fields_from_json(list(published(step.matter).fields))
    except YiwangError:  # the matter is not open any more: what is asked is still said in words
        return ()


def may_withdraw(step: Step, case_state: str) -> bool:
    """Whether a matter is still undecided."""
    return step.state in ("waiting", "to_start", "needs_input") or (step.state == "started" and case_state in UNDECIDED)


def mine(actor: Actor) -> list[LifeEventRow]:
    """See ``api.mine``."""
    found = LifeEvent.objects.filter(applicant=str(actor.represents)).prefetch_related("steps").order_by("-submitted_at")[:MOST]
    return [
        LifeEventRow(
            id=event.id,
            no=event.no,
            code=event.code,
            name=event.title,
            about=event.about,
            status=_status(event),
            status_name=STATUSES[_status(event)],
            done=sum(step.outcome == "yes" for step in event.steps.all()),
            total=len(event.steps.all()),
            submitted_at=event.submitted_at,
            due_on=event.due_on,
        )
        for event in found
        if _covered(event, actor)
    ]


def ledger(life_event_id: UUID, *, actor: Actor) -> Shares:
    """See ``api.ledger``."""
    event = owned(life_event_id, actor)
    steps = {step.key: step for step in event.steps.all()}
    rows: dict[str, dict[tuple[str, str], LedgerRow]] = {}
    for key, step in steps.items():
        if step.case_id is not None:
            rows[key] = {(row.kind, row.key): row for row in cases.ledger(step.case_id, actor=actor)}
    fields = [_field(one, rows) for one in event.form["fields"]]
    materials = [_material(one, rows) for one in event.form["materials"]]
    return planning.counted(fields, materials)


def _found(one: Mapping[str, Any], kind: str, rows: Mapping[str, Mapping[tuple[str, str], LedgerRow]]) -> list[LedgerRow]:
    return [row for node, keys in one["sources"].items() for key in keys if (row := rows.get(node, {}).get((kind, key))) is not None]


def _field(one: Mapping[str, Any], rows: Mapping[str, Mapping[tuple[str, str], LedgerRow]]) -> PlanField:
    """A field as the cases' own ledgers tell it; as planned while no case has it yet."""
    (made,) = fields_from_json([one["field"]])
    found = _found(one, "field", rows)
    asking = next((row for row in found if row.asked), None)
    line = asking or (found[0] if found else None)
    if line is None:
        return PlanField(made, None, one["asked"], one["origin"], _source(one["source"]), one["why"], tuple(one["uses"]), one["about"])
    # asked in the form is asked, even where a later case could take it from an earlier one
    asked = asking is not None or bool(one["asked"])
    return PlanField(made, None, asked, "applicant" if asked else line.origin, line.source, line.why, tuple(one["uses"]), one["about"])


def _material(one: Mapping[str, Any], rows: Mapping[str, Mapping[tuple[str, str], LedgerRow]]) -> PlanMaterial:
    found = _found(one, "material", rows)
    asking = next((row for row in found if row.asked), None)
    line = asking or (found[0] if found else None)
    common = {"key": one["key"], "name": one["name"], "needed": one["needed"], "ways": tuple(one["ways"]), "uses": tuple(one["uses"])}
    if line is None:
        return PlanMaterial(**common, asked=one["asked"], origin=one["origin"], source=_source(one["source"]), why=one["why"])
    asked = asking is not None or bool(one["asked"])
    return PlanMaterial(**common, asked=asked, origin="applicant" if asked else line.origin, source=line.source, why=line.why)


def _source(row: Mapping[str, Any] | None) -> Source | None:
    return Source(**row) if row else None
