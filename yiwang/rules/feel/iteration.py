"""What a for, some or every runs over: lists, single values, and integer or date stretches."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.temporal import from_ordinal, ordinal
from yiwang.rules.feel.values import NUMBERS, Date, Range, Value, kind_of

_LIMIT: Final = 1_000_000


def elements(source: Value) -> list[Value] | None:
    """The values an iteration context stands for; None when it cannot be iterated."""
    if type(source) is list:
        return source
    if source is None:
        return None
    if type(source) is Range:
        return _of_range(source)
    return [source]


def stretch(start: Value, end: Value) -> list[Value] | None:
    """The values of ``start..end``, upwards or downwards by one, both ends included."""
    if type(start) is Decimal and type(end) is Decimal:
        step = 1 if start <= end else -1
        count = int(NUMBERS.abs(NUMBERS.subtract(end, start))) + 1
        if count > _LIMIT:
            return fail(f"a stretch of {count} values is too long")
        return [NUMBERS.add(start, Decimal(step * index)) for index in range(count)]
    if type(start) is Date and type(end) is Date:
        first, last = ordinal(start), ordinal(end)
        step = 1 if first <= last else -1
        if abs(last - first) > _LIMIT:
            return fail("a stretch of dates is too long")
        return [from_ordinal(day) for day in range(first, last + step, step)]
    return fail(f"{kind_of(start)} to {kind_of(end)} cannot be iterated")


def _of_range(source: Range) -> list[Value] | None:
    low, high = source.low, source.high
    if low is None or high is None or type(low) is not type(high) or type(low) not in (Decimal, Date):
        return fail("only ranges of numbers or dates with both ends can be iterated")
    if low > high:
        return fail("range ends before it starts")
    values = stretch(low, high)
    if values is None:
        return None
    start = 0 if source.low_closed else 1
    stop = len(values) - (0 if source.high_closed or values[-1] != high else 1)
    return values[start:stop]
