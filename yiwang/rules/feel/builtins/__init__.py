"""The built-in functions of FEEL by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yiwang.rules.feel.builtins import contexts, conversion, dates, lists, numbers, ranges, strings
from yiwang.rules.feel.calls import Builtin

BUILTINS: Final[Mapping[str, Builtin]] = {
    **conversion.FUNCTIONS,
    **strings.FUNCTIONS,
    **numbers.FUNCTIONS,
    **lists.FUNCTIONS,
    **dates.FUNCTIONS,
    **ranges.FUNCTIONS,
    **contexts.FUNCTIONS,
}
