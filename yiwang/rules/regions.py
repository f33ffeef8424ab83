"""Gaps, overlaps and unreachable rows of a table: each row is a box of sample values, so the boxes can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from yiwang.rules.dmn.tables import Input, Table
from yiwang.rules.feel import nodes
from yiwang.rules.feel.compiler import INPUT
from yiwang.rules.feel.engine import Cell
from yiwang.rules.feel.text import to_literal
from yiwang.rules.feel.types import BOOLEAN, FeelType, NamedType, meets, plain
from yiwang.rules.feel.values import Date, Value, kind_of
from yiwang.rules.settling import constant_tests, constants, spread

_STEPS: Final = 50_000
Example = Mapping[str, str]


class Axis(NamedTuple):
    """All columns that look at one expression: its samples, and per row the samples its tests accept (a bit each).

    ``exact``: every other value behaves like one of the samples. ``labels`` are the samples as a person reads them.
    """

    text: str
    samples: tuple[Value, ...]
    masks: tuple[int, ...]
    exact: bool
    labels: tuple[str, ...]

    @property
    def full(self) -> int:
        """Every sample."""
        return (1 << len(self.samples)) - 1


class Boxes(NamedTuple):
    """A table as boxes.

    ``skipped`` names the columns whose tests are no constants: nothing is said then. ``entangled``: two columns look at
    the same fact, so an example may combine values that never meet.
    """

    axes: tuple[Axis, ...]
    rows: int
    skipped: tuple[str, ...]
    entangled: bool

    @property
    def exact(self) -> bool:
        """Whether the samples stand for all values."""
        return all(axis.exact for axis in self.axes)


def parameters(table: Table, input_types: Mapping[str, FeelType | None]) -> list[str]:
    """Numbers and dates that tests compare with and no column looks at: the dated amounts and ages of the law."""
    looked_at = set().union(*(_names(clause.expression.node) for clause in table.inputs)) if table.inputs else set()
    cells = [cell.node for row in table.rows for cell in row.tests if cell.node is not None and _compares_only(cell.node)]
    found = dict.fromkeys(part.name for cell in cells for part in nodes.walk(cell) if isinstance(part, nodes.Name))
    return [name for name in found if name not in looked_at and _kind(input_types.get(name)) in _EXAMPLES]


def assigned_values(names: Sequence[str], input_types: Mapping[str, FeelType | None]) -> dict[str, Value]:
    """Example values of parameters, growing in the order given."""
    return {name: _EXAMPLES[_kind(input_types.get(name))](rank) for rank, name in enumerate(names, 1)}


_EXAMPLES: Final[dict[str, Callable[[int], Value]]] = {
    "number": lambda rank: Decimal(1_000_000 * rank),
    "date": lambda rank: Date(2100 + 10 * rank, 1, 1),
}


def _kind(kind: FeelType | None) -> str:
    return "" if kind is None else plain(kind).name


def _names(node: nodes.Node | None) -> set[str]:
    return set() if node is None else {part.name for part in nodes.walk(node) if isinstance(part, nodes.Name)}


def _compares_only(tests: nodes.Tests) -> bool:
    allowed = nodes.Literal | nodes.UnaryComparison | nodes.RangeNode | nodes.ListNode | nodes.Tests | nodes.Name
    return all(isinstance(part, allowed) for part in nodes.walk(tests))


def _label(sample: Value, used: Mapping[str, Value]) -> str:
    """A sample as text, seen from the parameters where there are some."""
    same = [name for name, value in used.items() if value == sample]
    if same or not used or any(type(value) is not type(sample) for value in used.values()):
        return same[0] if same else to_literal(sample)
    lower = max(((value, name) for name, value in used.items() if value < sample), default=None)
    upper = min(((value, name) for name, value in used.items() if value > sample), default=None)
    parts = [f"大于 {lower[1]}" if lower else "", f"小于 {upper[1]}" if upper else ""]
    return "、".join(part for part in parts if part)


def boxes(table: Table, input_types: Mapping[str, FeelType | None], assigned: Mapping[str, Value] = MappingProxyType({})) -> Boxes:
    """The boxes of a table; ``assigned`` gives parameters example values."""
    by_text: dict[str, list[int]] = {}
    for place, clause in enumerate(table.inputs):
        by_text.setdefault(" ".join(clause.expression.text.split()), []).append(place)
    axes: list[Axis] = []
    skipped: list[str] = []
    names: list[set[str]] = []
    for text, places in by_text.items():
        cells = [[row.tests[place] for place in places] for row in table.rows]
        if all(_is_any(cell) for tests in cells for cell in tests):
            continue
        if any(not _constant(cell, assigned) for tests in cells for cell in tests):
            skipped.append(text)
            continue
        clauses = [table.inputs[place] for place in places]
        exact = all(cell.node is not None and constant_tests(cell.node.tests) for tests in cells for cell in tests)
        used = {name: value for name, value in assigned.items() if any(name in _names(cell.node) for tests in cells for cell in tests)}
        samples = _samples(clauses, cells, input_types.get(text), exact=exact, more=list(used.values()))
        if not samples:
            skipped.append(text)
            continue
        masks = tuple(sum(1 << bit for bit, sample in enumerate(samples) if _accepts(tests, sample, assigned)) for tests in cells)
        axes.append(Axis(text, samples, masks, exact, tuple(_label(sample, used) for sample in samples)))
        names.append(_names(clauses[0].expression.node))
    entangled = any(one & other for place, one in enumerate(names) for other in names[:place])
    return Boxes(tuple(axes), len(table.rows), tuple(skipped), entangled)


def _is_any(cell: Cell) -> bool:
    return cell.node is not None and not cell.node.tests


def _constant(cell: Cell, assigned: Mapping[str, Value]) -> bool:
    """Whether a cell can be tried on a sample alone: it names nothing but its input and the assigned parameters."""
    if cell.node is None:
        return False
    if _compares_only(cell.node) and _names(cell.node) <= {INPUT, *assigned}:
        return True
    called = {id(part.function) for part in nodes.walk(cell.node) if isinstance(part, nodes.Call)}
    return all(part.name == INPUT or id(part) in called for part in nodes.walk(cell.node) if isinstance(part, nodes.Name))


def _accepts(tests: Sequence[Cell], sample: Value, assigned: Mapping[str, Value]) -> bool:
    return all(cell.test(dict(assigned), sample) is True for cell in tests)


def _samples(
    clauses: Sequence[Input], cells: Sequence[Sequence[Cell]], kind: FeelType | None, *, exact: bool, more: Sequence[Value]
) -> tuple[Value, ...]:
    kinds = [found for found in (kind, *(clause.kind for clause in clauses)) if found is not None]
    if any(plain(found) == BOOLEAN for found in kinds):
        return (True, False)
    for found in kinds:
        if isinstance(found, NamedType) and found.choices:
            return found.choices
    tests = [cell.node for row in cells for cell in row if cell.node is not None]
    tests += [clause.values.node for clause in clauses if clause.values is not None and clause.values.node is not None]
    mentioned = [*more, *(value for test in tests for value in constants(test))]
    mentioned += [value for found in kinds if isinstance(found, NamedType) for value in found.bounds]
    if not exact:
        mentioned = _tried(mentioned, next((plain(found).name for found in kinds), ""))
    allowed = [clause.values for clause in clauses if clause.values is not None]
    return tuple(
        value
        for value in spread(mentioned)
        if all(cell.test({}, value) is True for cell in allowed) and all(meets(value, found) for found in kinds)
    )


def _tried(mentioned: Sequence[Value], kind: str) -> list[Value]:
    """Values of the column's kind worth trying on tests that call functions; texts also by the lengths mentioned."""
    if kind and kind != "string":
        return [value for value in mentioned if kind_of(value) == kind]
    texts = [value for value in mentioned if isinstance(value, str)]
    lengths = {int(value) + step for value in mentioned if isinstance(value, Decimal) and 0 <= value <= 100 for step in (-1, 0, 1)}
    return ["x", *texts, *("x" * length for length in sorted(lengths) if length > 0)]


