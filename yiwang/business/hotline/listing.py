"""Queues: a page of one and how many it holds. Bounded work: rows come in the order of an index, counts end at ``MOST``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
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
_PATTERN: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
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
        ids = _spoken(actor, rows.order_by(*order), text=text, category=category)
        rows, total = TicketRow.objects.filter(id__in=ids[(page - 1) * PAGE : page * PAGE]), len(ids)
        return _lines(list(rows.order_by(*order)), actor), total
    found = list(rows.order_by(*order)[(page - 1) * PAGE : min(page * PAGE, MOST)]) if page <= MOST // PAGE else []
    total = len(found) if page == 1 and len(found) < PAGE else rows.values("id")[: MOST + 1].count()
    return _lines(found, actor), total


def _lines(found: list[TicketRow], actor: Actor) -> list[TicketLine]:
    followers = dict(TicketRow.objects.filter(lead__in=found).values_list("lead").annotate(n=Count("id")).order_by())
    lines = [line(row, followers=followers.get(row.id, 0)) for row in found]
    return lines if actor.kind == "system" else [covered(one, row, actor) for one, row in zip(lines, found, strict=True)]


def _spoken(actor: Actor, rows: QuerySet[TicketRow], *, text: str, category: str) -> list[UUID]:
    """The first of a queue, in its order, whose number, title or place has these words; whoever reads titles covered must not find by a
    name what he may not read.
    """
    looked = rows.values_list("id", "no", "title", "place", "category", "privacy", "against")[:LOOKED]
    try:
        first, params = looked.query.sql_with_params()
    except EmptyResultSet:
        return []
    titled = "true" if actor.kind == "system" or any(may(actor, word) for word in CENTRE) else "privacy = 'open' AND against <> %s"
    like, below = f"%{text.translate(_PATTERN)}%", f"{category.translate(_PATTERN)}.%"
    hidden = [] if titled == "true" else [actor.department]
    said = f"(no ILIKE %s OR title ILIKE %s AND {titled} OR place ILIKE %s) AND (%s = '' OR category = %s OR category LIKE %s)"
    given = [*params, like, like, *hidden, like, category, category, below, MOST + 1]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({first}) AS looked WHERE {said} LIMIT %s", given)  # noqa: S608 - Django's own statement inside
        return [row[0] for row in cursor.fetchall()]


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
