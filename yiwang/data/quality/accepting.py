"""Accepting a run as the baseline of drift."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from yiwang.data.quality import queries
from yiwang.data.quality.models import RunRow
from yiwang.data.quality.report import QualityRun, UnknownResource
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit.api import Record, record


def accept(run_id: UUID, *, actor: Actor) -> QualityRun:
    """See the door."""
    with transaction.atomic():
        row = RunRow.objects.select_for_update().filter(id=run_id, available=True).first()
        if row is None or not may(actor, "quality.view", department=row.department):
            raise UnknownResource()
        require(actor, "quality.edit", department=row.department)
        if not row.accepted:
            row.accepted = True
            row.save(update_fields=["accepted"])
            record(Record("quality.accept", actor, "register", row.resource, detail={"run": str(row.id), "department": row.department}))
    return queries.run_view(row)
