"""Measures of question answering, defined once: ROUGE-L on characters, recall at k, AUROC."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def common_length(one: str, other: str) -> int:
    """The length of the longest common subsequence, by bit-parallel dynamic programming (Hyyrö 2004)."""
    at: dict[str, int] = {}
    for position, char in enumerate(one):
        at[char] = at.get(char, 0) | (1 << position)
    full = (1 << len(one)) - 1
    state = full
    for char in other:
        hits = state & at.get(char, 0)
        state = ((state + hits) | (state - hits)) & full
    return len(one) - state.bit_count()


def rouge_l(answer: str, reference: str) -> float:
    """ROUGE-L: harmonic mean (β = 1) of recall and precision of the longest common subsequence of characters; white space left out."""
    one, other = "".join(answer.split()), "".join(reference.split())
    if not one or not other:
        return float(one == other)
    return 2 * common_length(one, other) / (len(one) + len(other))


def recall_at(rankings: Sequence[Sequence[str]], right: Sequence[str], k: int) -> float:
    """Share of questions whose right document is among the first ``k``."""
    return sum(wanted in ranking[:k] for ranking, wanted in zip(rankings, right, strict=True)) / max(len(right), 1)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that an answerable question has the higher confidence than an unanswerable one, ties counting half."""
    import numpy as np

    if not len(positive) or not len(negative):
        return float("nan")
    below = np.sort(np.asarray(negative, dtype=float))
    values = np.asarray(positive, dtype=float)
    wins = np.searchsorted(below, values, "left").sum() + np.searchsorted(below, values, "right").sum()
    return float(wins / 2 / len(values) / len(below))
