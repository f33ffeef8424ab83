"""Scores by the six dimensions of GB/T 36344: means of X = A / B, put together by the weights of ``scoring.json``. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from yiwang.data.quality.report import Result, Scores

ACCESSIBLE: Final = "0601"
GRADES: Final = {"green": "良好", "yellow": "需改进", "red": "较差", "none": "未检查"}


@cache
def standard() -> Mapping[str, Any]:
    """Dimensions, weights and limits."""
    told: dict[str, Any] = json.loads(Path(__file__).with_name("scoring.json").read_text("utf-8"))
    return told


def scores(results: Iterable[Result], *, available: bool = True) -> Scores:
    """Scores of one run of a resource: overall, by dimension, by field."""
    by_dimension: dict[str, list[float]] = defaultdict(list)
    by_field: dict[str, list[float]] = defaultdict(list)
    for one in results:
        by_dimension[one.dimension[:2]].append(one.score)
        for column in one.columns:
            by_field[column].append(one.score)
    by_dimension[ACCESSIBLE[:2]].append(1.0 if available else 0.0)
    dimensions = {code: _mean(found) for code, found in sorted(by_dimension.items())}
    overall = weighted(dimensions) if available else 0.0
    return Scores(overall, grade(overall), dimensions, {column: _mean(found) for column, found in by_field.items()})


def weighted(dimensions: Mapping[str, float]) -> float:
    """Σ w·X over the dimensions there are."""
    weights = standard()["weights"]
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


def grade(overall: float | None) -> str:
    """'green', 'yellow' or 'red'; 'none' without a score."""
    if overall is None:
        return "none"
    limits = standard()
    return "green" if overall >= limits["green"] else "yellow" if overall >= limits["yellow"] else "red"


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 6)
