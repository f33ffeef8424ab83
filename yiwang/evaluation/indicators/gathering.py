"""Seeing what happens: events become facts, facts are folded into a line per case, ledgers of decided cases are counted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.business.cases import api as cases
from yiwang.evaluation.indicators import sql
from yiwang.security.access.api import SYSTEM
from yiwang.standards.errors import NotFound

# event → the members that figures need; nothing else of an event is kept
KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "case.submitted.v1": (),
    "case.accepted.v1": ("deemed",),
    "case.supplement_requested.v1": (),
    "case.returned.v1": (),
    "case.not_accepted.v1": (),
    "case.decided.v1": ("outcome", "automatic", "days_used", "on_time"),
    "case.withdrawn.v1": (),
    "case.terminated.v1": (),
    "case.overdue.v1": ("step",),
    "case.closed.v1": ("outcome",),
}
_LOG = logging.getLogger("yiwang.indicators")
_FOLD_LOCK: Final = 7_340_045  # advisory lock of folding, an arbitrary constant of this room
_Fact = tuple[str, str, datetime, UUID, str, str, str, str]


def on_events(events: Sequence[Mapping[str, Any]]) -> None:
    """See ``api.on_events``."""
    _keep([fact for fact in map(_fact, events) if fact is not None])


def _fact(event: Mapping[str, Any]) -> _Fact | None:
    members = KEPT.get(str(event["name"]))
    if members is None:
        return None
    data = event["data"]
    return (
        str(event["event_id"]),
        str(event["name"]),
        datetime.fromisoformat(str(event["at"])),
        UUID(str(data["case_id"])),
        str(data["department"]),
        str(data.get("region", "")),
        str(data["matter"]),
        json.dumps({member: data.get(member) for member in members}),
    )


def _keep(facts: Sequence[_Fact]) -> None:
    if facts:
        with connection.cursor() as cursor:
            cursor.execute(sql.KEEP, [list(column) for column in zip(*facts, strict=True)])


def fold() -> int:
    """Add new facts to the lines, set-based; returns how many cases were touched. One at a time, others wait."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLD_LOCK])
        cursor.execute(sql.FOLD)
        return int(cursor.rowcount)


def count_ledgers(*, limit: int) -> int:
    """Count the ledgers of decided cases that have not been counted; returns how many cases were counted."""
    with connection.cursor() as cursor:
        cursor.execute(sql.UNCOUNTED, [limit])
        waiting = cursor.fetchall()
    facts = [fact for fact in (_counted(*row) for row in waiting) if fact is not None]
    with transaction.atomic():
        _keep(facts)
    return len(facts)


def _counted(case_id: UUID, department: str, region: str, matter: str) -> _Fact | None:
    try:
        rows = cases.ledger(case_id, actor=SYSTEM)
    except NotFound:
        _LOG.warning("case %s has events but no file: its ledger is not counted", case_id)
        return None
    counted = json.dumps(count(rows))
    return (f"ledger:{case_id}", "case.ledger_counted", now(), case_id, department, region, matter, counted)


def count(rows: Iterable[cases.LedgerRow]) -> dict[str, int]:
    """Totals of a ledger; what the situation does not need is left out."""
    totals = {"fields_total": 0, "fields_not_asked": 0, "materials_total": 0, "materials_not_asked": 0}
    for row in rows:
        if row.origin != "not_needed":
            totals[f"{row.kind}s_total"] += 1
            totals[f"{row.kind}s_not_asked"] += not row.asked
    return totals


def rebuild() -> int:
    """Throw the lines away and make them again from all facts; returns how many cases there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLD_LOCK])
        cursor.execute("DELETE FROM indicators_case")
        cursor.execute("UPDATE indicators_fact SET folded = false")
        cursor.execute(sql.FOLD)
        return int(cursor.rowcount)
