"""Nodes to Python closures ``run(env)``, made once and called many times; ``env`` maps the names in scope to values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from yiwang.rules.feel import nodes
from yiwang.rules.feel.builtins import BUILTINS
from yiwang.rules.feel.calls import invoke, invoke_named
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.iteration import elements, stretch
from yiwang.rules.feel.ops import COMPARE, arithmetic, at_most, both, either, equal, negate, opposite, satisfies
from yiwang.rules.feel.properties import member
from yiwang.rules.feel.types import ANY, BASIC, FeelType
from yiwang.rules.feel.values import UNKNOWN, Function, Range, UnknownFact, Value, kind_of

Env = dict[str, Value]
Run = Callable[[Env], Value]
Test = Callable[[Env, Value], bool | None]
INPUT: Final = "?"


def compile_node(node: nodes.Node) -> Run:
    """The closure of an expression."""
    return _COMPILERS[type(node)](node)


def compile_tests(tests: nodes.Tests) -> Test:
    """The closure of a cell: ``test(env, value)`` gives True, False or None."""
    if not tests.tests:
        return lambda env, value: True
    each = [_compile_test(test) for test in tests.tests]
    if len(each) == 1:
        anyone = each[0]
    else:

        def anyone(env: Env, value: Value) -> bool | None:
            result: bool | None = False
            for test in each:
                found = test(env, value)
                if found is True:
                    return True
                if found is None:
                    result = None
            return result

    if tests.negated:
        return lambda env, value: opposite(anyone(env, value))
    return anyone


def uses_input(node: nodes.Node) -> bool:
    """Whether the expression speaks of its input as ``?``."""
    return any(isinstance(below, nodes.Name) and below.name == INPUT for below in nodes.walk(node))


def _compile_test(node: nodes.Node) -> Test:
    if isinstance(node, nodes.UnaryComparison):
        return _compile_comparison_test(node)
    if isinstance(node, nodes.Literal) and isinstance(node.value, str | bool):
        wanted, kind = node.value, type(node.value)
        return lambda env, value: value == wanted if type(value) is kind else satisfies(value, wanted)
    run = compile_node(node)
    if uses_input(node):

        def on_input(env: Env, value: Value) -> bool | None:
            result = run({**env, INPUT: value})
            return result if isinstance(result, bool) else fail("a test with ? must be true or false")

        return on_input
    if isinstance(node, nodes.Literal):
        constant = node.value
        return lambda env, value: satisfies(value, constant)

    def on_value(env: Env, value: Value) -> bool | None:
        result = run(env)
        if isinstance(result, bool) and not isinstance(value, bool):
            return result
        return satisfies(value, result)

    return on_value


def _compile_comparison_test(node: nodes.UnaryComparison) -> Test:
    compare = COMPARE[node.op]
    if isinstance(node.operand, nodes.Literal):
        constant = node.operand.value
        if type(constant) is Decimal:
            quick = _QUICK[node.op]
            return lambda env, value: quick(value, constant) if type(value) is Decimal else compare(value, constant)
        return lambda env, value: compare(value, constant)
    operand = compile_node(node.operand)
    if uses_input(node.operand):
        return lambda env, value: compare(value, operand({**env, INPUT: value}))
    return lambda env, value: compare(value, operand(env))


_QUICK: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


# --- leaves


def _literal(node: nodes.Literal) -> Run:
    value = node.value
    return lambda env: value


def _name(node: nodes.Name) -> Run:
    name = node.name
    builtin = BUILTINS.get(name)

    def run(env: Env) -> Value:
        try:
            value = env[name]
        except KeyError:
            return builtin if builtin is not None else fail(f"unknown name: {name}")
        if value is UNKNOWN:
            raise UnknownFact(name)
        return value

    return run


def _path(node: nodes.Path) -> Run:
    base, name = compile_node(node.base), node.name

    def run(env: Env) -> Value:
        value = member(base(env), name)
        if value is UNKNOWN:
            raise UnknownFact(name)
        return value

    return run


def _list(node: nodes.ListNode) -> Run:
    items = [compile_node(item) for item in node.items]
    return lambda env: [item(env) for item in items]


def _context(node: nodes.ContextNode) -> Run:
    entries = [(key, compile_node(value)) for key, value in node.entries]
    twice = len({key for key, _ in entries}) < len(entries)

    def run(env: Env) -> Value:
        if twice:
            return fail("the same key twice in a context")
        inner = dict(env)
        result: dict[str, Value] = {}
        for key, value in entries:
            result[key] = inner[key] = value(inner)
        return result

    return run


def _range(node: nodes.RangeNode) -> Run:
    low, high = compile_node(node.low), compile_node(node.high)
    low_closed, high_closed = node.low_closed, node.high_closed
    if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
        constant = Range(node.low.value, low_closed, node.high.value, high_closed)
        return lambda env: constant
    return lambda env: Range(low(env), low_closed, high(env), high_closed)


def _unary(node: nodes.UnaryComparison) -> Run:
    op, operand = node.op, compile_node(node.operand)

    def run(env: Env) -> Value:
        end = operand(env)
        if op in ("<", "<="):
            return Range(None, False, end, op == "<=", op)
        if op in (">", ">="):
            return Range(end, op == ">=", None, False, op)
        return Range(end, True, end, True, op)

    return run


# --- operators


def _arithmetic(node: nodes.Arithmetic) -> Run:
    apply, left, right = arithmetic(node.op), compile_node(node.left), compile_node(node.right)
    return lambda env: apply(left(env), right(env))


def _negation(node: nodes.Negation) -> Run:
    operand = compile_node(node.operand)
    return lambda env: negate(operand(env))


def _comparison(node: nodes.Comparison) -> Run:
    compare, left, right = COMPARE[node.op], compile_node(node.left), compile_node(node.right)
    return lambda env: compare(left(env), right(env))


def _logic(node: nodes.Logic) -> Run:
    left, right = compile_node(node.left), compile_node(node.right)
    join = both if node.op == "and" else either
    decides = node.op == "or"

    def run(env: Env) -> Value:
        try:
            first = left(env)
        except UnknownFact:
            # an unknown operand does not matter when the other one decides
            if right(env) is decides:
                return decides
            raise
        return decides if first is decides else join(first, right(env))

    return run


def _between(node: nodes.Between) -> Run:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)

    def run(env: Env) -> bool | None:
        middle = value(env)
        return both(at_most(low(env), middle), at_most(middle, high(env)))

    return run


def _in(node: nodes.In) -> Run:
    value = compile_node(node.value)
    test = compile_tests(nodes.Tests(node.tests))
    return lambda env: test(env, value(env))


def _if(node: nodes.If) -> Run:
    condition, yes, no = compile_node(node.condition), compile_node(node.yes), compile_node(node.no)
    return lambda env: choose(condition(env), yes, no, env)


def choose(condition: Value, yes: Run, no: Run, env: Env) -> Value:
    """The branch a condition selects: ``no`` for false and null, null for what is no boolean."""
    if condition is True:
        return yes(env)
    if condition is False or condition is None:
        return no(env)
    return fail("a condition must be true or false")


def _instance(node: nodes.InstanceOf) -> Run:
    value, kind = compile_node(node.value), node.type

    def run(env: Env) -> bool:
        found = value(env)
        return kind.name == "Null" if found is None else kind.contains(found)

    return run


# --- filters and iteration


def _filter(node: nodes.Filter) -> Run:
    base, condition = compile_node(node.base), compile_node(node.condition)
    index = node.condition.value if isinstance(node.condition, nodes.Literal) and type(node.condition.value) is Decimal else None

    def run(env: Env) -> Value:
        found = base(env)
        if found is None:
            return fail("null has no items to filter")
        if index is not None:
            return at_index(found if type(found) is list else [found], index)
        return select(found, condition, env)

    return run


def select(found: Value, condition: Run, env: Env) -> Value:
    """The items for which the condition is true, or the one item at a numeric condition's index."""
    items = found if type(found) is list else [found]
    if not items:
        return None if type(condition(env)) is Decimal else []
    kept = []
    for item in items:
        inner = {**env, "item": item}
        if type(item) is dict:
            inner.update(item)
        answer = condition(inner)
        if answer is True:
            kept.append(item)
        elif type(answer) is Decimal:
            return at_index(items, answer)
    return kept


