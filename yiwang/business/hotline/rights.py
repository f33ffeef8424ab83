"""Who sees a ticket and who may do a step on it."""

from __future__ import annotations

from django.db.models import Q

from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.states import Step
from yiwang.security.access.api import Actor, covers, may

HELPED = ~Q(co=[])  # a helping department is rare: its index holds such tickets only
CENTRE = ("ticket.take", "ticket.dispatch", "ticket.supervise", "ticket.watch")
DESK = ("ticket.handle", "ticket.approve")


def centre(row: TicketRow, actor: Actor) -> bool:
    """Whether the actor belongs to the hotline of the ticket's region (or leads it)."""
    return actor.kind == "system" or (actor.kind == "staff" and any(may(actor, word, region=row.region) for word in CENTRE))


def desk(row: TicketRow, actor: Actor) -> bool:
    """Whether the actor sits in the department in charge, or in one that helps, once it was sent there."""
    here = actor.department and actor.department in (row.department, *row.co)
    return bool(actor.kind == "staff" and here and any(may(actor, word, department=actor.department) for word in DESK))


def sees(row: TicketRow, actor: Actor) -> bool:
    """Whether the actor may open the ticket at all."""
    if actor.kind == "citizen":
        return bool(row.reporter) and row.reporter == str(actor.represents)
    return centre(row, actor) or desk(row, actor)


def visible(actor: Actor) -> Q:
    """The tickets of a list for this actor, as a condition."""
    if actor.kind == "system":
        return Q()
    if actor.kind == "citizen":
        return Q(reporter=str(actor.represents))
    found = Q(pk__in=[])
    if any(may(actor, word) for word in DESK):
        found |= Q(department=actor.department) | (Q(co__contains=[actor.department]) & HELPED)
    if any(may(actor, word) for word in CENTRE):
        found |= Q(region__startswith=prefix(actor.region))
    return found


def prefix(region: str) -> str:
    """The digits that all divisions of a region begin with."""
    for end in (2, 4, 6, 9, 12):
        if set(region[end:]) <= {"0"} and covers(region[:end].ljust(6, "0"), region):
            return region[:end]
    return region


def allowed(row: TicketRow, step: Step, actor: Actor, *, own: bool = False) -> bool:
    """Whether this actor may do this step; ``own``: he proved with the code that the ticket is his."""
    if actor.kind == "system":
        return True
    if step.who == "reporter":
        return own or (actor.kind == "citizen" and sees(row, actor))
    if actor.kind != "staff" or step.who == "system":
        return False
    if step.scope == "centre":
        return may(actor, step.who, region=row.region)
    places = (row.department, *row.co) if step.scope == "any" else (row.department,)
    return bool(actor.department) and actor.department in places and may(actor, step.who, department=actor.department)
