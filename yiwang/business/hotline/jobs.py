"""Periodic work of the hotline: topics, overdue tickets, call-backs nobody could make, the archive, learning at night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value

from yiwang.base.clock.api import now
from yiwang.base.jobs.api import periodic
from yiwang.business.hotline import gathering, learning, patterns, tallying, timing, tree, twins
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.writing import note
from yiwang.security.access.api import SYSTEM


@periodic("hotline.topics", every=timedelta(minutes=10))
def topics() -> int:
    """What came since joins its strand; topics as they stand, with warnings; returns how many. What nobody looked at is urged."""
    gathering.gather()
    gathering.respect()
    patterns.urge()
    return patterns.find()


@periodic("hotline.overdue", every=timedelta(minutes=10))
def overdue() -> int:
    """Warned before the limit, urged after it (预警、催办), each once: by themselves, for signing and for the whole; returns how many."""
    at, share = now(), tree.limits()["warn_share"]
    working = TicketRow.objects.filter(state__in=("dispatched", "handling"), due__gt=at)
    spare = ExpressionWrapper((F("due") - F("dispatched_at")) * Value(share), output_field=DurationField())
    return (
        _urge(TicketRow.objects.filter(state__in=("dispatched", "handling"), due__lt=at, overdue_noted=False), "overdue")
        + _urge(working.filter(state="dispatched", sign_due__lt=at, lead=None).exclude(facts__has_key="sign_late"), "sign_late")
        + _urge(working.filter(due__lt=at + spare).exclude(facts__has_key="nearing"), "nearing")
    )


def _urge(rows: QuerySet[TicketRow], act: str) -> int:
    """Write down once that a limit is near or over; what is over is urged."""
    count = 0
    for ident in list(rows.values_list("id", flat=True)[:1_000]):
        with transaction.atomic():
            row = TicketRow.objects.select_for_update().get(id=ident)
            noted = row.overdue_noted if act == "overdue" else act in row.facts
            if noted or row.state not in ("dispatched", "handling"):
                continue
            row.overdue_noted = row.overdue_noted or act == "overdue"
            row.facts = row.facts if act == "overdue" else {**row.facts, act: now().isoformat()}
            row.level = row.level if act == "nearing" else max(row.level, 1)
            row.version += 1
            row.save(update_fields=["overdue_noted", "facts", "level", "version"])
            note(row, act, SYSTEM)
            count += 1
    return count


@periodic("hotline.settle", every=timedelta(hours=6))
def settle() -> int:
    """Answers that nobody could be called back about are closed after their limit; closed ones go to the archive. How many moved."""
    limits, at, count = tree.limits(), now(), 0
    silent = TicketRow.objects.filter(state="answered", answered_at__lt=at - timedelta(days=1))
    done = TicketRow.objects.filter(state="closed", closed_at__lt=at - timedelta(days=limits["archive_days"]))
    for rows, act, state in ((silent, "close_silent", "closed"), (done, "archive", "archived")):
        for ident in list(rows.values_list("id", flat=True)[:2_000]):
            with transaction.atomic():
                row = TicketRow.objects.select_for_update().get(id=ident)
                if act == "close_silent" and (row.state != "answered" or at < timing.after(row.answered_at or at, limits["call_back"])):
                    continue
                row.state, row.closed_at = state, row.closed_at or at
                row.version += 1
                row.save(update_fields=["state", "closed_at", "version"])
                note(row, act, SYSTEM)
                count += 1
    return count


@periodic("hotline.fold", every=timedelta(minutes=1))
def fold() -> None:
    """What acts changed in the counts is added to them."""
    tallying.fold()


@periodic("hotline.learn", every=timedelta(hours=24))
def learn() -> dict[str, Any]:
    """Train on what people confirmed: a new version with its evaluation that waits for approval."""
    return learning.learn()


@periodic("hotline.forget", every=timedelta(hours=24))
def forget() -> int:
    """Sketches and strands too old to be looked at are dropped; returns how many."""
    return twins.forget() + gathering.forget()
