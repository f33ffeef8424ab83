"""What goes in and out of the room: frozen values, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: code and its names."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a bad rating's handling."""

    at: datetime
    action: str
    label: str
    before: str
    after: str
    actor_name: str
    department: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as its reader may see it.

    ``level`` is the name of a ``codes.Satisfaction``; ``state`` is ``kept`` for a good rating, else a key of ``states.STATES``.
    ``due_on`` is the day by which the present step must be done, ``light`` its colour ('' when nothing is due).
    ``version`` goes back with ``perform``. ``rater_name`` is hidden from officials when the rating is anonymous.
    """

    id: UUID
    case_id: UUID
    case_no: str
    matter: str
    matter_name: str
    department: str
    region: str
    rater_name: str
    anonymous: bool
    level: str
    level_name: str
    bad: bool
    channel: str
    reasons: tuple[str, ...]
    text: str
    scores: Mapping[str, str]
    at: datetime
    state: str
    state_name: str
    version: int
    rounds: int
    due_on: date | None
    light: str
    finding: str
    measures: str
    answer: str
    closed_at: datetime | None
    steps: tuple[StepView, ...] = ()


@dataclass(frozen=True, slots=True)
class InputView:
    """One thing an action needs."""

    key: str
    label: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionView:
    """A step the actor may take now; ``hindrance`` is not empty when something forbids it to this actor."""

    name: str
    label: str
    inputs: tuple[InputView, ...]
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentRatings:
    """Ratings of one department in a period. Rates are 0–1, None where nothing could be counted; dismissed ratings do not count.

    ``good_rate``: levels 1–3 ÷ valid ratings; ``score``: mean of 100, 80, 60, 40, 20 points for the five levels;
    ``fix_rate``: bad ratings answered or beyond ÷ valid bad ratings; ``fixed_on_time_rate``: fixed within the limit ÷ fixed;
    ``revisit_rate``: revisited ÷ answered ratings that are not anonymous.
    """

    department: str
    ratings: int
    valid: int
    good: int
    bad: int
    dismissed: int
    open: int
    overdue: int
    good_rate: float | None
    score: float | None
    fix_rate: float | None
    fixed_on_time_rate: float | None
    revisit_rate: float | None


@dataclass(frozen=True, slots=True)
class RedBlack:
    """The published list of a period: the best departments, and those with the lowest share of good ratings."""

    since: date
    until: date
    least: int
    red: tuple[DepartmentRatings, ...] = ()
    black: tuple[DepartmentRatings, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A handled bad rating as the public sees it: no names, no free words of the applicant."""

    matter_name: str
    department: str
    level_name: str
    reasons: tuple[str, ...]
    answer: str
    at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Todo:
    """Open bad ratings of a department: the most urgent first, and how many wait in each state."""

    rows: tuple[Rating, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
