"""Records of a file → standard rows and quarantined rows: every record lands in exactly one of the two."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yiwang.data.lake import garbling, kinds
from yiwang.data.lake.header import Layout
from yiwang.data.lake.kinds import Read
from yiwang.data.lake.lines import PLAIN
from yiwang.data.lake.readings import missing
from yiwang.data.lake.records import Records, Reject
from yiwang.data.lake.shapes import Shape

QUARANTINE: Final = pa.schema(
    [
        ("source_file", pa.string()),
        ("source_row", pa.int64()),
        ("source_line", pa.int64()),
        ("reason", pa.string()),
        ("problems", pa.list_(pa.string())),
        ("raw", pa.string()),
        ("raw_bytes", pa.binary()),
    ]
)
_SOURCE: Final = (("source_file", pa.string()), ("source_row", pa.int64()), ("source_line", pa.int64()))
_DISTINCTIVE: Final = ("credit_code", "id_number", "past_date", "money", "province")


@dataclass(slots=True)
class Counts:
    """What happened to the rows: `reasons` has one per quarantined row, `notes` and `missing` count cells of good rows."""

    rows_read: int = 0
    rows_good: int = 0
    rows_quarantined: int = 0
    blank_lines: int = 0
    lines_recoded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Add another's."""
        for name in ("rows_read", "rows_good", "rows_quarantined", "blank_lines", "lines_recoded"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("reasons", "notes", "missing"):
            getattr(self, name).update(getattr(other, name))

    def to_json(self) -> dict[str, Any]:
        """For reports and checkpoints."""
        whole = {name: getattr(self, name) for name in ("rows_read", "rows_good", "rows_quarantined", "blank_lines", "lines_recoded")}
        return whole | {name: dict(sorted(getattr(self, name).items())) for name in ("reasons", "notes", "missing")}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Counts:
        """Back from a checkpoint."""
        values: dict[str, Any] = {name: Counter(value) if isinstance(value, dict) else value for name, value in said.items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Standardised:
    """The good rows, the quarantined rows, and the count of both."""

    good: pa.Table
    quarantined: pa.Table
    counts: Counts


def schema(shape: Shape) -> pa.Schema:
    """The columns of a data set's standard rows."""
    columns = [(f"{one.name}{suffix}", kind) for one in shape.fields for suffix, kind in kinds.KINDS[one.kind].columns]
    return pa.schema(columns + list(_SOURCE))


class Standardiser:
    """Standardises the records of one file; `source` is the name by which its rows say where they come from."""

    def __init__(self, shape: Shape, layout: Layout, *, source: str, today: date) -> None:
        self.shape, self.layout, self.source = shape, layout, source
        self.schema = schema(shape)
        self._readers = {one.name: kinds.reader(one.kind, today=today, unit=layout.units.get(one.name, "")) for one in shape.fields}

    def run(self, records: Records, *, rows_before: int) -> Standardised:
        """Standardise one block's records; `rows_before` is how many rows of the file came before them. Blocks may run side by side."""
        cells = self._cells(records)
        count = len(records.first)
        rows = _row_numbers(records) + rows_before
        reads = {
            one.name: self._readers[one.name].read(cells[one.name], within=cells[one.within] if one.within else None)
            for one in self.shape.fields
        }
        bad = self._bad(records, cells, self._problems(reads))
        good = np.ones(count, bool)
        good[list(bad)] = False
        counts = Counts(notes=_noted(reads, good))
        source = [
            pa.repeat(pa.scalar(self.source, pa.string()), count),
            pa.array(rows[:count]),
            pa.array(records.first + records.block.number),
        ]
        table = pa.Table.from_arrays([column for read in reads.values() for column in read.columns] + source, schema=self.schema)
        table = table.filter(pa.array(good)) if bad else table
        if len(table) and bool((np.diff(table["source_row"].to_numpy()) < 0).any()):
            table = table.sort_by("source_row")
        counts.missing = self._missing(table)
        quarantined = self._quarantined(records, rows, bad)
        counts.reasons = Counter(quarantined["reason"].to_pylist())
        counts.rows_read, counts.rows_good, counts.rows_quarantined = count + len(records.rejects), len(table), len(quarantined)
        counts.blank_lines, counts.lines_recoded = records.blank, records.recoded
        assert counts.rows_read == counts.rows_good + counts.rows_quarantined
        return Standardised(table, quarantined, counts)

    def _cells(self, records: Records) -> dict[str, pa.Array]:
        empty = pa.repeat(pa.scalar("", pa.string()), len(records.first))
        cells = {one.name: empty for one in self.shape.fields}
        for place, name in enumerate(self.layout.fields):
            if name:
                column = records.cells.column(place)
                cells[name] = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        return cells

    def _problems(self, reads: dict[str, Read]) -> dict[int, list[str]]:
        """What is wrong with rows, in the order of the fields."""
        problems: dict[int, list[str]] = {}
        for one in self.shape.fields:
            read = reads[one.name]
            for row, problem in read.problems.rows():
                problems.setdefault(row, []).append(f"{one.name}_{problem}")
            if one.required and read.columns[0].null_count:
                empty = read.columns[0].is_null().to_numpy(zero_copy_only=False) & read.problems.none()
                for row in np.flatnonzero(empty).tolist():
                    problems.setdefault(row, []).append(f"{one.name}_missing")
        return problems

    def _missing(self, table: pa.Table) -> Counter[str]:
        found: Counter[str] = Counter()
        place = 0
        for one in self.shape.fields:
            if empty := table.column(place).null_count:
                found[one.name] = empty
            place += len(kinds.KINDS[one.kind].columns)
        return found

    def _bad(self, records: Records, cells: dict[str, pa.Array], problems: dict[int, list[str]]) -> dict[int, tuple[str, list[str]]]:
        """The rows to quarantine: their reason, and everything that is wrong with them."""
        found: dict[int, tuple[str, list[str]]] = {}
        for row, reason in self._garbled(records, cells).items():
            found[row] = (reason, [reason, *problems.get(row, [])])
        for row in problems.keys() - found.keys():
            reason = self._reason({name: column[row].as_py() for name, column in cells.items()}, problems[row])
            found[row] = (reason, problems[row])
        return found

    def _garbled(self, records: Records, cells: dict[str, pa.Array]) -> dict[int, str]:
        """Rows whose text was destroyed, or garbled and could be recovered by a person's decision."""
        found: dict[int, str] = {}
        damaged = garbling.damaged(records.block.text)
        for column in records.cells.columns if damaged else ():
            for row in garbling.destroyed(column.combine_chunks()).tolist():
                found[row] = "text_destroyed"
        name = cells[self.shape.fields[0].name]
        for row in garbling.suspects(name).tolist():
            whole = "".join(column[row].as_py() for column in records.cells.columns)
            if row not in found and (garbling.recovered(name[row].as_py()) or garbling.recovered(whole)):
                found[row] = "text_garbled"
        return found

    def _reason(self, cells: dict[str, str], problems: list[str]) -> str:
        if all(missing(text) for text in cells.values()):
            return "empty_row"
        titles = sum(1 for name, text in cells.items() if text and (one := self.shape.field_of(text)) and one.name)
        if titles * 2 >= sum(1 for text in cells.values() if text):
            return "repeated_header"
        return "columns_shifted" if self._shifted(cells, problems) else problems[0]

    def _shifted(self, cells: dict[str, str], problems: list[str]) -> bool:
        """Whether a checked identifier, a day, an amount or a province stands where another field belongs."""
        if any(problem.endswith("_misplaced") for problem in problems):
            return True
        for one in self.shape.fields:
            own = any(re.fullmatch(f"{one.name}_[a-z_]+", problem) for problem in problems)
            if own and one.kind in _DISTINCTIVE:
                read = self._readers[one.name]
                others = [text for name, text in cells.items() if name != one.name and text]
                if any(read.says(text) for text in others):
                    return True
        return False

    def _quarantined(self, records: Records, rows: NDArray[np.int64], bad: dict[int, tuple[str, list[str]]]) -> pa.Table:
        count = len(records.first)
        entries = [(int(rows[count + place]), one, [one.reason]) for place, one in enumerate(records.rejects)]
        for row, (reason, problems) in bad.items():
            entries.append((int(rows[row]), Reject(int(records.first[row]), int(records.last[row]), reason), problems))
        entries.sort(key=lambda entry: entry[0])
        block = records.block
        values = [
            {
                "source_file": self.source,
                "source_row": row,
                "source_line": one.first + block.number,
                "reason": one.reason,
                "problems": problems,
                "raw": records.raw(one.first, one.last),
                "raw_bytes": block.source(one.first, one.last) if block.kinds[one.first : one.last + 1].max() != PLAIN else None,
            }
            for row, one, problems in entries
        ]
        return pa.Table.from_pylist(values, schema=QUARANTINE)


def _noted(reads: dict[str, Read], good: NDArray[np.bool_]) -> Counter[str]:
    """How often each note stands in good rows."""
    return Counter({f"{name}_{note}": count for name, read in reads.items() for note, count in read.notes.counted(good).items()})


def _row_numbers(records: Records) -> NDArray[np.int64]:
    """The number of each record within its block, from 1, in the order of their lines: rows first, then rejects."""
    lines = np.concatenate([records.first, np.array([one.first for one in records.rejects], np.int64)])
    numbers = np.empty(len(lines), np.int64)
    numbers[np.argsort(lines, kind="stable")] = np.arange(1, len(lines) + 1)
    return numbers
