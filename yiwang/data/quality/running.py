"""A run: read the register, measure every rule, keep results, failing rows and scores, close the orders of rows that pass now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.data.catalogue import api as catalogue
from yiwang.data.quality import ordering, queries, rulebook, scoring, snapshots, sources
from yiwang.data.quality.models import FailingRow, ResultRow, RunRow
from yiwang.data.quality.report import QualityRun, Result, Rulebook, Told, Trial
from yiwang.data.quality.suggesting import suggest
from yiwang.data.registers.api import RegistersUnavailable
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.security.audit.api import Record, record
from yiwang.standards.events import QualityChecked

if TYPE_CHECKING:
    import pyarrow

    from yiwang.data.quality.measuring import Measured

KEPT: Final = 1000  # failing rows of a rule that are kept; all are counted
_RUNS_WITH_ROWS: Final = 2
_SAMPLE: Final = 2000
BASIS: Final = "《政务数据共享条例》第二十六条"


def run(resource: str, *, actor: Actor) -> QualityRun:
    """Check a resource now; see the door."""
    book = rulebook.book(resource)
    require(actor, "quality.edit", department=book.department)
    begin, at = time.monotonic(), now()
    base = RunRow.objects.filter(resource=resource, accepted=True).order_by("-started_at").first()
    try:
        table, measured, profile = _measured(book, book.rules, at.date(), base.profile if base else {})
    except RegistersUnavailable:
        return _unavailable(book, actor)
    results = [one.result for one in measured]
    how = scoring.in_force()
    found = scoring.scores(results, how=how)
    drifted = any(one.kind == "drift" and one.failed for one in results)
    with transaction.atomic():
        row = RunRow.objects.create(
            resource=resource, department=book.department, as_of=at.date(), started_at=at, rows=len(table), rules_version=book.version,
            scoring_version=how.version, accepted=not drifted, overall=found.overall, grade=found.grade, dimensions=dict(found.dimensions),
            fields=dict(found.fields), profile=profile, started_by=actor.account_id or actor.kind,
            seconds=round(time.monotonic() - begin, 3),
        )  # fmt: skip
        _keep(row, measured, table)
        passing = {one.rule["code"]: _keys(table, one.rows) for one in measured}
        closed = ordering.close_passing(resource, passing, run=str(row.id))
        _record(row, book, actor, closed)
        emit(QualityChecked(at=at, run_id=str(row.id), resource=resource, department=row.department, score=row.overall, grade=row.grade))
    return queries.run_view(row)


def run_all() -> int:
    """Check every resource that has rows; one that fails to answer is told as such and does not stop the others. Returns how many."""
    books = [one for one in rulebook.books() if not sources.source(one.resource).dataset or sources.published(one.resource)]
    for one in books:
        run(one.resource, actor=SYSTEM)
    return len(books)


def attempt(resource: str, rule: Told, *, actor: Actor) -> Trial:
    """Try one rule on a sample; nothing is kept; see the door."""
    book = rulebook.book(resource)
    require(actor, "quality.edit", department=book.department)
    rulebook.checked(book, [rule])
    table, measured, _ = _measured(book, [rule], now().date(), {}, most=_SAMPLE)
    one = measured[0]
    detail = {"rule": str(rule["code"]), "kind": str(rule["kind"]), "rows": len(table), "legal_basis": BASIS}
    with transaction.atomic():
        record(Record("quality.try", actor, _kind(resource), resource, detail=detail))
    rows = table.take(one.rows[:10]).to_pylist() if one.rows else []
    examples = tuple(queries.masked(book, row.pop(snapshots.KEY), _texts(row)) for row in rows)
    return Trial(one.result.looked, one.result.failed, examples, one.result.note)


def _measured(
    book: Rulebook, rules: Sequence[Told], as_of: date, before: Mapping[str, Any], *, most: int | None = None
) -> tuple[pyarrow.Table, list[Measured], dict[str, Any]]:
    from yiwang.data.quality import measuring  # heavy: Arrow and the kernels

    columns = measuring.reads(rules)
    table = snapshots.snapshot(book.resource, columns, most=most)
    used = Rulebook(
        book.resource, book.title, book.department, book.version, {one: book.types[one] for one in columns}, book.titles, tuple(rules)
    )
    others = cache(lambda resource, wanted: snapshots.snapshot(resource, wanted))
    measured, profile = measuring.measure(
        used, rules, table, others=lambda resource, wanted: others(resource, tuple(wanted)), as_of=as_of,
        refreshed=snapshots.refreshed(book.resource), before=before,
    )  # fmt: skip
    return table, measured, profile


def _unavailable(book: Rulebook, actor: Actor) -> QualityRun:
    how = scoring.in_force()
    found = scoring.scores([Result("answers", "可访问", "answers", scoring.ACCESSIBLE, (), 1, 1)], how=how, available=False)
    with transaction.atomic():
        row = RunRow.objects.create(
            resource=book.resource, department=book.department, as_of=now().date(), started_at=now(), rules_version=book.version,
            scoring_version=how.version, available=False, overall=0, grade=found.grade, dimensions={scoring.ACCESSIBLE[:2]: 0.0},
            started_by=actor.account_id or actor.kind,
        )  # fmt: skip
        _record(row, book, actor, 0)
    return queries.run_view(row)


def _record(row: RunRow, book: Rulebook, actor: Actor, closed: int) -> None:
    read = sorted({one for rule in book.rules for one in [rule.get("with", rule.get("of", [""]))[0]] if one})
    detail = {
        "rules_version": book.version, "rows": row.rows, "available": row.available, "grade": row.grade, "closed": closed,
        "compared_with": read, "legal_basis": BASIS, "department": row.department,
    }  # fmt: skip
    record(Record("quality.run", actor, _kind(row.resource), row.resource, detail=detail))


def _kind(resource: str) -> str:
    """How the audit names what was read."""
    return "theme_table" if sources.source(resource).dataset else "register"


def _keep(row: RunRow, measured: Sequence[Measured], table: pyarrow.Table) -> None:
    results = [
        ResultRow(
            run=row, code=one.rule["code"], title=one.result.title, kind=one.result.kind, dimension=one.result.dimension,
            columns=list(one.result.columns), looked=one.result.looked, failed=one.result.failed, note=one.result.note,
        )
        for one in measured
    ]  # fmt: skip
    ResultRow.objects.bulk_create(results)
    failing = [
        FailingRow(result=result, place=place, key=key, values=values, suggestions=suggestions)
        for result, one in zip(results, measured, strict=True)
        for place, (key, values, suggestions) in enumerate(_failing(one, table))
    ]
    FailingRow.objects.bulk_create(failing, batch_size=1000)
    recent = list(RunRow.objects.filter(resource=row.resource).order_by("-started_at").values_list("id", flat=True)[:_RUNS_WITH_ROWS])
    FailingRow.objects.filter(result__run__resource=row.resource).exclude(result__run__in=recent).delete()


def _failing(one: Measured, table: pyarrow.Table) -> list[tuple[str, dict[str, str], list[dict[str, Any]]]]:
    wanted = [snapshots.KEY, *dict.fromkeys(one.rule["columns"])]
    codes = catalogue.codes(str(one.rule["code_table"])) if one.rule.get("code_table") else {}
    told = []
    for at, values in enumerate(table.select(wanted).take(one.rows[:KEPT]).to_pylist() if one.rows else []):
        key, texts = values.pop(snapshots.KEY), _texts(values)
        found = suggest(one.rule, texts, codes=codes, other=one.others[at] if one.others else "")
        told.append((key, texts, [{"value": each.value, "confidence": each.confidence, "why": each.why} for each in found]))
    return told


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _keys(table: pyarrow.Table, rows: Sequence[int]) -> set[str]:
    return set(table.column(snapshots.KEY).take(list(rows)).to_pylist()) if rows else set()
