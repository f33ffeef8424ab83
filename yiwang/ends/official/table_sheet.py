"""The editor of a decision table: a posted form read back into a table, test cases and facts; every cell stays as typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.http import QueryDict
from django.utils.translation import get_language

from yiwang.data.decisions import api as decisions
from yiwang.rules import api as rules

MOST_CELLS = 1_500  # a larger table is exchanged as a file; the form would pass the limit of posted fields
TYPES = ("string", "number", "boolean", "date", "Any")


@dataclass(frozen=True)
class Row:
    """One row on the page: its number, its cells, what is wrong with it and how the test cases reached it."""

    number: int
    tests: tuple[tuple[str, str, str], ...]  # what the column is called, cell, seen (both, true, false, none, any)
    outputs: tuple[tuple[rules.OutputClause, str], ...]
    notes: tuple[tuple[str, str], ...]
    findings: tuple[decisions.TableFinding, ...]
    fired: int | None
    said: tuple[tuple[str, str], ...]  # each condition that matters in words, and what was seen of it


def rows_of(
    table: rules.DecisionTable,
    findings: Sequence[decisions.TableFinding] = (),
    tested: decisions.Tested | None = None,
    *,
    names: Mapping[str, str],
) -> list[Row]:
    """The rows of a table as a page shows them; ``names`` says what to call the facts."""
    language: Literal["zh", "en"] = "en" if (get_language() or "").startswith("en") else "zh"
    heads = headings(table, names)
    coverage = {one.row: one for one in tested.coverage} if tested is not None else {}
    rows = []
    for number, rule in enumerate(table.rules, 1):
        reached = coverage.get(number)
        seen = reached.cells if reached is not None else ("",) * len(rule.tests)
        rows.append(
            Row(
                number,
                tuple(zip(heads, rule.tests, seen, strict=False)),
                tuple(zip(table.outputs, rule.outputs, strict=False)),
                tuple(zip(table.annotations, rule.annotations, strict=False)),
                tuple(one for one in findings if number in one.rows),
                reached.fired if reached is not None else None,
                tuple(
                    (rules.in_words(column.expression, cell, names=names, subject=_label(column), language=language), mark)
                    for column, cell, mark in zip(table.inputs, rule.tests, seen, strict=False)
                    if cell.strip() not in ("", "-")
                ),
            )
        )
    return rows


def _label(column: rules.InputClause) -> str:
    """The label that somebody gave a column; '' where it only repeats what the column looks at."""
    return "" if column.label == column.expression else column.label


def headings(table: rules.DecisionTable, names: Mapping[str, str]) -> list[str]:
    """What each condition column is called: by its label, else what it looks at in words."""
    return [_label(one) or rules.in_words(one.expression, names=names) for one in table.inputs]


def cells(table: rules.DecisionTable) -> int:
    """How many cells a table has."""
    return len(table.rules) * (len(table.inputs) + len(table.outputs) + len(table.annotations))


def read_table(data: QueryDict, table: rules.DecisionTable) -> rules.DecisionTable:
    """The table as posted; parts that the form did not hold stay as they are. Rows beyond what was posted are gone."""

    def text(name: str, before: str) -> str:
        return str(data.get(name, before)).replace("\r\n", "\n").strip()

    inputs = tuple(
        replace(one, **{name: text(f"ci{place}-{name}", getattr(one, name)) for name in ("label", "expression", "type", "values")})
        for place, one in enumerate(table.inputs)
    )
    outputs = tuple(
        replace(one, **{name: text(f"co{place}-{name}", getattr(one, name)) for name in ("label", "name", "type", "values", "default")})
        for place, one in enumerate(table.outputs)
    )
    posted = data.get("rows", "")
    count = min(int(posted), 10_000) if posted.isdecimal() and len(posted) < 6 else len(table.rules)
    empty = rules.Rule(("-",) * len(inputs), ("",) * len(outputs), ("",) * len(table.annotations))
    found = []
    for row in range(count):
        old = table.rules[row] if row < len(table.rules) else empty
        found.append(
            replace(
                old,
                tests=tuple(text(f"t{row}-{place}", cell) for place, cell in enumerate(old.tests)),
                outputs=tuple(text(f"o{row}-{place}", cell) for place, cell in enumerate(old.outputs)),
                annotations=tuple(
                    text(f"n{row}-{place}", cell) for place, cell in enumerate(_wide(old.annotations, len(table.annotations)))
                ),
            )
        )
    policy, _, aggregation = text("policy", f"{table.hit_policy}+{table.aggregation}").partition("+")
    return replace(table, inputs=inputs, outputs=outputs, rules=tuple(found), hit_policy=policy, aggregation=aggregation)


def _wide(texts: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*texts[:width], *("",) * (width - len(texts)))


def read_types(data: QueryDict, sheet: rules.TableModel) -> rules.TableModel:
    """The sheet with the types of its facts as posted."""
    fields = tuple(replace(one, type=str(data.get(f"f{place}-type", one.type))) for place, one in enumerate(sheet.inputs))
    return replace(sheet, inputs=fields)


def read_cases(data: QueryDict, facts: Sequence[str], columns: Sequence[str]) -> list[decisions.TestCase]:
    """The test cases as posted; empty ones and those marked for deletion are left out."""
    posted = data.get("cases", "")
    count = min(int(posted), 1_000) if posted.isdecimal() and len(posted) < 5 else 0
    found = []
    for number in range(count):
        given = {name: data.get(f"k{number}-f{place}", "").strip() for place, name in enumerate(facts)}
        expected = {name: data.get(f"k{number}-e{place}", "").strip() for place, name in enumerate(columns)}
        name = data.get(f"k{number}-name", "").strip()
        if f"k{number}-delete" in data or not (name or any(given.values()) or any(expected.values())):
            continue
        kept = {one: text for one, text in given.items() if text}
        found.append(decisions.TestCase(name or f"用例 {number + 1}", kept, expected))
    return found


def read_facts(data: QueryDict, facts: Sequence[str]) -> dict[str, str]:
    """What-if facts as typed."""
    return {name: data.get(f"w{place}", "")[:2000] for place, name in enumerate(facts)}


def hints(kinds: Mapping[str, str]) -> dict[str, str]:
    """By fact, an example of how it is typed."""
    examples = {"boolean": "是 / 否", "number": "12", "date": "2026-01-31"}
    return {name: examples.get(kind, "") for name, kind in kinds.items()}
