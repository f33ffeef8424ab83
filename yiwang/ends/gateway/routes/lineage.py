"""Lineage for programs: who uses a field, where a decision's inputs came from, which columns a statement reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.business.cases import api as cases
from yiwang.data.lineage import api as lineage
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["public data"])


class LineageStatement(Schema):
    """One SELECT; ``tables``: table → column → type, needed where the statement says ``*``."""

    statement: str
    tables: dict[str, dict[str, str]] = {}


@router.get("/lineage/fields", auth=Signed("lineage.view"), response=list[lineage.FieldRow])
def list_lineage_fields(request: HttpRequest, days: int = 90) -> Any:
    """The fields whose uses concern the caller, the busiest first."""
    return lineage.fields(request.actor, days=days)  # type: ignore[attr-defined]


@router.get("/lineage/fields/{code}", auth=Signed("lineage.view"), response=lineage.FieldLineage)
def get_lineage_field(request: HttpRequest, code: str, days: int = 90) -> Any:
    """One field's source, agreements, uses and last looks."""
    return lineage.field(code, actor=request.actor, days=days)  # type: ignore[attr-defined]


@router.post("/lineage/columns", auth=Signed("lineage.view"), response=list[lineage.ColumnEdge])
def trace_lineage_columns(request: HttpRequest, body: LineageStatement) -> Any:
    """Which source columns each result column of a SELECT is made of; nothing is run."""
    return lineage.columns(body.statement, schema=body.tables)


@router.get("/cases/{case_id}/origins", auth=Signed("login"), response=list[cases.InputOrigin])
def get_case_origins(request: HttpRequest, case_id: UUID) -> Any:
    """Where each input of the case's latest decision came from."""
    return cases.origins(case_id, actor=request.actor)  # type: ignore[attr-defined]
