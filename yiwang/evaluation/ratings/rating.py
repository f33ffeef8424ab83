"""Giving a rating: by the applicant, after the end, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import derive, now, today
from yiwang.base.ids.api import new_id
from yiwang.business.cases import api as cases
from yiwang.evaluation.ratings import settled, writing
from yiwang.evaluation.ratings.errors import AlreadyRated, BadRatingInput, NotFinished, NotTheApplicant, TooLate
from yiwang.evaluation.ratings.models import Rating
from yiwang.evaluation.ratings.states import STATES
from yiwang.security.access.api import Actor
from yiwang.standards.codes import Satisfaction

MOST_TEXT = 500


def rate(
    case_id: UUID,
    *,
    level: str,
    reasons: Sequence[str],
    text: str,
    channel: str,
    scores: Mapping[str, str],
    anonymous: bool,
    actor: Actor,
) -> Rating:
    """See ``api.rate``."""
    chosen = _level(level)
    _check(reasons, text.strip(), channel, scores)
    case = cases.get(case_id, actor=actor)
    if actor.kind != "citizen" or actor.represents != case.applicant:
        raise NotTheApplicant()
    _require_open(case)
    at, on = now(), today()
    row = Rating(
        id=new_id(),
        case_id=case.id,
        case_no=case.no,
        matter=case.matter,
        matter_name=case.matter_name,
        department=case.department,
        region=case.region,
        life_event_id=case.life_event_id,
        rater=str(case.applicant),
        rater_name=case.applicant_name,
        anonymous=anonymous,
        level=chosen.value,
        bad=chosen.bad,
        channel=channel,
        reasons=list(dict.fromkeys(reasons)),
        text=text.strip(),
        scores=dict(scores),
        at=at,
        state="to_verify" if chosen.bad else "kept",
    )
    if chosen.bad:
        row.entered_on, row.due_on = on, due_of("to_verify", on)
    with transaction.atomic():
        Rating.objects.bulk_create([row], ignore_conflicts=True)
        if not Rating.objects.filter(id=row.id).exists():
            raise AlreadyRated()
        writing.record("given", row, actor=actor, detail={"level": row.level, "channel": channel})
        writing.tell_rated(row, at)
    return row


def due_of(state: str, on: date) -> date | None:
    """The last day of a state entered on a day; None where nothing is due."""
    limit = STATES[state].limit
    return derive(on, limit=settled.limit(limit), asof=on).due if limit else None


def may_rate(case_id: UUID, *, actor: Actor) -> bool:
    """Whether the actor could rate this case now."""
    case = cases.get(case_id, actor=actor)
    if actor.kind != "citizen" or actor.represents != case.applicant or Rating.objects.filter(case_id=case_id).exists():
        return False
    try:
        _require_open(case)
    except (NotFinished, TooLate):
        return False
    return True


def _require_open(case: cases.CaseView) -> None:
    if not case.final:
        raise NotFinished()
    ended = case.closed_at or case.decided_at
    if ended is not None and derive(ended, limit=settled.limit("rate"), asof=today()).overdue:
        raise TooLate()


def _level(level: str) -> Satisfaction:
    try:
        return Satisfaction(level)
    except ValueError:
        if not level:
            raise BadRatingInput("没有选择满意度,请从五级中选择一级。", field="level") from None
        choices = "、".join(f"{one.value}({one.name_zh})" for one in Satisfaction)
        raise BadRatingInput(f"满意度「{level}」不对,请从五级中选择:{choices}。", field="level") from None


def _check(reasons: Sequence[str], text: str, channel: str, scores: Mapping[str, str]) -> None:
    unknown = sorted(set(reasons) - {one.code for one in settled.reasons()})
    if unknown:
        raise BadRatingInput(f"原因「{'、'.join(unknown)}」不在列表中,请从列表中选择。", field="reasons")
    if len(text) > MOST_TEXT:
        raise BadRatingInput(f"文字评价最多 {MOST_TEXT} 字,现在是 {len(text)} 字,请精简。", field="text")
    if channel not in settled.channels():
        raise BadRatingInput(f"渠道「{channel}」不对,请从列表中选择。", field="channel")
    aspects = {one.code for one in settled.aspects(channel)}
    for aspect, level in scores.items():
        if aspect not in aspects:
            raise BadRatingInput(f"评价项「{aspect}」不在列表中。", field="scores")
        _level(level)
