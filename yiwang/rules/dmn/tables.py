"""Decision tables made ready to run: rows, hit policies and aggregation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from yiwang.rules.dmn.model import DecisionTable
from yiwang.rules.feel.builtins import BUILTINS
from yiwang.rules.feel.compiler import Env, Run
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.engine import Cell, Expression, cell, expression
from yiwang.rules.feel.nodes import ListNode, Literal, Node
from yiwang.rules.feel.ops import equal, satisfies
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.types import FeelType, coerce
from yiwang.rules.feel.values import Value

_SINGLE: Final = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})


class Input(NamedTuple):
    """A condition column ready to run."""

    expression: Expression
    values: Cell | None
    kind: FeelType | None


class Output(NamedTuple):
    """A result column ready to run; ``ranking`` are the output values in order of priority."""

    name: str
    kind: FeelType | None
    ranking: tuple[Value, ...]
    values: Cell | None
    default: Expression | None


class Row(NamedTuple):
    """A rule ready to run."""

    rule: int
    tests: tuple[Cell, ...]
    outputs: tuple[Expression, ...]


class Hit(NamedTuple):
    """A row that fired and its results, one per column."""

    rule: int
    outputs: tuple[Value, ...]


class Table:
    """A decision table ready to run."""

    def __init__(self, source: DecisionTable, scope: Scope, find_type: Callable[[str], FeelType | None]) -> None:
        self.source = source
        self.inputs = tuple(
            Input(
                expression(clause.expression, scope),
                cell(clause.values, scope) if clause.values.strip() else None,
                find_type(clause.type),
            )
            for clause in source.inputs
        )
        self.outputs = tuple(
            Output(
                clause.name,
                find_type(clause.type),
                _ranking(clause.values, scope),
                cell(clause.values, scope) if clause.values.strip() else None,
                expression(clause.default, scope) if clause.default.strip() else None,
            )
            for clause in source.outputs
        )
        wider = scope.plus(("?",))
        self.rows = tuple(
            Row(
                index,
                tuple(cell(text, wider) for text in rule.tests),
                tuple(expression(text, scope) if text.strip() else _NOTHING for text in rule.outputs),
            )
            for index, rule in enumerate(source.rules)
        )
        self.tests = tuple((row, tuple((place, test.test) for place, test in enumerate(row.tests) if _says(test))) for row in self.rows)

    def run(self, env: Env) -> Value:
        """The result of the table."""
        values = self.values(env)
        if values is None:
            return None
        hits = self.hits(env, values)
        return self.result(env, hits)

    def values(self, env: Env) -> list[Value] | None:
        """The value of every condition column; None when one lies outside its allowed values."""
        values: list[Value] = []
        for clause in self.inputs:
            value = clause.expression.run(env)
            if clause.kind is not None and value is not None:
                value = coerce(value, clause.kind)
            if clause.values is not None and value is not None and not _allowed(clause.values, env, value):
                return fail(f"{clause.expression.text}: value outside the allowed ones")
            values.append(value)
        return values

    def hits(self, env: Env, values: Sequence[Value]) -> list[Hit]:
        """The rows that fire, in order; only the first one for the FIRST policy."""
        hits: list[Hit] = []
        first_only = self.source.hit_policy == "FIRST"
        for row, tests in self.tests:
            for place, test in tests:
                if test(env, values[place]) is not True:
                    break
            else:
                hits.append(self.fire(row, env))
                if first_only:
                    break
        return hits

    def fire(self, row: Row, env: Env) -> Hit:
        """The results of one row."""
        return Hit(
            row.rule,
            tuple(
                value if column.kind is None else coerce(value, column.kind)
                for column, value in ((column, output.run(env)) for column, output in zip(self.outputs, row.outputs, strict=True))
            ),
        )

    def chosen(self, hits: Sequence[Hit]) -> list[Hit]:
        """The rows whose results count under the hit policy, in the order of the result."""
        policy = self.source.hit_policy
        if policy == "FIRST":
            return list(hits[:1])
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            ordered = sorted(hits, key=self._rank)
            return ordered[:1] if policy == "PRIORITY" else ordered
        return list(hits)

    def result(self, env: Env, hits: Sequence[Hit]) -> Value:
        """The value of the table for the rows that fired."""
        policy = self.source.hit_policy
        if not hits:
            return self._without_hit(env)
        if policy == "UNIQUE" and len(hits) > 1:
            return fail(f"rules {_numbers(hits)} all match in a UNIQUE table")
        if policy == "ANY" and any(equal(list(hit.outputs), list(hits[0].outputs)) is not True for hit in hits[1:]):
            return fail(f"rules {_numbers(hits)} match with different results in an ANY table")
        chosen = [self.shaped(hit.outputs) for hit in self.chosen(hits)]
        if policy in _SINGLE:
            return chosen[0]
        return self._aggregate(chosen) if policy == "COLLECT" else chosen

    def shaped(self, outputs: Sequence[Value]) -> Value:
        """One result as the value of the table: itself, or a context of the named columns."""
        if len(self.outputs) == 1:
            return outputs[0]
        return {column.name: value for column, value in zip(self.outputs, outputs, strict=True)}

    def _aggregate(self, values: list[Value]) -> Value:
        name = self.source.aggregation
        return BUILTINS[name.lower()].call(values) if name else values

    def _without_hit(self, env: Env) -> Value:
        if any(column.default is not None for column in self.outputs):
            defaults = [None if column.default is None else coerce(column.default.run(env), column.kind) for column in self.outputs]
            value = self.shaped(defaults)
            if self.source.hit_policy in _SINGLE or self.source.aggregation or isinstance(value, list):
                return value
            return [value]
        if self.source.hit_policy == "COLLECT":
            return self._aggregate([]) if self.source.aggregation == "COUNT" else None if self.source.aggregation else []
        return None

    def _rank(self, hit: Hit) -> tuple[int, ...]:
        return tuple(
            next((place for place, ranked in enumerate(column.ranking) if satisfies(value, ranked) is True), len(column.ranking))
            for column, value in zip(self.outputs, hit.outputs, strict=True)
            if column.ranking
        )


def _numbers(hits: Sequence[Hit]) -> str:
    return ", ".join(str(hit.rule + 1) for hit in hits)


def _says(test: Cell) -> bool:
    """Whether a cell is more than ``-``."""
    return test.node is None or bool(test.node.tests)


def _allowed(values: Cell, env: Env, value: Value) -> bool:
    if values.test(env, value) is True:
        return True
    return isinstance(value, list) and all(values.test(env, item) is True for item in value)


def _ranking(text: str, scope: Scope) -> tuple[Value, ...]:
    found = cell(text, scope) if text.strip() else None
    if found is None or found.node is None:
        return ()
    return tuple(value for test in found.node.tests for value in _constants(test))


def _constants(node: Node) -> Sequence[Value]:
    if isinstance(node, ListNode):
        return [value for item in node.items for value in _constants(item)]
    return [node.value] if isinstance(node, Literal) else []


_NULL: Final[Run] = lambda env: None  # noqa: E731
_NOTHING: Final = Expression("", _NULL, Literal(None))
