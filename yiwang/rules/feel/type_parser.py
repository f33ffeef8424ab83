"""Type names inside expressions: ``list<number>``, ``context<a: string>``, ``function<number> -> Any``."""

from __future__ import annotations

from typing import Final

from yiwang.rules.feel.scope import Names
from yiwang.rules.feel.stream import Stream
from yiwang.rules.feel.types import ANY, BASIC, ContextType, FeelType, FunctionType, ListType, RangeType

_BASIC_NAMES: Final = Names(BASIC)


def parse_type(stream: Stream) -> FeelType:
    """Read one type.

    Raises:
        FeelSyntaxError: no known type stands here.
    """
    generic = stream.token.text
    if stream.tokens[min(stream.position + 1, len(stream.tokens) - 1)].text == "<":
        if generic in ("list", "range"):
            stream.position += 2
            element = parse_type(stream)
            stream.expect(">")
            return ListType("list", element) if generic == "list" else RangeType("range", element)
        if generic == "context":
            return _context(stream)
        if generic == "function":
            return _function(stream)
    found = Names(stream.scope.types).match(stream.tokens, stream.position)
    basic = _BASIC_NAMES.match(stream.tokens, stream.position)
    if basic is not None and (found is None or basic[1] > found[1]):
        stream.position += basic[1]
        return BASIC[basic[0]]
    if found is not None:
        stream.position += found[1]
        return stream.scope.types[found[0]]
    raise stream.error("type name expected")


def _context(stream: Stream) -> FeelType:
    stream.position += 2
    fields: list[tuple[str, FeelType]] = []
    while not stream.accept(">"):
        if fields:
            stream.expect(",")
        name = stream.take_key()
        fields.append((name, parse_type(stream)))
    return ContextType("context", tuple(fields))


def _function(stream: Stream) -> FeelType:
    stream.position += 2
    parameters: list[FeelType] = []
    while not stream.accept(">"):
        if parameters:
            stream.expect(",")
        parameters.append(parse_type(stream))
    result = parse_type(stream) if stream.accept("->") else ANY
    return FunctionType("function", tuple(parameters), result)
