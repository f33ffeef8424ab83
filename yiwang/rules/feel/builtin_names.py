"""The names of the built-in functions, which the parser must know before it can read an expression."""

from __future__ import annotations

from typing import Final

BUILTIN_NAMES: Final[tuple[str, ...]] = (
    *("not", "date", "date and time", "time", "number", "string", "duration", "years and months duration"),
    *("substring", "string length", "upper case", "lower case", "substring before", "substring after", "replace", "contains"),
    *("starts with", "ends with", "matches", "split", "string join", "list contains", "count", "min", "max", "sum", "mean"),
    *("all", "any", "sublist", "append", "concatenate", "insert before", "remove", "reverse", "index of", "union"),
    *("distinct values", "flatten", "product", "median", "stddev", "mode", "decimal", "floor", "ceiling", "round up"),
    *("round down", "round half up", "round half down", "abs", "modulo", "sqrt", "log", "exp", "odd", "even", "before"),
    *("after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes", "finished by", "includes"),
    *("during", "starts", "started by", "coincides", "day of year", "day of week", "month of year", "week of year", "is"),
    *("get value", "get entries", "context", "context put", "context merge", "now", "today", "sort", "list replace", "range"),
)
