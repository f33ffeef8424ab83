"""Decisions with unknown facts: is the answer the same for every value, and which few facts would settle it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, product
from math import prod
from typing import Any, Final, NamedTuple

from yiwang.rules.dmn.drg import Evaluation, Graph, Key, Node, reachable
from yiwang.rules.facts import is_boolean
from yiwang.rules.feel import nodes
from yiwang.rules.feel.engine import Cell
from yiwang.rules.feel.ops import equal
from yiwang.rules.feel.temporal import from_ordinal, ordinal
from yiwang.rules.feel.types import FeelType, NamedType, meets, plain
from yiwang.rules.feel.values import NUMBERS, UNKNOWN, Date, DaysTime, Value, YearsMonths
from yiwang.rules.loading import Model

_COURSES: Final = 2048
_EVALUATIONS: Final = 1500


class Settled(NamedTuple):
    """The common value of every course (else UNKNOWN) and the smallest set of facts that would settle it."""

    value: Value
    missing: tuple[str, ...]


class Samples(NamedTuple):
    """Values that stand for all values of a fact; ``exact`` when no other value can make a difference."""

    values: tuple[Value, ...]
    exact: bool


def settle(model: Model, node: Node, inputs: Mapping[Key, Value], unknown: Sequence[Node]) -> Settled:
    """Judge an undetermined decision.

    The common value is given only when the samples of all unknown facts are exact; the missing facts are found by trying
    sets of growing size, each with every combination of its samples (bounded; then every unknown fact is named).
    """
    samples = {need.key: samples_of(model, node, need) for need in unknown}
    if all(found.exact for found in samples.values()) and prod(len(found.values) for found in samples.values()) <= _COURSES:
        common = _common(model.graph, node, inputs, samples)
        if common is not UNKNOWN:
            return Settled(common, ())
    return Settled(UNKNOWN, _smallest(model.graph, node, inputs, unknown, samples))


def _courses(inputs: Mapping[Key, Value], samples: Mapping[Key, Samples], keys: Sequence[Key]) -> Iterator[dict[Key, Value]]:
    for values in product(*(samples[key].values for key in keys)):
        yield {**inputs, **dict(zip(keys, values, strict=True))}


def _value(graph: Graph, node: Node, inputs: Mapping[Key, Value]) -> Value:
    return Evaluation(graph, inputs, absent=UNKNOWN, ready=True).value(node.key)


def _common(graph: Graph, node: Node, inputs: Mapping[Key, Value], samples: Mapping[Key, Samples]) -> Value:
    found: list[Value] = []
    for course in _courses(inputs, samples, list(samples)):
        value = _value(graph, node, course)
        if value is UNKNOWN or (found and not (type(value) is type(found[0]) and equal(value, found[0]) is True)):
            return UNKNOWN
        found.append(value)
    return found[0] if found else UNKNOWN


def _smallest(
    graph: Graph, node: Node, inputs: Mapping[Key, Value], unknown: Sequence[Node], samples: Mapping[Key, Samples]
) -> tuple[str, ...]:
    left = _EVALUATIONS
    for size in range(1, len(unknown)):
        for chosen in combinations(unknown, size):
            for course in _courses(inputs, samples, [need.key for need in chosen]):
                left -= 1
                if not left:
                    return tuple(need.name for need in unknown)
                if _value(graph, node, course) is UNKNOWN:
                    break
            else:
                return tuple(need.name for need in chosen)
    return tuple(need.name for need in unknown)


# --- samples of a fact


def samples_of(model: Model, node: Node, need: Node) -> Samples:
    """Values standing for all values of a fact, from the constants it is compared with in the logic of a decision."""
    key = (node.key, need.key)
    found = model.samples.get(key)
    if found is None:
        found = model.samples[key] = _samples(model.graph, node, need)
    return found


def _samples(graph: Graph, node: Node, need: Node) -> Samples:
    if is_boolean(need.type):
        return Samples((True, False), True)
    if isinstance(need.type, NamedType) and need.type.choices:
        return Samples(need.type.choices, True)
    usage = _Usage()
    if isinstance(need.type, NamedType):
        usage.constants += need.type.bounds
    for below in reachable(graph, node):
        for required in below.needs:
            if required.key == need.key:
                usage.read(below, required.name, aliased=bool(required.path))
    values = tuple(value for value in spread(usage.constants) if usage.allows(value) and (need.type is None or meets(value, need.type)))
    if values and not usage.opaque:
        return Samples(values, True)
    return Samples(values or _typical(need.type), False)


class _Usage:
    """How a name is used in a node's logic: the constants it is compared with, and whether in any other way."""

    def __init__(self) -> None:
        self.constants: list[Value] = []
        self.opaque = False
        self.allowed: list[Cell] = []

    def allows(self, value: Value) -> bool:
        """Whether a value is among the allowed ones of every column it feeds."""
        return all(found.test({}, value) is True for found in self.allowed)

    def read(self, node: Node, name: str, *, aliased: bool) -> None:
        self.opaque |= aliased
        for table in node.tables:
            for place, clause in enumerate(table.inputs):
                cells = [row.tests[place].node for row in table.rows]
                if clause.values is not None:
                    cells.append(clause.values.node)
                if clause.expression.node == nodes.Name(name) and all(found is not None and constant_tests(found.tests) for found in cells):
                    self.constants += [value for found in cells if found is not None for value in constants(found)]
                    self.allowed += [] if clause.values is None else [clause.values]
                else:
                    self.parsed(clause.expression.node, name)
                for found in cells:
                    self.parsed(found, name)
            for row in table.rows:
                for output in row.outputs:
                    self.parsed(output.node, name)
        for expression in node.expressions:
            self.parsed(expression.node, name)

    def parsed(self, node: nodes.Node | None, name: str) -> None:
        """Note the uses of the name inside an expression."""
        if node is None:
            return
        wanted = nodes.Name(name)
        if node == wanted:
            self.opaque = True
            return
        others = compared_with(node, wanted)
        if others is not None:
            self.constants += others
            return
        for child in nodes.children(node):
            self.parsed(child, name)


