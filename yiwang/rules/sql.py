"""A decision over a population as one SQL query, for DuckDB or Spark.

The query gives, beside every column of the source, the outputs, the number of the row that fired (``rule``) and ``undetermined``: true
where an unknown (NULL) fact may matter. Those rows are decided one by one with ``decide``, which may still find that the answer is the
same anyway; all other rows have exactly the value that ``decide`` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from yiwang.rules.dmn.drg import Key, Node
from yiwang.rules.dmn.tables import Output, Row, Table
from yiwang.rules.errors import NotCompilable
from yiwang.rules.feel import nodes
from yiwang.rules.feel.engine import Cell, Expression
from yiwang.rules.feel.ops import satisfies
from yiwang.rules.feel.types import FeelType, ListType, NamedType, coerce, plain
from yiwang.rules.loading import Model
from yiwang.rules.sql_dialects import DIALECTS, Dialect
from yiwang.rules.sql_expressions import Column, Obstacle, Scope, constant, expression, tests
from yiwang.rules.sql_tree import NONE, UNDETERMINED, exclusive_case

_KINDS: Final = frozenset({"number", "string", "boolean", "date"})
_CONFLICT, _OUTSIDE = -2, -3
_PREFIX: Final = "yw·"  # columns of intermediate steps; the query does not show them


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled decision: ``text`` names its source ``{source}``; the source has one column per input.

    ``inputs``: column and kind (number, string, boolean, date, texts). ``outputs``: column and kind, in the order of the table.
    ``flags``: the names of the columns ``rule`` and ``undetermined``. A result whose name an input has already is called ``decision.name``.
    """

    text: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    flags: tuple[str, str]
    dialect: Dialect

    def over(self, source: str) -> str:
        """The query over a table, or over a subquery in brackets."""
        return self.text.replace("{source}", source)


DialectName = Literal["duckdb", "spark"]


def sql(model: Model, decision: str, *, dialect: DialectName = "duckdb") -> Query:
    """Compile a decision for a population.

    Number columns must be integers or DECIMAL of at most 18 digits, dates DATE, booleans BOOLEAN, texts VARCHAR, lists of texts
    VARCHAR[]; NULL means unknown.

    Args:
        model: a loaded model.
        decision: the name of one of its decisions.
        dialect: ``duckdb`` or ``spark``; what is compiled, and what is refused, is the same for both.

    Raises:
        NotCompilable: some part has no equal in SQL; every reason is named before anything runs.
        UnknownDecision: the model has no such decision.
    """
    query, reasons = _compiled(model, decision, DIALECTS[dialect])
    if query is None:
        raise NotCompilable(decision=decision, reason=";".join(reasons))
    return query


def obstacles(model: Model, decision: str) -> list[str]:
    """Why a decision cannot be compiled, place by place; empty when it can."""
    return _compiled(model, decision, DIALECTS["duckdb"])[1]


def _compiled(model: Model, decision: str, to: Dialect) -> tuple[Query | None, list[str]]:
    compiler = _Compiler(model, to)
    query = compiler.query(decision)
    return (None if compiler.reasons else query), list(dict.fromkeys(compiler.reasons))


