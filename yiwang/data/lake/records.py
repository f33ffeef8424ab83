"""Blocks of lines → records: what a careful person would count as one row, however broken the file is.

A record is one physical line, or several where a quoted field holds line ends and closes properly. A line whose quote never closes is one
record by itself: the lines below it are not swallowed. Blank lines are none. Lines that are plainly well formed go to Arrow's reader in one
piece; only the others are looked at one by one.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from yiwang.data.lake.lines import BROKEN, GB18030, LONG, MAX_LINE, Block, Lines

JOIN_LINES: Final = 1000  # a quoted field may run over so many lines
JOIN_BYTES: Final = 1 << 20
_QUOTE, _LINE_FEED = 34, 10
csv.field_size_limit(MAX_LINE)
_MAYBE_BLANK: Final = np.zeros(256, bool)  # what a blank line may begin with: its end, space, tab, a mark, an ideographic space
_MAYBE_BLANK[[_LINE_FEED, 0x20, 0x09, 0xEF, 0xE3]] = True
_REASONS: Final = {BROKEN: "encoding_broken", LONG: "line_too_long"}


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that has no cells: the block's lines first … last, and why."""

    first: int
    last: int
    reason: str


@dataclass(slots=True)
class Records:
    """The records of a block: `cells` has one text column per column of the file, `first`/`last` their lines in the block."""

    block: Block
    cells: pa.Table
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    rejects: list[Reject] = field(default_factory=list)
    blank: int = 0
    recoded: int = 0  # lines read as GB18030

    def raw(self, first: int, last: int) -> str:
        """The text of a record as read, without its last line end."""
        return self.block.text[self.block.start(first) : int(self.block.ends[last]) - 1].decode()


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a block as lines: how many there are, where the next one begins, and how to read their cells (in any thread)."""

    count: int
    next_offset: int  # in the source
    next_line: int
    read: Callable[[], Records]


def records(lines: Lines, *, delimiter: str, width: int) -> Iterator[Found]:
    """All records of a file whose header is already read; one `Found` per block."""
    while block := lines.read():
        yield _Careful(block, lines, delimiter, width).find()


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """The cells of one line or joined lines, or None where its quotes are broken."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _blank(line: str) -> bool:
    return not line.strip(" \t\ufeff\u3000")


def _looked_at(block: Block, delimiter: str, width: int) -> NDArray[np.bool_]:
    """The lines that must be looked at one by one: blank, recoded badly, with a zero byte, or with quotes not plainly right."""
    buffer = np.frombuffer(block.text, np.uint8)
    starts = np.concatenate([[0], block.ends[:-1]])
    found: NDArray[np.bool_] = block.kinds >= BROKEN
    for index in np.flatnonzero(_MAYBE_BLANK[buffer[starts]]).tolist():
        found[index] |= _blank(text := block.line(index)) and text.count(delimiter) != width - 1
    if b"\0" in block.text:
        found[np.searchsorted(block.ends, np.flatnonzero(buffer == 0), side="right")] = True
    quotes = np.flatnonzero(buffer == _QUOTE)
    if not len(quotes):
        return found
    behind = np.searchsorted(quotes, block.ends)  # how many quotes stand before the end of each line
    counts = np.diff(behind, prepend=0)
    line = np.repeat(np.arange(len(block)), counts)
    nth = np.arange(len(quotes)) - np.repeat(behind - counts, counts)
    before, after = buffer[np.maximum(quotes - 1, 0)], buffer[np.minimum(quotes + 1, len(buffer) - 1)]
    opens = (quotes == starts[line]) | (before == ord(delimiter)) | ((before == _QUOTE) & (nth > 0))
    closes = (after == ord(delimiter)) | (after == _LINE_FEED) | (after == _QUOTE)
    found[line[~np.where(nth % 2 == 0, opens, closes)]] = True
    found |= counts % 2 == 1
    return found


