"""Refusals outlive the act that was refused.

A denial is written at once, in the current transaction. If that transaction is rolled back (it usually is), the denial is
missing when the request has finished, and is written again then, with the same id. Outside a transaction one writing is enough.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from yiwang.security.audit import writing
from yiwang.security.audit.reading import fetch
from yiwang.security.audit.words import Record

_log = logging.getLogger("yiwang.audit")
_waiting = threading.local()
_MOST = 1_000  # a thread that never settles must not grow for ever; what falls out was written once already


def write(record: Record) -> UUID:
    """Write a refusal now and remember it until ``settle``; a broken transaction only postpones the writing."""
    row = writing.columns_of(record)
    if connection.in_atomic_block:
        _rows().append(row)
    else:
        settle()
    try:
        with transaction.atomic():
            writing.insert_records([row])
    except DatabaseError:
        if not connection.in_atomic_block:
            raise
        _log.info("denial %s is written when its transaction has ended", row["id"])
    identity: UUID = row["id"]
    return identity


def settle() -> int:
    """Write the refusals of this thread whose transaction was rolled back; returns how many. Call outside that transaction."""
    rows = list(_rows())
    if not rows:
        return 0
    kept = {row[0] for row in fetch("SELECT id FROM audit_record WHERE id = ANY(%s)", [[row["id"] for row in rows]])}
    lost = [row for row in rows if row["id"] not in kept]
    if lost:
        with transaction.atomic():
            writing.insert_records(lost)
    _rows().clear()
    return len(lost)


def _rows() -> deque[dict[str, Any]]:
    if not hasattr(_waiting, "rows"):
        _waiting.rows = deque(maxlen=_MOST)
    rows: deque[dict[str, Any]] = _waiting.rows
    return rows
