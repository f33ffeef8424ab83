"""One run's measuring, apart from where the tables come from and where results go: rules over an Arrow table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.compute as compute

from yiwang.data.checks import api as checks
from yiwang.data.quality import drifting
from yiwang.data.quality.report import Result, Rulebook, Told
from yiwang.data.quality.rulebook import OWN, definition, dimension, table_name

if TYPE_CHECKING:
    import numpy

Others = Callable[[str, Sequence[str]], pyarrow.Table]
"""Columns of another register."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A rule's result, its failing row numbers ascending, and for ``agrees`` what the other register holds for each of them."""

    rule: Told
    result: Result
    rows: list[int] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def measure(
    book: Rulebook,
    rules: Sequence[Told],
    table: pyarrow.Table,
    *,
    others: Others,
    as_of: date,
    refreshed: datetime | None,
    before: Mapping[str, Any],
) -> tuple[list[Measured], dict[str, Any]]:
    """Every rule's result in the order of the rules, and the profile for the next run's drift.

    Args:
        table: the resource with its declared columns. others: reads another register. refreshed: when the owner loaded it last.
        before: the accepted run's profile by rule.
    """
    told = definition(book, rules)
    tables = {table_name(rule["of"]): others(rule["of"][0], rule["of"][1:]) for rule in rules if rule.get("of")}
    found = {one.rule.code: one.rows for one in checks.check(table, told, references=tables, as_of=as_of)}
    measured, profiles = [], {}
    for rule in rules:
        if rule["kind"] == "agrees":
            rows, theirs = _disagreeing(rule, table, others)
            measured.append(Measured(rule, _result(rule, len(table), len(rows)), rows, theirs))
        elif rule["kind"] == "drift":
            result, profiles[rule["code"]] = _drift(book, rule, table, before.get(rule["code"]))
            measured.append(Measured(rule, result))
        elif rule["kind"] == "refreshed":
            measured.append(Measured(rule, _refreshed(rule, refreshed, as_of)))
        else:
            failing: numpy.typing.NDArray[Any] = found[rule["code"]]
            measured.append(Measured(rule, _result(rule, len(table), len(failing)), failing.tolist()))
    return measured, profiles


def reads(rules: Sequence[Told]) -> list[str]:
    """The columns that rules look at."""
    return list(dict.fromkeys(column for rule in rules for column in rule["columns"]))


def _result(rule: Told, looked: int, failed: int, note: str = "") -> Result:
    kind = rule["kind"]
    return Result(
        rule["code"], rule.get("title") or rule["code"], kind, dimension(kind), tuple(rule["columns"]), looked, failed, note
    )  # fmt: skip


def _disagreeing(rule: Told, table: pyarrow.Table, others: Others) -> tuple[list[int], list[str]]:
    register, key, value = rule["with"]
    other = others(register, [key, value])
    other = other.filter(compute.is_valid(other.column(key))).combine_chunks()
    keys, held = table.column(rule["columns"][0]), table.column(rule["columns"][1])
    if not len(other):
        return [], []
    theirs = other.column(value).take(compute.index_in(keys, value_set=other.column(key).combine_chunks()))
    differ = compute.fill_null(compute.not_equal(held, theirs), False)  # one of them empty: not_null speaks of it
    rows = compute.indices_nonzero(differ)
    return rows.to_pylist(), [str(one) for one in theirs.take(rows).to_pylist()]


def _drift(book: Rulebook, rule: Told, table: pyarrow.Table, before: Mapping[str, Any] | None) -> tuple[Result, dict[str, Any]]:
    column = rule["columns"][0]
    now = drifting.profile(
        table.column(column), kind=book.types[column], edges=list(before["edges"]) if before and "edges" in before else None
    )
    if before is None:
        return _result(rule, 1, 0, "首次检查,作为以后比较的基线"), now
    moved = drifting.psi(before["shares"], now["shares"])
    return _result(rule, 1, int(moved > rule["limit"]), f"PSI {moved:.3f},上限 {rule['limit']}"), now


def _refreshed(rule: Told, refreshed: datetime | None, as_of: date) -> Result:
    if refreshed is None:
        return _result(rule, 0, 0, "来源没有更新时间")
    days = (as_of - refreshed.date()).days
    return _result(
        rule, 1, int(days > rule["days"]), f"最近更新于 {days} 天前,约定 {rule['days']} 天" if days else f"今天更新,约定 {rule['days']} 天"
    )


def own(rule: Told) -> bool:
    """Whether a rule speaks of the whole resource and not of rows."""
    return rule["kind"] in OWN and rule["kind"] != "agrees"
