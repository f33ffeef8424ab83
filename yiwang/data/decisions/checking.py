"""Everything that is wrong with a draft: the rules' own findings, its owner's terms, the law it cites, its test cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from yiwang.base.clock.api import today
from yiwang.data.decisions import in_force, sheets, testing
from yiwang.data.decisions.values import Table, TableFinding, TestCase, Tested
from yiwang.data.laws import api as laws
from yiwang.rules import api as rules
from yiwang.rules.api import DecisionTable, InvalidModel, Model, TableModel

_REMEDIES: Final[Mapping[str, str]] = {
    "gap": "为这种情形补一行,或把最后一行的条件都改为“-”(其余情形)。",
    "overlap": "改窄其中一行的条件,或把命中策略改为“先命中先用”。",
    "unreachable": "删去这一行,或把它移到覆盖它的那一行前面。",
    "type_error": "把这一格改成该列的类型,或改这一列的类型。",
    "unknown_name": "从下面的事实清单里选用名称,或改正拼写。",
    "unknown_type": "使用 string、number、boolean、date,或先定义这个类型。",
    "missing_clause": "在“条款”一栏写明法律名称和条款,例如 老年人权益保障法 第三十三条。",
    "syntax": '照填写说明改正这一格;文字要加英文双引号,例如 "本市"。',
    "clock": "把日期作为事实传入,不要读取当前时间。",
    "external": "改用 FEEL 表达式。",
    "no_logic": "补上这个决策的表,或删去它。",
    "missing_import": "把导入的内容写进这张表。",
    "not_checked": "请用更多用例说明这几列的各种情形,并写明理由。",
}


def examined(table: Table, sheet: TableModel, cases: Sequence[TestCase]) -> tuple[list[TableFinding], Tested | None]:
    """All findings, errors first, and the test cases run (None where the table cannot be read)."""
    place = sheets.place_of(table, sheet)
    try:
        model = sheets.compiled(sheet)
    except InvalidModel as error:
        return [TableFinding("unreadable", "error", error.message, "改正后再保存。")], None
    found = [_of_rules(one) for one in rules.check(model)]
    found += _terms(table, sheet)
    tested = None
    if place is not None:
        decision = sheet.decisions[place]
        found += _citations(decision.table)
        tested = testing.run(model, decision.name, decision.table, cases)
        found += _tests(tested, len(cases))
    return sorted(found, key=lambda one: one.level), tested


def _of_rules(one: rules.Finding) -> TableFinding:
    return TableFinding(one.kind, one.level, one.message, _REMEDIES.get(one.kind, ""), one.rows, one.example)


def _terms(table: Table, sheet: TableModel) -> Iterator[TableFinding]:
    """What the owner relies on: the decision, its result columns, and no fact that it cannot supply."""
    file = in_force.of_file(table.key).model
    supplied = set(table.facts) | {name for one in file.decisions for name in file.inputs(one)}
    for fact in sheet.inputs:
        if fact.name not in supplied:
            cause = f"业务没有提供名为“{fact.name}”的事实"
            yield TableFinding("unknown_fact", "error", cause, "改用清单里的事实;确需新的事实,请先在事项或待遇的定义里登记来源。")
    place = sheets.place_of(table, sheet)
    if place is None:
        yield TableFinding("missing_decision", "error", f"没有名为“{table.decision}”的决策", "恢复这个决策的名称。")
        return
    original = _main(table, file)
    if original is None:
        return
    if not sheet.decisions[place].table.rules:
        yield TableFinding("empty", "error", "一行也没有", "至少写一行。")
    kept = {one.name for one in sheet.decisions[place].table.outputs}
    for column in original.outputs:
        if column.name not in kept:
            cause = f"业务要用的结果列“{column.name}”没有了"
            yield TableFinding("missing_result", "error", cause, "恢复这一列的名称;可以增加别的结果列。")


def _main(table: Table, file: Model) -> DecisionTable | None:
    """The file's own table; None where it is made of other logic."""
    try:
        sheet = file.as_tables()
    except InvalidModel:
        return None
    place = sheets.place_of(table, sheet)
    return sheet.decisions[place].table if place is not None else None


def _citations(table: DecisionTable) -> Iterator[TableFinding]:
    """What the law library says about the clauses, once for each clause with all its rows."""
    rows: dict[str, list[int]] = {}
    for row in range(len(table.rules)):
        if table.clause(row):
            rows.setdefault(table.clause(row), []).append(row + 1)
    cited = [laws.Cited(text, None, "、".join(f"第 {row} 行" for row in found)) for text, found in rows.items()]
    for flag in laws.check_citations(cited, on=today()).flags:
        cause = f"条款“{flag.said}”:{laws.FLAGS[flag.kind]}。{flag.detail}"
        remedy = "核对条款的名称和序号;确认无误的,请写明理由。"
        yield TableFinding(f"law_{flag.kind}", "warning", cause, remedy, tuple(rows[flag.cited.text]))


def _tests(tested: Tested, cases: int) -> Iterator[TableFinding]:
    if not cases:
        yield TableFinding("untested", "error", "还没有用例", "至少写到每一行都有用例命中;可以先“生成建议用例”。")
        return
    unstated = [place for place, run in enumerate(tested.runs, 1) if not any(text.strip() for text in run.case.expected.values())]
    if unstated:
        cause = f"用例 {'、'.join(map(str, unstated))} 没有写明预期结果"
        yield TableFinding("test_unstated", "error", cause, "由懂规则的人写明每个用例应得的结果,再看表是否得出同样的结果。")
    for place, run in enumerate(tested.runs, 1):
        if not run.passed and place not in unstated:
            cause = f"用例 {place}“{run.case.name}”没有通过:{run.problem}"
            yield TableFinding("test_failed", "error", cause, "改正表格,或改正用例的预期。", run.rows)
    if tested.uncovered:
        cause = f"第 {'、'.join(map(str, tested.uncovered))} 行没有任何用例命中"
        yield TableFinding("uncovered", "error", cause, "为这些行各补一个用例。", tested.uncovered)
