"""What readers see: scores of all departments, rules and failing rows (masked) of their own, and the figure for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery

from yiwang.data.catalogue import api as catalogue
from yiwang.data.quality import ordering, rulebook, scoring, sources
from yiwang.data.quality.journey import OPEN
from yiwang.data.quality.models import CorrectionRow, FailingRow, ResultRow, RunRow
from yiwang.data.quality.report import (
    DepartmentQuality,
    FailingView,
    QualityFigure,
    QualityReport,
    QualityRun,
    Result,
    Rulebook,
    Scores,
    UnknownResource,
    UnknownRule,
)
from yiwang.security.access.api import Actor, may, require
from yiwang.security.masking.api import mask

PAGE: Final = 50
_TREND: Final = 30
_OPEN_LEVEL: Final = 1  # of GB/T 43697: shown as it is
_HIDDEN_LEVEL: Final = 4  # shown to nobody in a list
_MASKS: Final = (
    ("id_number", "id_number"), ("holder", "id_number"), ("subject_key", "id_number"), ("credit_code", "credit_code"), ("phone", "phone"),
    ("mobile", "phone"), ("address", "address"), ("account", "bank_account"), ("representative", "name"), ("name", "name"),
)  # fmt: skip


def own(resource: str, actor: Actor) -> Rulebook:
    """The rulebook of a resource of the actor's department; UnknownResource for anybody else."""
    book = rulebook.book(resource)
    if not may(actor, "quality.view", department=book.department):
        raise UnknownResource(resource=resource)
    return book


def _last() -> list[RunRow]:
    newest = RunRow.objects.filter(resource=OuterRef("resource")).order_by("-started_at").values("id")[:1]
    return list(RunRow.objects.filter(id=Subquery(newest)).order_by("resource"))


def overview(actor: Actor) -> list[DepartmentQuality]:
    """Departments by their last runs, the worst first."""
    require(actor, "quality.view")
    held: dict[str, list[RunRow]] = defaultdict(list)
    for row in _last():
        held[row.department].append(row)
    made, how = [], scoring.in_force()
    for code, rows in held.items():
        dimensions = scoring.department((row.rows, row.dimensions) for row in rows)
        overall = scoring.weighted(dimensions, how)
        made.append(DepartmentQuality(code, len(rows), overall, scoring.grade(overall, how), dimensions))
    return sorted(made, key=lambda one: (one.overall, one.department))


def figures(actor: Actor) -> list[QualityFigure]:
    """The figures of the actor's department's resources."""
    require(actor, "quality.view")
    return [_figure(row) for row in _last() if row.resource in rulebook.shipped() and may(actor, "quality.view", department=row.department)]


def figure(resource: str) -> QualityFigure | None:
    """The figure of a resource, or None before its first run."""
    row = RunRow.objects.filter(resource=resource).order_by("-started_at").first()
    return _figure(row) if row else None


def _figure(row: RunRow) -> QualityFigure:
    book = rulebook.book(row.resource)
    return QualityFigure(
        row.resource, book.title, row.overall, row.grade, scoring.GRADES[row.grade], row.dimensions, row.rows, row.started_at
    )  # fmt: skip


def report(resource: str, actor: Actor) -> QualityReport:
    """A resource's rules, last run and trend."""
    book = own(resource, actor)
    rows = list(RunRow.objects.filter(resource=resource).order_by("-started_at")[:_TREND])
    waiting = CorrectionRow.objects.filter(resource=resource, state__in=OPEN).count()
    trend = tuple((row.started_at, row.overall) for row in reversed(rows))
    return QualityReport(book, run_view(rows[0]) if rows else None, trend, waiting)


def run_view(row: RunRow) -> QualityRun:
    """The frozen value of a run, worst rules first."""
    results = [
        Result(one.code, one.title, one.kind, one.dimension, tuple(one.columns), one.looked, one.failed, one.note)
        for one in ResultRow.objects.filter(run=row)
    ]
    results.sort(key=lambda one: (one.score, one.code))
    held = Scores(row.overall, row.grade, row.dimensions, row.fields)
    return QualityRun(
        row.id, row.resource, row.as_of, row.started_at, row.seconds, row.rows, row.rules_version, row.available, row.accepted,
        held, tuple(results),
    )  # fmt: skip


def failing(resource: str, rule: str, actor: Actor, *, page: int) -> tuple[Result, list[FailingView], int]:
    """A rule's result in the last run, one page of its kept failing rows masked, and how many are kept."""
    book = own(resource, actor)
    run = RunRow.objects.filter(resource=resource).order_by("-started_at").first()
    row = ResultRow.objects.filter(run=run, code=rule).first() if run else None
    if row is None:
        raise UnknownRule(rule=rule)
    begin = (max(page, 1) - 1) * PAGE
    rows = list(FailingRow.objects.filter(result=row).order_by("place")[begin : begin + PAGE])
    orders = ordering.known(resource, rule, [one.key for one in rows])
    views = [
        FailingView(one.id, masked_key(book, one.key), masked(book, one.key, one.values), len(one.suggestions), _state(orders, one))
        for one in rows
    ]
    result = Result(row.code, row.title, row.kind, row.dimension, tuple(row.columns), row.looked, row.failed, row.note)
    return result, views, FailingRow.objects.filter(result=row).count()


def _state(orders: Mapping[str, CorrectionRow], row: FailingRow) -> str:
    found = orders.get(row.key)
    return found.state if found else ""


def failing_ids(resource: str, rule: str, actor: Actor) -> Sequence[UUID]:
    """The kept failing rows of a rule in the last run that have no order, at most as many as can be raised at once."""
    own(resource, actor)
    run = RunRow.objects.filter(resource=resource).order_by("-started_at").first()
    rows = list(FailingRow.objects.filter(result__run=run, result__code=rule).order_by("place"))
    orders = ordering.known(resource, rule, [row.key for row in rows])
    return [row.id for row in rows if row.key not in orders][: ordering.MOST]


def masked_key(book: Rulebook, key: str) -> str:
    """A row's number as a list shows it."""
    columns = sources.source(book.resource).key
    parts = key.split(sources.JOINED) if len(columns) > 1 else [key]
    return " ".join(mask(part, _mask(column)) for column, part in zip(columns, parts, strict=False))


def masked(book: Rulebook, key: str, values: Mapping[str, str]) -> dict[str, str]:
    """Values by column as a list shows them, by the level confirmed in the catalogue: 1 as it is, 2 and 3 in part, 4 not at all.

    A column that the catalogue does not know is shown in part.
    """
    fields = _confirmed(book.resource)
    return {column: _shown(value, column, fields.get(column)) for column, value in values.items()}


def _shown(value: str, column: str, field: catalogue.Field | None) -> str:
    level = field.level if field else _OPEN_LEVEL + 1
    if level <= _OPEN_LEVEL:
        return value
    return mask(value, (field.mask if field else "") or _mask(column), level="hidden" if level >= _HIDDEN_LEVEL else "partial")


def _confirmed(resource: str) -> dict[str, catalogue.Field]:
    """The fields of the resource in force whose rows these are, by column; {} where the catalogue has none."""
    one = sources.source(resource)
    wanted = f"lake:{one.dataset}" if one.dataset else f"register:{resource}"
    found = next((each for each in catalogue.resources() if each.source == wanted), None)
    return {field.name: field for field in found.fields} if found else {}


def _mask(column: str) -> str:
    kind = next((kind for part, kind in _MASKS if part in column), "")
    return kind or ("date" if column.endswith(("_on", "_date")) else "text")
