"""What readers see of sources and runs: their own department's in their region."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yiwang.data.intake import states
from yiwang.data.intake.errors import NoSuchRun, NoSuchSource
from yiwang.data.intake.models import RunRow, SourceRow
from yiwang.data.intake.values import IntakeRun, IntakeSource
from yiwang.security.access.api import Actor, covers, may

PAGE = 50


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Sources of the actor's department and region; none without the permission."""
    if actor.kind == "system":
        return rows
    if not may(actor, "intake.view", department=actor.department):
        return rows.none()
    own = rows.filter(department=actor.department)
    return own.filter(region__in=[one for one in own.values_list("region", flat=True).distinct() if covers(actor.region, one)])


def sources(actor: Actor) -> list[IntakeSource]:
    """All sources with their last run, by name."""
    rows = list(visible(actor, SourceRow.objects.all()).order_by("name"))
    last = {run.source_id: run for run in RunRow.objects.filter(source__in=rows).order_by("source_id", "-asked_at").distinct("source_id")}
    return [source_view(row, last.get(row.id)) for row in rows]


def row_for(actor: Actor, source_id: UUID, *, lock: bool = False) -> SourceRow:
    """The row, or NoSuchSource for whoever may not see it."""
    if not visible(actor, SourceRow.objects.filter(id=source_id)).exists():
        raise NoSuchSource()
    return (SourceRow.objects.select_for_update() if lock else SourceRow.objects).get(id=source_id)


def runs(actor: Actor, *, source_id: UUID | None, page: int) -> list[IntakeRun]:
    """One page of runs, the newest first."""
    rows = RunRow.objects.filter(source__in=visible(actor, SourceRow.objects.all())).select_related("source")
    if source_id is not None:
        rows = rows.filter(source=row_for(actor, source_id))
    begin = (max(page, 1) - 1) * PAGE
    return [run_view(row) for row in rows.order_by("-asked_at", "-id")[begin : begin + PAGE]]


def run(actor: Actor, run_id: UUID) -> IntakeRun:
    """One run; NoSuchRun."""
    rows = RunRow.objects.filter(id=run_id, source__in=visible(actor, SourceRow.objects.all())).select_related("source")
    if (found := rows.first()) is None:
        raise NoSuchRun()
    return run_view(found)


def source_view(row: SourceRow, last: RunRow | None = None) -> IntakeSource:
    """The frozen value of a source."""
    return IntakeSource(
        row.id, row.name, row.kind, states.KINDS[row.kind], row.address, row.options, bool(row.secret), row.dataset, row.department,
        row.region, row.every_minutes, row.keep_days, row.state, states.STATES[row.state], row.next_at, row.version, row.created_at,
        run_view(last, row) if last else None,
    )  # fmt: skip


def run_view(row: RunRow, source: SourceRow | None = None) -> IntakeRun:
    """The frozen value of a run."""
    return IntakeRun(
        row.id, row.source_id, (source or row.source).name, row.cause, states.CAUSES[row.cause], row.file_name, row.state,
        states.RUN_STATES[row.state], row.tries, row.due_at, row.started_at, row.ended_at, row.seconds, row.rows_read, row.rows_good,
        row.rows_quarantined, row.reasons, row.notes, row.error, row.asked_at,
    )  # fmt: skip
