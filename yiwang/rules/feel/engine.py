"""The one way in: text to a ready function, kept for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from yiwang.rules.feel import nodes
from yiwang.rules.feel.compiler import Env, Run, Test, compile_node, compile_tests
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.lexer import FeelSyntaxError
from yiwang.rules.feel.parser import parse, parse_tests
from yiwang.rules.feel.scope import Scope
from yiwang.rules.feel.values import Value


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; ``node`` is None and ``error`` says why when the text is not FEEL (it then gives null)."""

    text: str
    run: Run
    node: nodes.Node | None
    error: str = ""
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Compiled unary tests; ``error`` as for an expression (the cell then never matches)."""

    text: str
    test: Test
    node: nodes.Tests | None
    error: str = ""
    scope: Scope | None = None


def expression(text: str, scope: Scope) -> Expression:
    """Compile an expression for the names of a scope."""
    try:
        node = parse(text, scope)
    except FeelSyntaxError as error:
        message = f"{text.strip()}: {error}"
        return Expression(text, lambda env: fail(message), None, str(error), scope)
    return Expression(text, compile_node(node), node, "", scope)


def cell(text: str, scope: Scope) -> Cell:
    """Compile the unary tests of a table cell or of allowed values; an empty text is ``-``."""
    if not text.strip():
        text = "-"
    try:
        node = parse_tests(text, scope)
    except FeelSyntaxError as error:
        message = f"{text.strip()}: {error}"
        return Cell(text, lambda env, value: fail(message), None, str(error), scope)
    return Cell(text, compile_tests(node), node, "", scope)


@lru_cache(maxsize=4096)
def _cached(text: str, names: tuple[str, ...]) -> Expression:
    return expression(text, Scope(names))


def evaluate(text: str, values: Mapping[str, Value] | None = None) -> Value:
    """The value of an expression over FEEL values by name; null (None) for every error."""
    env: Env = dict(values or {})
    return _cached(text, tuple(sorted(env))).run(env)