def at_index(items: list[Value], index: Decimal) -> Value:
    """The item at a 1-based or, counted from the end, negative index."""
    place = int(index)
    if place != index or not 1 <= abs(place) <= len(items):
        return fail(f"no item at index {index}")
    return items[place - 1 if place > 0 else place]


Binder = Callable[[Env], Value]


def _binders(iterators: Iterable[nodes.Iterated]) -> list[tuple[str, Binder]]:
    binders: list[tuple[str, Binder]] = []
    for iterated in iterators:
        source = compile_node(iterated.source)
        if iterated.to is None:
            binders.append((iterated.name, _source(source)))
        else:
            binders.append((iterated.name, _stretch(source, compile_node(iterated.to))))
    return binders


def _source(source: Run) -> Binder:
    return lambda env: elements(source(env))


def _stretch(source: Run, to: Run) -> Binder:
    return lambda env: stretch(source(env), to(env))


class _NoList(Exception):
    """An iteration context is not a list."""


def bindings(binders: list[tuple[str, Binder]], env: Env, depth: int = 0) -> Iterator[Env]:
    """Every combination of the iterators, as an environment; later iterators see earlier ones."""
    if depth == len(binders):
        yield env
        return
    name, binder = binders[depth]
    values = binder(env)
    if values is None:
        raise _NoList
    for value in values:
        yield from bindings(binders, {**env, name: value}, depth + 1)


