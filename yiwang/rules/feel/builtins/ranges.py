"""Allen's relations between points and ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from yiwang.rules.feel.builtins.declare import Functions
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.ops import order
from yiwang.rules.feel.values import Range, Value

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define


class _NoOrder(Exception):
    """Two ends cannot be compared."""


def _compare(left: Value, right: Value) -> int:
    found = order(left, right)
    if found is None:
        raise _NoOrder
    return found


def _point(value: Value) -> Range:
    return Range(value, True, value, True)


def _before(a: Range, b: Range) -> bool:
    sign = _compare(a.high, b.low)
    return sign < 0 or (sign == 0 and not (a.high_closed and b.low_closed))


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and _compare(a.high, b.low) == 0


def _reaches(a: Range, b: Range) -> bool:
    """The end of a lies at or behind the start of b."""
    return not _before(a, b)


def _overlaps(a: Range, b: Range) -> bool:
    return _reaches(a, b) and _reaches(b, a)


def _starts_no_later(a: Range, b: Range) -> bool:
    sign = _compare(a.low, b.low)
    return sign < 0 or (sign == 0 and (a.low_closed or not b.low_closed))


def _ends_no_earlier(a: Range, b: Range) -> bool:
    sign = _compare(a.high, b.high)
    return sign > 0 or (sign == 0 and (a.high_closed or not b.high_closed))


def _overlaps_before(a: Range, b: Range) -> bool:
    sign = _compare(a.low, b.low)
    earlier = sign < 0 or (sign == 0 and a.low_closed and not b.low_closed)
    return earlier and _reaches(a, b) and _ends_no_earlier(b, a)


def _finishes(a: Range, b: Range) -> bool:
    return a.high_closed == b.high_closed and _compare(a.high, b.high) == 0 and _starts_no_later(b, a)


def _includes(a: Range, b: Range) -> bool:
    return _starts_no_later(a, b) and _ends_no_earlier(a, b)


def _starts(a: Range, b: Range) -> bool:
    return a.low_closed == b.low_closed and _compare(a.low, b.low) == 0 and _ends_no_earlier(b, a)


def _coincides(a: Range, b: Range) -> bool:
    same = a.low_closed == b.low_closed and a.high_closed == b.high_closed
    return same and _compare(a.low, b.low) == 0 and _compare(a.high, b.high) == 0


Relation = Callable[[Range, Range], bool]


def _flipped(relation: Relation) -> Relation:
    return lambda a, b: relation(b, a)


def _allowing(relation: Relation, shapes: frozenset[str]) -> Callable[[Value, Value], Value]:
    def apply(left: Value, right: Value) -> Value:
        shape = ("r" if isinstance(left, Range) else "p") + ("r" if isinstance(right, Range) else "p")
        if shape not in shapes or left is None or right is None:
            return fail("not a point and a range as expected")
        try:
            return relation(left if shape[0] == "r" else _point(left), right if shape[1] == "r" else _point(right))
        except _NoOrder:
            return fail("ends cannot be compared")

    return apply


def _declare(name: str, relation: Relation, *shapes: str) -> None:
    apply = _allowing(relation, frozenset(shapes))
    names = {"pp": "point1, point2", "pr": "point, range", "rp": "range, point", "rr": "range1, range2"}
    define(name, *((names[shape], apply) for shape in shapes))


_declare("before", _before, "pp", "pr", "rp", "rr")
_declare("after", _flipped(_before), "pp", "pr", "rp", "rr")
_declare("meets", _meets, "rr")
_declare("met by", _flipped(_meets), "rr")
_declare("overlaps", _overlaps, "rr")
_declare("overlaps before", _overlaps_before, "rr")
_declare("overlaps after", _flipped(_overlaps_before), "rr")
_declare("finishes", _finishes, "pr", "rr")
_declare("finished by", _flipped(_finishes), "rp", "rr")
_declare("includes", _includes, "rp", "rr")
_declare("during", _flipped(_includes), "pr", "rr")
_declare("starts", _starts, "pr", "rr")
_declare("started by", _flipped(_starts), "rp", "rr")
_declare("coincides", _coincides, "pp", "rr")