def compared_with(node: nodes.Node, wanted: nodes.Node) -> list[Value] | None:
    """The constants an expression compares a name with, when it does nothing else."""
    if isinstance(node, nodes.Comparison):
        for mine, other in ((node.left, node.right), (node.right, node.left)):
            if mine == wanted and isinstance(other, nodes.Literal):
                return [other.value]
    if isinstance(node, nodes.Between) and node.value == wanted and constant_tests((node.low, node.high)):
        return [*constants(node.low), *constants(node.high)]
    if isinstance(node, nodes.In) and node.value == wanted and constant_tests(node.tests):
        return [value for test in node.tests for value in constants(test)]
    return None


def constant_tests(tests: Sequence[nodes.Node]) -> bool:
    """Whether the tests are made of constants only."""
    return all(
        isinstance(part, nodes.Literal | nodes.UnaryComparison | nodes.RangeNode | nodes.ListNode | nodes.Tests)
        for test in tests
        for part in nodes.walk(test)
    )


def constants(node: nodes.Node) -> list[Value]:
    """The constants below a node, null left out."""
    return [part.value for part in nodes.walk(node) if isinstance(part, nodes.Literal) and part.value is not None]


def spread(found: Sequence[Value]) -> tuple[Value, ...]:
    """The constants, and a value below, between and above them, so that every region they cut has its sample."""
    kinds = {type(value) for value in found}
    if len(kinds) != 1:
        return ()
    kind = kinds.pop()
    if kind is bool:
        return (True, False)
    if kind not in _NEIGHBOURS:
        return ()
    ordered = sorted(set(found))
    below, between, above = _NEIGHBOURS[kind]
    values = [below(ordered[0])]
    for place, value in enumerate(ordered):
        values.append(value)
        values.append(between(value, ordered[place + 1]) if place + 1 < len(ordered) else above(value))
    return tuple(values)


_NEIGHBOURS: Final[dict[type, tuple[Callable[[Any], Value], Callable[[Any, Any], Value], Callable[[Any], Value]]]] = {
    Decimal: (
        lambda low: NUMBERS.subtract(low, Decimal(1)),
        lambda low, high: NUMBERS.divide(NUMBERS.add(low, high), Decimal(2)),
        lambda high: NUMBERS.add(high, Decimal(1)),
    ),
    str: (lambda low: "", lambda low, high: low + "\u0001", lambda high: high + "\u0001"),
    Date: (
        lambda low: from_ordinal(ordinal(low) - 1),
        lambda low, high: from_ordinal((ordinal(low) + ordinal(high) + 1) // 2),
        lambda high: from_ordinal(ordinal(high) + 1),
    ),
    YearsMonths: (
        lambda low: YearsMonths(low.months - 1),
        lambda low, high: YearsMonths((low.months + high.months + 1) // 2),
        lambda high: YearsMonths(high.months + 1),
    ),
    DaysTime: (
        lambda low: DaysTime(low.nanos - 1),
        lambda low, high: DaysTime((low.nanos + high.nanos + 1) // 2),
        lambda high: DaysTime(high.nanos + 1),
    ),
}


def _typical(kind: FeelType | None) -> tuple[Value, ...]:
    name = plain(kind).name if kind is not None else "Any"
    return {
        "number": (Decimal(0), Decimal(1), Decimal(-1), Decimal(1_000_000)),
        "string": ("", "?"),
        "date": (Date(1900, 1, 1), Date(2000, 1, 1), Date(2100, 1, 1)),
    }.get(name, (UNKNOWN,))
