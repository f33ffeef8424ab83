"""Handling a bad rating: one step of the table at a time, each in one transaction, with its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.ids.api import new_id
from yiwang.evaluation.ratings import settled, writing
from yiwang.evaluation.ratings.errors import BadRatingInput, RatingNotFound, WrongStep
from yiwang.evaluation.ratings.models import Rating, Step
from yiwang.evaluation.ratings.rating import due_of
from yiwang.evaluation.ratings.states import ACTIONS, OPEN, Action, open_actions
from yiwang.evaluation.ratings.values import ActionView, InputView
from yiwang.security.access.api import SYSTEM, Actor, may, require

MOST_INPUT = 2000
_KEPT = ("finding", "measures", "answer", "ground", "content")


def perform(rating_id: UUID, *, action: str, actor: Actor, version: int, inputs: Mapping[str, str]) -> Rating:
    """See ``api.perform``."""
    with transaction.atomic():
        row = Rating.objects.select_for_update().filter(id=rating_id).first()
        if row is None or not may(actor, "rating.view", department=row.department, region=row.region):
            raise RatingNotFound()
        require(actor, "rating.handle", department=row.department, region=row.region)
        line = ACTIONS.get(action)
        if line is None or line.before != row.state or row.version != version:
            raise WrongStep()
        given = _inputs(line, inputs)
        hindrance = _hindrance(line, row, actor)
        if hindrance:
            raise WrongStep(hindrance)
        at = now()
        _take(row, line, given, actor, at)
        row.save()
        _keep_step(row, line, given, actor, at)
        writing.record(line.name, row, actor=actor, detail={"before": line.before, "after": row.state})
        if line.name == "answer":
            writing.tell_answered(row, at)
        if row.closed_at is not None:
            writing.tell_closed(row, at)
    return row


def actions(row: Rating, actor: Actor) -> list[ActionView]:
    """The steps this actor may take now."""
    if not may(actor, "rating.handle", department=row.department, region=row.region):
        return []
    return [
        ActionView(
            line.name,
            line.label,
            tuple(InputView(one.key, one.label, one.required, one.options) for one in line.inputs),
            _hindrance(line, row, actor),
        )
        for line in open_actions(row.state)
    ]


def tick(at: datetime) -> int:
    """Note the steps that are late, once each; returns how many were noted."""
    with transaction.atomic():
        late = list(
            Rating.objects.select_for_update(skip_locked=True).filter(state__in=OPEN, due_on__lt=at.date(), told_late=False).order_by("id")
        )
        for row in late:
            row.told_late = True
            row.late_steps += 1
            row.version += 1
            row.save(update_fields=["told_late", "late_steps", "version"])
            writing.record("overdue", row, actor=SYSTEM, detail={"state": row.state, "due_on": row.due_on and row.due_on.isoformat()})
    return len(late)


def _inputs(line: Action, inputs: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for one in line.inputs:
        value = str(inputs.get(one.key) or "").strip()
        if not value and one.required:
            raise BadRatingInput(f"请填写「{one.label}」。", field=one.key)
        if len(value) > MOST_INPUT:
            raise BadRatingInput(f"「{one.label}」最多 {MOST_INPUT} 字,现在是 {len(value)} 字。", field=one.key)
        if value and one.options and value not in dict(one.options):
            raise BadRatingInput(f"「{one.label}」请从列表中选择。", field=one.key)
        given[one.key] = value
    return given


def _hindrance(line: Action, row: Rating, actor: Actor) -> str:
    if line.guard == "not_the_verifier" and actor.account_id == row.verified_by:
        return "核实人不能复核自己的结论,请由本部门其他好差评专员复核。"
    return ""


def _take(row: Rating, line: Action, given: Mapping[str, str], actor: Actor, at: datetime) -> None:
    for key in _KEPT:
        if given.get(key):
            setattr(row, key, given[key])
    if line.before == "to_verify":
        row.verified_by = actor.account_id
    if given.get("measures"):
        row.fixed_at, row.fixed_on_time = at, row.due_on is None or at.date() <= row.due_on
    if line.name == "answer":
        row.answered_at = at
    if line.name == "revisit":
        row.revisited_at = at
    row.state = _after(row, line, given)
    row.version += 1
    row.told_late = False
    on = today()
    row.entered_on, row.due_on = (on, due_of(row.state, on)) if row.state in OPEN else (None, None)
    row.closed_at = at if row.state in ("closed", "dismissed") else None


def _after(row: Rating, line: Action, given: Mapping[str, str]) -> str:
    if line.name == "answer" and row.anonymous:
        return "closed"  # nobody to call back
    if line.name == "revisit" and given["content"] == "no" and row.rounds + 1 < settled.most_rounds():
        row.rounds += 1
        return "to_fix"
    return line.after


def _keep_step(row: Rating, line: Action, given: Mapping[str, str], actor: Actor, at: datetime) -> None:
    Step.objects.create(
        id=new_id(),
        rating=row,
        seq=row.steps.count() + 1,
        at=at,
        action=line.name,
        before=line.before,
        after=row.state,
        actor_id=actor.account_id,
        actor_name=actor.name,
        department=actor.department,
        inputs=dict(given),
    )
