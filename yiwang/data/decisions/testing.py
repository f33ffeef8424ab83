"""Test cases and what-if: facts as typed become values, a model is asked, results become text again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from yiwang.data.decisions.values import ConditionSeen, Evaluated, RowCoverage, TestCase, Tested, TestRun
from yiwang.rules.api import DecisionTable, Model, Outcome, decide, evaluate

_TRUE: Final = frozenset({"是", "true", "yes", "对", "有", "1"})
_FALSE: Final = frozenset({"否", "false", "no", "不是", "没有", "无", "0"})
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ANY: Final = ("", "-")


def read_facts(kinds: Mapping[str, str], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Typed facts as values by name, and what could not be read. Empty texts and None are unknown; other kinds pass as they are."""
    facts: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in given.items():
        if name not in kinds:
            problems[name] = f"这张表没有名为“{name}”的事实"
        elif isinstance(value, str):
            if value.strip():
                try:
                    facts[name] = read_fact(value.strip(), kinds[name])
                except ValueError as error:
                    problems[name] = str(error)
        elif value is not None:
            facts[name] = value
    return facts, problems


def read_fact(text: str, kind: str) -> Any:
    """One typed fact of a type; ValueError says what was expected."""
    if kind == "boolean":
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise ValueError(f"“{text}”应为 是 或 否")
    if kind == "number":
        try:
            return Decimal(text.replace(",", "").replace(",", ""))
        except InvalidOperation as error:
            raise ValueError(f"“{text}”应为数字") from error
    if kind == "date":
        return _day(text)
    if kind == "string":
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    value = evaluate(text, {})
    return text if value is None and text != "null" else value


def _day(text: str) -> str:
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError as error:
        raise ValueError(f"“{text}”应为日期,例如 2026-01-31") from error


def shown(value: Any) -> str:
    """A value in the JSON of the rules as people read it."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("@"):
        return str(next(iter(value.values())))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "null" if value is None else str(value)


def results_of(outcome: Outcome, decision: str, table: DecisionTable | None) -> dict[str, str]:
    """The results by column as text; an undetermined outcome says so in the column that tells the result."""
    value = outcome.to_json()["value"]
    names = [one.name or decision for one in table.outputs] if table is not None else []
    if outcome.result == "undetermined" and value is None:
        return {names[0] if names else decision: "undetermined"}
    if isinstance(value, dict) and not (len(value) == 1 and next(iter(value)).startswith("@")):
        return {name: shown(one) for name, one in value.items()}
    return {names[0] if len(names) == 1 else decision: shown(value)}


def same(expected: str, actual: str) -> bool:
    """Whether an expectation as typed is met: texts with or without quotes, numbers by value."""
    wanted = expected.strip()
    wanted = wanted[1:-1] if len(wanted) > 1 and wanted[0] == wanted[-1] == '"' else wanted
    if wanted == actual:
        return True
    try:
        return Decimal(wanted) == Decimal(actual)
    except InvalidOperation:
        return (wanted, actual) in {("是", "true"), ("否", "false")}


def run(model: Model, decision: str, table: DecisionTable, cases: Sequence[TestCase]) -> Tested:
    """Every test case, and the coverage of the table by all of them."""
    kinds = model.inputs(decision)
    fired = [0] * len(table.rules)
    seen: list[list[set[bool]]] = [[set() for _ in table.inputs] for _ in table.rules]
    runs = []
    for case in cases:
        facts, problems = read_facts(kinds, case.facts)
        outcome = decide(model, decision, facts)
        rows = tuple(row.index for row in outcome.rows if row.decision == decision)
        for row in rows:
            fired[row - 1] += 1
        _note(seen, table, outcome, decision)
        actual = results_of(outcome, decision, table)
        problem = _problem(case, actual, problems)
        runs.append(TestRun(case, not problem, problem, actual, rows, outcome.missing))
    cells = [
        tuple("any" if rule.tests[place].strip() in _ANY else _word(seen[row][place]) for place in range(len(table.inputs)))
        for row, rule in enumerate(table.rules)
    ]
    return Tested(tuple(runs), tuple(RowCoverage(row + 1, fired[row], cells[row]) for row in range(len(table.rules))))


def _word(seen: set[bool]) -> str:
    return "both" if len(seen) == 2 else "true" if True in seen else "false" if seen else "none"


def _note(seen: list[list[set[bool]]], table: DecisionTable, outcome: Outcome, decision: str) -> None:
    """Note which conditions held and which failed; the conditions of a row come in the order of its columns, dashes left out."""
    by_row: dict[int, list[bool | None]] = {}
    for condition in outcome.conditions:
        if condition.decision == decision:
            by_row.setdefault(condition.row, []).append(None if condition.unknown else condition.result)
    for row, results in by_row.items():
        places = [place for place, test in enumerate(table.rules[row - 1].tests) if test.strip() not in _ANY]
        if len(places) != len(results):
            continue
        for place, result in zip(places, results, strict=True):
            if result is not None:
                seen[row - 1][place].add(result)


def _problem(case: TestCase, actual: Mapping[str, str], problems: Mapping[str, str]) -> str:
    if problems:
        return ";".join(problems.values())
    expected = {name: text for name, text in case.expected.items() if text.strip()}
    if not expected:
        return "没有写明预期结果"
    wrong = [
        f"{name} 预期 {text},得到 {actual.get(name, '没有')}" for name, text in expected.items() if not same(text, actual.get(name, ""))
    ]
    return ";".join(wrong)


def evaluated(key: str, number: int, model: Model, decision: str, given: Mapping[str, Any], *, explain: bool) -> Evaluated:
    """One what-if."""
    facts, problems = read_facts(model.inputs(decision), given)
    outcome = decide(model, decision, facts, explain=explain)
    told = outcome.to_json()
    conditions = [
        ConditionSeen(
            one.row,
            one.input,
            one.test,
            "未知" if one.unknown else shown(seen["value"]),
            None if one.unknown else bool(one.result),
            one.clause,
        )
        for one, seen in zip(outcome.conditions, told["conditions"], strict=True)  # type: ignore[call-overload]
    ]
    return Evaluated(
        key,
        number,
        model.digest,
        outcome.result or "",
        results_of(outcome, decision, None),
        told["value"],
        tuple(row.index for row in outcome.rows if row.decision == decision),
        tuple(conditions),
        outcome.clauses,
        outcome.missing,
        problems,
    )