class _Compiler:
    def __init__(self, model: Model, to: Dialect) -> None:
        self.model = model
        self.to = to
        self.reasons: list[str] = []
        self.steps: list[str] = []
        self.hidden: list[str] = []
        self.columns: dict[str, Column] = {}
        self.last = "facts"
        self.outputs: list[Column] = []
        self.rule, self.flag = "NULL", "TRUE"

    @property
    def scope(self) -> Scope:
        return Scope(self.columns, self.to)

    def query(self, decision: str) -> Query:
        node = self.model.node(decision)
        inputs = self.model.input_nodes(decision)
        for given in inputs:
            self.place(given.name, partial(self.given, given))
        kinds = {given.name: self.columns[given.name].kind for given in inputs if given.name in self.columns}
        names: list[str] = []
        for current in self.ordered(node):
            names = self.decision(current)
        self.reasons += [f"{decision}:结果的类型 {found.kind}" for found in self.outputs if found.kind not in _KINDS]
        names, flags = self.unused(node.name, names), self.unused(node.name, ["rule", "undetermined"])
        self.distinct([*kinds, *names, *flags])
        shown = [*(column.sql for column in self.outputs), self.rule, self.flag]
        columns = ", ".join(f"{column} AS {self.to.quoted(name)}" for column, name in zip(shown, [*names, *flags], strict=False))
        hide = " " + self.to.write("hiding", ", ".join(map(self.to.quoted, self.hidden))) if self.hidden else ""
        chain = "".join(f", {step}" for step in self.steps)
        # every name is quoted and every constant written by the dialect: nothing of the model reaches the text raw
        text = f"WITH facts AS (SELECT * FROM {{source}}){chain} SELECT *{hide}, {columns} FROM {self.last}"  # noqa: S608
        results = dict(zip(names, (column.kind for column in self.outputs), strict=False))
        return Query(text, kinds, results, (flags[0], flags[1]), self.to)

    def unused(self, decision: str, names: list[str]) -> list[str]:
        """Names of results that are not those of inputs."""
        taken = {name.lower() for name in self.columns}
        return [f"{decision}.{name}" if name.lower() in taken else name for name in names]

    def distinct(self, shown: list[str]) -> None:
        """SQL does not tell capitals from small letters in names, and a step must not be named like an input."""
        seen: set[str] = set()
        for name in [*(name.lower() for name in shown), *(name.lower() for name in self.hidden)]:
            if name in seen or "${" in name or "{source}" in name:
                self.reasons.append(f"名称 {name} 在 SQL 中有歧义")
            seen.add(name)

    # --- gathering reasons instead of stopping at the first

    def place(self, place: str, build: Callable[[], None]) -> None:
        """Build a part; an obstacle becomes a reason with its place."""
        try:
            build()
        except Obstacle as obstacle:
            self.reasons.append(f"{place}:{obstacle}")

    def ordered(self, node: Node) -> list[Node]:
        """The decisions needed, each after those it needs."""
        found: dict[Key, Node] = {}
        open_nodes: set[Key] = set()

        def visit(current: Node) -> None:
            if current.key in open_nodes:
                self.reasons.append(f"{current.name}:相互依赖")
                return
            open_nodes.add(current.key)
            for need in current.needs:
                below = self.model.graph.at(need.key)
                if need.path:
                    self.reasons.append(f"{current.name}:导入的 {need.name}")
                elif below.kind == "decision" and below.key not in found:
                    visit(below)
                elif below.kind not in ("decision", "inputData"):
                    self.reasons.append(f"{current.name}:业务知识模型或决策服务 {need.name}")
            open_nodes.discard(current.key)
            found[current.key] = current

        visit(node)
        return list(found.values())

    # --- steps

    def step(self, *columns: tuple[str, str]) -> None:
        """Add columns to the chain of steps; they stay hidden."""
        name = f"step{len(self.steps)}"
        added = ", ".join(f"{text} AS {self.hid(column)}" for column, text in columns)
        self.steps.append(f"{name} AS (SELECT *, {added} FROM {self.last})")  # noqa: S608
        self.hidden += [_PREFIX + column for column, _ in columns]
        self.last = name

    def hid(self, column: str) -> str:
        """The identifier of a column of a step."""
        return self.to.quoted(_PREFIX + column)

    def given(self, node: Node) -> None:
        target = plain(node.type) if node.type is not None else None
        kind = target.name if target is not None else ""
        if (isinstance(target, ListType) and plain(target.element).name == "string") or (kind in ("", "Any") and self.only_searched(node)):
            kind = "texts"
        elif kind not in _KINDS:
            raise Obstacle(f"类型 {kind or '未定'} 的输入")
        text = self.to.quoted(node.name)
        if isinstance(node.type, NamedType) and node.type.constraint is not None:
            if not node.type.choices:
                raise Obstacle("输入类型的约束不是列举")
            # a value outside its type is no value: the fact is unknown
            listed = ", ".join(constant(value, self.to).sql for value in node.type.choices)
            text = f"CASE WHEN {text} IN ({listed}) THEN {text} END"
        self.columns[node.name] = Column(f"({text})", kind, given=True)

    def only_searched(self, node: Node) -> bool:
        """Whether an input without a type is nothing but a list that texts are looked for in."""
        found = [part for top in self.parts() for part in nodes.walk(top)]
        named = sum(isinstance(part, nodes.Name) and part.name == node.name for part in found)
        searched = sum(
            isinstance(part, nodes.Call)
            and part.function == nodes.Name("list contains")
            and len(part.arguments) == 2
            and part.arguments[0] == nodes.Name(node.name)
            for part in found
        )
        return 0 < named == searched

    def parts(self) -> Iterator[nodes.Node]:
        """Every expression of the model's decisions."""
        for current in self.model.graph.nodes.values():
            texts: list[Expression | Cell] = [*current.expressions]
            for table in current.tables:
                texts += [clause.expression for clause in table.inputs]
                for row in table.rows:
                    texts += [*row.tests, *row.outputs]
            yield from (text.node for text in texts if text.node is not None)

    def decision(self, node: Node) -> list[str]:
        """Add the steps of a decision; sets outputs, rule and flag to its columns."""
        self.outputs = []
        self.rule, self.flag = "NULL", "TRUE"
        names: list[str] = []
        if node.table is not None:
            names = [column.name or node.name for column in node.table.outputs]
            self.place(node.name, partial(self.table, node, node.table))
        elif len(node.expressions) == 1 and node.expressions[0].node is not None and not node.tables:
            names = [node.name]
            self.place(node.name, partial(self.literal, node, node.expressions[0]))
        else:
            self.reasons.append(f"{node.name}:既不是决策表也不是单个表达式")
        return names

    def literal(self, node: Node, text: Expression) -> None:
        parsed = text.node
        found = expression(parsed, self.scope) if parsed is not None else Column("", "")
        _same_kind(node.type, found.kind, "结果")
        self.step((node.name, found.sql))
        self.columns[node.name] = Column(self.hid(node.name), found.kind, found.factors)
        self.outputs = [self.columns[node.name]]
        self.flag = f"{self.hid(node.name)} IS NULL"

    def table(self, node: Node, table: Table) -> None:
        if table.source.hit_policy in ("RULE ORDER", "OUTPUT ORDER") or (
            table.source.hit_policy == "COLLECT" and not table.source.aggregation
        ):
            raise Obstacle(f"命中策略 {table.source.hit_policy} 一人多值")
        values = [self.column(node, table, place) for place in range(len(table.inputs))]
        texts = [self.conditions(row, values) for row in table.rows]
        if not texts:
            raise Obstacle("没有规则")
        tree = exclusive_case(table, texts) if table.source.hit_policy == "UNIQUE" else None
        fired: list[str] = []
        if tree is None:
            marks = [f"{node.name} {row.rule + 1}" for row in table.rows]
            self.step(*((mark, " AND ".join(found.values()) or "TRUE") for mark, found in zip(marks, texts, strict=True)))
            fired = [self.hid(mark) for mark in marks]
        cells = [[_output(row.outputs[place], self.scope) for row in table.rows] for place in range(len(table.outputs))]
        kinds = [_column_kind(column, found) for column, found in zip(table.outputs, cells, strict=True)]
        self.node_kind(node, table, kinds)
        if table.source.hit_policy == "COLLECT":
            self.aggregated(node, table, fired, cells[0], kinds[0])
        else:
            outside = self.outside(table, values)
            whens = [f"WHEN {outside} THEN {_OUTSIDE}"] if outside else []
            whens += self.chosen(table, fired) if tree is None else []
            chosen = f"CASE {' '.join(whens)} ELSE {tree or NONE} END" if whens else tree or str(NONE)
            self.step((f"{node.name} rule", chosen))
            self.single(node, table, cells, kinds)

    def conditions(self, row: Row, values: Sequence[Column]) -> dict[int, str]:
        """The SQL of the tests of a row that test anything, by their column."""
        pairs = enumerate(zip(row.tests, values, strict=True))
        return {place: tests(_parsed(test), value, self.scope) for place, (test, value) in pairs if _parsed(test).tests}

    def column(self, node: Node, table: Table, place: int) -> Column:
        clause = table.inputs[place]
        if clause.expression.node is None:
            raise Obstacle(f"第 {place + 1} 个条件列")
        found = expression(clause.expression.node, self.scope)
        _same_kind(clause.kind, found.kind, f"第 {place + 1} 个条件列")
        if isinstance(clause.kind, NamedType) and clause.kind.constraint is not None:
            raise Obstacle(f"第 {place + 1} 个条件列的类型有约束")
        if isinstance(clause.expression.node, nodes.Name):
            return found
        # computed once, though many rows look at it
        name = f"{node.name} in {place + 1}"
        self.step((name, found.sql))
        return Column(self.hid(name), found.kind, found.factors)

    def outside(self, table: Table, values: Sequence[Column]) -> str:
        """The condition that a column lies outside its allowed values."""
        parts = [
            f"NOT ({tests(_parsed(clause.values), value, self.scope)})"
            for clause, value in zip(table.inputs, values, strict=True)
            if clause.values is not None
        ]
        return " OR ".join(parts)

    def node_kind(self, node: Node, table: Table, kinds: Sequence[str]) -> None:
        if node.type is None or plain(node.type).name == "Any":
            return
        if len(table.outputs) > 1 or (isinstance(node.type, NamedType) and node.type.constraint is not None):
            raise Obstacle("结果的类型有结构或约束")
        _same_kind(node.type, "number" if table.source.aggregation == "COUNT" else kinds[0], "结果")

    # --- hit policies

    def chosen(self, table: Table, fired: Sequence[str]) -> list[str]:
        """The branches that find the row that answers among rows that may fire together."""
        policy = table.source.hit_policy
        order = _by_priority(table) if policy == "PRIORITY" else range(len(fired))
        if policy not in ("UNIQUE", "ANY"):
            return [f"WHEN {fired[row]} THEN {row + 1} WHEN {fired[row]} IS NULL THEN {UNDETERMINED}" for row in order]
        whens = [f"WHEN {' OR '.join(f'{mark} IS NULL' for mark in fired)} THEN {UNDETERMINED}"]
        groups = [[mark] for mark in fired] if policy == "UNIQUE" else _equal_outputs(table, fired)
        if len(groups) > 1:
            count = " + ".join(f"CAST(({' OR '.join(group)}) AS INTEGER)" for group in groups)
            whens.append(f"WHEN {count} > 1 THEN {_CONFLICT}")
        return [*whens, *(f"WHEN {fired[row]} THEN {row + 1}" for row in order)]

    def single(self, node: Node, table: Table, cells: Sequence[Sequence[Column | None]], kinds: Sequence[str]) -> None:
        """Add the step with the results of the row that answers."""
        number = self.hid(f"{node.name} rule")
        made: list[tuple[str, str]] = []
        missing = [f"{number} = {UNDETERMINED}"]
        for place, output in enumerate(table.outputs):
            name = f"{node.name}.{output.name}" if len(table.outputs) > 1 else node.name
            default = _output(output.default, self.scope) if output.default is not None else None
            if default is not None and default.kind != kinds[place]:
                raise Obstacle("缺省结果的类型")
            rows = [*enumerate(cells[place], 1), (NONE, default)]
            same: dict[str, list[int]] = {}
            for row, cell in rows:
                if cell is not None:
                    same.setdefault(cell.sql, []).append(row)
            branches = [f"WHEN {_one_of(number, found)} THEN {result}" for result, found in same.items()]
            made.append((name, f"CASE {' '.join(branches)} END"))
            self.columns[name] = Column(self.hid(name), kinds[place], 1)
            self.outputs.append(self.columns[name])
            computed = [row for row, cell in rows if cell is not None and cell.constant is None]
            if computed:
                missing.append(f"({_one_of(number, computed)} AND {self.hid(name)} IS NULL)")
        self.step(*made)
        self.rule = f"CASE WHEN {number} > 0 THEN {number} END"
        self.flag = f"({' OR '.join(missing)})"

    def aggregated(self, node: Node, table: Table, fired: Sequence[str], cells: Sequence[Column | None], kind: str) -> None:
        if (
            any(clause.values is not None for clause in table.inputs)
            or table.outputs[0].default is not None
            or any(cell is None for cell in cells)
        ):
            raise Obstacle("汇总的表有允许值、缺省值或空结果")
        name = table.source.aggregation
        if name in ("SUM", "MIN", "MAX") and kind != "number":
            raise Obstacle(f"{name} {kind}")
        values = [f"CASE WHEN {mark} THEN {cell.sql} END" for mark, cell in zip(fired, cells, strict=True) if cell is not None]
        unknown = " OR ".join(
            f"{mark} IS NULL OR ({mark} AND {cell.sql} IS NULL)" for mark, cell in zip(fired, cells, strict=True) if cell is not None
        )
        if name == "COUNT":
            text = " + ".join(f"CAST(coalesce({mark}, FALSE) AS INTEGER)" for mark in fired)
        elif name == "SUM":
            total = " + ".join(f"coalesce({value}, 0)" for value in values)
            text = f"CASE WHEN {' OR '.join(fired)} THEN {total} END"
        elif len(values) == 1:
            text = values[0]
        else:
            text = f"{'least' if name == 'MIN' else 'greatest'}({', '.join(values)})"
        self.step((node.name, text), (f"{node.name} unknown", unknown))
        column, flag = self.hid(node.name), self.hid(f"{node.name} unknown")
        # an aggregate over unknown rows is unknown to whoever needs it
        self.columns[node.name] = Column(f"(CASE WHEN NOT {flag} THEN {column} END)", "number", 1)
        self.outputs = [Column(column, "number", 1)]
        self.flag = flag


