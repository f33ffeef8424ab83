"""Numeric functions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
    InvalidOperation,
)
from typing import Final

from yiwang.rules.feel.builtins.declare import Functions
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.ops import negate
from yiwang.rules.feel.values import NUMBERS, DaysTime, Value, YearsMonths

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define
_MIN_SCALE, _MAX_SCALE = -6111, 6176
_WIDE: Final = Context(prec=12_400, traps=[InvalidOperation])


def _rounding(mode: str) -> Callable[..., Value]:
    def apply(n: Decimal, scale: Decimal = Decimal(0)) -> Value:
        places = int(scale)
        if not _MIN_SCALE <= places <= _MAX_SCALE:
            return fail(f"scale {places} outside {_MIN_SCALE} to {_MAX_SCALE}")
        exponent = n.as_tuple().exponent
        if isinstance(exponent, int) and exponent >= -places and places >= 0:
            return n
        rounded = n.quantize(Decimal((0, (1,), -places)), rounding=mode, context=_WIDE)
        return NUMBERS.plus(rounded) if rounded else Decimal(0)

    return apply


def _finite(compute: Callable[[Decimal], Decimal]) -> Callable[[Decimal], Value]:
    def apply(number: Decimal) -> Value:
        try:
            value = compute(number)
        except DecimalException:
            return fail(f"no value for {number}")
        return value if value.is_finite() else fail(f"no value for {number}")

    return apply


def _abs(value: Value) -> Value:
    count = value.months if isinstance(value, YearsMonths) else value.nanos if isinstance(value, DaysTime) else value
    return negate(value) if count < 0 else value


def _modulo(dividend: Decimal, divisor: Decimal) -> Value:
    if not divisor:
        return fail("modulo 0")
    rest = _WIDE.remainder(dividend, divisor)
    # the rest has the sign of the divisor
    return NUMBERS.plus(rest + divisor if rest and (rest < 0) != (divisor < 0) else rest)


def _even(number: Decimal) -> bool:
    return _WIDE.remainder(number, Decimal(2)) == 0


def _odd(number: Decimal) -> bool:
    return abs(_WIDE.remainder(number, Decimal(2))) == 1


define("decimal", ("n:number, scale:number", _rounding(ROUND_HALF_EVEN)))
define("floor", ("n:number, scale:number?", _rounding(ROUND_FLOOR)))
define("ceiling", ("n:number, scale:number?", _rounding(ROUND_CEILING)))
for _name, _mode in (("up", ROUND_UP), ("down", ROUND_DOWN), ("half up", ROUND_HALF_UP), ("half down", ROUND_HALF_DOWN)):
    define(f"round {_name}", ("n:number, scale:number", _rounding(_mode)))
define("abs", ("n:number|days and time duration|years and months duration", _abs))
define("modulo", ("dividend:number, divisor:number", _modulo))
define("sqrt", ("number:number", _finite(NUMBERS.sqrt)))
define("log", ("number:number", _finite(NUMBERS.ln)))
define("exp", ("number:number", _finite(NUMBERS.exp)))
define("odd", ("number:number", _odd))
define("even", ("number:number", _even))