class _Careful:
    """Reads one block: Arrow for the plain lines, the csv module for the others."""

    def __init__(self, block: Block, lines: Lines, delimiter: str, width: int) -> None:
        self.block, self.lines, self.delimiter, self.width = block, lines, delimiter, width
        self.names = [f"c{index}" for index in range(width)]
        self.cells: list[list[str]] = []
        self.spans: list[tuple[int, int]] = []
        self.rejects: list[Reject] = []
        self.blank = 0
        self.end = len(block)  # lines from here on are left to the next block
        self.plain = np.empty(0, np.int64)

    def find(self) -> Found:
        """Tell the records apart; the lines that need looking at are read, the plain ones left to `read`."""
        looked_at = _looked_at(self.block, self.delimiter, self.width)
        if self.width == 1:  # Arrow does not count columns where there is one
            looked_at[:] = True
        plain = ~looked_at
        self._walk(np.flatnonzero(looked_at), plain)
        plain[self.end :] = False
        self.plain = np.flatnonzero(plain)
        if self.end < len(self.block):
            self.lines.give_back(self.block, self.end)
        offset = self.block.offset + (int(self.block.raw_ends[self.end - 1]) if self.end else 0)
        return Found(len(self.plain) + len(self.spans) + len(self.rejects), offset, self.block.number + self.end, self.read)

    def read(self) -> Records:
        """Read the cells."""
        table, kept = self._arrow(self.plain)
        spans = np.array(self.spans, np.int64).reshape(-1, 2)
        if len(spans):
            table = pa.concat_tables([table, pa.table([pa.array(column, pa.string()) for column in self._columns()], self.names)])
        return Records(
            self.block,
            table.combine_chunks(),
            np.concatenate([kept, spans[:, 0]]),
            np.concatenate([kept, spans[:, 1]]),
            self.rejects,
            self.blank,
            int((self.block.kinds[: self.end] == GB18030).sum()),
        )

    def _columns(self) -> list[list[str]]:
        return [[row[index] for row in self.cells] for index in range(self.width)]

    def _walk(self, indexes: NDArray[np.int64], plain: NDArray[np.bool_]) -> None:
        """The lines to look at, in order; a record that runs over several takes plain ones with it."""
        done = 0
        for index in indexes.tolist():
            if index < done:
                continue
            last = self._one(index)
            if last is None:
                self.end = index
                return
            plain[index : last + 1] = False
            done = last + 1

    def _arrow(self, index: NDArray[np.int64]) -> tuple[pa.Table, NDArray[np.int64]]:
        """The plain lines; those with another number of cells are looked at after all."""
        if not len(index):
            return pa.table([pa.array([], pa.string()) for _ in self.names], self.names), index
        wrong: list[int] = []

        def skip(row: pa_csv.InvalidRow) -> str:
            wrong.append(row.number - 1)
            return "skip"

        text = self._joined(index)
        table = pa_csv.read_csv(
            pa.BufferReader(text),
            read_options=pa_csv.ReadOptions(column_names=self.names, use_threads=False, block_size=len(text) + 1),
            parse_options=pa_csv.ParseOptions(delimiter=self.delimiter, invalid_row_handler=skip, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in self.names}, strings_can_be_null=False, check_utf8=False
            ),
        )
        for number in wrong:
            self._one(int(index[number]))
        return table, np.delete(index, wrong)

    def _joined(self, index: NDArray[np.int64]) -> bytes:
        if len(index) == len(self.block):
            return self.block.text
        breaks = np.flatnonzero(np.diff(index) != 1) + 1
        firsts, lasts = index[np.concatenate([[0], breaks])], index[np.concatenate([breaks - 1, [-1]])]
        view, ends = memoryview(self.block.text), self.block.ends
        return b"".join(view[self.block.start(first) : ends[last]] for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True))

    def _one(self, index: int) -> int | None:
        """Look at the record that begins at a line; returns its last line, or None where the next block is needed to tell."""
        text, kind = self.block.line(index), int(self.block.kinds[index])
        if kind in _REASONS:
            return self._reject(index, index, _REASONS[kind])
        if "\0" in text:
            return self._reject(index, index, "nul_character")
        if _blank(text):
            self.blank += 1
            return index
        cells = cells_of(text, self.delimiter)
        last = index
        if cells is None or (text.count('"') % 2 == 1 and len(cells) != self.width):
            joined = self._join(index, text)
            if joined is None:
                return None
            if not joined[1]:
                return self._reject(index, index, "broken_quote")
            last, cells = joined
        if len(cells) != self.width:
            spaced = next(csv.reader([text], delimiter=self.delimiter, skipinitialspace=True))
            if len(spaced) != self.width:
                return self._reject(index, last, "column_count")
            cells = spaced
        self.cells.append(cells)
        self.spans.append((index, last))
        return last

    def _join(self, index: int, text: str) -> tuple[int, list[str]] | None:
        """Where a quote stays open: the lines up to the one that closes it properly, if there is one.

        Returns (last line, cells), with no cells where the quote is simply broken; None where the block ends before one can tell.
        """
        for last in range(index + 1, min(index + JOIN_LINES, len(self.block) + 1)):
            if len(text) > JOIN_BYTES:
                break
            if last == len(self.block):
                return None if not self.block.last else (index, [])
            line = self.block.line(last)
            alone = cells_of(line, self.delimiter)
            if self.block.kinds[last] >= BROKEN or (alone is not None and len(alone) == self.width > 2):
                break  # a whole record below: the quote above was never meant to reach here
            text = f"{text}\n{line}"
            cells = cells_of(text, self.delimiter)
            if cells is not None and len(cells) == self.width:
                return last, cells
        return index, []

    def _reject(self, first: int, last: int, reason: str) -> int:
        self.rejects.append(Reject(first, last, reason))
        return last
