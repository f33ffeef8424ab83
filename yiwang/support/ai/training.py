"""Training a classifier: five linear voters weighed against each other, calibrated, and a threshold on predictions not fitted on.

The voters err differently: a ridge regression; one that reads every piece as loudly as it tells one label from the others (the log ratio
of its shares, as in NB-SVM of Wang and Manning, 2012); complement naive Bayes (Rennie and others, 2003); a timid and a bold support
vector machine. A multinomial regression on their scores of rows that were not fitted says what each is worth and makes them chances.
All of it is linear, so one weight per piece and label is kept, and an answer costs what one regression costs.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from yiwang.support.ai import duplicates
from yiwang.support.ai.classifier import LEAST_PIECES, Answer, Classifier, softmax
from yiwang.support.ai.errors import TooLittleData
from yiwang.support.ai.features import Reals, Space
from yiwang.support.ai.scoring import score, split
from yiwang.support.ai.values import Costs, Scores

VIEW_WEIGHTS = (1.0, 0.7, 0.5, 0.6)  # in the order of features.VIEWS; chosen by grouped cross-validation
VOTERS = 5
PENALTY, TELLING_PENALTY = 0.5, 1.0
MARGINS = (0.03, 0.3)  # what a row on the wrong side costs the timid and the bold machine
UNSEEN = 0.5  # added to every count, so that a piece seen once does not tell everything
UNSEEN_WEIGHT = 0.05  # the same for sums of weights, which are smaller than counts
BEYOND = 10.0  # the pull on what the calibration thinks beyond one trust for each voter
EASED = 0.92  # a fit on all rows speaks a little louder than the fits on four fifths that the calibration and the threshold hear
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
    chances = softmax(apart @ slopes + shifts)
    best = np.argmax(chances, 1)
    enough = np.diff(rows.indptr) >= LEAST_PIECES
    threshold = choose_threshold(np.where(enough, chances[np.arange(len(best)), best], 0), best == target, costs=costs)
    weights, biases = np.zeros((rows.shape[1], len(known)), np.float32), shifts
    for slope, (voter, bias) in zip(np.split(slopes, VOTERS), fit(rows, target, labels=len(known)), strict=True):
        weights += voter @ slope.astype(np.float32)
        biases = biases + bias @ slope
    card = {
        "threshold": threshold,
        "costs": {"mistake": costs.mistake, "precision": costs.precision},
        "view_weights": list(VIEW_WEIGHTS),
        "priors": (np.bincount(target, minlength=len(known)) / len(target)).tolist(),
        "rows": len(texts),
        "groups": len(set(held)),
        "fingerprint": fingerprint(texts, labels),
    }
    return Classifier(space, labels=known, weights=weights, biases=biases.astype(np.float32), card=card).sharpened(EASED)


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


def fit(rows: sparse.csr_matrix, target: NDArray[np.int64], *, labels: int) -> Iterator[tuple[Reals, Reals]]:
    """Every voter's weights (columns, labels) and biases (labels,), one label against all; one after the other, for they are large."""
    yield _ridge(rows, target, labels)
    yield _telling_ridge(rows, target, labels)
    yield _complement(rows, target, labels)
    for margin in MARGINS:
        yield _machine(rows, target, labels, margin=margin)


def _sides(target: NDArray[np.int64], labels: int) -> tuple[Reals, NDArray[np.float64]]:
    """1 for a row's label and -1 for the others, (rows, labels); what each row weighs, so that every label weighs the same."""
    weigh = (len(target) / (labels * np.bincount(target, minlength=labels)))[target]
    return np.where(target[:, None] == np.arange(labels), 1.0, -1.0).astype(np.float32), weigh


def _ridge(rows: sparse.csr_matrix, target: NDArray[np.int64], labels: int) -> tuple[Reals, Reals]:
    from sklearn.linear_model import Ridge

    ones, weigh = _sides(target, labels)
    model = Ridge(alpha=PENALTY, solver="sparse_cg", tol=1e-2).fit(rows, ones, sample_weight=weigh)
    return model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)


def _telling_ridge(rows: sparse.csr_matrix, target: NDArray[np.int64], labels: int) -> tuple[Reals, Reals]:
    from sklearn.linear_model import Ridge

    ones, weigh = _sides(target, labels)
    weights, biases = telling(rows, target, labels=labels), np.zeros(labels, np.float32)
    for label in range(labels):
        loud = weights[:, label]
        scaled = sparse.csr_matrix((rows.data * loud[rows.indices], rows.indices, rows.indptr), rows.shape)
        model = Ridge(alpha=TELLING_PENALTY, solver="sparse_cg", tol=1e-2).fit(scaled, ones[:, label], sample_weight=weigh)
        weights[:, label] = model.coef_ * loud
        biases[label] = model.intercept_
    return weights, biases


