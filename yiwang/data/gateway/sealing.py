"""Columns that lie on the disk encrypted: SM4 in counter mode over a column's bytes, so that one value can be opened without the others.

A sealed column is kept as text in a binary column; the file's own metadata names the sealed columns, their types and a random mark from
which, with the secret shared with the control plane, the key of each column of this one file is made. No key serves two files.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy
import pyarrow
import pyarrow.compute
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_NOTE = b"yiwang.sealed"
_TYPES = {str(one): one for one in (pyarrow.string(), pyarrow.float64(), pyarrow.int64(), pyarrow.bool_(), pyarrow.date32())}


def seal(table: pyarrow.Table, names: Collection[str], *, shared: bytes) -> pyarrow.Table:
    """The table with these columns encrypted; other types than text, number, boolean and date are refused with ValueError."""
    chosen = [name for name in names if name in table.column_names]
    if not chosen:
        return table
    mark, types = secrets.token_hex(16), {name: str(table.schema.field(name).type) for name in chosen}
    if unknown := [name for name, kind in types.items() if kind not in _TYPES]:
        raise ValueError(f"column {unknown[0]} of type {types[unknown[0]]} cannot be sealed")
    for name in chosen:
        text = _one(table.column(name).cast(pyarrow.string()))
        valid, offsets, data = text.buffers()
        hidden = _stream(_key(shared, mark, name), 0, data.to_pybytes() if data else b"")
        column = pyarrow.Array.from_buffers(pyarrow.binary(), len(text), [valid, offsets, pyarrow.py_buffer(hidden)])
        table = table.set_column(table.column_names.index(name), name, column)
    return table.replace_schema_metadata({_NOTE: json.dumps({"mark": mark, "types": types})})


def _one(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    """One array that begins at its buffers' begin."""
    whole = pyarrow.concat_arrays(column.chunks) if column.num_chunks else pyarrow.array([], pyarrow.string())
    return whole if not whole.offset else whole.take(numpy.arange(len(whole)))


def _key(shared: bytes, mark: str, name: str) -> bytes:
    return hmac.digest(shared, f"column {mark} {name}".encode(), "sm3")[:16]


def _stream(key: bytes, start: int, data: bytes) -> bytes:
    """The bytes that stand ``start`` bytes behind the column's begin, encrypted or opened: the same act."""
    block, inside = divmod(start, 16)
    worker = Cipher(algorithms.SM4(key), modes.CTR(block.to_bytes(16, "big"))).encryptor()
    return worker.update(bytes(inside) + data)[inside:]


def sealed(schema: pyarrow.Schema) -> Mapping[str, str]:
    """The sealed columns of a file with the types they had."""
    told = json.loads((schema.metadata or {}).get(_NOTE, b"{}"))
    types: Mapping[str, str] = told.get("types", {})
    return types


class Opener:
    """Reads the columns of one file, sealed or not."""

    def __init__(self, rows: pyarrow.Table, shared: bytes) -> None:
        """``rows``: each column in one chunk, as ``publish`` wrote it."""
        told = json.loads((rows.schema.metadata or {}).get(_NOTE, b"{}"))
        self._types: Mapping[str, str] = told.get("types", {})
        self._keys = {name: _key(shared, told["mark"], name) for name in self._types}
        self._columns = {name: _first(rows.column(name)) for name in rows.column_names}

    def values(self, name: str, places: Sequence[int]) -> list[Any]:
        """The values of a column at places."""
        column = self._columns[name]
        if name not in self._types:
            if len(places) == 1:
                return [column[places[0]].as_py()]
            found: list[Any] = column.take(numpy.array(places, dtype=numpy.int64)).to_pylist()
            return found
        texts = [self._text(name, column, place) for place in places]
        opened: list[Any] = pyarrow.array(texts, pyarrow.string()).cast(_TYPES[self._types[name]]).to_pylist()
        return opened

    def _text(self, name: str, column: pyarrow.Array, place: int) -> str | None:
        hidden = column[place].as_py()
        if hidden is None:
            return None
        return _stream(self._keys[name], int(self._offsets(column)[place]), hidden).decode()

    @staticmethod
    def _offsets(column: pyarrow.Array) -> Any:
        return numpy.frombuffer(column.buffers()[1], dtype=numpy.int32, count=len(column) + 1)

    def column(self, name: str, start: int = 0, end: int | None = None) -> pyarrow.Array:
        """A run of a column as it was before it was sealed."""
        held = self._columns[name]
        end = len(held) if end is None else min(end, len(held))
        if name not in self._types:
            return held.slice(start, end - start)
        if start >= end:
            return pyarrow.array([], _TYPES[self._types[name]])
        offsets, data = self._offsets(held), held.buffers()[2]
        first, last = int(offsets[start]), int(offsets[end])
        text = _stream(self._keys[name], first, data[first:last].to_pybytes() if data else b"")
        moved = pyarrow.py_buffer((offsets[start : end + 1] - first).astype(numpy.int32).tobytes())
        opened = pyarrow.Array.from_buffers(pyarrow.string(), end - start, [None, moved, pyarrow.py_buffer(text)])
        there = held.slice(start, end - start).is_valid()
        whole = pyarrow.compute.if_else(there, opened, pyarrow.scalar(None, pyarrow.string()))
        return whole.cast(_TYPES[self._types[name]])

    def table(self, names: Sequence[str]) -> pyarrow.Table:
        """All rows, opened."""
        return pyarrow.table({name: self.column(name) for name in names})


def _first(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    return column.chunk(0) if column.num_chunks else pyarrow.array([], type=column.type)
