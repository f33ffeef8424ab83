"""Tickets that say nearly the same as a text, found by the keys of its sketch: bounded work, whatever the number of tickets.

Only tickets that stand by themselves are filed: of a matter with a thousand reporters the lead. A look reads the ``NEWEST`` entries of
each of 20 keys from one B-tree and compares at most 400 sketches, so a text that everybody sends costs no more than a rare one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from yiwang.base.clock.api import now
from yiwang.base.statements.api import run
from yiwang.business.hotline import tree
from yiwang.business.hotline.models import BandRow, SketchRow
from yiwang.support.ai import api as ai

READ: Final = 20_000  # characters of a text
NEWEST: Final = 20  # entries of a key
_NEAR = """
    SELECT ticket_id, sketch FROM hotline_sketch WHERE ticket_id IN (
        SELECT newest.ticket FROM unnest(%s::bigint[]) AS wanted(key)
        CROSS JOIN LATERAL (SELECT ticket FROM hotline_band WHERE key = wanted.key ORDER BY ticket DESC LIMIT %s::integer) AS newest
    )
"""
_FILE = """
    WITH drawn AS (INSERT INTO hotline_sketch (ticket_id, sketch) VALUES (%s::uuid, %s::bytea))
    INSERT INTO hotline_band (key, ticket) SELECT DISTINCT key, %s::uuid FROM unnest(%s::bigint[]) AS given(key)
"""
Marks = tuple[Sequence[int], bytes]


def marks(text: str) -> Marks:
    """The keys and the sketch of a text."""
    return ai.fingerprint(text[:READ])


def keep(ticket_id: UUID, found: Marks) -> None:
    """File a ticket that stands by itself; in the transaction of its filing."""
    keys, sketch = found
    if keys:
        run(_FILE, [ticket_id, sketch, ticket_id, list(keys)])


def near(found: Marks, *, least: float) -> list[tuple[float, UUID]]:
    """(share of common shingles, ticket) of those that share at least ``least``, the nearest first, of equal ones the newest."""
    keys, sketch = found
    if not keys:
        return []
    rows = run(_NEAR, [list(keys), NEWEST])
    scored = ((ai.likeness(sketch, other=bytes(other)), ticket_id) for ticket_id, other in rows)
    return sorted((one for one in scored if one[0] >= least), reverse=True)


def forget(*, most: int = 20_000) -> int:
    """Drop what is too old to be looked at; returns how many tickets. Reads the whole index once, meant for the night."""
    since = now() - timedelta(days=tree.routing()["near_days"])
    old = list(SketchRow.objects.filter(ticket__filed_at__lt=since).order_by("ticket").values_list("ticket", flat=True)[:most])
    if old:
        BandRow.objects.filter(ticket__in=old).delete()
        SketchRow.objects.filter(ticket__in=old).delete()
    return len(old)
