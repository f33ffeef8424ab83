"""Texts as rectangles of bytes, and two independent 64-bit hashes of each: the ground of the fast kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import pyarrow
import pyarrow.compute

Numbers = Any  # numpy arrays: their element types say what they hold
_FIRST, _SECOND = numpy.uint64(0x9E3779B97F4A7C15), numpy.uint64(0xC2B2AE3D27D4EB4F)
_MIX = (numpy.uint64(0xFF51AFD7ED558CCD), numpy.uint64(0xD6E8FEB86659FD93))
_SHIFT = numpy.uint64(32)


def rectangle(column: pyarrow.StringArray, width: int) -> tuple[Numbers, Numbers]:
    """The values of exactly ``width`` bytes as a matrix of bytes, and their row numbers."""
    lengths = pyarrow.compute.binary_length(column)
    fits = pyarrow.compute.fill_null(pyarrow.compute.equal(lengths, width), False)
    rows = numpy.flatnonzero(fits.to_numpy(zero_copy_only=False))
    if not len(rows):
        return numpy.empty((0, width), numpy.uint8), rows
    kept = column if len(rows) == len(column) else column.filter(fits)
    return _bytes(kept, width), rows


def offsets(column: pyarrow.StringArray) -> Numbers:
    """Where each value begins in the data buffer, and where the last ends."""
    wide = pyarrow.types.is_large_string(column.type)
    return numpy.frombuffer(column.buffers()[1], numpy.int64 if wide else numpy.int32)[column.offset : column.offset + len(column) + 1]


def _bytes(column: pyarrow.StringArray, width: int) -> Numbers:
    """The data buffer of equally long values, without a copy."""
    data = numpy.frombuffer(column.buffers()[2], numpy.uint8, count=len(column) * width, offset=int(offsets(column)[0]))
    return data.reshape(len(column), width)


def hashes(column: pyarrow.Array) -> tuple[Numbers, Numbers]:
    """Two 64-bit hashes of each value; nulls have 0 and 0."""
    if pyarrow.types.is_dictionary(column.type):
        first, second = hashes(column.dictionary)
        places = pyarrow.compute.fill_null(column.indices, len(first)).to_numpy(zero_copy_only=False)
        zero = numpy.zeros(1, numpy.uint64)
        return numpy.append(first, zero)[places], numpy.append(second, zero)[places]
    if not (pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type)):
        column = column.cast(pyarrow.string())
    first, second = numpy.zeros(len(column), numpy.uint64), numpy.zeros(len(column), numpy.uint64)
    for width in _widths(column):
        matrix, rows = rectangle(column, width)
        one, two = _of_bytes(matrix, width)
        if len(rows) == len(column):
            return one, two
        first[rows], second[rows] = one, two
    return first, second


def _widths(column: pyarrow.StringArray) -> Iterator[int]:
    lengths = pyarrow.compute.unique(pyarrow.compute.binary_length(column))
    yield from (width for width in lengths.to_pylist() if width is not None)


def _of_bytes(matrix: Numbers, width: int) -> tuple[Numbers, Numbers]:
    """Multiply and fold the eight-byte words of each row; the width takes part, so that padding cannot make two texts equal."""
    words = -(-width // 8) or 1
    padded = numpy.zeros((len(matrix), 8 * words), numpy.uint8)
    padded[:, :width] = matrix
    parts = padded.view("<u8")
    first = numpy.full(len(matrix), width + 1, numpy.uint64) * _FIRST
    second = numpy.full(len(matrix), width + 1, numpy.uint64) * _SECOND
    for at in range(words):
        word = parts[:, at]
        first = _fold((first ^ word) * _MIX[0])
        second = _fold((second + word) * _MIX[1])
    return _fold(first * _FIRST) | numpy.uint64(1), _fold(second * _SECOND)


def _fold(values: Numbers) -> Numbers:
    values ^= values >> _SHIFT
    return values


def together(several: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    """Hashes of columns together; 0 and 0 where any of them is null."""
    first, second = several[0][0].copy(), several[0][1].copy()
    empty = first == 0
    for one, two in several[1:]:
        empty |= one == 0
        first, second = _fold((first * _FIRST) ^ one) * _MIX[0], _fold((second * _SECOND) + two) * _MIX[1]
    if len(several) > 1:
        first |= numpy.uint64(1)
        first[empty], second[empty] = 0, 0
    return first, second
