"""Ratings as their readers may see them."""

from __future__ import annotations

from uuid import UUID

from yiwang.base.clock.api import derive, today
from yiwang.evaluation.ratings import settled
from yiwang.evaluation.ratings.errors import RatingNotFound
from yiwang.evaluation.ratings.models import Rating as Row
from yiwang.evaluation.ratings.states import ACTIONS, OPEN, STATES
from yiwang.evaluation.ratings.values import Published, Rating, StepView, Todo
from yiwang.security.access.api import Actor, may
from yiwang.standards.codes import Satisfaction
from yiwang.support.identity.api import departments

PAGE_SIZE = 20
MOST_TODO = 200


def is_rater(row: Row, actor: Actor) -> bool:
    """Whether the rating is the actor's own."""
    return actor.represents is not None and str(actor.represents) == row.rater


def find(rating_id: UUID, actor: Actor) -> Row:
    """A rating the actor may see: the rater, or staff with ``rating.view``; RatingNotFound otherwise."""
    return _seen(Row.objects.filter(id=rating_id).first(), actor)


def find_of_case(case_id: UUID, actor: Actor) -> Row:
    """The same, by the case."""
    return _seen(Row.objects.filter(case_id=case_id).first(), actor)


def _seen(row: Row | None, actor: Actor) -> Row:
    if row is None or not (is_rater(row, actor) or may(actor, "rating.view", department=row.department, region=row.region)):
        raise RatingNotFound()
    return row


def view(row: Row, actor: Actor, *, steps: bool = False) -> Rating:
    """A row for one reader; the rater reads the answer but not the office's notes."""
    own = is_rater(row, actor)
    return Rating(
        id=row.id,
        case_id=row.case_id,
        case_no=row.case_no,
        matter=row.matter,
        matter_name=row.matter_name,
        department=row.department,
        region=row.region,
        rater_name="匿名" if row.anonymous and not own else row.rater_name,
        anonymous=row.anonymous,
        level=row.level,
        level_name=Satisfaction(row.level).name_zh,
        bad=row.bad,
        channel=row.channel,
        reasons=tuple(row.reasons),
        text=row.text,
        scores=dict(row.scores),
        at=row.at,
        state=row.state,
        state_name=STATES[row.state].name,
        version=row.version,
        rounds=row.rounds,
        due_on=row.due_on,
        light=_light(row),
        finding="" if own else row.finding,
        measures=row.measures,
        answer=row.answer,
        closed_at=row.closed_at,
        steps=_steps(row) if steps and not own else (),
    )


def _light(row: Row) -> str:
    if row.state not in OPEN or row.entered_on is None:
        return ""
    return derive(row.entered_on, limit=settled.limit(STATES[row.state].limit), asof=today()).light


def _steps(row: Row) -> tuple[StepView, ...]:
    return tuple(
        StepView(one.at, one.action, ACTIONS[one.action].label, one.before, one.after, one.actor_name, one.department, dict(one.inputs))
        for one in row.steps.order_by("seq")
    )


def todo(actor: Actor, *, state: str) -> Todo:
    """Open bad ratings of the departments whose ratings the actor sees, the most urgent first."""
    seen = [one.code for one in departments() if may(actor, "rating.view", department=one.code, region=one.region)]
    rows = list(Row.objects.filter(state__in=OPEN, department__in=seen).order_by("due_on", "at")[:MOST_TODO]) if seen else []
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    return Todo(tuple(view(row, actor) for row in rows if not state or row.state == state), counts)


def mine(actor: Actor) -> list[Rating]:
    """The actor's own ratings, newest first."""
    if actor.represents is None:
        return []
    return [view(row, actor) for row in Row.objects.filter(rater=str(actor.represents)).order_by("-at")[:100]]


def published(*, department: str, page: int) -> list[Published]:
    """Answered bad ratings for the public, newest first."""
    rows = Row.objects.filter(bad=True, state="closed").exclude(answer="")
    rows = rows.filter(department=department) if department else rows
    names = {one.code: one.name for one in settled.reasons()}
    start = (max(page, 1) - 1) * PAGE_SIZE
    shown = rows.order_by("-closed_at")[start : start + PAGE_SIZE]
    return [
        Published(
            row.matter_name,
            row.department,
            Satisfaction(row.level).name_zh,
            tuple(names.get(code, code) for code in row.reasons),
            row.answer,
            row.at,
            row.closed_at,
        )
        for row in shown
    ]
