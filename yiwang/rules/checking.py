"""Errors of a table's author, found before publishing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from yiwang.rules import naming, regions
from yiwang.rules.dmn.drg import Node
from yiwang.rules.dmn.tables import Table
from yiwang.rules.feel import nodes
from yiwang.rules.feel.engine import Cell, Expression
from yiwang.rules.feel.ops import equal
from yiwang.rules.feel.types import FeelType, coerce, plain
from yiwang.rules.feel.values import kind_of
from yiwang.rules.loading import Model

Level = Literal["error", "warning"]
_SINGLE: Final = ("UNIQUE", "ANY", "FIRST", "PRIORITY")
_OVERLAPS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One error: its kind, the decision and rows (1-based) it is about, what to do, and an example input."""

    kind: str
    decision: str
    message: str
    rows: tuple[int, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)
    level: Level = "error"

    def __str__(self) -> str:
        example = ",例如 " + "、".join(f"{name} = {value}" for name, value in self.example.items()) if self.example else ""
        return f"[{self.kind}] {self.decision}:{self.message}{example}"


def check(model: Model) -> list[Finding]:
    """Every error found in a model, in the order of the file.

    Kinds: ``syntax``, ``unknown_name``, ``unknown_type``, ``type_error``, ``gap``, ``overlap``, ``unreachable``,
    ``missing_clause``, ``no_logic``, ``clock``, ``external``, ``missing_import`` and ``not_checked``.
    """
    findings: list[Finding] = []
    for name in dict.fromkeys(model.document.types.unknown):
        findings.append(Finding("unknown_type", model.name, f"类型“{name}”没有定义,请在数据类型中补充或改正拼写"))
    for namespace in model.document.missing:
        findings.append(Finding("missing_import", model.name, f"没有找到导入的模型 {namespace},请把它放在同一文件夹"))
    for node in model.graph.nodes.values():
        if node.key[0] == model.namespace and node.kind in ("decision", "businessKnowledgeModel"):
            findings += _of_node(model, node)
    return findings


def _of_node(model: Model, node: Node) -> Iterator[Finding]:
    types: dict[str, FeelType | None] = {need.name: model.graph.at(need.key).type for need in node.needs if not need.path}
    types |= dict(node.parameters)
    if node.external:
        yield Finding("external", node.name, "外部函数(Java、PMML)不会执行,请改用 FEEL 表达式")
    if not node.expressions and not node.tables and not node.external and not node.has_logic:
        yield Finding("no_logic", node.name, "没有决策逻辑,结果总是空", level="warning")
    for expression in node.expressions:
        yield from _of_text(node.name, expression, types, "表达式")
    for table in node.tables:
        yield from _of_table(node.name, table, types)


def _of_text(decision: str, text: Expression | Cell, types: Mapping[str, FeelType | None], place: str, row: int = 0) -> Iterator[Finding]:
    rows = (row,) if row else ()
    shown = " ".join(text.text.split())
    if text.node is None:
        yield Finding("syntax", decision, f"{place}“{shown}”不是正确的 FEEL:{text.error}", rows)
        return
    if text.scope is None:
        return
    for name in dict.fromkeys(naming.unknown_names(text.node, text.scope)):
        yield Finding("unknown_name", decision, f"{place}“{shown}”用到没有定义的名称“{name}”,请连上它的来源或改正拼写", rows)
    for error in naming.kind_errors(text.node, types):
        yield Finding("type_error", decision, f"{place}“{shown}”的类型不能这样运算:{error}", rows)
    for name in naming.clock_functions(text.node, text.scope):
        yield Finding("clock", decision, f"{place}“{shown}”读取当前时间 {name}(),决定将无法重放,请把日期作为输入", rows, level="warning")


def _of_table(decision: str, table: Table, types: Mapping[str, FeelType | None]) -> Iterator[Finding]:
    for place, clause in enumerate(table.inputs):
        yield from _of_text(decision, clause.expression, types, f"第 {place + 1} 个条件列")
    for row in table.rows:
        for place, test in enumerate(row.tests):
            yield from _of_text(decision, test, types, f"第 {row.rule + 1} 行第 {place + 1} 个条件", row.rule + 1)
            yield from _test_kinds(decision, table, row.rule, place, types)
        for place, output in enumerate(row.outputs):
            yield from _of_text(decision, output, types, f"第 {row.rule + 1} 行第 {place + 1} 个结果", row.rule + 1)
            yield from _output_kind(decision, table, row.rule, place)
    yield from _clauses(decision, table)
    yield from _shape(decision, table, types)


