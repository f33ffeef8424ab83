"""Columns in figures: types, empty and distinct values, keys, relations between tables. Vectorised by Arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yiwang.data.sensing.values import Profile, Relation

LOOKED_AT = 2000
MOST_DISTINCT = 200_000


def texts(column: Any) -> Any:
    """The column as Arrow strings, blanks trimmed, '' as null."""
    import pyarrow
    from pyarrow import compute

    kind = column.type
    if pyarrow.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    if pyarrow.types.is_nested(column.type) or pyarrow.types.is_binary(column.type) or pyarrow.types.is_large_binary(column.type):
        return pyarrow.chunked_array([pyarrow.nulls(len(column), pyarrow.string())])
    text = compute.utf8_trim_whitespace(column.cast(pyarrow.string()))
    return compute.if_else(compute.equal(text, ""), pyarrow.scalar(None, pyarrow.string()), text)


def sample(text: Any) -> list[str]:
    """At most ``LOOKED_AT`` non-empty values, spread evenly over the column, in its order."""
    import pyarrow

    filled = text.drop_null()
    step = max(1, len(filled) // LOOKED_AT)
    taken = filled.take(pyarrow.array(range(0, len(filled), step))) if step > 1 else filled
    return [one for one in taken.to_pylist()[:LOOKED_AT] if one is not None]


def field_type(column: Any, looked: list[str], dates: bool) -> str:
    """The catalogue's type: from Arrow's where it says more than text, else from the values (leading zeros stay text)."""
    from pyarrow import types

    kind = column.type
    if types.is_boolean(kind):
        return "boolean"
    if types.is_timestamp(kind):
        return "datetime"
    if types.is_date(kind):
        return "date"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_binary(kind) or types.is_large_binary(kind):
        return "binary"
    if dates:
        return "datetime" if sum(":" in one for one in looked) > len(looked) / 2 else "date"
    return "number" if looked and sum(_plain_number(one) for one in looked) >= 0.95 * len(looked) else "string"


def _plain_number(text: str) -> bool:
    body = text.lstrip("+-")
    whole, dot, part = body.partition(".")
    return whole.isdigit() and body.isascii() and (not dot or part.isdigit()) and len(whole) <= 15 and (whole == "0" or whole[0] != "0")


def profile(text: Any, show: Callable[[str], str]) -> Profile:
    """The figures of a column; values go through ``show``."""
    from pyarrow import compute

    filled = text.drop_null()
    rows, empty = len(text), len(text) - len(filled)
    if not len(filled):
        return Profile(rows, empty, 0, 0)
    counts = compute.value_counts(filled)
    times = counts.field("counts")
    order = compute.array_sort_indices(times, order="descending")[:5]
    top = tuple((show(counts.field("values")[int(place)].as_py()), times[int(place)].as_py()) for place in order.to_pylist())
    ends = compute.min_max(filled)
    longest = compute.max(compute.utf8_length(filled)).as_py()
    return Profile(rows, empty, len(counts), longest, show(ends["min"].as_py()[:60]), show(ends["max"].as_py()[:60]), top)


def keys(table: Any) -> set[str]:
    """The first column that is filled and different in every row; failing that, the first such pair of columns; {} without."""
    from pyarrow import compute

    if table.num_rows < 2:
        return set()
    whole = []
    for name in dict.fromkeys(table.column_names):
        if table.column_names.count(name) > 1:
            continue
        text = texts(table.column(name))
        if text.null_count == 0:
            distinct = compute.count_distinct(text).as_py()
            if distinct == table.num_rows:
                return {name}
            whole.append((name, text, distinct))
    for place, (first, left, some) in enumerate(whole[:8]):
        for second, right, others in whole[place + 1 : 8]:
            if (
                some * others >= table.num_rows
                and compute.count_distinct(compute.binary_join_element_wise(left, right, "\x1f")).as_py() == table.num_rows
            ):
                return {first, second}
    return set()


def relations(tables: Mapping[str, Any]) -> list[Relation]:
    """See the door."""
    distinct: dict[tuple[str, str], set[str]] = {}
    key_columns = []
    for name, table in tables.items():
        key = keys(table)
        for place, column in enumerate(table.column_names):
            found = texts(table.column(place)).drop_null().unique()
            if 3 <= len(found) <= MOST_DISTINCT:
                distinct[name, column] = set(found.to_pylist())
                if key == {column}:
                    key_columns.append((name, column))
    told = []
    for (table_name, column), values in distinct.items():
        for other, key_name in key_columns:
            if other != table_name:
                share = len(values & distinct[other, key_name]) / len(values)
                if share >= 0.9:
                    told.append(Relation(table_name, column, other, key_name, round(share, 4)))
    return sorted(told, key=lambda one: (-one.share, one.table, one.column))
