"""What an answer looks like, expected from the question alone: how long it is, of how many clauses, whether it holds figures or a list.

A linear function of the question's characters and pairs, counted in a fixed number of buckets, so that it holds no words. It is fitted on
every question whose answer is known, also where the document of the answer is not at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from yiwang.support.retrieval.text import gram_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BUCKETS = 8191
TRAITS = ("length", "clauses", "sentences", "figures", "listed")
_PENALTY = 1.5
_RARE = 3  # a bucket met in fewer questions says nothing


def traits(said: str) -> list[float]:
    """What is expected of an answer, as it is in ``said``; the first is the logarithm of its length."""
    return [
        float(np.log(max(len(said), 1))),
        float(np.log1p(said.count(",") + said.count("，"))),
        float(np.log1p(sum(said.count(mark) for mark in "。;；"))),
        float(any(char.isdigit() for char in said)),
        float("、" in said),
    ]


def buckets(folded: str) -> NDArray[np.int64]:
    """The distinct buckets of a folded question's characters and pairs."""
    points = np.array([ord(char) for char in folded if char.isalnum()], dtype=np.int64)
    return np.unique(np.concatenate([points, gram_codes(folded, 2)]) % BUCKETS)


@dataclass(frozen=True)
class Expectation:
    """Weights (shape: buckets, traits) and a bias (shape: traits)."""

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def __call__(self, folded: str) -> NDArray[np.float64]:
        """The traits expected of the answer to a folded question."""
        held = buckets(folded)
        return np.asarray(self.weights[held].sum(axis=0) / np.sqrt(max(len(held), 1)) + self.bias)

    @classmethod
    def read(cls, data: dict[str, Any]) -> Expectation:
        """From JSON."""
        weights = np.zeros((BUCKETS, len(TRAITS)))
        weights[np.array(data["buckets"], dtype=np.int64)] = np.array(data["weights"]).reshape(-1, len(TRAITS))
        return cls(weights, np.array(data["bias"]))

    def to_json(self) -> dict[str, Any]:
        """To JSON, three digits after the point; buckets that say nothing are left out."""
        held = np.flatnonzero(np.abs(self.weights).max(axis=1) >= 5e-4)
        return {
            "buckets": held.tolist(),
            "weights": np.round(self.weights[held], 3).tolist(),
            "bias": np.round(self.bias, 3).tolist(),
        }


def fit_expectation(known: Sequence[tuple[str, str]]) -> Expectation:
    """Fit on folded (question, answer) pairs, by ridge regression."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import Ridge

    if not known:
        return Expectation(np.zeros((BUCKETS, len(TRAITS))), np.zeros(len(TRAITS)))
    held = [buckets(question) for question, _ in known]
    codes = np.concatenate(held)
    often = np.bincount(codes, minlength=BUCKETS) >= _RARE
    values = np.concatenate([np.full(len(one), 1 / np.sqrt(max(len(one), 1))) for one in held]) * often[codes]
    table = csr_matrix((values, codes, np.concatenate([[0], np.cumsum([len(one) for one in held])])), shape=(len(held), BUCKETS))
    model = Ridge(alpha=_PENALTY, solver="sparse_cg", tol=1e-4).fit(table, np.array([traits(answer.strip()) for _, answer in known]))
    return Expectation(np.asarray(model.coef_).T * often[:, None], np.asarray(model.intercept_))
