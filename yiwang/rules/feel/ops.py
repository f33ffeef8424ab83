"""What the operators mean: equality, order, membership and arithmetic over FEEL values, null for what has no meaning."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException, DivisionByZero
from typing import Final

from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.temporal import clock, instant, midnight, plus_months, plus_nanos, seconds_of, time_key
from yiwang.rules.feel.values import (
    NANOS,
    NUMBERS,
    Date,
    DateTime,
    DaysTime,
    Range,
    Time,
    Value,
    YearsMonths,
    kind_of,
)

_ORDERED: Final = frozenset({"number", "string", "date", "years and months duration", "days and time duration"})


# --- equality and order


def equal(left: Value, right: Value) -> bool | None:
    """``left = right``: null when the kinds differ; null equals only null."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return fail(f"{kind_of(left)} cannot be compared with {kind_of(right)}")
    if kind is DateTime:
        return instant(left)[:2] == instant(right)[:2]
    if kind is Time:
        return time_key(left)[:2] == time_key(right)[:2]
    if kind is list:
        return _equal_lists(left, right)
    if kind is dict:
        return _equal_contexts(left, right)
    if kind is Range:
        return _equal_ranges(left, right)
    return bool(left == right)


def _equal_lists(left: list[Value], right: list[Value]) -> bool:
    return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> bool:
    return left.keys() == right.keys() and all(equal(value, right[key]) is True for key, value in left.items())


def _equal_ranges(left: Range, right: Range) -> bool:
    if (left.op, left.low_closed, left.high_closed) != (right.op, right.low_closed, right.high_closed):
        return False
    return equal(left.low, right.low) is True and equal(left.high, right.high) is True


