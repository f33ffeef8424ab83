"""Columns of cells → standard columns, problems and notes. Canonical cells pass by tests of whole columns; any other spelling is read once.

Few-valued kinds (dates, money, labels, places) are read once per distinct spelling, and remembered from batch to batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yiwang.data.checks import api as checks
from yiwang.data.lake import divisions
from yiwang.data.lake.money import read_money
from yiwang.data.lake.readings import (
    MISSING,
    Reading,
    misplaced,
    narrow,
    plain,
    read_credit_code,
    read_day,
    read_id_number,
    read_label,
    read_label_code,
    read_mobile,
    read_organisation_name,
    read_past_date,
    read_person_name,
    read_text,
)
from yiwang.data.lake.scanning import Rows, Scan
from yiwang.standards.identifiers import credit_code, organisation_code

Mask = NDArray[np.bool_]

AMOUNT: Final = pa.decimal128(20, 4)
# Whatever one of these says of a cell is not canonical: edges, runs of space, invisible or full-width signs, words for "missing".
_UNTIDY: Final = (
    "^[ \t]|[ \t]$|[ \t][ \t]|[\x00-\x08\x0b-\x1f\x7f]|[\u0080-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u3000\ufeff]|[\r\n\t]"
)
_NAME_SIGNS: Final = (
    "[][ \"'“”‘’,,。;;.()﹙﹚〔〕?？\ufffd０-９Ａ-Ｚａ-ｚ]|^[^\u3400-\u9fffA-Za-z]*(?:[\u3400-\u9fffA-Za-z][^\u3400-\u9fffA-Za-z]*)?$"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A word per row, most often none: `codes` by row into `words`, whose first is ''; None where no row has a word."""

    words: tuple[str, ...] = ("",)
    codes: NDArray[np.int32] | None = None

    def rows(self) -> list[tuple[int, str]]:
        """The rows that have a word."""
        if self.codes is None:
            return []
        found = np.flatnonzero(self.codes)
        return [(row, self.words[code]) for row, code in zip(found.tolist(), self.codes[found].tolist(), strict=True)]

    def none(self) -> Mask:
        """The rows without a word; one True stands for all of them."""
        return np.ones(1, bool) if self.codes is None else self.codes == 0

    def counted(self, kept: Mask) -> dict[str, int]:
        """How often each word stands in the rows that are kept."""
        if self.codes is None:
            return {}
        counts = np.bincount(self.codes[kept], minlength=len(self.words))
        return {word: int(count) for word, count in zip(self.words, counts, strict=True) if word and count}


@dataclass(frozen=True, slots=True)
class Read:
    """A field's standard columns, and its problems and notes by row."""

    columns: list[pa.Array]
    problems: Said
    notes: Said


@dataclass(frozen=True, slots=True)
class Kind:
    """`columns`: suffix and type of what it yields; `read`: reads one cell; `odd`: finds the rows to read, where one can tell quickly."""

    columns: tuple[tuple[str, pa.DataType], ...]
    read: Callable[..., Reading]
    odd: Callable[[pa.Array, Scan], Rows] | None = None


def _mask(found: pa.Array) -> Mask:
    """A boolean column as NumPy's."""
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask


def _untidy(cells: pa.Array, scan: Scan) -> Rows:
    """The rows whose text is not canonical as it stands: their candidates are found by their bytes, the expression decides."""
    short = np.flatnonzero(scan.lengths <= _LONGEST)
    missing = short[_mask(pc.is_in(cells.take(pa.array(short)), _MISSING))] if len(short) else short
    return np.concatenate([missing, _matching(cells, scan.rows(scan.low(), scan.odd()), _UNTIDY)])


def _untidy_name(cells: pa.Array, scan: Scan) -> Rows:
    length = pc.utf8_length(cells)
    measure = np.flatnonzero(_mask(pc.or_(pc.less(length, 4), pc.greater(length, 100))))
    doubtful = np.union1d(scan.rows(scan.signs()), np.flatnonzero(~scan.begins_with_hanzi()))
    return np.concatenate([measure, _untidy(cells, scan), _matching(cells, doubtful, _NAME_SIGNS), _unpaired(cells, scan)])


def _unpaired(cells: pa.Array, scan: Scan) -> Rows:
    rows = scan.rows(scan.brackets())
    few = cells.take(pa.array(rows, pa.int64()))
    return rows[_mask(pc.not_equal(pc.count_substring(few, "（"), pc.count_substring(few, "）")))]


