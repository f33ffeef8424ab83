"""Counts of tickets by day, kept up by the database itself, so that walls, rates and maps never read the tickets.

Whatever writes a ticket, the trigger of migration 0005 writes what changed in its cells (``hotline_cells``) into ``hotline_delta``; every
minute the deltas are added to ``hotline_tally``. A reader sums both: exact at once, and never more work than days × streets × names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone

from yiwang.base.statements.api import run
from yiwang.business.hotline.rights import CENTRE, DESK, prefix
from yiwang.security.access.api import Actor, may

_CELL: Final = "day, region, department, kind, name"
_FOLD: Final = f"""
    WITH gone AS (DELETE FROM hotline_delta RETURNING {_CELL}, n)
    INSERT INTO hotline_tally ({_CELL}, n) SELECT {_CELL}, sum(n) FROM gone GROUP BY {_CELL} HAVING sum(n) <> 0 ORDER BY {_CELL}
    ON CONFLICT (kind, day, region, department, name) DO UPDATE SET n = hotline_tally.n + excluded.n
"""  # noqa: S608 - constants
_SEEN: Final = "kind = ANY(%(kinds)s::text[]) AND day >= %(since)s::date AND "
_OF_CENTRE: Final = "region LIKE %(whose)s::text"
_OF_DESK: Final = "department <> '' AND department = %(whose)s::text"


class Scope(NamedTuple):
    """Whose counts: of the divisions below a prefix, or (None) of one department ('' of none)."""

    prefix: str | None
    department: str = ""


def scope(actor: Actor) -> Scope:
    """What this reader may count: the centre its region, a department what it is in charge of."""
    if actor.kind == "system":
        return Scope("")
    if any(may(actor, word) for word in CENTRE):
        return Scope(prefix(actor.region))
    return Scope(None, actor.department if any(may(actor, word) for word in DESK) else "")


def covering(seen: Scope) -> Q:
    """The same tickets as a condition."""
    if seen.prefix is not None:
        return Q(region__startswith=seen.prefix)
    return Q(department=seen.department) if seen.department else Q(pk__in=[])


def sums(kinds: Sequence[str], *, by: str, since: datetime, seen: Scope) -> list[tuple[Any, ...]]:
    """(values of the columns named in ``by``, then how many) of the cells of some kinds since a day; none that are empty."""
    where = _SEEN + (_OF_DESK if seen.prefix is None else _OF_CENTRE)
    both = " UNION ALL ".join(f"SELECT {_CELL}, n FROM {table} WHERE {where}" for table in ("hotline_tally", "hotline_delta"))  # noqa: S608 - constants
    whose = seen.department if seen.prefix is None else f"{seen.prefix}%"
    given = {"kinds": list(kinds), "since": timezone.localdate(since), "whose": whose}
    return run(f"SELECT {by}, sum(n)::bigint FROM ({both}) AS cells GROUP BY {by} HAVING sum(n) <> 0", given)  # noqa: S608 - columns of our own


def fold() -> None:
    """Add what changed since the last time to the counts."""
    run(_FOLD)
