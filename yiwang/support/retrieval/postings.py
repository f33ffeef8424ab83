"""An inverted index with BM25 weights, on sparse matrices: rows are texts, columns are terms.

Adding texts counts only the new ones; the weights, which hang on all of them, are worked out anew in one pass over the matrix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class Postings:
    """Texts as bags of coded terms. ``score`` answers with one number per text."""

    def __init__(self, *, k1: float = 1.2, b: float = 0.75) -> None:
        self.k1, self.b = k1, b
        self.size = 0
        self._rows = np.zeros(0, dtype=np.int32)
        self._codes = np.zeros(0, dtype=np.int64)
        self._counts = np.zeros(0, dtype=np.float32)
        self._lengths = np.zeros(0, dtype=np.float32)
        self._terms = np.zeros(0, dtype=np.int64)
        self._starts = np.zeros(1, dtype=np.int64)
        self._order_rows = np.zeros(0, dtype=np.int32)
        self._weights = np.zeros(0, dtype=np.float32)
        self._idf = np.zeros(0)

    def add(self, texts: Sequence[NDArray[np.int64]]) -> None:
        """Append texts given as their term codes (repeats included), then weigh."""
        rows, codes, counts = [self._rows], [self._codes], [self._counts]
        for number, text in enumerate(texts, start=self.size):
            distinct, times = np.unique(text, return_counts=True)
            rows.append(np.full(len(distinct), number, dtype=np.int32))
            codes.append(distinct)
            counts.append(times.astype(np.float32))
        self._rows, self._codes, self._counts = np.concatenate(rows), np.concatenate(codes), np.concatenate(counts)
        self._lengths = np.concatenate([self._lengths, np.array([len(text) for text in texts], dtype=np.float32)])
        self.size += len(texts)
        self._weigh()

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Leave out the texts whose entry in ``kept`` (shape: size) is false; the others move up."""
        number = np.cumsum(kept) - 1
        mask = kept[self._rows]
        self._rows = number[self._rows[mask]].astype(np.int32)
        self._codes, self._counts, self._lengths = self._codes[mask], self._counts[mask], self._lengths[kept]
        self.size = int(kept.sum())
        self._weigh()

    def _weigh(self) -> None:
        order = np.argsort(self._codes, kind="stable")
        codes = self._codes[order]
        self._terms, first = np.unique(codes, return_index=True)
        self._starts = np.append(first, len(codes)).astype(np.int64)
        often = np.diff(self._starts)
        self._idf = np.log(1 + (self.size - often + 0.5) / (often + 0.5))
        rows, counts = self._rows[order], self._counts[order]
        mean = float(self._lengths.mean()) if self.size else 1.0
        norm = self.k1 * (1 - self.b + self.b * self._lengths[rows] / max(mean, 1.0))
        self._order_rows = rows
        self._weights = (np.repeat(self._idf, often) * counts * (self.k1 + 1) / (counts + norm)).astype(np.float32)

    def _columns(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The column of each code, -1 where no text holds it."""
        if not len(self._terms):
            return np.full(len(codes), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._terms, codes), len(self._terms) - 1)
        return np.where(self._terms[at] == codes, at, -1)

    def idf(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """How rare each term is: ln(1 + (N - n + ½)/(n + ½)), that of a term never seen for unknown ones."""
        unknown = float(np.log(1 + (self.size + 0.5) / 0.5))
        at = self._columns(codes)
        return np.where(at >= 0, self._idf[at] if len(self._idf) else unknown, unknown)

    def score(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """BM25 of every text for the distinct terms ``codes``, over the greatest sum they could reach (so 0 … about 1)."""
        out = np.zeros(self.size)
        distinct = np.unique(codes)
        if not len(distinct):
            return out
        for column in self._columns(distinct):
            if column >= 0:
                part = slice(self._starts[column], self._starts[column + 1])
                out[self._order_rows[part]] += self._weights[part]
        return out / float(self.idf(distinct).sum() * (self.k1 + 1))

    def save(self, path: Path) -> None:
        """Write the counts; weights are worked out again on reading."""
        np.savez(path, rows=self._rows, codes=self._codes, counts=self._counts, lengths=self._lengths, settings=np.array([self.k1, self.b]))

    @classmethod
    def load(cls, path: Path) -> Postings:
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as held:
            parts: dict[str, Any] = {name: held[name] for name in held.files}
        made = cls(k1=float(parts["settings"][0]), b=float(parts["settings"][1]))
        made._rows, made._codes, made._counts, made._lengths = (parts[n] for n in ("rows", "codes", "counts", "lengths"))
        made.size = len(made._lengths)
        made._weigh()
        return made