def _untidy_person(cells: pa.Array, scan: Scan) -> Rows:
    return np.flatnonzero(~_mask(pc.match_substring_regex(cells, _PLAIN_PERSON)) | _mask(pc.is_in(cells, _MISSING)))


def _matching(cells: pa.Array, rows: Rows, expression: str) -> Rows:
    """Those of some rows whose cells an expression matches."""
    return rows[_mask(pc.match_substring_regex(cells.take(pa.array(rows)), expression))] if len(rows) else rows


_MISSING: Final = pa.array(MISSING)
_LONG_PAST: Final = date(2026, 1, 1)
_LONGEST: Final = max(len(word.encode()) for word in MISSING)
_PLAIN_PERSON: Final = "^[\u4e00-\u9fff]{2,20}$"


def _weighted(alphabet: str, weights: Sequence[int]) -> NDArray[np.int32]:
    """Place × byte → weight times value; a byte outside the alphabet makes any sum negative."""
    table = np.full((len(weights), 256), -(10**6), np.int32)
    signs = np.frombuffer(alphabet.encode(), np.uint8)
    table[:, signs] = np.outer(weights, np.arange(len(alphabet)))
    return table


_CODE: Final = _weighted(credit_code.ALPHABET, (*credit_code.WEIGHTS, 1))
_ORGANISATION: Final = _weighted("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", organisation_code.WEIGHTS)
_TENTH, _ELEVENTH = ord("X"), ord("0")


def _failing(kind: str) -> Callable[[pa.Array, Scan], Rows]:
    """The rows that fail a check of this kind as of a day long past: a birth after it is read like any other odd cell."""
    definition = checks.read({"types": {"cell": "text"}, "rules": [{"kind": kind, "columns": ["cell"]}]})

    def odd(cells: pa.Array, scan: Scan) -> Rows:
        found = checks.check(pa.table({"cell": cells}), definition, as_of=_LONG_PAST)
        return next(one.rows for one in found if one.rule.kind == kind)

    return odd


def _wrong_code(cells: pa.Array, scan: Scan) -> Rows:
    """The rows that hold no code of 18 bytes with both check characters right."""
    return np.flatnonzero(~_right_code(cells, scan))


def _right_code(cells: pa.Array, scan: Scan) -> Mask:
    right: Mask = scan.lengths == 18
    codes = cells if right.all() else cells.filter(pa.array(right))
    if not len(codes):
        return right
    offset = np.frombuffer(codes.buffers()[1], np.int32)[codes.offset]
    signs = np.ascontiguousarray(np.frombuffer(codes.buffers()[2], np.uint8)[offset : offset + 18 * len(codes)].reshape(-1, 18).T)
    total = np.zeros(len(codes), np.int32)
    for place in range(18):
        total += _CODE[place][signs[place]]
    body = np.zeros(len(codes), np.int32)
    for place in range(8):
        body += _ORGANISATION[place][signs[8 + place]]
    check = 11 - body % 11
    expected = np.where(check == 10, _TENTH, np.where(check == 11, _ELEVENTH, check + ord("0")))
    digits = ((signs[2:8] >= ord("0")) & (signs[2:8] <= ord("9"))).all(axis=0)
    right[right] = (total >= 0) & (total % 31 == 0) & (body >= 0) & (expected == signs[16]) & digits
    return right


def _read_province(text: str) -> Reading:
    said = plain(text)
    if said in MISSING:
        return Reading((None, None))
    place = divisions.province(said)
    return Reading((place.name, place.code)) if place else Reading((None, None), "misplaced" if misplaced(said) else "unknown")


def _read_city(text: str, *, within: str = "") -> Reading:
    """A city is noted when no edition names it (a development zone, say): its name is kept, without a code."""
    said = plain(text)
    if said in MISSING:
        return Reading((None, None))
    if misplaced(said):
        return Reading((None, None), "misplaced")
    place = divisions.city(said, province=divisions.province(plain(within)))
    return Reading((place.name, place.code)) if place else Reading((said, None), note="without_code")


