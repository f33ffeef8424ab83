"""Scores by the six dimensions of GB/T 36344: means of X = A / B, put together by weights. Pure but for ``in_force`` and ``save``."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.data.quality.models import ScoringRow
from yiwang.data.quality.report import Result, Scores, Scoring, ScoringChanged, ScoringInvalid
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record

ACCESSIBLE: Final = "0601"
KEEPER: Final = "data"  # the department whose officers may change weights and limits: they hold for the whole city
TOLERANCE: Final = 0.0005
GRADES: Final = {"green": "良好", "yellow": "需改进", "red": "较差", "none": "未检查"}


@cache
def standard() -> Mapping[str, Any]:
    """Dimensions, and the weights and limits as shipped."""
    told: dict[str, Any] = json.loads(Path(__file__).with_name("scoring.json").read_text("utf-8"))
    return told


@cache
def shipped() -> Scoring:
    """Version 0."""
    told = standard()
    return Scoring(0, told["weights"], told["green"], told["yellow"])


def in_force() -> Scoring:
    """The newest version; one small statement."""
    row = ScoringRow.objects.order_by("-version").first()
    return _view(row) if row else shipped()


def history() -> list[Scoring]:
    """Every version, newest first, the shipped one last."""
    return [*(_view(row) for row in ScoringRow.objects.order_by("-version")), shipped()]


def _view(row: ScoringRow) -> Scoring:
    return Scoring(row.version, row.weights, row.green, row.yellow, row.note, row.changed_by_name, row.changed_at)


def save(*, weights: Mapping[str, float], green: float, yellow: float, note: str, version: int, actor: Actor) -> Scoring:
    """Keep a new version; see the door."""
    require(actor, "quality.edit", department=KEEPER)
    _checked(weights, green, yellow, note)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('quality:scoring'))")
        held = in_force()
        if held.version != version:
            raise ScoringChanged()
        row = ScoringRow.objects.create(
            version=version + 1, weights={code: round(float(weights[code]), 4) for code in sorted(weights)}, green=green, yellow=yellow,
            note=note.strip()[:300], changed_by=actor.account_id, changed_by_name=actor.name, changed_at=now(),
        )  # fmt: skip
        before = {"weights": dict(held.weights), "green": held.green, "yellow": held.yellow}
        after = {"weights": row.weights, "green": row.green, "yellow": row.yellow}
        detail = {"version": row.version, "note": row.note, "before": _texts(before), "after": _texts(after)}
        record(Record("quality.scoring", actor, "quality_scoring", str(row.version), detail=detail))
    return _view(row)


def _texts(told: Mapping[str, Any]) -> dict[str, Any]:
    """Fractions as texts: the evidence knows no floating point."""
    return {name: _texts(value) if isinstance(value, dict) else str(value) for name, value in told.items()}


def _checked(weights: Mapping[str, float], green: float, yellow: float, note: str) -> None:
    names = standard()["dimensions"]
    if set(weights) != set(names):
        raise ScoringInvalid("六个维度都要有权重,不能多也不能少。", field="weights")
    numbers = [*weights.values(), green, yellow]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) and 0 <= one <= 1 for one in numbers):
        raise ScoringInvalid("权重和界限都应在 0 和 1 之间。", field="weights")
    if abs(sum(weights.values()) - 1) > TOLERANCE:
        raise ScoringInvalid(f"权重之和应为 1,现在是 {sum(weights.values()):g}。请调整后再保存。", field="weights")
    if not 0 < yellow < green:
        raise ScoringInvalid("黄色的界限应大于 0 并小于绿色的界限。", field="yellow")
    if not note.strip():
        raise ScoringInvalid("请写明为什么修改,会记入版本和审计。", field="note")


def scores(results: Iterable[Result], *, how: Scoring, available: bool = True) -> Scores:
    """Scores of one run of a resource: overall, by dimension, by field."""
    by_dimension: dict[str, list[float]] = defaultdict(list)
    by_field: dict[str, list[float]] = defaultdict(list)
    for one in results:
        by_dimension[one.dimension[:2]].append(one.score)
        for column in one.columns:
            by_field[column].append(one.score)
    by_dimension[ACCESSIBLE[:2]].append(1.0 if available else 0.0)
    dimensions = {code: _mean(found) for code, found in sorted(by_dimension.items())}
    overall = weighted(dimensions, how) if available else 0.0
    return Scores(overall, grade(overall, how), dimensions, {column: _mean(found) for column, found in by_field.items()})


def weighted(dimensions: Mapping[str, float], how: Scoring) -> float:
    """Σ w·X over the dimensions there are."""
    weights = how.weights
    total = sum(weights[code] for code in dimensions)
    return round(sum(weights[code] * value for code, value in dimensions.items()) / total, 6) if total else 0.0


def department(held: Iterable[tuple[int, Mapping[str, float]]]) -> Mapping[str, float]:
    """Dimensions of a department: its resources' (rows, dimensions), weighted by rows (at least one each)."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for rows, dimensions in held:
        for code, value in dimensions.items():
            sums[code][0] += max(rows, 1) * value
            sums[code][1] += max(rows, 1)
    return {code: round(total / weight, 6) for code, (total, weight) in sorted(sums.items())}


def grade(overall: float | None, how: Scoring) -> str:
    """'green', 'yellow' or 'red'; 'none' without a score."""
    if overall is None:
        return "none"
    return "green" if overall >= how.green else "yellow" if overall >= how.yellow else "red"


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 6)
