"""Queues: a page of one and how many it holds. Bounded work: rows come in the order of an index, counts end at ``MOST``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from django.db.models import Count, Q, QuerySet

from yiwang.base.clock.api import now
from yiwang.business.hotline import contacts, states
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.queries import line
from yiwang.business.hotline.rights import CENTRE, visible
from yiwang.business.hotline.values import TicketLine
from yiwang.security.access.api import Actor, may, require

PAGE: Final = 50
MOST: Final = 1_000  # tickets of a queue that are counted and paged through; what lies beyond is found by its number, words or place
LOOKED: Final = 20_000  # tickets of a queue, in its order, that words and categories are looked for in
NUMBER: Final = re.compile(r"\d{6}-[0-9A-Z]{8}")
QUEUES: Final = {
    "new": ("待受理派单", Q(state__in=states.BEFORE_WORK, lead=None)),
    "returned": ("退单待裁定", Q(state="returned")),
    "sign": ("待签收", Q(state="dispatched", lead=None)),
    "work": ("办理中", Q(state="handling")),
    "call": ("待回访", Q(state="answered")),
    "late": ("已超期", Q(state__in=states.WORKED)),
    "open": ("待公开核对", Q(opened__state="waiting", public=True)),
    "closed": ("已办结", Q(state__in=states.ENDED)),
    "all": ("全部", Q()),
}
_NEWEST: Final = ("-filed_at",)
_ORDER: Final = {"new": ("-urgency", "filed_at"), "late": ("due",), "open": ("filed_at",), "closed": _NEWEST, "all": _NEWEST}


def tickets(actor: Actor, *, queue: str, text: str, region: str, category: str, page: int) -> tuple[list[TicketLine], int]:
    """See the door."""
    require(actor, "ticket.view")
    rows, order = queued(actor, queue), _ORDER.get(queue, ("-urgency", "due", "filed_at")) if queue in QUEUES else _NEWEST
    rows = rows.filter(region=region) if region else rows
    number = text.strip().upper()
    if NUMBER.fullmatch(number):
        rows = rows.filter(no=number)
    elif text or category:
        rows = TicketRow.objects.filter(id__in=rows.order_by(*order).values("id")[:LOOKED]).filter(_spoken(actor, text))
        rows = rows.filter(Q(category=category) | Q(category__startswith=f"{category}.")) if category else rows
    found = list(rows.order_by(*order)[(page - 1) * PAGE : min(page * PAGE, MOST)]) if page <= MOST // PAGE else []
    total = len(found) if page == 1 and len(found) < PAGE else rows.values("id")[: MOST + 1].count()
    followers = dict(TicketRow.objects.filter(lead__in=found).values_list("lead").annotate(n=Count("id")).order_by())
    lines = [line(row, followers=followers.get(row.id, 0)) for row in found]
    return lines if actor.kind == "system" else [covered(one, row, actor) for one, row in zip(lines, found, strict=True)], total


def _spoken(actor: Actor, text: str) -> Q:
    """Words of number, title or place; who reads titles covered must not find by a name what he may not read."""
    centred = actor.kind == "system" or any(may(actor, word) for word in CENTRE)
    titled = Q(title__icontains=text) & (Q() if centred else Q(privacy="open") & ~Q(against=actor.department))
    return Q(no__icontains=text) | titled | Q(place__icontains=text) if text else Q()


def covered(one: TicketLine, row: TicketRow, actor: Actor) -> TicketLine:
    """A title may name the reporter too."""
    return replace(one, title=contacts.covered_text(row, one.title, actor))


def queued(actor: Actor, queue: str) -> QuerySet[TicketRow]:
    """The tickets of a queue that this reader sees."""
    rows = TicketRow.objects.filter(visible(actor)).filter(QUEUES.get(queue, QUEUES["all"])[1])
    return rows.filter(due__lt=now()) if queue == "late" else rows


def counts(actor: Actor) -> dict[str, int]:
    """How many tickets each queue of this reader holds, at most ``MOST`` and one."""
    require(actor, "ticket.view")
    return {queue: queued(actor, queue).values("id")[: MOST + 1].count() for queue in QUEUES if queue not in ("closed", "all")}
