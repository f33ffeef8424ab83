"""Data quality for programs of data officers: scores, runs, failing rows, rules, orders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.data.quality import api as quality
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["public data"])


class QualityFailingPage(Schema):
    """A rule's result in the last run, 50 of its kept failing rows masked, and how many are kept."""

    result: quality.Result
    rows: list[quality.FailingView]
    kept: int


class QualityRule(Schema):
    """A rule as data, see the room's README."""

    rule: dict[str, Any]


class QualityRules(Schema):
    """All rules, why they change, and the version that was edited."""

    rules: list[dict[str, Any]]
    note: str
    version: int


class QualityRowsChosen(Schema):
    """Failing rows by their ids, at most 500; without any, all that have no order yet."""

    rows: list[UUID] = []


class QualityScoring(Schema):
    """Weights by dimension (1 in all), from which score green and yellow begin, why, and the version that was edited."""

    weights: dict[str, float]
    green: float
    yellow: float
    note: str
    version: int


@router.get("/quality/departments", auth=Signed("quality.view"), response=list[quality.DepartmentQuality])
def list_quality_departments(request: HttpRequest) -> Any:
    """Scores of all departments by the six dimensions, the worst first."""
    return quality.overview(request.actor)  # type: ignore[attr-defined]


@router.get("/quality/scoring", auth=Signed("quality.view"), response=list[quality.Scoring])
def list_quality_scoring(request: HttpRequest) -> Any:
    """Every version of weights and limits, the one in force first."""
    return quality.scoring_history(request.actor)  # type: ignore[attr-defined]


@router.put("/quality/scoring", auth=Signed("quality.edit"), response=quality.Scoring)
def save_quality_scoring(request: HttpRequest, body: QualityScoring) -> Any:
    """Change weights and limits for the whole city, with a reason; officers of the data bureau only."""
    given = body.dict()
    return quality.save_scoring(**given, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/quality/resources", auth=Signed("quality.view"), response=list[quality.QualityFigure])
def list_quality_resources(request: HttpRequest) -> Any:
    """Figures of the resources of the caller's department."""
    return quality.figures(request.actor)  # type: ignore[attr-defined]


@router.get("/quality/resources/{resource}", auth=Signed("quality.view"), response=quality.QualityReport)
def get_quality_report(request: HttpRequest, resource: str) -> Any:
    """Rules, last run, trend and open orders of a resource."""
    return quality.report(resource, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/quality/resources/{resource}/runs", auth=Signed("quality.edit"), response=quality.QualityRun)
def run_quality(request: HttpRequest, resource: str) -> Any:
    """Check the resource now."""
    return quality.run(resource, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/quality/runs/{run_id}/accept", auth=Signed("quality.edit"), response=quality.QualityRun)
def accept_quality_run(request: HttpRequest, run_id: UUID) -> Any:
    """Make a run the one that drift compares with."""
    return quality.accept(run_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/quality/resources/{resource}/failing/{rule}", auth=Signed("quality.view"), response=QualityFailingPage)
def list_quality_failing(request: HttpRequest, resource: str, rule: str, page: int = 1) -> Any:
    """Failing rows of a rule in the last run, masked."""
    result, rows, kept = quality.failing(resource, rule=rule, actor=request.actor, page=min(max(page, 1), 1000))  # type: ignore[attr-defined]
    return {"result": result, "rows": rows, "kept": kept}


@router.post("/quality/resources/{resource}/failing/{rule}/orders", auth=Signed("quality.edit"), response=quality.Raised)
def raise_quality_orders(request: HttpRequest, resource: str, rule: str, body: QualityRowsChosen) -> Any:
    """Open correction orders for failing rows; ten working days."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = body.rows or list(quality.failing_ids(resource, rule=rule, actor=actor))
    return quality.raise_orders(resource, rule=rule, failing=chosen, actor=actor)


@router.post("/quality/resources/{resource}/rules/try", auth=Signed("quality.edit"), response=quality.Trial)
def try_quality_rule(request: HttpRequest, resource: str, body: QualityRule) -> Any:
    """Try a rule on the first 2,000 rows; nothing is kept."""
    return quality.attempt(resource, body.rule, actor=request.actor)  # type: ignore[attr-defined]


@router.put("/quality/resources/{resource}/rules", auth=Signed("quality.edit"), response=quality.Rulebook)
def save_quality_rules(request: HttpRequest, resource: str, body: QualityRules) -> Any:
    """Keep the rules as the next version."""
    return quality.save_rules(resource, rules=body.rules, note=body.note, version=body.version, actor=request.actor)  # type: ignore[attr-defined]