def _parsed(cell: Cell | None) -> nodes.Tests:
    if cell is None or cell.node is None:
        raise Obstacle("条件有语法错误")
    return cell.node


def _output(text: Expression, scope: Scope) -> Column | None:
    """The SQL of a result; None for null."""
    if text.node is None:
        raise Obstacle("结果有语法错误")
    if isinstance(text.node, nodes.Literal) and text.node.value is None:
        return None
    return expression(text.node, scope)


def _column_kind(column: Output, cells: Iterable[Column | None]) -> str:
    found = [cell for cell in cells if cell is not None]
    kinds = {cell.kind for cell in found}
    if len(kinds) != 1 or not kinds <= _KINDS:
        raise Obstacle(f"结果列的类型 {'、'.join(sorted(kinds)) or '空'}")
    kind = kinds.pop()
    _same_kind(column.kind, kind, "结果列")
    limited = isinstance(column.kind, NamedType) and column.kind.constraint is not None
    if limited and any(cell.constant is None or coerce(cell.constant, column.kind) is None for cell in found):
        raise Obstacle("结果列的类型有约束")
    return kind


def _same_kind(wanted: FeelType | None, kind: str, place: str) -> None:
    if wanted is not None and plain(wanted).name not in (kind, "Any"):
        raise Obstacle(f"{place}是 {kind},应为 {plain(wanted).name}")