def _read_division_code(text: str) -> Reading:
    """A code of 6, 9 or 12 digits whose county stands in an edition of GB/T 2260."""
    said = narrow(text)
    if said in MISSING:
        return Reading()
    if len(said) not in (6, 9, 12) or not said.isdigit():
        return Reading((None,), "length")
    return Reading((said,)) if divisions.known(said[:6]) or said.startswith("99") else Reading((None,), "unknown")


TEXT: Final = (("", pa.string()),)
KINDS: Final = {
    "text": Kind(TEXT, read_text, _untidy),
    "organisation_name": Kind(TEXT, read_organisation_name, _untidy_name),
    "person_name": Kind(TEXT, read_person_name, _untidy_person),
    "credit_code": Kind(TEXT, read_credit_code, _wrong_code),
    "id_number": Kind(TEXT, read_id_number, _failing("id_number")),
    "mobile": Kind(TEXT, read_mobile, _failing("mobile")),
    "label": Kind(TEXT, read_label),
    "label_code": Kind(TEXT, read_label_code),
    "division_code": Kind(TEXT, _read_division_code),
    "day": Kind((("", pa.date32()),), read_day),
    "past_date": Kind((("", pa.date32()),), read_past_date),
    "money": Kind((("_amount", AMOUNT), ("_currency", pa.string()), ("_yuan", AMOUNT)), read_money),
    "province": Kind((("", pa.string()), ("_code", pa.string())), _read_province),
    "city": Kind((("", pa.string()), ("_code", pa.string())), _read_city),
}
_MANY: Final = {"id_number", "mobile", "label_code"}  # many-valued though read one by one: not remembered


class Reader:
    """Reads the columns of one kind; remembers what it read. `options` go to the kind's function (today, unit)."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = KINDS[kind]
        read = partial(self.kind.read, **options) if options else self.kind.read
        self._read = read if kind in _MANY else lru_cache(maxsize=200_000)(read)

    def read(self, cells: pa.Array, *, within: pa.Array | None = None) -> Read:
        """Read a column; `within` is the column that its meaning depends on (the province of a city)."""
        if not self.kind.odd:
            return self._by_value(cells, within)
        odd = np.unique(self.kind.odd(cells, Scan(cells)))
        if not len(odd):
            return Read([cells], Said(), Said())
        few = self._by_value(cells.take(pa.array(odd)), None)
        mask = np.zeros(len(cells), bool)
        mask[odd] = True
        column = pc.replace_with_mask(cells, pa.array(mask), few.columns[0])
        return Read([column], _spread(few.problems, odd, len(cells)), _spread(few.notes, odd, len(cells)))

    def says(self, text: str) -> bool:
        """Whether a text, wherever it stands, is a value of this kind and nothing else."""
        reading = self._read(text)
        return reading.values[0] is not None and not reading.problem and reading.note != "unit_missing"

    def _by_value(self, cells: pa.Array, within: pa.Array | None) -> Read:
        """Every spelling once."""
        asked = cells if within is None else pc.binary_join_element_wise(cells, within, "\x1f")
        coded = asked.dictionary_encode()
        texts = coded.dictionary.to_pylist()
        if within is None:
            readings = [self._read(text) for text in texts]
        else:
            readings = [self._read(cell, within=around) for cell, _, around in (text.rpartition("\x1f") for text in texts)]
        columns = [
            pa.array([reading.values[place] for reading in readings], kind).take(coded.indices)
            for place, (_, kind) in enumerate(self.kind.columns)
        ]
        index = coded.indices.to_numpy()
        return Read(columns, _said([one.problem for one in readings], index), _said([one.note for one in readings], index))


def _said(texts: Sequence[str], index: NDArray[np.int32]) -> Said:
    """The words of the distinct spellings, by row."""
    words = tuple(dict.fromkeys(("", *texts)))
    if len(words) == 1:
        return Said()
    place = {word: code for code, word in enumerate(words)}
    return Said(words, np.array([place[text] for text in texts], np.int32)[index])


def _spread(said: Said, rows: Rows, count: int) -> Said:
    """The words of some rows as words of all rows."""
    if said.codes is None:
        return said
    codes = np.zeros(count, np.int32)
    codes[rows] = said.codes
    return Said(said.words, codes)


def reader(kind: str, *, today: date, unit: str = "") -> Reader:
    """A reader of a kind, with what it must know besides the cell."""
    options: dict[str, dict[str, Any]] = {"past_date": {"today": today}, "money": {"unit": unit}}
    return Reader(kind, **options.get(kind, {}))