def order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None when the two have no order."""
    kind = kind_of(left)
    if type(left) is not type(right) or left is None:
        return fail(f"{kind} and {kind_of(right)} have no order")
    if kind in _ORDERED:
        return int(left > right) - int(left < right)
    if kind == "date and time" or kind == "time":
        key = instant if kind == "date and time" else time_key
        mine, theirs = key(left), key(right)
        if mine[0] != theirs[0]:
            return fail(f"{kind} with and without offset have no order")
        return (mine > theirs) - (mine < theirs)
    return fail(f"{kind} has no order")


def less(left: Value, right: Value) -> bool | None:
    """``left < right``."""
    if type(left) is Decimal and type(right) is Decimal:
        return left < right
    result = order(left, right)
    return None if result is None else result < 0


def at_most(left: Value, right: Value) -> bool | None:
    """``left <= right``."""
    if type(left) is Decimal and type(right) is Decimal:
        return left <= right
    result = order(left, right)
    return None if result is None else result <= 0


def greater(left: Value, right: Value) -> bool | None:
    """``left > right``."""
    return less(right, left)


def at_least(left: Value, right: Value) -> bool | None:
    """``left >= right``."""
    return at_most(right, left)


def unequal(left: Value, right: Value) -> bool | None:
    """``left != right``."""
    result = equal(left, right)
    return None if result is None else not result


COMPARE: Final[dict[str, Callable[[Value, Value], bool | None]]] = {
    "=": equal,
    "!=": unequal,
    "<": less,
    "<=": at_most,
    ">": greater,
    ">=": at_least,
}


# --- three-valued logic


def both(left: Value, right: Value) -> bool | None:
    """Kleene conjunction; anything but a boolean counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Value, right: Value) -> bool | None:
    """Kleene disjunction; anything but a boolean counts as null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def opposite(value: Value) -> bool | None:
    """Kleene negation."""
    return not value if isinstance(value, bool) else None


# --- membership


def within(value: Value, interval: Range) -> bool | None:
    """Whether a value lies in a range; null when it has no order with the ends."""
    if interval.op in ("=", "!="):
        return COMPARE[interval.op](value, interval.low)
    if not interval.op and (interval.low is None or interval.high is None):
        return fail("a range with a null end")
    low = high = True if value is not None else None
    if interval.low is not None:
        low = (at_most if interval.low_closed else less)(interval.low, value)
    if interval.high is not None:
        high = (at_most if interval.high_closed else less)(value, interval.high)
    return both(low, high)


def satisfies(value: Value, test: Value) -> bool | None:
    """Whether an input value meets the value of a unary test: equal to it, in its range, or in its list."""
    if type(test) is Range:
        if type(value) is Range:
            return equal(value, test)
        return within(value, test)
    if type(test) is list:
        if type(value) is list and _equal_lists(value, test):
            return True
        result: bool | None = False
        for item in test:
            result = either(result, satisfies(value, item) is True if type(item) is not Range else within(value, item))
        return result
    return equal(value, test)


# --- arithmetic


def _plus(nanos: int, value: Time) -> Time:
    return clock(seconds_of(value) * NANOS + value.nano + nanos, value)


def _shift_date(day: Date, nanos: int) -> Date | None:
    moved = plus_nanos(midnight(day), nanos)
    return moved.date if moved else None


def _shift_months(value: DateTime, months: int) -> DateTime | None:
    day = plus_months(value.date, months)
    return DateTime(day, value.time) if day else None


def _between(left: DateTime, right: DateTime) -> DaysTime | None:
    mine, theirs = instant(left), instant(right)
    if mine[0] != theirs[0]:
        return fail("date and time with and without offset cannot be subtracted")
    return DaysTime((mine[1] - theirs[1]) * NANOS + mine[2] - theirs[2])


def _between_times(left: Time, right: Time) -> DaysTime | None:
    mine, theirs = time_key(left), time_key(right)
    if mine[0] != theirs[0]:
        return fail("time with and without offset cannot be subtracted")
    return DaysTime((mine[1] - theirs[1]) * NANOS + mine[2] - theirs[2])


def _whole(value: Decimal) -> int:
    return int(value)


def _times(count: int, factor: Decimal) -> int:
    return _whole(NUMBERS.multiply(Decimal(count), factor))


def _share(count: int, divisor: Decimal) -> int:
    return _whole(NUMBERS.divide(Decimal(count), divisor))


Operation = Callable[[Value, Value], Value]
_ADD: Final[dict[tuple[type, type], Operation]] = {
    (str, str): lambda a, b: a + b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months + b.months),
    (DaysTime, DaysTime): lambda a, b: DaysTime(a.nanos + b.nanos),
    (Date, YearsMonths): lambda a, b: plus_months(a, b.months),
    (YearsMonths, Date): lambda a, b: plus_months(b, a.months),
    (Date, DaysTime): lambda a, b: _shift_date(a, b.nanos),
    (DaysTime, Date): lambda a, b: _shift_date(b, a.nanos),
    (DateTime, YearsMonths): lambda a, b: _shift_months(a, b.months),
    (YearsMonths, DateTime): lambda a, b: _shift_months(b, a.months),
    (DateTime, DaysTime): lambda a, b: plus_nanos(a, b.nanos),
    (DaysTime, DateTime): lambda a, b: plus_nanos(b, a.nanos),
    (Time, DaysTime): lambda a, b: _plus(b.nanos, a),
    (DaysTime, Time): lambda a, b: _plus(a.nanos, b),
}
_SUBTRACT: Final[dict[tuple[type, type], Operation]] = {
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months - b.months),
    (DaysTime, DaysTime): lambda a, b: DaysTime(a.nanos - b.nanos),
    (Date, Date): lambda a, b: _between(midnight(a), midnight(b)),
    (Date, DateTime): lambda a, b: _between(midnight(a), b),
    (DateTime, Date): lambda a, b: _between(a, midnight(b)),
    (DateTime, DateTime): _between,
    (Time, Time): _between_times,
    (Date, YearsMonths): lambda a, b: plus_months(a, -b.months),
    (Date, DaysTime): lambda a, b: _shift_date(a, -b.nanos),
    (DateTime, YearsMonths): lambda a, b: _shift_months(a, -b.months),
    (DateTime, DaysTime): lambda a, b: plus_nanos(a, -b.nanos),
    (Time, DaysTime): lambda a, b: _plus(-b.nanos, a),
}
_MULTIPLY: Final[dict[tuple[type, type], Operation]] = {
    (YearsMonths, Decimal): lambda a, b: YearsMonths(_times(a.months, b)),
    (Decimal, YearsMonths): lambda a, b: YearsMonths(_times(b.months, a)),
    (DaysTime, Decimal): lambda a, b: DaysTime(_times(a.nanos, b)),
    (Decimal, DaysTime): lambda a, b: DaysTime(_times(b.nanos, a)),
}
_DIVIDE: Final[dict[tuple[type, type], Operation]] = {
    (YearsMonths, Decimal): lambda a, b: YearsMonths(_share(a.months, b)),
    (DaysTime, Decimal): lambda a, b: DaysTime(_share(a.nanos, b)),
    (YearsMonths, YearsMonths): lambda a, b: NUMBERS.divide(Decimal(a.months), Decimal(b.months)),
    (DaysTime, DaysTime): lambda a, b: NUMBERS.divide(Decimal(a.nanos), Decimal(b.nanos)),
}


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Anything to the power of 0 is 1, also 0; 0 to a negative power has no value."""
    if not base and exponent < 0:
        raise DivisionByZero
    return NUMBERS.power(base, exponent) if exponent else Decimal(1)


_SIGNS: Final[dict[str, tuple[Operation, dict[tuple[type, type], Operation]]]] = {
    "+": (NUMBERS.add, _ADD),
    "-": (NUMBERS.subtract, _SUBTRACT),
    "*": (NUMBERS.multiply, _MULTIPLY),
    "/": (NUMBERS.divide, _DIVIDE),
    "**": (_power, {}),
}


def arithmetic(sign: str) -> Operation:
    """The function of an arithmetic sign; it answers null for operands it has no meaning for."""
    numbers, table = _SIGNS[sign]

    def apply(left: Value, right: Value) -> Value:
        try:
            if type(left) is Decimal and type(right) is Decimal:
                return numbers(left, right)
            operation = table.get((type(left), type(right)))
            if operation is None:
                return fail(f"{kind_of(left)} {sign} {kind_of(right)} has no meaning")
            return operation(left, right)
        except (DecimalException, OverflowError, ValueError) as error:
            return fail(f"{sign}: {type(error).__name__}")

    return apply


def negate(value: Value) -> Value:
    """``-value`` for numbers and durations."""
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if type(value) is YearsMonths:
        return YearsMonths(-value.months)
    if type(value) is DaysTime:
        return DaysTime(-value.nanos)
    return fail(f"-{kind_of(value)} has no meaning")
