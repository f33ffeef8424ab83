"""Rows that can never fire together, as one SQL CASE that asks each question once: a decision tree instead of a list of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from yiwang.rules.dmn.tables import Table
from yiwang.rules.regions import Axis, boxes

UNDETERMINED: Final = -1
NONE: Final = 0
RowTests = Sequence[Mapping[int, str]]


def exclusive_case(table: Table, tests: RowTests) -> str | None:
    """The number of the row that fires (from 1), ``NONE`` or ``UNDETERMINED``; None when two rows might fire together.

    ``tests``: per row the SQL of its tests by the place of their column; a column that the row does not look at is left out.
    A row that is true makes all others false, whatever is unknown: for each pair there is a column of constants that tells them apart.
    """
    exact = [axis for axis in boxes(table, {}).axes if axis.exact]
    pairs = combinations(range(len(table.rows)), 2)
    if not all(any(not axis.masks[first] & axis.masks[second] for axis in exact) for first, second in pairs):
        return None
    texts = [" ".join(clause.expression.text.split()) for clause in table.inputs]
    axes = {texts.index(axis.text): axis for axis in exact if texts.count(axis.text) == 1}
    return _branch(range(len(table.rows)), axes, tests)


def _branch(rows: Sequence[int], axes: Mapping[int, Axis], tests: RowTests) -> str:
    """Ask a column that all the rows look at, if their tests on it are equal or exclude each other; else row by row."""
    for place, axis in axes.items() if len(rows) > 1 else ():
        groups: dict[int, list[int]] = {}
        for row in rows:
            groups.setdefault(axis.masks[row] if place in tests[row] else axis.full, []).append(row)
        if axis.full in groups or any(one & other for one, other in combinations(groups, 2)):
            continue
        left = {other: axes[other] for other in axes if other != place}
        rest = [{other: text for other, text in row.items() if other != place} for row in tests]
        asked = {tests[group[0]][place]: _branch(group, left, rest) for group in groups.values()}
        whens = " ".join(f"WHEN {text} THEN {then}" for text, then in asked.items())
        return f"CASE {whens} WHEN {next(iter(asked))} IS NULL THEN {UNDETERMINED} ELSE {NONE} END"
    conditions = {row: " AND ".join(tests[row].values()) or "TRUE" for row in rows}
    if list(conditions.values()) == ["TRUE"]:
        return str(rows[0] + 1)
    whens = " ".join(f"WHEN {text} THEN {row + 1}" for row, text in conditions.items())
    some = " OR ".join(f"({text})" for text in conditions.values())
    return f"CASE {whens} WHEN ({some}) IS NULL THEN {UNDETERMINED} ELSE {NONE} END"