def _one_of(number: str, rows: Sequence[int]) -> str:
    first, last = min(rows), max(rows)
    if last - first == len(rows) - 1:
        return f"{number} BETWEEN {first} AND {last}" if first < last else f"{number} = {first}"
    return f"{number} IN ({', '.join(map(str, rows))})"


def _by_priority(table: Table) -> list[int]:
    def rank(row: int) -> tuple[int, ...]:
        places = []
        for column, output in zip(table.outputs, table.rows[row].outputs, strict=True):
            if column.ranking:
                if not isinstance(output.node, nodes.Literal):
                    raise Obstacle("按优先级取值的结果不是常量")
                value = output.node.value
                found = (place for place, ranked in enumerate(column.ranking) if satisfies(value, ranked) is True)
                places.append(next(found, len(column.ranking)))
        return tuple(places)

    return sorted(range(len(table.rows)), key=rank)


def _equal_outputs(table: Table, fired: Sequence[str]) -> list[list[str]]:
    groups: dict[tuple[object, ...], list[str]] = {}
    for row, mark in zip(table.rows, fired, strict=True):
        if any(not isinstance(output.node, nodes.Literal) for output in row.outputs):
            raise Obstacle("ANY 表的结果不是常量")
        key = tuple(output.node.value for output in row.outputs if isinstance(output.node, nodes.Literal))
        groups.setdefault(key, []).append(mark)
    return list(groups.values())