def iterate(binders: list[tuple[str, Binder]], body: Run, env: Env) -> Value:
    """The results of a for expression; ``partial`` holds those found so far."""
    partial: list[Value] = []
    try:
        for inner in bindings(binders, {**env, "partial": partial}):
            partial.append(body(inner))
    except _NoList:
        return fail("for needs a list")
    return list(partial)


def quantify(kind: str, binders: list[tuple[str, Binder]], condition: Run, env: Env) -> bool | None:
    """``some`` joins the answers by or, ``every`` by and."""
    decides = kind == "some"
    join = either if decides else both
    result: bool | None = not decides
    try:
        for inner in bindings(binders, env):
            result = join(result, condition(inner))
            if result is decides:
                return result
    except _NoList:
        return fail(f"{kind} needs a list")
    return result


def _for(node: nodes.For) -> Run:
    binders, body = _binders(node.iterators), compile_node(node.body)
    return lambda env: iterate(binders, body, env)


def _quantified(node: nodes.Quantified) -> Run:
    kind, binders, condition = node.kind, _binders(node.iterators), compile_node(node.condition)
    return lambda env: quantify(kind, binders, condition, env)


# --- functions


def _function(node: nodes.FunctionNode) -> Run:
    body, parameters = compile_node(node.body), node.parameters
    names = [name for name, _ in parameters]
    returns = result_type(node.body, dict(parameters))
    if node.external:
        return lambda env: Function("external", parameters, lambda *values: fail("external functions are refused"))

    def run(env: Env) -> Value:
        return Function("function", parameters, lambda *values: body({**env, **dict(zip(names, values, strict=True))}), returns=returns)

    return run


def result_type(body: nodes.Node, parameters: Mapping[str, FeelType | None]) -> FeelType | None:
    """The type of a function body when it is plain to see."""
    if isinstance(body, nodes.Literal):
        return BASIC.get(kind_of(body.value), ANY)
    if isinstance(body, nodes.Name):
        return parameters.get(body.name)
    if isinstance(body, nodes.Comparison | nodes.Logic | nodes.Quantified | nodes.Between | nodes.In | nodes.InstanceOf):
        return BASIC["boolean"]
    return None


def _call(node: nodes.Call) -> Run:
    function = compile_node(node.function)
    arguments = [compile_node(argument) for argument in node.arguments]
    if node.names is not None:
        names = node.names
        return lambda env: invoke_named(
            function(env), {name: argument(env) for name, argument in zip(names, arguments, strict=True)}, len(names)
        )
    if isinstance(node.function, nodes.Name) and node.function.name == "not" and len(arguments) == 1:
        operand = arguments[0]
        return lambda env: opposite(operand(env)) if "not" not in env else invoke(function(env), [operand(env)])
    return lambda env: invoke(function(env), [argument(env) for argument in arguments])


_COMPILERS: Final[dict[type[nodes.Node], Callable[[Any], Run]]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Filter: _filter,
    nodes.Call: _call,
    nodes.Arithmetic: _arithmetic,
    nodes.Negation: _negation,
    nodes.Comparison: _comparison,
    nodes.Logic: _logic,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.UnaryComparison: _unary,
    nodes.RangeNode: _range,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Quantified: _quantified,
    nodes.InstanceOf: _instance,
    nodes.FunctionNode: _function,
    nodes.ListNode: _list,
    nodes.ContextNode: _context,
}
__all__ = ["Env", "Run", "Test", "choose", "compile_node", "compile_tests", "equal", "iterate", "quantify", "select", "uses_input"]
