"""Rows of an open data set by filters, words and sorting: what ``datastore_search`` asks, on Arrow in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from yiwang.data.opening import definitions, files, queries
from yiwang.data.opening.errors import UnknownColumn
from yiwang.data.opening.values import Slice

if TYPE_CHECKING:
    import pyarrow as pa

MOST: Final = 32_000  # rows in one answer


def search(
    code: str, *, filters: Mapping[str, Any], q: str, fields: Sequence[str], sort: str, limit: int, offset: int, number: int | None
) -> Slice:
    """See the door."""
    row = queries.public_release(code, number)
    shown = queries.columns(definitions.read(row.definition))
    table = files.table(row.digest)
    known = table.column_names
    for name in (*filters, *fields):
        if name not in known:
            raise UnknownColumn(column=str(name)[:60], known="、".join(known))
    for name, wanted in filters.items():
        table = table.filter(_equal(table, name, wanted if isinstance(wanted, list) else [wanted]))
    for word in q.split()[:10]:
        table = table.filter(_holds(table, word))
    if sort:
        table = table.sort_by(_order(sort, known))
    total = table.num_rows
    wanted_fields = list(fields) or known
    part = table.slice(max(offset, 0), min(max(limit, 0), MOST)).select(wanted_fields)
    by_name = {one.name: one for one in shown}
    return Slice(tuple(by_name[name] for name in wanted_fields), tuple(part.to_pylist()), total)


def _equal(table: pa.Table, name: str, wanted: Sequence[Any]) -> Any:
    """Rows whose value, written as text, is one of the wanted: a filter 5 and a filter "5" mean the same."""
    import pyarrow as pa
    import pyarrow.compute as compute

    texts = {_as_text(value) for value in wanted if value is not None}
    found = compute.is_in(_texts(table, name), value_set=pa.array(sorted(texts), pa.string()))
    return compute.or_(found, compute.is_null(table.column(name))) if None in wanted else found


def _holds(table: pa.Table, word: str) -> Any:
    """Rows in which some cell holds the word, capitals aside."""
    import pyarrow.compute as compute

    found = None
    for name in table.column_names:
        here = compute.fill_null(compute.match_substring(_texts(table, name), word, ignore_case=True), False)
        found = here if found is None else compute.or_(found, here)
    return found


def _texts(table: pa.Table, name: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as compute

    return compute.cast(table.column(name), pa.string())


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _order(sort: str, known: Sequence[str]) -> list[tuple[str, str]]:
    """``name, other desc`` as Arrow wants it."""
    found = []
    for part in sort.split(","):
        name, _, way = part.strip().partition(" ")
        if name not in known:
            raise UnknownColumn(column=name[:60], known="、".join(known))
        found.append((name, "descending" if way.strip().lower() == "desc" else "ascending"))
    return found
