"""Boxed expressions as closures ``run(env)``: context, list, relation, invocation, function, conditional, iterators, tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element

from yiwang.rules.dmn.itemtypes import TypeTable
from yiwang.rules.dmn.reading import read_table
from yiwang.rules.dmn.tables import Table
from yiwang.rules.dmn.xml import attribute, child, children, local, text_of
from yiwang.rules.feel.calls import invoke, invoke_named
from yiwang.rules.feel.compiler import Env, Run, choose, iterate, quantify, select
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.engine import Expression, expression
from yiwang.rules.feel.iteration import elements
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.types import FeelType, coerce
from yiwang.rules.feel.values import Function, Value

KINDS: Final = (
    *("literalExpression", "decisionTable", "context", "list", "relation", "invocation", "functionDefinition"),
    *("conditional", "filter", "for", "every", "some"),
)


class BoxedCompiler:
    """Compiles the boxed expressions of one model; keeps every text and table it met for the checker."""

    def __init__(self, types: TypeTable) -> None:
        self.types = types
        self.expressions: list[Expression] = []
        self.tables: list[Table] = []

    def compile(self, element: Element | None, scope: Scope) -> Run:
        """The closure of a boxed expression, its own type applied."""
        if element is None:
            return lambda env: fail("no decision logic")
        run = _COMPILERS[local(element)](self, element, scope)
        return self.typed(run, element)

    def typed(self, run: Run, element: Element) -> Run:
        """The closure with its result converted to the element's type reference."""
        kind = self.types.find(attribute(element, "typeRef"))
        if kind is None or local(element) in ("decisionTable", "functionDefinition", "filter"):
            return run
        return lambda env: coerce(run(env), kind)

    def text(self, text: str, scope: Scope) -> Run:
        """The closure of a FEEL text."""
        found = expression(text, scope)
        self.expressions.append(found)
        return found.run

    def inside(self, element: Element, tag: str, scope: Scope) -> Run:
        """The closure of the boxed expression held in a child such as ``<in>`` or ``<then>``."""
        holder = child(element, tag)
        return self.compile(None if holder is None else child(holder, *KINDS), scope)


def _literal(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    text = text_of(element)
    return compiler.text(text, scope) if text.strip() else lambda env: fail("empty expression")


def _table(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    table = Table(read_table(element), scope, compiler.types.find)
    compiler.tables.append(table)
    return table.run


def _context(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    entries: list[tuple[str, Run]] = []
    result: Run | None = None
    names: list[str] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        inner = scope.plus(names)
        body = compiler.compile(child(entry, *KINDS), inner)
        if variable is None:
            result = body
            continue
        name = attribute(variable, "name")
        entries.append((name, compiler.typed(body, variable)))
        names.append(name)

    def run(env: Env) -> Value:
        inner = dict(env)
        values: dict[str, Value] = {}
        for name, body in entries:
            value = body(inner)
            values[name] = inner[name] = value
        return values if result is None else result(inner)

    return run


def _list(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    items = [compiler.compile(item, scope) for item in children(element, *KINDS)]
    return lambda env: [item(env) for item in items]


def _relation(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    columns = list(children(element, "column"))
    names = [attribute(column, "name") for column in columns]
    rows = [
        [compiler.typed(compiler.compile(cell, scope), column) for cell, column in zip(children(row, *KINDS), columns, strict=False)]
        for row in children(element, "row")
    ]
    return lambda env: [{name: cell(env) for name, cell in zip(names, row, strict=False)} for row in rows]


def _invocation(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    function = compiler.compile(child(element, *KINDS), scope)
    bindings: list[tuple[str, Run]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        name = "" if parameter is None else attribute(parameter, "name")
        bindings.append((name, compiler.compile(child(binding, *KINDS), scope)))

    def run(env: Env) -> Value:
        called = function(env)
        if not bindings:
            return invoke(called, [])
        return invoke_named(called, {name: value(env) for name, value in bindings}, len(bindings))

    return run


def _function(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    parameters: list[tuple[str, FeelType | None]] = [
        (attribute(parameter, "name"), compiler.types.find(attribute(parameter, "typeRef")))
        for parameter in children(element, "formalParameter")
    ]
    names = [name for name, _ in parameters]
    if attribute(element, "kind") in ("Java", "PMML"):
        return lambda env: Function("external", parameters, lambda *values: fail("external functions are refused"))
    body = compiler.compile(child(element, *KINDS), scope.plus(names))
    returns = compiler.types.find(attribute(element, "typeRef"))

    def run(env: Env) -> Value:
        return Function("function", parameters, lambda *values: body({**env, **dict(zip(names, values, strict=True))}), returns=returns)

    return run


def _conditional(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    condition, yes, no = (compiler.inside(element, tag, scope) for tag in ("if", "then", "else"))
    return lambda env: choose(condition(env), yes, no, env)


def _filter(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    source = compiler.inside(element, "in", scope)
    match = compiler.inside(element, "match", scope.inside_filter())
    kind = compiler.types.find(attribute(element, "typeRef"))

    def run(env: Env) -> Value:
        found = source(env)
        if found is None:
            return fail("null has no items to filter")
        kept = select(found, match, env)
        # a filter by index gives one item, not a list
        return kept if kind is None or not isinstance(kept, list) else coerce(kept, kind)

    return run


def _iterator(compiler: BoxedCompiler, element: Element, scope: Scope, tag: str) -> tuple[list[tuple[str, Callable[[Env], Value]]], Run]:
    name = attribute(element, "iteratorVariable")
    source = compiler.inside(element, "in", scope)
    body = compiler.inside(element, tag, scope.plus((name, "partial")))
    return [(name, lambda env: elements(source(env)))], body


def _for(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    binders, body = _iterator(compiler, element, scope, "return")
    return lambda env: iterate(binders, body, env)


def _quantified(compiler: BoxedCompiler, element: Element, scope: Scope) -> Run:
    kind = local(element)
    binders, condition = _iterator(compiler, element, scope, "satisfies")
    return lambda env: quantify(kind, binders, condition, env)


_COMPILERS: Final[dict[str, Callable[[BoxedCompiler, Element, Scope], Run]]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "every": _quantified,
    "some": _quantified,
}
__all__ = ["KINDS", "BoxedCompiler"]
