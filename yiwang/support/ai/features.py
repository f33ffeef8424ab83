"""Texts as sparse rows: pieces of characters, words and their pairs, counted apart for the whole text and for its beginning.

A batch of texts is one array of code points, so that every step is one pass in numpy. A piece is a 64-bit key; a table of
``2**SLOTS`` entries finds its column, and the key is compared so that an unknown piece never passes for a known one.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse

LONGEST = 1_000  # characters of a text that are read: what decides stands in the beginning, and a megabyte costs as much as a page
HEADS = (15, 50)  # characters of a beginning that count as views of their own: the subject line, and the first sentence
VIEWS = ("characters", "words", *(f"head{size}" for size in HEADS))
SLOTS = 22
BATCH = 256

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
Reals = NDArray[np.float32]

_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0x100000001B3)
_SALTS = tuple(np.uint64((number + 1) * 0xD6E8FEB86659FD93 % 2**64) for number in range(len(VIEWS)))


@cache
def _fold() -> NDArray[np.uint32]:
    """For every code point of the first plane what it counts as: lower case, half width; 0 for spaces and marks."""
    table = np.zeros(0x10000, np.uint32)
    for code in range(0x10000):
        folded = unicodedata.normalize("NFKC", chr(code)).lower()[:1] if not 0xD800 <= code < 0xE000 else ""
        if folded.isalnum():
            table[code] = ord(folded)
    return table


@cache
def stop_words() -> frozenset[str]:
    """Function words and marks that pairs of words reach across."""
    return frozenset(json.loads((Path(__file__).parent / "stop_words.json").read_text(encoding="utf-8")))


def clip(text: str) -> str:
    """The part of a text that is read, without spaces and the line marks that spreadsheets leave."""
    read = "".join(text[: LONGEST * 2].replace("_x000D_", "").split())[:LONGEST]
    return read if read.isprintable() else "".join(character for character in read if character.isprintable())


@dataclass(frozen=True)
class Pieces:
    """Every piece of a batch: its text, its view, its key."""

    rows: Ints
    views: NDArray[np.int8]
    keys: Keys


def _joined(parts: Sequence[tuple[Ints, int, Keys]]) -> Pieces:
    return Pieces(
        np.concatenate([rows for rows, _, _ in parts]),
        np.concatenate([np.full(len(rows), view, np.int8) for rows, view, _ in parts]),
        np.concatenate([(keys ^ _SALTS[view]) * _MIX for _, view, keys in parts]),
    )


def pieces(texts: Sequence[str]) -> Pieces:
    """The pieces of a batch of texts in all views."""
    whole = "\n".join(clip(text) for text in texts)  # one string: cutting it at once is a third cheaper; no piece reaches across a line
    codes = np.frombuffer(whole.encode("utf-32-le"), np.uint32)
    folded: Keys = np.where(codes < 0x10000, _fold()[codes & 0xFFFF], 0).astype(np.uint64)
    rows: Ints = np.cumsum(codes == ord("\n"))
    return _joined([*_characters(folded, rows, count=len(texts)), *_words(whole, folded, rows)])


def _characters(folded: Keys, rows: Ints, *, count: int) -> Iterator[tuple[Ints, int, Keys]]:
    """One to three neighbouring characters, of the whole text and of its heads."""
    kept = folded > 0
    characters, rows = folded[kept], rows[kept]
    starts = np.searchsorted(rows, np.arange(count))
    places = np.arange(len(rows)) - starts[rows]
    key = characters
    for size in (1, 2, 3):
        if size > 1:
            key = key[:-1] * _STEP + characters[size - 1 :]
        first = rows[: len(key)]
        whole = first == rows[size - 1 :]
        yield first[whole], 0, key[whole]
        for view, head in enumerate(HEADS, 2):
            near = whole & (places[: len(key)] <= head - size)
            yield first[near], view, key[near]


def _words(whole: str, folded: Keys, rows: Ints) -> Iterator[tuple[Ints, int, Keys]]:
    """Words that are no function words, and pairs of neighbours among them; a word is known by the sum of its folded characters' keys."""
    sizes = np.fromiter(map(len, rjieba.cut(whole)), np.int64)
    if not len(sizes):
        return
    rows = rows[np.cumsum(sizes) - sizes]
    words = _word_keys(folded, sizes)
    passed = _passed()
    known = (words > 0) & (passed[np.minimum(np.searchsorted(passed, words), len(passed) - 1)] != words)
    rows, words = rows[known], words[known]
    yield rows, 1, words
    pair = rows[:-1] == rows[1:]
    yield rows[:-1][pair], 1, words[:-1][pair] * _STEP + words[1:][pair]


