"""A register as an Arrow table, read in chunks; empty texts are no values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

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
        RegistersUnavailable: the register is switched off or does not answer.
    """
    import pyarrow

    types = shipped()[resource]["types"]
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


def refreshed(resource: str) -> datetime | None:
    """When its owner loaded the register last."""
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