def _test_kinds(decision: str, table: Table, row: int, place: int, types: Mapping[str, FeelType | None]) -> Iterator[Finding]:
    clause, test = table.inputs[place], table.rows[row].tests[place]
    wanted = plain(clause.kind).name if clause.kind is not None else naming.infer(clause.expression.node, types)
    if test.node is None or wanted not in _CHECKED:
        return
    for found in _compared(test.node):
        kind = kind_of(found)
        if kind != wanted and kind != "null":
            message = f"第 {row + 1} 行第 {place + 1} 个条件“{test.text}”是 {kind},而该列是 {wanted}"
            yield Finding("type_error", decision, message, (row + 1,))


_CHECKED: Final = frozenset({"number", "string", "boolean", "date", "time", "date and time"})


def _compared(node: nodes.Node) -> Iterator[object]:
    """The constants a cell compares its input with."""
    if isinstance(node, nodes.Literal):
        yield node.value
    elif isinstance(node, nodes.Tests | nodes.UnaryComparison | nodes.RangeNode | nodes.ListNode):
        for child in nodes.children(node):
            yield from _compared(child)


def _output_kind(decision: str, table: Table, row: int, place: int) -> Iterator[Finding]:
    column, output = table.outputs[place], table.rows[row].outputs[place]
    if not isinstance(output.node, nodes.Literal) or output.node.value is None:
        return
    value = output.node.value
    if column.kind is not None and coerce(value, column.kind) is None:
        yield Finding("type_error", decision, f"第 {row + 1} 行的结果“{output.text}”不属于类型 {column.kind.name}", (row + 1,))
    elif column.values is not None and column.values.test({}, value) is not True:
        yield Finding("type_error", decision, f"第 {row + 1} 行的结果“{output.text}”不在允许的结果之内", (row + 1,))


def _clauses(decision: str, table: Table) -> Iterator[Finding]:
    if table.source.clause_column is None:
        yield Finding("missing_clause", decision, "没有“条款”批注列,请写明每一行依据的条款")
        return
    empty = tuple(row + 1 for row in range(len(table.rows)) if not table.source.clause(row))
    if empty:
        yield Finding("missing_clause", decision, f"第 {'、'.join(map(str, empty))} 行没有写明条款", empty)


def _shape(decision: str, table: Table, types: Mapping[str, FeelType | None]) -> Iterator[Finding]:
    names = regions.parameters(table, types)
    if not names:
        yield from _of_boxes(decision, table, regions.boxes(table, types))
        return
    # parameters stand in any order: only what is found in both is said
    orders = (names, names[::-1])
    first, second = (
        list(_of_boxes(decision, table, regions.boxes(table, types, regions.assigned_values(order, types)))) for order in orders
    )
    also = {(finding.kind, finding.rows) for finding in second}
    yield from (replace(finding, level="warning") for finding in first if (finding.kind, finding.rows) in also)


def _of_boxes(decision: str, table: Table, found: regions.Boxes) -> Iterator[Finding]:
    policy = table.source.hit_policy
    if found.skipped:
        columns = "、".join(f"“{text}”" for text in found.skipped)
        message = f"条件列 {columns} 的值不能逐一列举,未检查缺口、重叠和不可达"
        yield Finding("not_checked", decision, message, level="warning")
        return
    for row, text in regions.impossible(found):
        yield Finding("unreachable", decision, f"第 {row + 1} 行永远不会命中:没有允许的“{text}”满足它的条件", (row + 1,))
    if policy == "FIRST":
        for row in range(1, found.rows):
            if regions.covered(found, row, range(row)):
                yield Finding("unreachable", decision, f"第 {row + 1} 行永远不会命中:前面各行已经覆盖它", (row + 1,))
    if policy in ("UNIQUE", "ANY"):
        yield from _overlaps(decision, table, found)
    if policy in _SINGLE and all(column.default is None for column in table.outputs):
        for example in regions.gaps(found):
            message = "有一种情形没有任何一行覆盖" + ("(两个条件列看同一项事实,请核对该组合能否出现)" if found.entangled else "")
            yield Finding("gap", decision, message, (), example, "warning" if found.entangled else "error")


def _overlaps(decision: str, table: Table, found: regions.Boxes) -> Iterator[Finding]:
    shown = 0
    for first, second, example in regions.overlaps(found):
        if table.source.hit_policy == "ANY" and _same_outputs(table, first, second):
            continue
        shown += 1
        if shown > _OVERLAPS_SHOWN:
            return
        level: Level = "warning" if found.entangled else "error"
        yield Finding("overlap", decision, f"第 {first + 1} 行和第 {second + 1} 行会同时命中", (first + 1, second + 1), example, level)


def _same_outputs(table: Table, first: int, second: int) -> bool:
    return all(
        (one.node == other.node and one.node is not None) or equal(one.text, other.text) is True
        for one, other in zip(table.rows[first].outputs, table.rows[second].outputs, strict=True)
    )
