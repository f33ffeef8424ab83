"""Files → standard rows and quarantine on disk, one folder per content, resumable at every batch.

`standardised/<data set>/<digest>/` holds parts, quarantine parts and `report.json`. While a file is being read its folder ends in
`.partial` and `progress.json` says what is safely written: after a kill the next run drops what came later and goes on from there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yiwang.data.lake import arriving
from yiwang.data.lake.errors import LakeBusy
from yiwang.data.lake.header import Layout, layout
from yiwang.data.lake.keeping import write_whole
from yiwang.data.lake.lines import BLOCK, Lines, prepared
from yiwang.data.lake.records import Found, Records, Reject, records
from yiwang.data.lake.shapes import Shape
from yiwang.data.lake.standardising import QUARANTINE, Counts, Standardised, Standardiser, schema

BATCH_ROWS: Final = 250_000
_WORKERS: Final = 2  # blocks standardised side by side
RULES: Final = "2"  # raise it when the same bytes would now give other rows: files are then read again
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Ingested:
    """A file that is in the lake: its folder, what happened to its rows, and whether it had been there before."""

    file: str
    digest: str
    folder: Path | None  # None where the file could not be opened at all
    counts: Counts
    facts: dict[str, Any]
    again: bool = False

    def to_json(self) -> dict[str, Any]:
        """The file's line of the report."""
        return {"file": self.file, "digest": self.digest, "already_there": self.again, **self.counts.to_json(), **self.facts}


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the lake: one writer at a time; LakeBusy."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LakeBusy(path=out) from error
        yield


def ingest_file(
    path: Path,
    shape: Shape,
    out: Path,
    *,
    name: str,
    today: date,
    batch_rows: int = BATCH_ROWS,
    told: Callable[[Counts], None] | None = None,
) -> Ingested:
    """Bring one file into the lake; `name` is how reports call it. A file whose bytes are already there is not read again."""
    digest = _digest(path)
    folder = out / "standardised" / shape.name / digest[:20]
    if (done := _report(folder)) and done["rules"] == _rules(shape):
        return Ingested(name, digest, folder, Counts.from_json(done["counts"]), done["facts"], again=True)
    partial = folder.with_suffix(".partial")
    writer = _Writer(partial, shape, name, digest)
    try:
        source = prepared(arriving.as_text(path, partial), partial)
    except arriving.UNREADABLE as error:
        shutil.rmtree(partial)
        return Ingested(name, digest, None, Counts(), {"failed": f"{type(error).__name__}: {error}"[:300]})
    job = _Reading(source, shape, writer, name, today)
    job.run(batch_rows, told)
    write_whole(
        partial / "report.json",
        {"file": name, "digest": digest, "rules": _rules(shape), "counts": writer.counts.to_json(), "facts": job.facts},
    )
    for left in ("progress.json", "utf8.csv", arriving.SHEET, arriving.KEYED):
        (partial / left).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)
    return Ingested(name, digest, folder, writer.counts, job.facts)


class _Writer:
    """The parts of one file; `save` makes everything so far safe."""

    def __init__(self, folder: Path, shape: Shape, name: str, digest: str) -> None:
        self.folder, self.schema = folder, schema(shape)
        self.begun = {"file": name, "digest": digest, "rules": _rules(shape)}
        self.counts, self.parts, self.bad_parts = Counts(), 0, 0
        self.offset, self.line = 0, 0
        self._good: list[pa.Table] = []
        self._bad: list[pa.Table] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._resume()

    def _resume(self) -> None:
        try:
            saved = json.loads((self.folder / "progress.json").read_text())
        except (OSError, ValueError):
            saved = {}
        if saved.get("begun") == self.begun:
            self.counts = Counts.from_json(saved["counts"])
            self.parts, self.bad_parts, self.offset, self.line = saved["parts"], saved["bad_parts"], saved["offset"], saved["line"]
        kept = {_part("part", number) for number in range(self.parts)} | {_part("quarantine", number) for number in range(self.bad_parts)}
        for found in self.folder.iterdir():
            if found.name not in kept | {"progress.json"}:
                found.unlink()

    def add(self, done: Standardised, *, offset: int = 0, line: int = 0) -> None:
        """Take rows; they are safe after the next `save`. The source is read up to `offset`, where line `line` begins."""
        self._good.append(done.good)
        self._bad.append(done.quarantined)
        self.counts.add(done.counts)
        self.offset, self.line = offset, line

    @property
    def waiting(self) -> int:
        """Rows that are not safe yet."""
        return sum(len(table) for table in self._good + self._bad)

    def taken(self) -> Callable[[], None]:
        """What makes all rows taken so far safe: writes them, then the progress that says so. Other rows may be taken meanwhile."""
        good, bad, self._good, self._bad = self._good, self._bad, [], []
        said = {"begun": self.begun, "counts": self.counts.to_json(), "offset": self.offset, "line": self.line}

        def save() -> None:
            self.parts += self._write(good, self.schema, _part("part", self.parts), always=self.parts == 0)
            self.bad_parts += self._write(bad, QUARANTINE, _part("quarantine", self.bad_parts), always=self.bad_parts == 0)
            write_whole(self.folder / "progress.json", said | {"parts": self.parts, "bad_parts": self.bad_parts})

        return save

    def _write(self, tables: list[pa.Table], kind: pa.Schema, name: str, *, always: bool) -> int:
        if not always and not any(len(table) for table in tables):
            return 0
        target = self.folder / f"{name}.new"
        with target.open("wb") as file:
            pq.write_table(pa.concat_tables([kind.empty_table(), *tables]), file, compression="zstd", compression_level=1)
            os.fsync(file.fileno())
        target.rename(self.folder / name)
        return 1


