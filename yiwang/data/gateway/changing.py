"""What changed from one snapshot of a resource to the next: kept as numbered files, handed out in pieces that can be resumed.

``changes/<number>.arrow`` beside the snapshots holds the rows that the snapshot ``number`` added, altered or dropped, with two columns of
ours: ``_gone`` (the key is no longer there; every other column is null) and ``_altered`` (one bit per column of the table, in its order).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
import pyarrow
import pyarrow.compute
import pyarrow.ipc

from yiwang.data.gateway import sealing
from yiwang.data.gateway.errors import ChangesGone

FOLDER = "changes"
KEPT = 400  # publications whose changes are kept: more than a year of daily ones
_ALL = -1


def difference(old: pyarrow.Table, new: pyarrow.Table, *, key: str) -> pyarrow.Table:
    """The changed rows. One look-up table of the old keys and one comparison per column; memory: the keys and one column at a time."""
    at = pyarrow.compute.index_in(new.column(key), value_set=old.column(key).combine_chunks()).to_numpy(zero_copy_only=False)
    fresh = numpy.isnan(at.astype(float))
    both = numpy.flatnonzero(~fresh)
    before = at[both].astype(numpy.int64)
    altered = numpy.zeros(new.num_rows, dtype=numpy.int64)
    altered[fresh] = _ALL
    for place, name in enumerate(new.column_names):
        bit = numpy.int64(1 << place) if place < 63 else numpy.int64(_ALL)
        altered[both] |= numpy.where(_differs(old, new, name, before, both), bit, 0)
    rows = numpy.flatnonzero(altered)
    put = new.take(rows).append_column("_gone", pyarrow.array(numpy.zeros(len(rows), dtype=bool)))
    put = put.append_column("_altered", pyarrow.array(altered[rows]))
    gone = old.column(key).filter(
        pyarrow.compute.invert(pyarrow.compute.is_in(old.column(key), value_set=new.column(key).combine_chunks()))
    )
    left = {name: gone if name == key else pyarrow.nulls(len(gone), type=new.schema.field(name).type) for name in new.column_names}
    left |= {"_gone": numpy.ones(len(gone), dtype=bool), "_altered": numpy.full(len(gone), _ALL, dtype=numpy.int64)}
    schema = put.schema
    return pyarrow.concat_tables([put, pyarrow.table([left[name] for name in schema.names], schema=_nullable(schema))])


def _nullable(schema: pyarrow.Schema) -> pyarrow.Schema:
    return pyarrow.schema([field.with_nullable(True) for field in schema])


def _differs(old: pyarrow.Table, new: pyarrow.Table, name: str, before: numpy.ndarray, now: numpy.ndarray) -> numpy.ndarray:
    """For rows in both tables whether a column holds another value; a column that is new or of another type does."""
    if name not in old.column_names or old.schema.field(name).type != new.schema.field(name).type:
        return numpy.ones(len(now), dtype=bool)
    one, other = old.column(name).take(before), new.column(name).take(now)
    try:
        unequal = pyarrow.compute.fill_null(pyarrow.compute.not_equal(one, other), False)
    except pyarrow.ArrowNotImplementedError:  # nested values
        pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
        return numpy.fromiter((left != right for left, right in pairs), dtype=bool, count=len(now))
    emptied = pyarrow.compute.xor(pyarrow.compute.is_null(one), pyarrow.compute.is_null(other))
    return numpy.asarray(pyarrow.compute.or_(unequal, emptied))


def keep(home: Path, number: int, changed: pyarrow.Table | None) -> None:
    """Put the changes of a publication beside the snapshots; None: they cannot be told, so everybody downloads anew."""
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.arrow"):
        if changed is None or int(old.stem) <= number - KEPT:
            old.unlink()
    if changed is None:
        return
    aside = folder / f".{number}.{os.getpid()}"
    with pyarrow.ipc.new_file(aside, changed.schema) as output:
        output.write_table(changed)
    aside.replace(folder / f"{number}.arrow")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the changes: everything of publication ``number`` up to ``row`` was handed out. As text ``number.row``."""

    number: int
    row: int = 0

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """``17`` (after publication 17) or ``18.2000`` (inside the changes that made 18); None for anything else."""
        number, _, row = text.partition(".")
        if not (
            number.isascii() and number.isdigit() and len(number) < 16 and (not row or (row.isascii() and row.isdigit() and len(row) < 16))
        ):
            return None
        return cls(int(number), int(row) if row else -1)

    def __str__(self) -> str:
        """As callers hand it back."""
        return str(self.number) if self.row < 0 else f"{self.number}.{self.row}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the changes: keys and whether they are gone, the asked columns, and where the next piece begins."""

    keys: Sequence[str]
    gone: Sequence[bool]
    columns: Mapping[str, list[object]]
    next: Cursor
    last: bool


def piece(home: Path, key: str, current: int, *, after: Cursor, names: Sequence[str], limit: int, shared: bytes = b"") -> Piece:
    """The next changes of the named columns, at most ``limit`` rows, of one publication.

    Rows in which only other columns changed are passed over: that they changed is nobody's business who may not see the column.

    Raises:
        ChangesGone: the place is older than what is kept, or lies in the future.
    """
    if after.number > current or (after.row >= 0 and not (home / FOLDER / f"{after.number}.arrow").exists()):
        raise ChangesGone(current=current)
    number, start = (after.number, after.row) if after.row >= 0 else (after.number + 1, 0)
    while number <= current:
        file = home / FOLDER / f"{number}.arrow"
        try:
            rows = pyarrow.ipc.open_file(pyarrow.memory_map(str(file))).read_all()
        except OSError as error:
            raise ChangesGone(current=current) from error
        bits = _bits(rows, names)
        wanted = numpy.flatnonzero((numpy.asarray(rows.column("_altered")) & bits) != 0)
        wanted = wanted[wanted >= start][: limit + 1]
        if len(wanted):
            more = len(wanted) > limit
            chosen = rows.take(wanted[:limit])
            opener = sealing.Opener(rows.combine_chunks(), shared)
            columns = {name: opener.values(name, wanted[:limit].tolist()) for name in names}
            following = Cursor(number, int(wanted[limit])) if more else Cursor(number, -1)
            gone = chosen.column("_gone").to_pylist()
            return Piece(chosen.column(key).to_pylist(), gone, columns, following, last=not more and number == current)
        number, start = number + 1, 0
    return Piece((), (), {}, Cursor(current, -1), last=True)


def _bits(rows: pyarrow.Table, names: Sequence[str]) -> numpy.int64:
    """The bits of the asked columns in ``_altered``; a column that those days did not have cannot be told."""
    held = rows.column_names
    if any(name not in held for name in names):
        raise ChangesGone(current=0)
    return numpy.int64(_ALL) if any(held.index(name) >= 63 for name in names) else numpy.int64(sum(1 << held.index(name) for name in names))


def held_at(home: Path, key_column: str, current: int, *, now: bool, number: int, key: str) -> bool:
    """Whether a key stood in publication ``number``; ``now``: whether it stands in the ``current`` one. The first change after it tells.

    Raises:
        ChangesGone: the changes since are no longer all there.
    """
    for one in range(number + 1, current + 1):
        try:
            rows = pyarrow.ipc.open_file(pyarrow.memory_map(str(home / FOLDER / f"{one}.arrow"))).read_all()
        except OSError as error:
            raise ChangesGone(current=current) from error
        place = pyarrow.compute.index(rows.column(key_column), key).as_py()
        if place >= 0:
            return bool(rows.column("_gone")[place].as_py() or rows.column("_altered")[place].as_py() != _ALL)
    return now
