"""A register or a theme table of the lake as an Arrow table; empty texts are no values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from yiwang.data.lake import api as lake
from yiwang.data.quality import sources
from yiwang.data.quality.rulebook import shipped
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Ask

if TYPE_CHECKING:
    import pyarrow

KEY: Final = "\x00key"
_CHUNK: Final = 20_000


def snapshot(resource: str, columns: Sequence[str], *, most: int | None = None) -> pyarrow.Table:
    """The columns and ``KEY``, the row's number in its register, in the order of the keys; the first ``most`` rows where given.

    Raises:
        RegistersUnavailable: the register is switched off or does not answer. UnknownTable: nothing came into the theme table yet.
    """
    import pyarrow

    types = shipped()[resource]["types"]
    if sources.source(resource).dataset:
        return _of_lake(resource, columns, types, most)
    schema = pyarrow.schema([(KEY, pyarrow.string()), *((name, _arrow(types[name])) for name in columns)])
    batches, after, read = [], "", 0
    while True:
        limit = _CHUNK if most is None else min(_CHUNK, most - read)
        found = registers.sweep(resource, columns=list(columns), after=after, limit=limit) if limit else []
        if found:
            by_column = zip(*(one[3] for one in found), strict=True) if columns else ()
            arrays = [pyarrow.array([one[0] for one in found], pyarrow.string())]
            arrays += [
                pyarrow.array([_value(value, types[name]) for value in values], schema.field(name).type)
                for name, values in zip(columns, by_column, strict=True)
            ]
            batches.append(pyarrow.record_batch(arrays, schema=schema))
            read, after = read + len(found), found[-1][0]
        if len(found) < _CHUNK:
            return pyarrow.Table.from_batches(batches, schema=schema)


def _of_lake(resource: str, columns: Sequence[str], types: Mapping[str, str], most: int | None) -> pyarrow.Table:
    """The rows of a theme table that hold now."""
    import pyarrow
    import pyarrow.compute as compute

    one = sources.source(resource)
    found = lake.current(one.dataset, out=sources.folder(), columns=list(dict.fromkeys([*one.key, *columns])), most=most)
    made = {KEY: sources.joined_key(found, one.key)}
    for name in columns:
        column = found.column(name).cast(_arrow(types[name]))
        empty = compute.equal(column, "") if types[name] == "text" else None
        made[name] = column if empty is None else compute.if_else(empty, pyarrow.scalar(None, column.type), column)
    return pyarrow.table(made)


def refreshed(resource: str) -> datetime | None:
    """When its owner loaded the register last, or the theme table was made."""
    if sources.source(resource).dataset:
        told = sources.published(resource)
        return datetime.fromisoformat(str(told["made_at"])) if told else None
    register = registers.register(resource)
    asked = Ask(resource, register.lookups[0].kind, (), (register.key_column,))
    state = registers.read([asked]).states.get(resource)
    return state.refreshed_at if state else None


def _arrow(kind: str) -> pyarrow.DataType:
    import pyarrow

    return {"text": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64(), "date": pyarrow.date32()}[kind]


def _value(value: Any, kind: str) -> Any:
    if value is None or value == "":
        return None
    if kind == "date":
        return date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if kind == "text":
        return str(value).lower() if isinstance(value, bool) else str(value)
    return float(value) if kind == "number" else value
