"""Names nobody defined and kinds that cannot meet, found in parsed expressions before they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yiwang.rules.feel import nodes
from yiwang.rules.feel.builtins import BUILTINS
from yiwang.rules.feel.ops import arithmetic
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.types import FeelType, plain
from yiwang.rules.feel.values import Date, DateTime, DaysTime, Time, Value, YearsMonths, kind_of, number

_CLOCK = frozenset({"now", "today"})
_SAMPLES: Mapping[str, Value] = {
    "number": number(1),
    "string": "",
    "boolean": True,
    "date": Date(2000, 1, 1),
    "time": Time(0, 0, 0),
    "date and time": DateTime(Date(2000, 1, 1), Time(0, 0, 0)),
    "years and months duration": YearsMonths(1),
    "days and time duration": DaysTime(1),
}


def unknown_names(node: nodes.Node, scope: Scope, bound: frozenset[str] = frozenset(), *, filtered: bool = False) -> Iterator[str]:
    """Names used although neither the model, the expression nor FEEL defines them."""
    if isinstance(node, nodes.Name):
        known = node.name in bound or node.name in scope.variables or node.name in BUILTINS
        if not known and not (filtered and node.name in scope.members):
            yield node.name
    elif isinstance(node, nodes.Filter):
        yield from unknown_names(node.base, scope, bound, filtered=filtered)
        keys = {key for part in nodes.walk(node.base) if isinstance(part, nodes.ContextNode) for key, _ in part.entries}
        yield from unknown_names(node.condition, scope, bound | keys | {"item"}, filtered=True)
    elif isinstance(node, nodes.ContextNode):
        for key, value in node.entries:
            yield from unknown_names(value, scope, bound, filtered=filtered)
            bound |= {key}
    elif isinstance(node, nodes.For | nodes.Quantified):
        yield from _iterated(node, scope, bound, filtered=filtered)
    elif isinstance(node, nodes.FunctionNode):
        if not node.external:
            yield from unknown_names(node.body, scope, bound | {name for name, _ in node.parameters}, filtered=filtered)
    else:
        for child in nodes.children(node):
            yield from unknown_names(child, scope, bound, filtered=filtered)


def _iterated(node: nodes.For | nodes.Quantified, scope: Scope, bound: frozenset[str], *, filtered: bool) -> Iterator[str]:
    for iterator in node.iterators:
        yield from unknown_names(iterator.source, scope, bound, filtered=filtered)
        if iterator.to is not None:
            yield from unknown_names(iterator.to, scope, bound, filtered=filtered)
        bound |= {iterator.name}
    body = node.body if isinstance(node, nodes.For) else node.condition
    yield from unknown_names(body, scope, bound | {"partial"}, filtered=filtered)


def clock_functions(node: nodes.Node, scope: Scope) -> list[str]:
    """The functions used that read the clock: their decisions cannot be replayed."""
    names = {part.name for part in nodes.walk(node) if isinstance(part, nodes.Name)}
    return sorted(name for name in names & _CLOCK if name not in scope.variables)


def kind_errors(node: nodes.Node, types: Mapping[str, FeelType | None]) -> Iterator[str]:
    """Comparisons and sums of kinds that never have a meaning together."""
    for part in nodes.walk(node):
        if isinstance(part, nodes.Comparison):
            left, right = infer(part.left, types), infer(part.right, types)
            if left and right and left != right and "Null" not in (left, right):
                yield f"{left} {part.op} {right}"
        elif isinstance(part, nodes.Arithmetic):
            left, right = infer(part.left, types), infer(part.right, types)
            if left in _SAMPLES and right in _SAMPLES and arithmetic(part.op)(_SAMPLES[left], _SAMPLES[right]) is None:
                yield f"{left} {part.op} {right}"


def infer(node: nodes.Node | None, types: Mapping[str, FeelType | None]) -> str:
    """The kind of an expression where it is plain to see, else ''."""
    if isinstance(node, nodes.Literal):
        return "Null" if node.value is None else kind_of(node.value)
    if isinstance(node, nodes.Name):
        found = types.get(node.name)
        name = plain(found).name if found is not None else ""
        return name if name in _SAMPLES else ""
    if isinstance(node, nodes.Comparison | nodes.Logic | nodes.Between | nodes.In | nodes.InstanceOf | nodes.Quantified):
        return "boolean"
    if isinstance(node, nodes.Arithmetic):
        left, right = infer(node.left, types), infer(node.right, types)
        if left in _SAMPLES and right in _SAMPLES:
            value = arithmetic(node.op)(_SAMPLES[left], _SAMPLES[right])
            return "" if value is None else kind_of(value)
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        return _RESULTS.get(node.function.name, "")
    return ""


_RESULTS: Mapping[str, str] = {
    **{name: name for name in ("date", "time", "date and time", "number", "string", "years and months duration")},
    **dict.fromkeys(("count", "sum", "mean", "abs", "floor", "ceiling", "decimal", "modulo", "string length"), "number"),
    **dict.fromkeys(("contains", "starts with", "ends with", "matches", "list contains", "all", "any", "even", "odd"), "boolean"),
    **dict.fromkeys(("substring", "upper case", "lower case", "replace", "string join", "substring before", "substring after"), "string"),
    "today": "date",
    "now": "date and time",
}
