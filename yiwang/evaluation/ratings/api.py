"""The door of ratings 好差评: the applicant rates a finished case once; a bad rating goes its way until the applicant is revisited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from yiwang.evaluation.ratings import figures, handling, rating, reading, settled
from yiwang.evaluation.ratings.errors import (
    AlreadyRated,
    BadRatingInput,
    NotFinished,
    NotTheApplicant,
    RatingNotFound,
    TooLate,
    WrongStep,
)
from yiwang.evaluation.ratings.values import (
    ActionView,
    Choice,
    DepartmentRatings,
    InputView,
    Published,
    Rating,
    RedBlack,
    StepView,
    Todo,
)
from yiwang.security.access.api import Actor
from yiwang.standards.codes import Satisfaction

__all__ = [
    "ActionView",
    "AlreadyRated",
    "BadRatingInput",
    "Choice",
    "DepartmentRatings",
    "InputView",
    "NotFinished",
    "NotTheApplicant",
    "Published",
    "Rating",
    "RatingNotFound",
    "RedBlack",
    "StepView",
    "Todo",
    "TooLate",
    "WrongStep",
    "actions",
    "aspects",
    "department_figures",
    "get",
    "levels",
    "may_rate",
    "mine",
    "of_case",
    "perform",
    "published",
    "rate",
    "reasons",
    "red_black",
    "tick",
    "todo",
    "todo_counts",
]


def levels() -> tuple[Choice, ...]:
    """The five levels, the best first; the last two are bad."""
    return tuple(Choice(one.value, one.name_zh, one.value.replace("_", " ")) for one in Satisfaction)


def reasons() -> tuple[Choice, ...]:
    """Reasons a dissatisfied applicant may tick."""
    return settled.reasons()


def aspects(channel: str = "web") -> tuple[Choice, ...]:
    """Aspects that may be rated by themselves in a channel."""
    return settled.aspects(channel)


def may_rate(case_id: UUID, *, actor: Actor) -> bool:
    """Whether the actor could rate this case now: its applicant, after the end, not rated yet, within the limit."""
    return rating.may_rate(case_id, actor=actor)


def rate(
    case_id: UUID,
    *,
    level: str,
    reasons: Sequence[str] = (),
    text: str = "",
    channel: str = "web",
    scores: Mapping[str, str] | None = None,
    anonymous: bool = False,
    actor: Actor,
) -> Rating:
    """Rate a finished case, once, of one's own will; a bad rating opens its handling with a clock.

    Args:
        case_id: the case, which must have ended.
        level: the name of a ``codes.Satisfaction``.
        reasons: codes of ``reasons()``.
        text: at most 500 characters.
        channel: web, mobile, code, counter, terminal, phone or sms.
        scores: aspect code → level name.
        anonymous: hides the name from officials; an anonymous bad rating is answered but not revisited.
        actor: the applicant, or who acts for them.

    Raises:
        NotFound (a stranger's case), NotTheApplicant, NotFinished, TooLate, AlreadyRated, BadRatingInput.
    """
    row = rating.rate(
        case_id, level=level, reasons=reasons, text=text, channel=channel, scores=scores or {}, anonymous=anonymous, actor=actor
    )
    return reading.view(row, actor)


def get(rating_id: UUID, *, actor: Actor) -> Rating:
    """A rating with its steps, for the rater (without the office's notes) or staff with ``rating.view``; RatingNotFound otherwise."""
    return reading.view(reading.find(rating_id, actor), actor, steps=True)


def of_case(case_id: UUID, *, actor: Actor) -> Rating | None:
    """The rating of a case, None if there is none the actor may see."""
    try:
        return reading.view(reading.find_of_case(case_id, actor), actor, steps=True)
    except RatingNotFound:
        return None


def mine(actor: Actor) -> list[Rating]:
    """The actor's own ratings, newest first (at most 100)."""
    return reading.mine(actor)


def todo(actor: Actor, *, state: str = "") -> list[Rating]:
    """Open bad ratings the actor may see, the most urgent first (at most 200), of one state if given."""
    return list(reading.todo(actor, state=state).rows)


def todo_counts(actor: Actor) -> Mapping[str, int]:
    """How many open bad ratings wait in each state."""
    return reading.todo(actor, state="").counts


def actions(rating_id: UUID, *, actor: Actor) -> list[ActionView]:
    """The steps this actor may take now, each with its inputs and what hinders it."""
    return handling.actions(reading.find(rating_id, actor), actor)


def perform(rating_id: UUID, *, action: str, actor: Actor, version: int, inputs: Mapping[str, str] | None = None) -> Rating:
    """Take one step of the table in ``states.py``; ``version`` is the one the actor has seen.

    Raises:
        RatingNotFound, PermissionDenied, WrongStep (state or version changed, or the verifier reviews himself), BadRatingInput.
    """
    return reading.view(handling.perform(rating_id, action=action, actor=actor, version=version, inputs=inputs or {}), actor, steps=True)


def department_figures(since: date, until: date, *, departments: Sequence[str] | None = None) -> list[DepartmentRatings]:
    """Figures of ratings given in a period (both days included), a row per department that has any. One statement."""
    return figures.by_department(since, until, departments=departments)


def red_black(since: date, until: date, *, least: int = 10, top: int = 5) -> RedBlack:
    """The published list: departments with at least ``least`` valid ratings, the ``top`` best and the ``top`` worst that have bad ones."""
    return figures.red_black(since, until, least=least, top=top)


def published(*, department: str = "", page: int = 1) -> list[Published]:
    """Answered bad ratings for the public, newest first, 20 a page: no names, no free words of the applicant."""
    return reading.published(department=department, page=page)


def tick(at: datetime) -> int:
    """Note steps that are late, once each; returns how many. Safe to repeat."""
    return handling.tick(at)
