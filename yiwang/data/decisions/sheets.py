"""Sheets: a model as plain data, every cell as typed; read from JSON, written to JSON, edited row by row and column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from yiwang.data.decisions.errors import TableTooLarge, UnreadableTable
from yiwang.data.decisions.values import SheetChange, Table, TestCase
from yiwang.rules.api import (
    DecisionTable,
    Field,
    InputClause,
    InvalidModel,
    Model,
    OutputClause,
    Rule,
    TableDecision,
    TableModel,
    TypeDefinition,
    load,
    write,
)

MOST_ROWS: Final = 300
MOST_COLUMNS: Final = 40
MOST_CELL: Final = 2_000
MOST_CASES: Final = 500
_POLICIES: Final = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
_AGGREGATIONS: Final = ("", "SUM", "COUNT", "MIN", "MAX")


def to_json(sheet: TableModel) -> dict[str, Any]:
    """The sheet as plain JSON."""
    return _lists(asdict(sheet))  # type: ignore[no-any-return]


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(one) for key, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, list | tuple) else value


def from_json(data: object) -> TableModel:
    """The sheet of its JSON, rows brought to the width of the columns.

    Raises:
        UnreadableTable: not the shape of a sheet. TableTooLarge: more rows, columns or characters than kept.
    """
    try:
        sheet = _sheet(data)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnreadableTable(reason=f"格式不对({error})") from error
    for decision in sheet.decisions:
        _measure(decision.table)
    return sheet


def _sheet(data: Any) -> TableModel:
    return TableModel(
        _text(data["name"]),
        tuple(_decision(one) for one in data["decisions"]),
        tuple(Field(_text(one["name"]).strip(), _text(one.get("type") or "Any")) for one in data.get("inputs", ())),
        tuple(_type(one) for one in data.get("types", ())),
        _text(data.get("namespace", "")),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"应为文字,得到 {type(value).__name__}")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise ValueError("应为文字的列表")
    return tuple(_text(one) for one in values)


def _type(data: Any) -> TypeDefinition:
    fields = tuple(Field(_text(one["name"]), _text(one["type"])) for one in data.get("fields", ()))
    return TypeDefinition(
        _text(data["name"]), _text(data.get("base", "")), _text(data.get("allowed", "")), bool(data.get("is_list")), fields
    )


def _decision(data: Any) -> TableDecision:
    needs = _texts(data.get("needs", ()))
    return TableDecision(_text(data["name"]), _table(data["table"]), _text(data.get("type", "")), needs, _text(data.get("question", "")))


def _table(data: Any) -> DecisionTable:
    inputs = tuple(InputClause(**{name: _text(value) for name, value in one.items()}) for one in data["inputs"])
    outputs = tuple(OutputClause(**{name: _text(value) for name, value in one.items()}) for one in data["outputs"])
    policy, aggregation = _text(data.get("hit_policy", "UNIQUE")), _text(data.get("aggregation", ""))
    if policy not in _POLICIES or aggregation not in _AGGREGATIONS:
        raise ValueError(f"命中策略 {policy} {aggregation}")
    rules = tuple(
        Rule(_texts(one["tests"]), _texts(one["outputs"]), _texts(one.get("annotations", ())), _text(one.get("description", "")))
        for one in data["rules"]
    )
    return evened(DecisionTable(inputs, outputs, rules, policy, aggregation, _texts(data.get("annotations", ()))))


def evened(table: DecisionTable) -> DecisionTable:
    """The table with every row as wide as its columns."""

    def wide(cells: tuple[str, ...], width: int, empty: str) -> tuple[str, ...]:
        return (*cells[:width], *(empty,) * (width - len(cells)))

    rules = tuple(
        Rule(
            wide(one.tests, len(table.inputs), "-"),
            wide(one.outputs, len(table.outputs), ""),
            wide(one.annotations, len(table.annotations), ""),
            one.description,
        )
        for one in table.rules
    )
    return replace(table, rules=rules)


def _measure(table: DecisionTable) -> None:
    width = len(table.inputs) + len(table.outputs) + len(table.annotations)
    for what, count, most in (("行", len(table.rules), MOST_ROWS), ("列", width, MOST_COLUMNS)):
        if count > most:
            raise TableTooLarge(what=what, count=count, most=most)
    for row, rule in enumerate(table.rules, 1):
        longest = max((len(cell) for cell in (*rule.tests, *rule.outputs, *rule.annotations)), default=0)
        if longest > MOST_CELL:
            raise TableTooLarge(what=f"第 {row} 行有一格的字", count=longest, most=MOST_CELL)


def cases_from_json(data: object) -> tuple[TestCase, ...]:
    """Test cases of their JSON; UnreadableTable for another shape, TableTooLarge for too many."""
    if not isinstance(data, list | tuple):
        raise UnreadableTable(reason="用例应为列表")
    if len(data) > MOST_CASES:
        raise TableTooLarge(what="用例", count=len(data), most=MOST_CASES)
    try:
        return tuple(
            TestCase(
                _text(one["name"])[:200],
                {_text(name): _text(value)[:MOST_CELL] for name, value in one["facts"].items()},
                {_text(name): _text(value)[:MOST_CELL] for name, value in one["expected"].items()},
            )
            for one in data
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnreadableTable(reason=f"用例的格式不对({error})") from error


def cases_to_json(cases: Sequence[TestCase]) -> list[dict[str, Any]]:
    """Test cases as plain JSON."""
    return [{"name": one.name, "facts": dict(one.facts), "expected": dict(one.expected)} for one in cases]


def read(source: bytes) -> TableModel:
    """The sheet of a DMN file.

    Raises:
        UnreadableTable: no DMN, or a decision that is not made by a table.
    """
    try:
        sheet = load(source).as_tables()
    except InvalidModel as error:
        raise UnreadableTable(reason=error.message) from error
    return from_json(to_json(sheet))


def compiled(sheet: TableModel) -> Model:
    """The model of a sheet; InvalidModel where its DMN cannot be read again."""
    return load(write(sheet))


def place_of(table: Table, sheet: TableModel) -> int | None:
    """Which decision of the sheet the owner asks for; None where it is gone."""
    if not table.decision:
        return len(sheet.decisions) - 1 if sheet.decisions else None
    return next((place for place, one in enumerate(sheet.decisions) if one.name == table.decision), None)


def changed(sheet: TableModel, place: int, table: DecisionTable) -> TableModel:
    """The sheet with another table in one of its decisions."""
    decisions = list(sheet.decisions)
    decisions[place] = replace(decisions[place], table=evened(table))
    return replace(sheet, decisions=tuple(decisions))


def with_fact(sheet: TableModel, name: str, kind: str) -> TableModel:
    """The sheet asking for one fact more, in every decision that lists what it needs."""
    if not name or any(one.name == name for one in sheet.inputs):
        return sheet
    decisions = tuple(replace(one, needs=(*one.needs, name)) if one.needs else one for one in sheet.decisions)
    return replace(sheet, inputs=(*sheet.inputs, Field(name, kind)), decisions=decisions)


def edited(table: DecisionTable, act: str, at: int) -> DecisionTable:
    """The table after one act at a place (0-based); what does not fit (a row that is not there) changes nothing.

    Acts: add_row (before ``at``), copy_row, delete_row, up, down; add_input, delete_input, add_output, delete_output (never the
    last result), add_annotation (a column 条款).
    """
    rules, inputs, outputs = list(table.rules), list(table.inputs), list(table.outputs)
    if act == "add_row":
        rules.insert(at, Rule((), (), ()))
    elif act == "add_input":
        inputs.append(InputClause("", "string", ""))
    elif act == "add_annotation":
        table = replace(table, annotations=(*table.annotations, "条款"))
    elif act == "add_output":
        outputs.append(OutputClause("", "string"))
    elif act in ("copy_row", "delete_row", "up", "down") and 0 <= at < len(rules):
        rule = rules.pop(at)
        if act != "delete_row":
            rules.insert({"copy_row": at, "up": max(at - 1, 0), "down": at + 1}[act], rule)
        if act == "copy_row":
            rules.insert(at, rule)
    elif act == "delete_input" and 0 <= at < len(inputs):
        del inputs[at]
        rules = [replace(one, tests=(*one.tests[:at], *one.tests[at + 1 :])) for one in rules]
    elif act == "delete_output" and 0 <= at < len(outputs) and len(outputs) > 1:
        del outputs[at]
        rules = [replace(one, outputs=(*one.outputs[:at], *one.outputs[at + 1 :])) for one in rules]
    return evened(replace(table, rules=tuple(rules), inputs=tuple(inputs), outputs=tuple(outputs)))


def differences(old: TableModel, new: TableModel) -> list[SheetChange]:
    """What changed from one sheet to another: facts, columns, policy, and rows aligned by their longest common part."""
    found = list(_plain("事实", {one.name: one.type for one in old.inputs}, {one.name: one.type for one in new.inputs}))
    before = {one.name: one.table for one in old.decisions}
    for decision in new.decisions:
        table = before.pop(decision.name, None)
        if table is None:
            found.append(SheetChange(f"决策 {decision.name}", "", f"{len(decision.table.rules)} 行"))
        else:
            found += _of_tables(table, decision.table)
    return found + [SheetChange(f"决策 {name}", f"{len(table.rules)} 行", "") for name, table in before.items()]


def _plain(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[SheetChange]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield SheetChange(f"{what} {name}", old.get(name, ""), new.get(name, ""))


def _of_tables(old: DecisionTable, new: DecisionTable) -> Iterator[SheetChange]:
    policies = [f"{one.hit_policy} {one.aggregation}".strip() for one in (old, new)]
    if policies[0] != policies[1]:
        yield SheetChange("命中策略", policies[0], policies[1])
    yield from _plain("条件列", _columns(old.inputs), _columns(new.inputs))
    yield from _plain("结果列", _columns(old.outputs), _columns(new.outputs))
    yield from _rows([row_text(old, one) for one in old.rules], [row_text(new, one) for one in new.rules])


def _columns(columns: Sequence[InputClause | OutputClause]) -> dict[str, str]:
    told: dict[str, str] = {}
    for place, one in enumerate(columns, 1):
        name = one.expression if isinstance(one, InputClause) else one.name
        told[name or str(place)] = " ".join(part for part in (one.label, one.type, one.values) if part) or "—"
    return told


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[SheetChange]:
    from difflib import SequenceMatcher  # only the page of differences needs it

    for kind, start, stop, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for step in range(max(stop - start, end - begin)):
            was, now = start + step, begin + step
            rows = [f"{label}第 {row + 1} 行" for label, row, last in (("原", was, stop), ("新", now, end)) if row < last]
            yield SheetChange(" → ".join(rows), old[was] if was < stop else "", new[now] if now < end else "")


def row_text(table: DecisionTable, rule: Rule) -> str:
    """One row as one sentence: the conditions that matter, the results, the clause."""
    tests = [
        f"{column.label or column.expression} {test}"
        for column, test in zip(table.inputs, rule.tests, strict=False)
        if test.strip() not in ("", "-")
    ]
    results = [f"{column.label or column.name} {cell}" for column, cell in zip(table.outputs, rule.outputs, strict=False)]
    notes = "、".join(one for one in rule.annotations if one)
    return f"{' 且 '.join(tests) or '其余情形'} ⇒ {','.join(results)}" + (f"〔{notes}〕" if notes else "")
