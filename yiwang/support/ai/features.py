"""Texts as sparse rows: pieces of characters, words and their pairs, counted apart for the whole text and for its beginning.

A batch of texts is one array of code points, so that every step is one pass in numpy. A piece is a 64-bit key; a table of
``2**SLOTS`` entries finds its column, and the key is compared so that an unknown piece never passes for a known one.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
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
_PAIR = np.uint64(1 << 32)


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


Lexicon = dict[str, int]  # the number of a word from 1 on, 0 for a word that is passed over


def lexicon_of(words: Sequence[str]) -> Lexicon:
    """The numbers of words."""
    return {**{word: number for number, word in enumerate(words, 1)}, **dict.fromkeys(stop_words(), 0)}


def find_words(texts: Sequence[str], *, least: int) -> list[str]:
    """The words that stand in at least ``least`` texts, in order of their code points."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(rjieba.cut(clip(text))))
    passed = stop_words()
    return sorted(word for word, count in counts.items() if count >= least and word not in passed and any(map(str.isalnum, word)))


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


def pieces(texts: Sequence[str], lexicon: Lexicon) -> Pieces:
    """The pieces of a batch of texts in all views."""
    clipped = [clip(text) for text in texts]
    return _joined([*_characters(clipped), *_words(clipped, lexicon)])


def _characters(texts: Sequence[str]) -> Iterator[tuple[Ints, int, Keys]]:
    """One to three neighbouring characters, of the whole text and of its heads."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    rows: Ints = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) for text in texts])
    folded = np.where(codes < 0x10000, _fold()[codes & 0xFFFF], 0).astype(np.uint64)
    kept = folded > 0
    characters: Keys = folded[kept]
    rows = rows[kept]
    starts = np.searchsorted(rows, np.arange(len(texts)))
    places = np.arange(len(rows)) - starts[rows]
    key = characters
    for size in (1, 2, 3):
        if size > 1:
            key = key[:-1] * _STEP + characters[size - 1 :]
        count = len(key)
        whole = rows[:count] == rows[size - 1 :] if size > 1 else np.ones(count, bool)
        yield rows[:count][whole], 0, key[whole]
        for view, head in enumerate(HEADS, 2):
            near = whole & (places[:count] <= head - size)
            yield rows[:count][near], view, key[near]


def _words(texts: Sequence[str], lexicon: Lexicon) -> Iterator[tuple[Ints, int, Keys]]:
    """Known words, and pairs of neighbours among them."""
    number_of = lexicon.get
    cut = [[number_of(word, -1) for word in rjieba.cut(text)] for text in texts]
    rows: Ints = np.repeat(np.arange(len(texts), dtype=np.int64), [len(words) for words in cut])
    numbers = np.fromiter((number for words in cut for number in words), np.int64, len(rows))
    kept = numbers != 0
    rows, numbers = rows[kept], numbers[kept]
    known = numbers > 0
    yield rows[known], 1, numbers[known].astype(np.uint64)
    pair = known[:-1] & known[1:] & (rows[:-1] == rows[1:])
    yield rows[:-1][pair], 1, numbers[:-1][pair].astype(np.uint64) * _PAIR + numbers[1:][pair].astype(np.uint64)


def _slot(keys: Keys) -> Ints:
    return (keys >> np.uint64(64 - SLOTS)).astype(np.int64)


class Space:
    """The columns: which piece each stands for, its view, its weight by rarity; turns texts into rows of length 1 per view."""

    def __init__(self, *, words: Sequence[str], keys: Keys, views: NDArray[np.int8], rarity: Reals) -> None:
        """Build the table that finds a column; ``keys`` must not share a slot (``fit`` sees to it)."""
        self.words, self.keys, self.views, self.rarity = list(words), keys, views, rarity
        self._lexicon = lexicon_of(words)
        self._table = np.full(1 << SLOTS, -1, np.int32)
        self._table[_slot(keys)] = np.arange(len(keys), dtype=np.int32)

    @classmethod
    def fit(cls, texts: Sequence[str], *, least: int = 2) -> Space:
        """The columns of a training set: pieces that stand in at least ``least`` texts; of two with one slot the more frequent stays."""
        words = find_words(texts, least=least)
        lexicon = lexicon_of(words)
        seen: list[Keys] = []
        of_view: list[NDArray[np.int8]] = []
        for start in range(0, len(texts), BATCH):
            batch = pieces(texts[start : start + BATCH], lexicon)
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
        return cls(words=words, keys=keys[chosen], views=views[chosen], rarity=rarity)

    def rows(self, texts: Sequence[str], *, weights: Sequence[float]) -> sparse.csr_matrix:
        """The rows of texts, (len(texts), columns) float32; each view has the length that ``weights`` gives it."""
        parts = [self._batch(texts[start : start + BATCH], weights) for start in range(0, len(texts), BATCH)]
        return sparse.vstack(parts, format="csr") if len(parts) != 1 else parts[0]

    def _batch(self, texts: Sequence[str], weights: Sequence[float]) -> sparse.csr_matrix:
        found = pieces(texts, self._lexicon)
        columns = self._table[_slot(found.keys)]
        known = np.flatnonzero(columns >= 0)
        known = known[self.keys[columns[known]] == found.keys[known]]
        matrix = sparse.coo_matrix(
            (np.ones(len(known), np.float32), (found.rows[known].astype(np.int32), columns[known])),
            shape=(len(texts), len(self.keys)),
        ).tocsr()
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self.rarity[matrix.indices]
        owner = np.repeat(np.arange(0, len(texts) * len(VIEWS), len(VIEWS)), np.diff(matrix.indptr)) + self.views[matrix.indices]
        lengths = np.sqrt(np.bincount(owner, matrix.data * matrix.data, len(texts) * len(VIEWS)))
        scale = np.tile(np.asarray(weights), len(texts)) / np.where(lengths > 0, lengths, 1)
        matrix.data *= scale[owner].astype(np.float32)
        return matrix
