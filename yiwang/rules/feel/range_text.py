"""Ranges written as text: ``[18..21)``, and ``[2..)`` or ``(..2)`` without one end; the ends may only be constants."""

from __future__ import annotations

import re
from typing import Final

from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.lexer import FeelSyntaxError
from yiwang.rules.feel.ops import order
from yiwang.rules.feel.values import Range, Value, kind_of

_CONSTANT_FUNCTIONS: Final = frozenset({"date", "time", "date and time", "duration"})
_HALF: Final = re.compile(r"\s*(?:[(\]]\s*\.\.(?P<high>.+)(?P<end>[)\[\]])|(?P<start>[\[(\]])(?P<low>.+)\.\.\s*[)\[])\s*", re.DOTALL)


def range_from_text(text: str) -> Range | None:
    """The range, null when the text is none, an end is no constant, or it ends before it starts."""
    try:
        half = _HALF.fullmatch(text)
        found = _half(half) if half else None
        return found or _whole(text)
    except FeelSyntaxError as error:
        return fail(f"no range: {error}")


def _half(match: re.Match[str]) -> Range | None:
    if match["high"] is not None:
        high = _constant(match["high"])
        return None if high is None else Range(None, False, high, match["end"] == "]", "<=" if match["end"] == "]" else "<")
    low = _constant(match["low"])
    return None if low is None else Range(low, match["start"] == "[", None, False, ">=" if match["start"] == "[" else ">")


def _constant(text: str) -> Value:
    # imported here: the compiler itself knows the built-in functions
    from yiwang.rules.feel import nodes
    from yiwang.rules.feel.compiler import compile_node
    from yiwang.rules.feel.parser import parse
    from yiwang.rules.feel.scope import Scope

    try:
        node = parse(text, Scope())
    except FeelSyntaxError:
        return None
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name in _CONSTANT_FUNCTIONS:
        plain = all(isinstance(argument, nodes.Literal) for argument in node.arguments)
    else:
        plain = isinstance(node, nodes.Literal)
    return compile_node(node)({}) if plain else None


def _whole(text: str) -> Range | None:
    from yiwang.rules.feel import nodes
    from yiwang.rules.feel.parser import parse
    from yiwang.rules.feel.scope import Scope

    node = parse(text, Scope())
    if not isinstance(node, nodes.RangeNode):
        return fail(f"no range: {text}")
    low_text, _, high_text = text.strip()[1:-1].partition("..")
    low, high = _constant(low_text), _constant(high_text)
    if low is None or high is None or kind_of(low) != kind_of(high):
        return fail("a range needs two constant ends of one kind")
    sign = order(low, high)
    return Range(low, node.low_closed, high, node.high_closed) if sign is not None and sign <= 0 else fail(f"no range: {text}")
