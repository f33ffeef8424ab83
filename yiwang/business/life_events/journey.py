"""After handing in: results come back, supplements go to the one case that asked, what is undecided can be withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.business.cases import api as cases
from yiwang.business.cases.api import GivenMaterial
from yiwang.business.life_events import advancing, proven, queries, starting
from yiwang.business.life_events.errors import NobodyAsks, NothingToWithdraw, SeveralAsk
from yiwang.business.life_events.models import LifeEvent, Step
from yiwang.business.life_events.values import Ask, LifeEventView
from yiwang.security.access.api import Actor
from yiwang.standards import events
from yiwang.standards.errors import NotFound


def _decided(event: Any) -> str:
    return str(event.outcome)


# case event → the outcome it means for the step ('' none yet)
_MEANS: Final[dict[str, Callable[[Any], str]]] = {
    "case.decided.v1": _decided,
    "case.withdrawn.v1": lambda event: "withdrawn",
    "case.terminated.v1": lambda event: "terminated",
    "case.not_accepted.v1": lambda event: "not_accepted",
    "case.revoked.v1": lambda event: "revoked",
}


def on_case_event(event: Mapping[str, object]) -> None:
    """See ``api.on_case_event``."""
    happened = events.from_json(event)
    if not isinstance(happened, events.CaseEvent) or happened.name not in _MEANS:
        return
    found = Step.objects.filter(case_id=happened.case_id).values_list("life_event_id", flat=True).first()
    outcome = _MEANS[happened.name](happened)
    if found is None or outcome not in advancing.OUTCOMES:
        return
    reasons = getattr(happened, "reasons", ()) or (getattr(happened, "reason", ""),)
    with transaction.atomic():
        life_event, steps = advancing.locked(found)
        step = next(one for one in steps if str(one.case_id) == happened.case_id)
        if (step.state, step.outcome) == ("ended", outcome) or (step.outcome and outcome != "revoked"):
            return
        advancing.end(step, outcome, why=";".join(filter(None, reasons)))
        if advancing.advance(life_event, steps):
            # after the commit, so that what the result wrote into the registers can be read by those that follow
            transaction.on_commit(partial(starting.start_now, life_event.id), robust=True)


def supplement(
    life_event_id: UUID, *, actor: Actor, node: str, values: Mapping[str, Any], materials: Mapping[str, GivenMaterial]
) -> LifeEventView:
    """See ``api.supplement``."""
    event = queries.owned(life_event_id, actor)
    view = queries.get(life_event_id, actor=actor)
    ask = _which(view, node)
    own_values, own_materials = _own(event, ask.node, values, "fields"), _own(event, ask.node, materials, "materials")
    if ask.case_id is not None and ask.action is not None:
        case = cases.get(ask.case_id, actor=actor)
        inputs = {name: given for name, given in (("values", own_values), ("materials", own_materials)) if given}
        cases.perform(ask.case_id, action=ask.action.name, actor=actor, version=case.version, inputs=inputs)
    else:
        with transaction.atomic():
            life_event, steps = advancing.locked(life_event_id)
            step = next(one for one in steps if one.key == ask.node)
            given = {key: asdict(one) if isinstance(one, GivenMaterial) else one for key, one in own_materials.items()}
            starting.again(step, values=own_values, materials=given)
            life_event.status = advancing.status_of(steps)
            life_event.save(update_fields=["status"])
            proven.record("supplemented", life_event, steps, actor=actor, detail={"matter": step.matter})
        starting.start_now(life_event_id)
    return queries.get(life_event_id, actor=actor)


def _which(view: LifeEventView, node: str) -> Ask:
    asks = [one for one in view.asks if not node or one.node == node]
    if not asks:
        raise NobodyAsks()
    if len(asks) > 1:
        raise SeveralAsk(names="、".join(one.matter_name for one in asks), field="node")
    return asks[0]


def _own(event: LifeEvent, node: str, given: Mapping[str, Any], part: str) -> dict[str, Any]:
    """Answers by merged keys as the one matter names them; its own keys are taken as they are."""
    own = dict(given)
    for one in event.form.get(part, ()):
        key = one["field"]["key"] if part == "fields" else one["key"]
        names = one["sources"].get(node, ())
        if key in given and key not in names:
            own |= dict.fromkeys(names, given[key])
            own.pop(key)
    return own


def withdraw(life_event_id: UUID, *, actor: Actor, node: str, reason: str) -> LifeEventView:
    """See ``api.withdraw``."""
    queries.owned(life_event_id, actor)
    with transaction.atomic():
        event, steps = advancing.locked(life_event_id)
        rows = queries.cases_of(life_event_id, actor)
        chosen = [one for one in steps if not node or one.key == node]
        if node and not chosen:
            raise NotFound(f"这件事里没有「{node}」这个事项。")
        open_ones = [one for one in chosen if queries.may_withdraw(one, rows[one.case_id].state if one.case_id in rows else "")]
        if not open_ones:
            raise NothingToWithdraw()
        for one in open_ones:
            _withdraw(one, actor, reason)
        proven.record("withdrawn", event, steps, actor=actor, detail={"matters": [one.matter for one in open_ones], "reason": reason})
        advancing.advance(event, steps)
    return queries.get(life_event_id, actor=actor)


def _withdraw(step: Step, actor: Actor, reason: str) -> None:
    if step.case_id is None:
        step.state, step.outcome, step.next_try_at, step.reason, step.remedy = "withdrawn", "withdrawn", None, "您已撤回。", ""
        step.errors = {}
        step.save()
        return
    case = cases.get(step.case_id, actor=actor)
    cases.perform(step.case_id, action="withdraw", actor=actor, version=case.version, inputs={"reason": reason} if reason else {})
    advancing.end(step, "withdrawn", why="您已撤回。")
