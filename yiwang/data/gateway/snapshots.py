"""Resources as the gateway reads them: one Arrow file sorted by the hash of the key, memory-mapped, found by binary search."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy
import pyarrow
import pyarrow.ipc

from yiwang.data.gateway import changing, sealing
from yiwang.data.gateway.errors import ChangesGone, NoSuchResource, SnapshotUnusable
from yiwang.standards.errors import InvalidInput

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


def check_code(code: str) -> str:
    """A resource's code: 1 to 64 of a–z 0–9 . _ - and not starting with a dot; NoSuchResource for anything else (it names a folder)."""
    if not 0 < len(code) <= 64 or code[0] == "." or not set(code) <= _NAME:
        raise NoSuchResource()
    return code


def publish(
    folder: Path, code: str, table: pyarrow.Table, *, key: str, as_of: datetime, sealed: Collection[str] = (), shared: bytes = b""
) -> int:
    """Make a table the resource's current snapshot; returns its rows. Readers keep the old one until they look again.

    Args:
        folder: of all resources. code: see ``check_code``.
        table: rows with declared types; ``key`` names a text column without nulls and without repetition.
        as_of: the moment the rows are of; answers name it.
        sealed: columns that lie encrypted on the disk, not the key; ``shared``: the secret of control plane and gateways.

    Raises:
        InvalidInput: the key column is missing, not text, empty somewhere or repeated (the first repeated key is named).
    """
    check_code(code)
    keys = _keys(table, key)
    hashes = numpy.fromiter((_hash(one) for one in keys), dtype=numpy.uint64, count=len(keys))
    order = numpy.argsort(hashes, kind="stable")
    home = folder / code
    before = _current(home)
    made = home / f"{as_of:%Y%m%dT%H%M%S%f}-{os.getpid()}"
    made.mkdir(parents=True)
    ordered = table.take(order).combine_chunks()
    hidden = [name for name in sealed if name != key]
    kept = sealing.seal(ordered, hidden, shared=shared)
    with pyarrow.ipc.new_file(made / "rows.arrow", kept.schema) as output:
        output.write_table(kept, max_chunksize=max(len(keys), 1))
    numpy.save(made / "hashes.npy", hashes[order])
    number = _numbered(home, before, ordered, key, hidden, shared)
    (made / "manifest.json").write_text(json.dumps({"key": key, "as_of": as_of.isoformat(), "rows": len(keys), "number": number}))
    aside = home / f".current.{os.getpid()}"
    aside.write_text(made.name)
    aside.replace(home / "current")
    for old in home.iterdir():  # the one before may still be mapped by a reader that has not looked yet; older ones go
        if old.is_dir() and old.name not in (made.name, before, changing.FOLDER):
            shutil.rmtree(old)
    return len(keys)


def _numbered(home: Path, before: str, ordered: pyarrow.Table, key: str, hidden: Collection[str], shared: bytes) -> int:
    """The snapshot's number: one more than the one before; what changed between the two is kept beside them."""
    if not before:
        return 1
    manifest = json.loads((home / before / "manifest.json").read_text())
    number = int(manifest.get("number", 0)) + 1
    old = pyarrow.ipc.open_file(pyarrow.memory_map(str(home / before / "rows.arrow"))).read_all()
    opened = sealing.Opener(old, shared).table(old.column_names)
    changed = changing.difference(opened, ordered, key=key) if manifest["key"] == key else None
    changing.keep(home, number, None if changed is None else sealing.seal(changed.combine_chunks(), hidden, shared=shared))
    return number


def _keys(table: pyarrow.Table, key: str) -> list[str]:
    if key not in table.column_names:
        raise InvalidInput(f"数据里没有键列「{key}」,请核对数据资源的定义。", field=key)
    column = table.column(key)
    if not (pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type)) or column.null_count:
        raise InvalidInput(f"键列「{key}」必须是没有空值的文字列。", field=key)
    keys: list[str] = column.to_pylist()
    if len(set(keys)) != len(keys):
        seen: set[str] = set()
        twice = next(one for one in keys if one in seen or seen.add(one))  # type: ignore[func-returns-value]
        raise InvalidInput(f"键列「{key}」有重复的值(第一个以「{twice[:6]}」开头),请先去重。", field=key)
    return keys