class _Reading:
    """One file from its header to its last row."""

    def __init__(self, source: Path, shape: Shape, writer: _Writer, name: str, today: date) -> None:
        self.source, self.shape, self.writer, self.name, self.today = source, shape, writer, name, today
        self.facts: dict[str, Any] = {}

    def run(self, batch_rows: int, told: Callable[[Counts], None] | None) -> None:
        """Read from where the last checkpoint left off."""
        offset, line, found, refused = self._header()
        standardiser = Standardiser(self.shape, found, source=self.name, today=self.today)
        if self.writer.line:
            offset, line, refused = self.writer.offset, self.writer.line, None
        if refused is not None:
            self.writer.add(standardiser.run(refused, rows_before=0))
        rows = self.writer.counts.rows_read
        lines = Lines(self.source, offset=offset, number=line, size=BLOCK)
        waiting: deque[tuple[Future[Standardised], Found]] = deque()
        # Blocks are told apart here, read and standardised side by side, and written by another thread: most of their time
        # all of them spend outside the interpreter's lock.
        with ThreadPoolExecutor(_WORKERS) as pool, ThreadPoolExecutor(1) as writing, closing(lines):
            self._saving = writing.submit(lambda: None)
            for batch in records(lines, delimiter=found.delimiter, width=max(len(found.fields), 1)):
                waiting.append((pool.submit(_standardised, standardiser, batch, rows, wanted=any(found.fields)), batch))
                rows += batch.count
                if len(waiting) > _WORKERS + 1:
                    self._take(waiting.popleft(), batch_rows, told, writing)
            while waiting:
                self._take(waiting.popleft(), batch_rows, told, writing)
            self._saving.result()
        self.writer.taken()()

    def _take(
        self, done: tuple[Future[Standardised], Found], batch_rows: int, told: Callable[[Counts], None] | None, writing: ThreadPoolExecutor
    ) -> None:
        self.writer.add(done[0].result(), offset=done[1].next_offset, line=done[1].next_line)
        if self.writer.waiting >= batch_rows:
            self._saving.result()  # one batch is written while the next is gathered, no more
            self._saving = writing.submit(self.writer.taken())
            if told:
                told(self.writer.counts)

    def _header(self) -> tuple[int, int, Layout, Records | None]:
        """Where the rows begin, the file's layout, and the records above its header."""
        begin = len(_BOM) if _starts_with(self.source, _BOM) else 0
        lines = Lines(self.source, offset=begin)
        try:
            block = lines.read()
        finally:
            lines.close()
        found = layout(block, self.shape) if block else None
        if block is None or found is None:
            self.facts = {"header": "unknown" if block else "empty_file"}
            width = block.line(0).count(",") + 1 if block else 1
            first = int(block.raw_ends[0]) if block and self.source.name == arriving.KEYED else 0  # its first line is surely a header
            return begin + first, 2 if first else 1, Layout(-1, ",", ("",) * width), None
        self.facts = {"header": "absent" if found.line < 0 else "found", "delimiter": found.delimiter, "fields": list(found.fields)}
        if found.unused:
            self.facts["columns_unused"] = list(found.unused)
        if found.line < 0:
            return begin, 1, found, None
        above = [index for index in range(found.line) if block.line(index).strip(" ,\t\0\ufeff")]
        above = [index for index in above if '"' not in block.line(index) or index < found.line - 4]
        empty = pa.table({f"c{place}": pa.array([], pa.string()) for place in range(len(found.fields))})
        none = np.empty(0, np.int64)
        refused = Records(block, empty, none, none, [Reject(index, index, "above_header") for index in above]) if above else None
        return begin + int(block.raw_ends[found.line]), found.line + 2, found, refused


def _standardised(standardiser: Standardiser, found: Found, rows_before: int, *, wanted: bool) -> Standardised:
    """A block's rows; those of a file that is not of the wanted shape are all refused."""
    batch = found.read()
    return standardiser.run(batch if wanted else _refused(batch), rows_before=rows_before)


def _refused(batch: Records) -> Records:
    """All rows of a file that is not of the wanted shape."""
    rejects = [Reject(int(first), int(last), "header_unknown") for first, last in zip(batch.first, batch.last, strict=True)]
    rejects += [replace(one, reason="header_unknown") for one in batch.rejects]
    none = np.empty(0, np.int64)
    return replace(batch, cells=batch.cells.slice(0, 0), first=none, last=none, rejects=sorted(rejects, key=lambda one: one.first))


def _part(kind: str, number: int) -> str:
    return f"{kind}-{number:05d}.parquet"


def _rules(shape: Shape) -> str:
    return hashlib.sha256(f"{RULES} {shape!r}".encode()).hexdigest()[:16]


def _report(folder: Path) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads((folder / "report.json").read_text())
    except (OSError, ValueError):
        return None
    return said


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _starts_with(path: Path, start: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(start)) == start
