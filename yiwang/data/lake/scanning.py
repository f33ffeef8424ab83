"""A text column as one run of bytes: which rows hold a byte that matters. A few passes over the bytes instead of a question per cell.

The rows found are candidates: whoever asks puts the exact question to them alone. What is not found certainly holds nothing of the kind.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_C2, _E2, _E3, _EF = 0xC2, 0xE2, 0xE3, 0xEF  # first bytes in UTF-8 of: U+0080–00BF, U+2000–2FFF, U+3000–3FFF, U+F000–FFFF
_NONE: Final = np.empty(0, np.int64)


def whole(cells: pa.StringArray) -> pa.StringArray:
    """All cells of a column as one text, without a copy."""
    _, offsets, data = cells.buffers()
    starts = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1] if len(cells) else np.zeros(1, np.int32)
    return pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(starts[[0, -1]]), data])


class Scan:
    """The bytes of a column of text, and the row that each of them belongs to."""

    def __init__(self, cells: pa.StringArray) -> None:
        count = len(cells)
        _, offsets, data = cells.buffers()
        self.starts = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + count + 1] if count else np.zeros(1, np.int32)
        first, last = int(self.starts[0]), int(self.starts[-1])
        self._first = first
        self.bytes: Bytes = np.frombuffer(data, np.uint8)[first:last] if last > first else np.empty(0, np.uint8)

    @property
    def lengths(self) -> NDArray[np.int32]:
        """The bytes of each cell."""
        return np.diff(self.starts)

    def rows(self, *places: NDArray[np.int64]) -> Rows:
        """The rows in which bytes stand, each once, in order."""
        every = [one for one in places if len(one)]
        if not every:
            return _NONE
        return np.unique(np.searchsorted(self.starts, np.concatenate(every) + self._first, side="right") - 1)

    def low(self) -> NDArray[np.int64]:
        """Places of spaces and control characters."""
        return self._where(self.bytes < 0x21, self.bytes == 0x7F)

    def odd(self) -> NDArray[np.int64]:
        """Places of invisible and wide signs: U+0080–00BF, U+200B–200F, U+2028–202E, U+2060–2064, U+3000, U+FEFF."""
        found = [self._where(self.bytes == _C2)]
        if len(places := self._where(self.bytes == _E2)):
            second, third = self._at(places, 1), self._at(places, 2)
            zero = (second == 0x80) & (((third >= 0x8B) & (third <= 0x8F)) | ((third >= 0xA8) & (third <= 0xAE)))
            found.append(places[zero | ((second == 0x81) & (third >= 0xA0) & (third <= 0xA4))])
        if len(places := self._where(self.bytes == _E3)):
            found.append(places[(self._at(places, 1) == 0x80) & (self._at(places, 2) == 0x80)])
        if len(places := self._where(self.bytes == _EF)):
            found.append(places[(self._at(places, 1) == 0xBB) & (self._at(places, 2) == 0xBF)])
        return np.concatenate(found)

    def signs(self) -> NDArray[np.int64]:
        """Places of what may be a sign of punctuation: ASCII's, U+2000–2FFF, U+3000–303F, U+FE00–FFFF but （ and ）."""
        text = self.bytes
        found = [self._where(text < 0x30, (text >= 0x3A) & (text < 0x41), text == 0x5B, text == 0x5D, text == _E2)]
        if len(places := self._where(text == _E3)):
            found.append(places[self._at(places, 1) == 0x80])
        if len(places := self._where(text == _EF)):
            second, third = self._at(places, 1), self._at(places, 2)
            found.append(places[(second >= 0xB8) & ~((second == 0xBC) & ((third == 0x88) | (third == 0x89)))])
        return np.concatenate(found)

    def brackets(self) -> NDArray[np.int64]:
        """Places of （ and ）."""
        places = self._where(self.bytes == _EF)
        found: NDArray[np.int64] = places[(self._at(places, 1) == 0xBC) & ((self._at(places, 2) == 0x88) | (self._at(places, 2) == 0x89))]
        return found

    def begins_with_hanzi(self) -> NDArray[np.bool_]:
        """Whether the first two signs of each cell lie in U+4000–9FFF (their UTF-8 begins with E4 … E9)."""
        found: NDArray[np.bool_] = self.lengths >= 6
        starts = self.starts[:-1][found] - self._first
        found[found] = (self.bytes[starts] - np.uint8(0xE4) < 6) & (
            self.bytes[starts + 3] - np.uint8(0xE4) < 6
        )  # unsigned: below E4 is large
        return found

    def _at(self, places: NDArray[np.int64], further: int) -> Bytes:
        """The bytes so much further on; UTF-8 guarantees that those of a sign are there."""
        found: Bytes = self.bytes[places + further]
        return found

    @staticmethod
    def _where(*tests: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Places where one of the tests holds; most often none does, which is told without looking for them."""
        found = [np.flatnonzero(test) for test in tests if test.any()]
        return np.concatenate(found) if found else _NONE
