"""Training a classifier: ridge regression on sparse pieces, calibrated and given its threshold on predictions it was not fitted on."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from yiwang.support.ai import duplicates
from yiwang.support.ai.classifier import LEAST_PIECES, Answer, Classifier, calibrated
from yiwang.support.ai.errors import TooLittleData
from yiwang.support.ai.features import Reals, Space
from yiwang.support.ai.scoring import score, split
from yiwang.support.ai.values import Costs, Scores

VIEW_WEIGHTS = (1.0, 0.7, 0.5, 0.6)  # in the order of features.VIEWS; chosen by grouped cross-validation
PENALTY = 0.5
FOLDS = 5
LEAST_ROWS = 5


def train(texts: Sequence[str], *, labels: Sequence[str], groups: Sequence[object] | None = None, costs: Costs | None = None) -> Classifier:
    """Train on labelled texts; ``groups`` names near-duplicates (found by themselves where it is missing).

    Raises:
        TooLittleData: fewer than two labels, or a label with fewer than five groups.
    """
    costs = costs or Costs()
    held = list(groups) if groups is not None else list(duplicates.groups(texts))
    known = _check(labels, held)
    space = Space.fit(texts)
    rows = space.rows(texts, weights=VIEW_WEIGHTS)
    target = np.searchsorted(known, labels)
    apart = out_of_fold(rows, target, fold=split(held, labels, folds=FOLDS), labels=len(known))
    slopes, shifts = _calibration(apart, target)
    chances = calibrated(apart, slopes, shifts)
    best = np.argmax(apart, 1)
    enough = np.diff(rows.indptr) >= LEAST_PIECES
    threshold = choose_threshold(np.where(enough, chances[np.arange(len(best)), best], 0), best == target, costs=costs)
    weights, biases = fit_ridge(rows, target, labels=len(known))
    card = {
        "calibration": {"slopes": slopes.tolist(), "shifts": shifts.tolist()},
        "threshold": threshold,
        "costs": {"mistake": costs.mistake, "precision": costs.precision},
        "view_weights": list(VIEW_WEIGHTS),
        "priors": (np.bincount(target, minlength=len(known)) / len(target)).tolist(),
        "rows": len(texts),
        "groups": len(set(held)),
        "fingerprint": fingerprint(texts, labels),
    }
    return Classifier(space, labels=known, weights=weights, biases=biases, card=card)


def evaluate(
    texts: Sequence[str],
    *,
    labels: Sequence[str],
    groups: Sequence[object] | None = None,
    folds: int = FOLDS,
    costs: Costs | None = None,
) -> tuple[Scores, list[Answer]]:
    """Grouped cross-validation of the whole recipe: vocabulary, calibration and threshold are fitted anew in every fold."""
    held = list(groups) if groups is not None else list(duplicates.groups(texts))
    _check(labels, held)
    fold = split(held, labels, folds=folds, seed=1)
    answers: dict[int, Answer] = {}
    for one in range(folds):
        inside, outside = np.flatnonzero(fold != one).tolist(), np.flatnonzero(fold == one).tolist()
        model = train(
            [texts[row] for row in inside], labels=[labels[row] for row in inside], groups=[held[row] for row in inside], costs=costs
        )
        answers.update(zip(outside, model.classify(texts[row] for row in outside), strict=True))
    ordered = [answers[row] for row in range(len(texts))]
    return score_answers(labels, ordered), ordered


def score_answers(truth: Sequence[str], answers: Sequence[Answer]) -> Scores:
    """The scores of answers against the true labels."""
    return score(
        truth,
        [one.label for one in answers],
        [one.second for one in answers],
        probabilities=[one.probability for one in answers],
        dispatched=[one.dispatch for one in answers],
    )


def _check(labels: Sequence[str], groups: Sequence[object]) -> list[str]:
    apart = Counter(label for label, _ in set(zip(labels, groups, strict=True)))
    if len(apart) < 2:
        raise TooLittleData(reason="类别不足两个")
    few = sorted(label for label, count in apart.items() if count < LEAST_ROWS)
    if few:
        raise TooLittleData(reason=f"类别「{'、'.join(few)[:80]}」的来件太少")
    return sorted(apart)


def fit_ridge(rows: sparse.csr_matrix, target: NDArray[np.int64], *, labels: int) -> tuple[Reals, Reals]:
    """One-against-all ridge regression, every label weighing the same in sum; weights (columns, labels) and biases (labels,)."""
    from sklearn.linear_model import Ridge

    share = np.bincount(target, minlength=labels)
    ones = np.where(target[:, None] == np.arange(labels), 1.0, -1.0).astype(np.float32)
    model = Ridge(alpha=PENALTY, solver="sparse_cg", tol=1e-2)
    model.fit(rows, ones, sample_weight=(len(target) / (labels * share))[target])
    return np.ascontiguousarray(model.coef_.T, np.float32), np.asarray(model.intercept_, np.float32)


def out_of_fold(rows: sparse.csr_matrix, target: NDArray[np.int64], *, fold: NDArray[np.int64], labels: int) -> Reals:
    """Scores of every row by a model that saw none of its group."""
    scores = np.zeros((rows.shape[0], labels), np.float32)
    for one in range(FOLDS):
        outside = fold == one
        weights, biases = fit_ridge(rows[~outside], target[~outside], labels=labels)
        scores[outside] = rows[outside] @ weights + biases
    return scores


def _calibration(scores: Reals, target: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping early costs a hair of likelihood, nothing else
        model = LogisticRegression(C=0.3, max_iter=500).fit(scores, target)
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two labels; written out it is minus half and plus half
        return np.vstack([-model.coef_ / 2, model.coef_ / 2]).T, np.concatenate([-model.intercept_ / 2, model.intercept_ / 2])
    return model.coef_.T, model.intercept_


def choose_threshold(chances: NDArray[np.float64], correct: NDArray[np.bool_], *, costs: Costs) -> float:
    """The probability from which sending by itself is cheapest, raised until the share right reaches the wanted precision."""
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum(correct[order])
    sent = np.arange(1, len(order) + 1)
    spent = (sent - right) * costs.mistake + (len(order) - sent)
    allowed = (right / sent >= costs.precision) & (chances[order] > 0)
    if not allowed.any():
        return 1.01  # nothing is sure enough: everything goes to a person
    best = int(np.argmin(np.where(allowed, spent, np.inf)))
    return float(chances[order][best])


def fingerprint(texts: Sequence[str], labels: Sequence[str]) -> str:
    """SHA-256 over the sorted digests of the rows: the same for the same set, whatever its order; tells nothing about a row."""
    rows = sorted(hashlib.sha256(f"{label}\0{text}".encode("utf-8", "replace")).digest() for text, label in zip(texts, labels, strict=True))
    return hashlib.sha256(b"".join(rows)).hexdigest()


def starting() -> Classifier:
    """The model of a fresh installation, from invented messages: its card says so, and its threshold lets nothing through."""
    rows = json.loads((Path(__file__).parent / "start.json").read_text(encoding="utf-8"))
    model = train([one["text"] for one in rows], labels=[one["label"] for one in rows])
    model.card.update(threshold=1.01, note="由 56 条自编来件训练,只作起步示例,不自动派单。请用本地的来件重新训练。")
    return model