def overlaps(found: Boxes) -> Iterator[tuple[int, int, Example]]:
    """Pairs of rows that can fire together, with an input for which they do."""
    for first in range(found.rows):
        for second in range(first + 1, found.rows):
            common = [axis.masks[first] & axis.masks[second] for axis in found.axes]
            if all(common):
                yield first, second, _example(found.axes, common)


def impossible(found: Boxes) -> Iterator[tuple[int, str]]:
    """Rows with a test that no allowed value meets, and the column."""
    for row in range(found.rows):
        for axis in found.axes:
            if axis.exact and not axis.masks[row]:
                yield row, axis.text
                break


def covered(found: Boxes, row: int, by: Sequence[int]) -> bool:
    """Whether every input that fires a row also fires one of the others."""
    limits = [axis.masks[row] for axis in found.axes]
    return found.exact and all(limits) and next(_holes(found.axes, by, limits), None) is None


def gaps(found: Boxes, limit: int = 5) -> list[Example]:
    """Inputs for which no row fires, at most ``limit`` of them."""
    result: list[Example] = []
    for hole in _holes(found.axes, range(found.rows), [axis.full for axis in found.axes]):
        result.append(_example(found.axes, hole))
        if len(result) == limit:
            break
    return result


class _TooManySteps(Exception):
    """The boxes are too many to compare."""


def _holes(axes: Sequence[Axis], rows: Sequence[int], limits: Sequence[int]) -> Iterator[list[int]]:
    """Boxes inside ``limits`` that no row covers; nothing when the search grows too long."""
    filled: set[tuple[int, tuple[int, ...]]] = set()
    steps = 0

    def search(depth: int, active: tuple[int, ...], box: list[int]) -> Iterator[list[int]]:
        nonlocal steps
        steps += 1
        if steps > _STEPS:
            raise _TooManySteps
        if not active:
            yield [*box, *limits[depth:]]
            return
        if depth == len(axes) or (depth, active) in filled:
            return
        found = False
        for rows_left, samples in _groups(axes[depth], active, limits[depth]).items():
            for hole in search(depth + 1, rows_left, [*box, samples]):
                found = True
                yield hole
        if not found:
            filled.add((depth, active))

    try:
        yield from search(0, tuple(rows), [])
    except _TooManySteps:
        return


def _groups(axis: Axis, active: Sequence[int], limit: int) -> dict[tuple[int, ...], int]:
    """The samples of an axis grouped by the rows that accept them."""
    groups: dict[tuple[int, ...], int] = {}
    for bit in range(len(axis.samples)):
        if limit >> bit & 1:
            rows = tuple(row for row in active if axis.masks[row] >> bit & 1)
            groups[rows] = groups.get(rows, 0) | 1 << bit
    return groups


def _example(axes: Sequence[Axis], box: Sequence[int]) -> Example:
    return {axis.text: axis.labels[(mask & -mask).bit_length() - 1] for axis, mask in zip(axes, box, strict=True)}
