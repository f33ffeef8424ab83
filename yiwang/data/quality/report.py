"""Frozen values of rules, runs and scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yiwang.standards.errors import Conflict, InvalidInput, NotFound

Told = Mapping[str, Any]
"""A rule as its JSON."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a resource in force; version 0 is what is shipped."""

    resource: str
    title: str
    department: str
    version: int
    types: Mapping[str, str]
    titles: Mapping[str, str]
    rules: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule said in a run: ``failed`` of ``looked`` rows; ``note`` for what is no row (a distribution, a day)."""

    code: str
    title: str
    kind: str
    dimension: str
    columns: tuple[str, ...]
    looked: int
    failed: int
    note: str = ""

    @property
    def score(self) -> float:
        """X = A / B."""
        return 1 - self.failed / self.looked if self.looked else 1.0


@dataclass(frozen=True, slots=True)
class Scoring:
    """How scores are put together: weights by dimension (they sum to 1), and from which score a resource is green or yellow.

    Version 0 is what is shipped; a changed one names who changed it, when and why.
    """

    version: int
    weights: Mapping[str, float]
    green: float
    yellow: float
    note: str = ""
    changed_by_name: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """0 … 1: overall with its grade, by dimension (two digits), by field."""

    overall: float
    grade: str
    dimensions: Mapping[str, float]
    fields: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class QualityRun:
    """One run as its department sees it."""

    id: UUID
    resource: str
    as_of: date
    started_at: datetime
    seconds: float
    rows: int
    rules_version: int
    available: bool
    accepted: bool
    scores: Scores
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class QualityFigure:
    """What anybody may know of a resource's quality."""

    resource: str
    title: str
    score: float
    grade: str
    grade_name: str
    dimensions: Mapping[str, float]
    rows: int
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class DepartmentQuality:
    """A department's scores over its resources' last runs."""

    department: str
    resources: int
    overall: float
    grade: str
    dimensions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """A resource: its last run (None before the first), overall scores of earlier runs oldest first, open orders."""

    book: Rulebook
    run: QualityRun | None
    trend: tuple[tuple[datetime, float], ...]
    open_orders: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that could be meant, how sure that is (0 … 1) and why. Never applied by itself."""

    value: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class FailingView:
    """A failing row: its key and values masked, and whether an order is open or was upheld for it."""

    id: UUID
    key: str
    values: Mapping[str, str]
    suggestions: int
    order: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule tried on a sample: how many rows fail, some of them masked."""

    looked: int
    failed: int
    examples: tuple[Mapping[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Raised:
    """What raising orders did: new ones, and rows left out because an order is open or the value was upheld."""

    opened: int
    already: int


class UnknownResource(NotFound):
    """没有这个数据资源的质量规则,或您没有查看权限。"""

    code = "unknown_quality_resource"


class UnknownRule(NotFound):
    """最近一次检查里没有这条规则,请刷新页面后重试。"""

    code = "unknown_quality_rule"


class RulebookChanged(Conflict):
    """规则已被别人改过,请刷新后在新版本上修改。"""

    code = "rulebook_changed"


class ScoringInvalid(InvalidInput):
    """权重或界限不对。"""

    code = "scoring_invalid"


class ScoringChanged(Conflict):
    """权重和界限已被别人改过,请刷新后在新版本上修改。"""

    code = "scoring_changed"


class OrdersInvalid(InvalidInput):
    """一次最多下发 500 张核实单,请先选择要下发的记录。"""

    code = "orders_invalid"