def _complement(rows: sparse.csr_matrix, target: NDArray[np.int64], labels: int) -> tuple[Reals, Reals]:
    """How much likelier a piece is in a label than in all others, as logs."""
    inside = np.asarray(rows.T @ np.eye(labels, dtype=np.float32)[target])
    outside = inside.sum(1, keepdims=True) - inside
    inside, outside = inside + UNSEEN_WEIGHT, outside + UNSEEN_WEIGHT
    return np.log(inside / inside.sum(0)) - np.log(outside / outside.sum(0)), np.zeros(labels, np.float32)


def _machine(rows: sparse.csr_matrix, target: NDArray[np.int64], labels: int, *, margin: float) -> tuple[Reals, Reals]:
    """A linear support vector machine."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=margin, class_weight="balanced", tol=1e-2, random_state=0).fit(rows, target)
    slopes, shifts = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if len(model.classes_) == 2:  # of two labels one is told; the other is its opposite
        slopes, shifts = np.hstack([-slopes, slopes]), np.concatenate([-shifts, shifts])
    weights, biases = np.zeros((rows.shape[1], labels), np.float32), np.full(labels, shifts.min(), np.float32)
    weights[:, model.classes_], biases[model.classes_] = slopes, shifts
    return weights, biases


def telling(rows: sparse.csr_matrix, target: NDArray[np.int64], *, labels: int) -> Reals:
    """How far the share of a label's texts that hold a piece is from the share of the others, (columns, labels); mean square 1 in use."""
    held = sparse.csr_matrix((np.ones(rows.nnz, np.float32), rows.indices, rows.indptr), rows.shape)
    inside = np.asarray(held.T @ np.eye(labels, dtype=np.float32)[target])
    count, size = inside.sum(1, keepdims=True), np.bincount(target, minlength=labels)
    among = (inside + UNSEEN) / (size + 2 * UNSEEN)
    apart = (count - inside + UNSEEN) / (len(target) - size + 2 * UNSEEN)
    loud = np.abs(np.log(among / apart))
    return np.asarray(loud / np.sqrt((loud**2 * count).sum(0) / count.sum()), np.float32)


def out_of_fold(rows: sparse.csr_matrix, target: NDArray[np.int64], *, fold: NDArray[np.int64], labels: int) -> Reals:
    """The voters' scores of every row, (rows, VOTERS × labels), from a fit that saw none of its group."""
    scores = np.zeros((rows.shape[0], VOTERS * labels), np.float32)
    for one in range(FOLDS):
        outside = fold == one
        for voter, (weights, biases) in enumerate(fit(rows[~outside], target[~outside], labels=labels)):
            scores[outside, voter * labels : (voter + 1) * labels] = rows[outside] @ weights + biases
    return scores


def _calibration(scores: Reals, target: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slopes (VOTERS × labels, labels) and shifts (labels,) that make log chances of the voters' scores, by multinomial regression.

    It is free to trust each voter as a whole; what it thinks beyond is pulled to nothing, so that few rows leave their order as it is.
    """
    from scipy.optimize import minimize

    labels = scores.shape[1] // VOTERS
    spread = (scores.reshape(-1, VOTERS, labels).std((0, 2)) + 1e-9).repeat(labels)  # so that the pull is the same for loud and low voters
    seen, ones, each = scores / spread, np.eye(labels)[target], np.tile(np.eye(labels), (VOTERS, 1))

    def unpacked(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        trust, beyond = values[:VOTERS].repeat(labels)[:, None], values[VOTERS : VOTERS + each.size].reshape(each.shape)
        return trust * each, beyond, values[VOTERS + each.size :]

    def surprise(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        trusted, beyond, shifts = unpacked(values)
        chances = softmax(seen @ (trusted + beyond) + shifts)
        gap = chances - ones
        slope = seen.T @ gap
        spent = -np.log(chances[np.arange(len(target)), target] + 1e-12).sum() + BEYOND / 2 * (beyond**2).sum()
        pulls = (slope * each).reshape(VOTERS, -1).sum(1)
        return float(spent), np.concatenate([pulls, (slope + BEYOND * beyond).ravel(), gap.sum(0)])

    start = np.concatenate([np.full(VOTERS, 1 / VOTERS), np.zeros(each.size + labels)])
    found = minimize(surprise, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    trusted, beyond, shifts = unpacked(found)
    return (trusted + beyond) / spread[:, None], shifts


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
