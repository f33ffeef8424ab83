"""Repeated keys and missing references over all blocks, by their hashes."""

from __future__ import annotations

from typing import Any

import numpy

Numbers = Any
_TOP = numpy.uint64(40)  # the top 24 bits choose a place in a table of 16 M marks


def repeated(first: Numbers, second: Numbers) -> Numbers:
    """The rows whose value occurs more than once; rows with hash 0 (null) are left out."""
    ordered = numpy.sort(first)
    twice = numpy.unique(ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)])
    if not len(twice):
        return numpy.empty(0, numpy.int64)
    marked = numpy.zeros(1 << 24, bool)
    marked[twice >> _TOP] = True
    rows = numpy.flatnonzero(marked[first >> _TOP])
    rows = rows[_among(first[rows], twice)]
    one, two = first[rows], second[rows]
    order = numpy.lexsort((two, one))
    one, two = one[order], two[order]
    same = (one[1:] == one[:-1]) & (two[1:] == two[:-1])
    fails = numpy.append(same, False) | numpy.insert(same, 0, False)
    return numpy.sort(rows[order[fails]])


def _among(values: Numbers, ordered: Numbers) -> Numbers:
    """Which values stand in the ascending ones."""
    places = numpy.minimum(numpy.searchsorted(ordered, values), len(ordered) - 1)
    return ordered[places] == values


class KnownKeys:
    """The keys of a reference table in an open-addressing table of their hashes."""

    def __init__(self, first: Numbers, second: Numbers) -> None:
        """Take the hashes of a reference column; nulls are left out."""
        held = first != 0
        first, second = first[held], second[held]
        first, at = numpy.unique(first, return_index=True)
        second = second[at]
        bits = max(4, int(len(first) * 2).bit_length())
        self._shift, self._size = numpy.uint64(64 - bits), 1 << bits
        self._first, self._second = numpy.zeros(self._size, numpy.uint64), numpy.zeros(self._size, numpy.uint64)
        waiting, slots = numpy.arange(len(first)), (first >> self._shift).astype(numpy.int64)
        while len(waiting):
            free = self._first[slots] == 0
            self._first[slots[free]] = first[waiting[free]]  # of several that want one slot the last one gets it
            won = self._first[slots] == first[waiting]
            self._second[slots[won]] = second[waiting[won]]
            waiting, slots = waiting[~won], (slots[~won] + 1) % self._size

    def missing(self, first: Numbers, second: Numbers) -> Numbers:
        """The rows whose key is not known; nulls are not missing."""
        rows = numpy.flatnonzero(first != 0)
        slots, lost = (first[rows] >> self._shift).astype(numpy.int64), [numpy.empty(0, numpy.int64)]
        while len(rows):
            there = self._first[slots]
            found = (there == first[rows]) & (self._second[slots] == second[rows])
            ends = there == 0
            lost.append(rows[ends])
            goes_on = ~(found | ends)
            rows, slots = rows[goes_on], (slots[goes_on] + 1) % self._size
        return numpy.sort(numpy.concatenate(lost))