def _current(home: Path) -> str:
    place = home / "current"
    return place.read_text().strip() if place.exists() else ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One open snapshot: rows by key. ``columns`` by name, ``hashes`` ascending; the key stands beside its hash.

    ``number`` counts the publications of the resource; ``home`` is the resource's folder.
    """

    home: Path
    number: int
    version: str
    key: str
    as_of: str
    hashes: Any
    rows: pyarrow.Table
    columns: Mapping[str, pyarrow.Array]
    opener: sealing.Opener

    def places(self, keys: Sequence[str]) -> list[int]:
        """By key the row's place, or -1. One binary search for all of them."""
        size = len(self.hashes)
        if not size:
            return [-1] * len(keys)
        wanted = numpy.array([_hash(key) for key in keys], dtype=numpy.uint64)
        first = numpy.minimum(numpy.searchsorted(self.hashes, wanted), size - 1)
        there = self.columns[self.key].take(first).to_pylist() if len(keys) > 1 else [self.columns[self.key][int(first[0])].as_py()]
        return [
            place if held == key else self._among_equals(key, mark, place)
            for key, held, mark, place in zip(keys, there, wanted.tolist(), first.tolist(), strict=True)
        ]

    def _among_equals(self, key: str, mark: int, place: int) -> int:
        """The place of a key whose hash another key shares, or -1: the key is not here."""
        while place < len(self.hashes) and int(self.hashes[place]) == mark:
            if self.columns[self.key][place].as_py() == key:
                return place
            place += 1
        return -1

    def values(self, names: Sequence[str], places: Sequence[int]) -> list[list[object]]:
        """The values of columns at places, column by column."""
        return [self.opener.values(name, places) for name in names]

    def batches(self, names: Sequence[str], size: int = 50_000) -> Iterator[pyarrow.RecordBatch]:
        """All rows, chunk by chunk, in the order of the hashes (which says nothing about anybody)."""
        for start in range(0, self.rows.num_rows, size):
            columns = [self.opener.column(name, start, start + size) for name in names]
            yield pyarrow.RecordBatch.from_arrays(columns, names=list(names))


def contained(folder: Path, code: str, keys: Sequence[str], *, number: int) -> bool | None:
    """Whether one of the keys stood in publication ``number`` of a resource (a download's ``X-Version``); None: no longer known."""
    try:
        snapshot = Shelf(folder).get(code)
        return any(
            changing.held_at(snapshot.home, snapshot.key, snapshot.number, now=place >= 0, number=number, key=key)
            for key, place in zip(keys, snapshot.places(keys), strict=True)
        )
    except (ChangesGone, NoSuchResource, SnapshotUnusable):
        return None


class Shelf:
    """The open snapshots of a folder; ``look`` notices new versions."""

    def __init__(self, folder: Path, shared: bytes = b"") -> None:
        """Nothing is opened before it is asked for; ``shared`` opens sealed columns."""
        self._folder, self._shared = folder, shared
        self._open: dict[str, Snapshot] = {}

    def get(self, code: str) -> Snapshot:
        """The open snapshot of a resource; NoSuchResource, SnapshotUnusable."""
        found = self._open.get(code)
        if found is None:
            found = self._open[code] = self._load(check_code(code))
        return found

    def look(self) -> None:
        """Open anew what was published since."""
        for code, held in list(self._open.items()):
            if _current(self._folder / code) != held.version:
                self._open[code] = self._load(code)

    def _load(self, code: str) -> Snapshot:
        version = _current(self._folder / code)
        if not version:
            raise NoSuchResource()
        place = self._folder / code / version
        try:
            manifest = json.loads((place / "manifest.json").read_text())
            rows = pyarrow.ipc.open_file(pyarrow.memory_map(str(place / "rows.arrow"))).read_all()
            hashes = numpy.asarray(numpy.load(place / "hashes.npy", mmap_mode="r"))
        except (OSError, ValueError, pyarrow.ArrowInvalid) as error:
            raise SnapshotUnusable(f"数据资源「{code}」的快照无法读取({error}):请重新发布。") from error
        columns = {name: _whole(rows.column(name)) for name in rows.column_names}
        number = int(manifest.get("number", 0))
        return Snapshot(
            place.parent, number, version, manifest["key"], manifest["as_of"], hashes, rows, columns, sealing.Opener(rows, self._shared)
        )


def sealed_columns(folder: Path, code: str) -> frozenset[str]:
    """The columns of a resource that lie encrypted in its current snapshot; none where there is no snapshot."""
    version = _current(folder / check_code(code))
    if not version:
        return frozenset()
    return frozenset(sealing.sealed(pyarrow.ipc.open_file(pyarrow.memory_map(str(folder / code / version / "rows.arrow"))).schema))


def _whole(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    """The one chunk that ``publish`` wrote; an empty table has none."""
    return column.chunk(0) if column.num_chunks else pyarrow.array([], type=column.type)