def _word_keys(folded: Keys, sizes: Ints) -> Keys:
    """The keys of words that stand one after the other in ``folded``; 0 for one without a letter or digit."""
    starts = np.cumsum(sizes) - sizes
    places = np.arange(len(folded)) - np.repeat(starts, sizes)
    return np.asarray(np.add.reduceat(folded * _powers()[places], starts), np.uint64)


@cache
def _powers() -> Keys:
    return np.asarray(np.multiply.accumulate(np.full(2 * LONGEST, _MIX)), np.uint64)


@cache
def _passed() -> Keys:
    """The keys of the stop words, sorted."""
    words = sorted(word for word in stop_words() if word)
    folded = _fold()[np.frombuffer("".join(words).encode("utf-32-le"), np.uint32) & 0xFFFF].astype(np.uint64)
    return np.unique(_word_keys(folded, np.array([len(word) for word in words])))


def _slot(keys: Keys) -> Ints:
    return (keys >> np.uint64(64 - SLOTS)).astype(np.int64)


class Space:
    """The columns: which piece each stands for, its view, its weight by rarity; turns texts into rows of length 1 per view."""

    def __init__(self, *, keys: Keys, views: NDArray[np.int8], rarity: Reals) -> None:
        """Build the table that finds a column; ``keys`` must not share a slot (``fit`` sees to it)."""
        self.keys, self.views, self.rarity = keys, views, rarity
        self._table = np.full(1 << SLOTS, -1, np.int32)
        self._table[_slot(keys)] = np.arange(len(keys), dtype=np.int32)

    @classmethod
    def fit(cls, texts: Sequence[str], *, least: int = 2) -> Space:
        """The columns of a training set: pieces that stand in at least ``least`` texts; of two with one slot the more frequent stays."""
        seen: list[Keys] = []
        of_view: list[NDArray[np.int8]] = []
        for start in range(0, len(texts), BATCH):
            batch = pieces(texts[start : start + BATCH])
            order = np.lexsort((batch.rows, batch.keys))
            keys, rows, views = batch.keys[order], batch.rows[order], batch.views[order]
            first = np.ones(len(keys), bool)
            first[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
            seen.append(keys[first])
            of_view.append(views[first])
        keys, first, counts = np.unique(np.concatenate(seen), return_index=True, return_counts=True)
        views = np.concatenate(of_view)[first]
        often = counts >= least
        keys, views, counts = keys[often], views[often], counts[often]
        order = np.argsort(-counts, kind="stable")
        _, firsts = np.unique(_slot(keys[order]), return_index=True)
        chosen = np.sort(order[firsts])
        rarity = (np.log((1 + len(texts)) / (1 + counts[chosen])) + 1).astype(np.float32)
        return cls(keys=keys[chosen], views=views[chosen], rarity=rarity)

    def rows(self, texts: Sequence[str], *, weights: Sequence[float]) -> sparse.csr_matrix:
        """The rows of texts, (len(texts), columns) float32; each view has the length that ``weights`` gives it."""
        parts = [self._batch(texts[start : start + BATCH], weights) for start in range(0, len(texts), BATCH)]
        return sparse.vstack(parts, format="csr") if len(parts) != 1 else parts[0]

    def _batch(self, texts: Sequence[str], weights: Sequence[float]) -> sparse.csr_matrix:
        found = pieces(texts)
        columns = self._table[_slot(found.keys)]
        known = (columns >= 0) & (self.keys[columns] == found.keys)
        cells = np.sort(found.rows[known] * len(self.keys) + columns[known])  # sorting whole numbers is cheaper than summing a matrix
        firsts = np.flatnonzero(np.diff(cells, prepend=-1))
        counts = np.diff(firsts, append=len(cells))
        rows, columns = np.divmod(cells[firsts], len(self.keys))
        data = (1 + np.log(counts)) * self.rarity[columns]
        owner = rows * len(VIEWS) + self.views[columns]
        lengths = np.sqrt(np.bincount(owner, data * data, len(texts) * len(VIEWS)))
        data *= (np.tile(np.asarray(weights), len(texts)) / np.where(lengths > 0, lengths, 1))[owner]
        ends = np.searchsorted(rows, np.arange(len(texts) + 1))
        return sparse.csr_matrix((data.astype(np.float32), columns, ends), shape=(len(texts), len(self.keys)))
