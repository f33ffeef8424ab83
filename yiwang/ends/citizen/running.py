"""What somebody has under way, in one list: life events and single cases, the ones that need the person first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.business.cases import api as cases
from yiwang.business.cases.api import CaseRow
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.api import LifeEventRow
from yiwang.ends.citizen import events
from yiwang.ends.citizen.words import department_name, english, matter_name, named, tone
from yiwang.security.access.api import Actor


@dataclass(frozen=True)
class Running:
    """One line: where it leads, what it is, how it stands."""

    address: str
    name: str
    line: str
    state: str
    tone: str
    at: datetime
    open: bool


def rows(actor: Actor, *, limit: int = 100) -> list[Running]:
    """Open things of the actor, what needs the person first, then the newest; ended ones are left out."""
    found = [one for one in everything(actor) if one.open]
    return sorted(found, key=lambda one: (one.tone != "warn", -one.at.timestamp()))[:limit]


def everything(actor: Actor) -> list[Running]:
    """All life events and single cases of the actor, newest first."""
    found = [of_event(one) for one in life_events.mine(actor)]
    found += [of_case(one) for one in cases.mine(actor, size=50).rows if one.life_event_id is None]
    return sorted(found, key=lambda one: one.at, reverse=True)


def of_event(one: LifeEventRow) -> Running:
    """A life event as a line."""
    line = _("{done}/{total} 项已有结果").format(done=one.done, total=one.total)
    if one.due_on and one.status in ("in_progress", "needs_you"):
        line += " · " + _("预计 {day} 前全部办好").format(day=one.due_on.isoformat())
    name = events.name_of(one.code) if english() else one.name
    name = f"{name}({one.about})" if one.about else name
    address, ongoing = reverse("citizen:my_life_event", args=[one.id]), one.status in ("in_progress", "needs_you")
    return Running(address, name, line, named(one.status_name), tone(one.status), one.submitted_at, ongoing)


def of_case(one: CaseRow) -> Running:
    """A single case as a line."""
    line = f"{department_name(one.department)} · {one.no}"
    if one.due_on and one.closed_at is None:
        line += " · " + _("{day} 前办结").format(day=one.due_on.isoformat())
    address, state = reverse("citizen:case", args=[one.id]), named(one.state_name)
    return Running(
        address,
        matter_name(one.matter, one.matter_name),
        line,
        state,
        tone(one.state, one.outcome),
        one.submitted_at,
        one.closed_at is None,
    )
