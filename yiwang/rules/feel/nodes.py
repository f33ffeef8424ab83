"""The parsed form of FEEL: small frozen nodes, read by the compiler, the checker and the SQL writer alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal as OneOf

from yiwang.rules.feel.types import FeelType
from yiwang.rules.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """Any parsed expression."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: number, string, boolean, null or a temporal ``@"…"``."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name in scope."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``base.name``."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``base[condition]``."""

    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``function(a, b)`` or ``function(name: a)``."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``left op right`` with op one of + - * / **."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``left op right`` with op one of = != < <= > >=."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``left and right`` or ``left or right``."""

    op: OneOf["and", "or"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``value between low and high``."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``value in test`` or ``value in (test, test)``."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class UnaryComparison(Node):
    """``< 10`` as a test or as the range ``(< 10)``."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class RangeNode(Node):
    """``[low..high]`` with open or closed ends."""

    low: Node
    low_closed: bool
    high: Node
    high_closed: bool


@dataclass(frozen=True, slots=True)
class If(Node):
    """``if condition then yes else no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iterated(Node):
    """``name in source`` of a for, some or every; ``to`` when the source is ``source..to``."""

    name: str
    source: Node
    to: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """``for a in b, c in d return body``."""

    iterators: tuple[Iterated, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some a in b satisfies condition`` and ``every …``."""

    kind: OneOf["some", "every"]
    iterators: tuple[Iterated, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """``value instance of type``."""

    value: Node
    type: FeelType


@dataclass(frozen=True, slots=True)
class FunctionNode(Node):
    """``function(a: type, b) body``; ``external`` functions are refused."""

    parameters: tuple[tuple[str, FeelType | None], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    """``[a, b, c]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextNode(Node):
    """``{a: 1, b: a + 1}``."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The unary tests of one table cell: any of ``tests`` (none: ``-``), turned round when ``negated``."""

    tests: tuple[Node, ...]
    negated: bool = False


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in reading order."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif type(value) is tuple:
        for item in value:
            yield from _nodes(item)


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)
