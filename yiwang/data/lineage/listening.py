"""Events of the platform as OpenLineage runs: a quality run, a published snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.data.catalogue import api as catalogue
from yiwang.data.lineage.running import DataSet, event, send
from yiwang.standards.events import from_json


def on_event(message: Mapping[str, Any]) -> None:
    """Tell of a run; the same event told again has the same ``runId``."""
    one = from_json(message)
    if one.name == "quality.checked.v1":
        checked = DataSet(one.resource, _fields(one.resource), checks=[("overall score is green", "", one.grade == "green")])  # type: ignore[attr-defined]
        emit(f"quality.{one.resource}", run=one.subject, at=one.at, inputs=[checked])  # type: ignore[attr-defined]
    elif one.name == "sharing.published.v1":
        read = DataSet(f"register/{one.resource}", _fields(one.resource))  # type: ignore[attr-defined]
        made = DataSet(f"snapshot/{one.resource}", _fields(one.resource), rows=one.rows)  # type: ignore[attr-defined]
        emit(f"snapshot.{one.resource}", run=one.event_id, at=one.at, inputs=[read], outputs=[made])  # type: ignore[attr-defined]
    elif one.name == "intake.run_finished.v1":
        read = DataSet(f"source/{one.source_id}")  # type: ignore[attr-defined]
        made = DataSet(f"lake/{one.source_id}", rows=one.rows_good)  # type: ignore[attr-defined]
        emit(f"intake.{one.source_id}", run=one.subject, at=one.at, inputs=[read], outputs=[made])  # type: ignore[attr-defined]


def emit(job: str, *, run: str, at: datetime, inputs: list[DataSet], outputs: list[DataSet] | None = None) -> None:
    """Send a finished run to the installation's file and, where one is set, its address."""
    told = event(job, run=run, at=at, namespace=f"yiwang/{settings.YIWANG_REGION}", inputs=inputs, outputs=outputs or [])
    send(told, folder=Path(settings.YIWANG_VAR) / "lineage", address=settings.YIWANG_OPENLINEAGE_URL)


def _fields(resource: str) -> dict[str, str]:
    """Field → type of a resource named by its code or its register; {} for one that the catalogue does not have."""
    register = resource.rpartition(".")[2]
    return {one.column: one.kind for one in catalogue.elements() if one.register in (resource, register)}
