"""Proposals of test cases for rows that none reaches: facts that fire the row; what the result should be, its author says.

Values are drawn from the table's own constants (and their neighbours), so a row that only rare values reach may stay without
a proposal. The same table gets the same proposals.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from yiwang.base.clock.api import today
from yiwang.data.decisions.testing import read_facts
from yiwang.data.decisions.values import TestCase
from yiwang.rules.api import DecisionTable, Model, decide

_TRIES: Final = 3_000
_TEXTS: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DATES: Final = re.compile(r'(?:@|date\()"(\d{4}-\d{2}-\d{2})"')
_YEARS: Final = re.compile(r"P(\d{1,3})Y")
_NUMBERS: Final = re.compile(r"(?<![\w.\"-])\d{1,9}(?![\w\"-])")


def proposals(model: Model, decision: str, table: DecisionTable, rows: Sequence[int]) -> list[TestCase]:
    """A test case with as few facts as fire it for each of the rows (1-based) that was reached, expectations left empty."""
    pools = _pools(table, model.inputs(decision))
    chance = random.Random(model.digest)  # noqa: S311 (proposals, no secrets)
    wanted, found = set(rows), {}
    seen: dict[frozenset[int], dict[str, str]] = {}
    for _ in range(_TRIES):
        if not wanted:
            break
        typed = {name: chance.choice(pool) for name, pool in pools.items()}
        if seen and chance.random() < 0.5:  # a neighbour of facts that reached something else
            typed = chance.choice(list(seen.values())) | {name: typed[name] for name in chance.sample(list(typed), min(2, len(typed)))}
        fired = _fired(model, decision, typed)
        seen[frozenset(fired)] = typed
        reached = wanted & fired
        for row in reached:
            found[row] = _fewer(model, decision, typed, row)
        wanted -= reached
    outputs = [one.name or decision for one in table.outputs]
    return [TestCase(f"第 {row} 行", found[row], dict.fromkeys(outputs, "")) for row in sorted(found)]


def _fired(model: Model, decision: str, typed: Mapping[str, str]) -> set[int]:
    facts, _ = read_facts(model.inputs(decision), typed)
    return {row.index for row in decide(model, decision, facts, explain=False).rows if row.decision == decision}


def _fewer(model: Model, decision: str, typed: Mapping[str, str], row: int) -> dict[str, str]:
    """The facts without those that the row fires without."""
    kept = dict(typed)
    for name in typed:
        less = {other: value for other, value in kept.items() if other != name}
        if row in _fired(model, decision, less):
            kept = less
    return kept


def _pools(table: DecisionTable, kinds: Mapping[str, str]) -> dict[str, list[str]]:
    cells = [one.expression for one in table.inputs] + [cell for rule in table.rules for cell in rule.tests]
    written = "\n".join([*cells, *(one.values for one in table.inputs)])
    numbers = sorted({int(found) + step for found in _NUMBERS.findall(written) for step in (-1, 0, 1)} | {0, 1, 100})
    texts = list(
        dict.fromkeys(
            [*_TEXTS.findall(_DATES.sub("", written)), "甲", "乙", '""', *("9" * length for length in numbers if 1 < length < 40)]
        )
    )
    day = today()
    days = {day, day - timedelta(days=1), day + timedelta(days=30), *(date.fromisoformat(one) for one in _DATES.findall(written))}
    spans = {int(years) + step for years in _YEARS.findall(written) for step in (-1, 0, 1)}
    days |= {day.replace(year=day.year - years, day=min(day.day, 28)) for years in {*numbers, *spans} if 0 < years < 120}
    pools = {
        "boolean": ["是", "否"],
        "number": [str(one) for one in numbers if one >= 0],
        "date": [one.isoformat() for one in sorted(days)],
        "string": texts,
    }
    mixed = [*texts, "[]", *(f'["{one}"]' for one in texts if one != '""')]
    return {name: pools.get(kind, mixed) for name, kind in kinds.items()}
