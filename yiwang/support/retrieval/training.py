"""Fitting the weights: cross-validated over documents, so that no figure comes from a question whose document was seen.

Only numbers leave this module; no word of the questions or documents does. Needs scikit-learn and scipy, which answering does not.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval import ranking, scoring
from yiwang.support.retrieval.answering import Weights, evidence_of, find, mean_of, summary_of
from yiwang.support.retrieval.choosing import fit_choice
from yiwang.support.retrieval.expecting import fit_expectation
from yiwang.support.retrieval.network import Network, scaling, sigmoid
from yiwang.support.retrieval.reading import word_features
from yiwang.support.retrieval.shape import shape_of
from yiwang.support.retrieval.spans import Chances, propose, span_features
from yiwang.support.retrieval.text import fold
from yiwang.support.retrieval.trees import Trees, fit_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from yiwang.support.retrieval.answering import Finding
    from yiwang.support.retrieval.index import Index
    from yiwang.support.retrieval.questions import Question
    from yiwang.support.retrieval.shape import Shape

FOLDS = 5
_INNER = 2
_SEEDS = (1, 2)
_ANSWERED = 0.9  # share of the answerable questions that the threshold lets through
_NEGATIVES = 0.25  # share of the words outside the answer that the first look is fitted on


@dataclass(frozen=True)
class Asked:
    """A question and its answer (empty: not known). ``document`` is a position in the index; -1: not in the corpus."""

    question: Question
    document: int
    answer: str
    fold: int


def fold_of(text: str, folds: int = FOLDS) -> int:
    """The fold of a document, by its text without white space, so that copies stay together."""
    return int.from_bytes(hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).digest()[:4], "big") % folds


def _network(model: object, means: NDArray[np.float64], spreads: NDArray[np.float64]) -> Network:
    held = zip(model.coefs_, model.intercepts_, strict=True)  # type: ignore[attr-defined]
    layers = tuple((weights.astype(np.float64), bias.astype(np.float64)) for weights, bias in held)
    return Network(means, spreads, layers)


def _fit_networks(
    table: NDArray[np.float64],
    target: NDArray[np.float64],
    *,
    hidden: int,
    rounds: int,
    chances: bool,
    alpha: float,
) -> tuple[Network, ...]:
    """An ensemble of one-hidden-layer networks; ``chances``: targets are 0/1, outputs log-odds."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    means, spreads = scaling(table)
    scaled = np.clip((table - means) / spreads, -5, 5).astype(np.float32)
    kind = MLPClassifier if chances else MLPRegressor
    out = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the rounds are few on purpose: stopping early is the regularisation
        for seed in _SEEDS:
            model = kind(
                hidden_layer_sizes=(hidden,), alpha=alpha, batch_size=256, learning_rate_init=2e-3, max_iter=rounds, random_state=seed
            ).fit(scaled, target.astype(np.float32))
            out.append(_network(model, means, spreads))
    return tuple(out)


def fit_rank(tables: Sequence[NDArray[np.float64]], right: Sequence[int], *, penalty: float = 5.0) -> Network:
    """A linear score whose softmax over a question's candidates makes the right one likely. ``right``: row in its table."""
    from scipy.optimize import minimize

    means, spreads = scaling(np.vstack(tables))
    scaled = [np.clip((table - means) / spreads, -5, 5) for table in tables]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * penalty * float(weights @ weights), penalty * weights
        for table, row in zip(scaled, right, strict=True):
            score = table @ weights
            chance = np.exp(score - score.max())
            chance /= chance.sum()
            total -= float(np.log(chance[row] + 1e-12))
            chance[row] -= 1
            slope = slope + table.T @ chance
        return total, slope

    weights = minimize(loss, np.zeros(tables[0].shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return Network(means, spreads, ((weights[:, None], np.zeros(1)),))


@dataclass(frozen=True)
class _Page:
    """A question beside a document that holds its answer, ready for the first look."""

    question: Question
    shape: Shape
    table: NDArray[np.float64]
    target: NDArray[np.float64]  # words × (inside, begins, ends)
    answer: str
    expected: NDArray[np.float64]


def _page(index: Index, asked: Asked, expected: NDArray[np.float64]) -> _Page | None:
    shape = shape_of(index, asked.document)
    answer = fold(asked.answer).strip()
    at = shape.text.find(answer)
    if at < 0 or not answer:
        return None
    inside = (shape.starts < at + len(answer)) & (shape.ends > at)
    target = np.zeros((len(inside), 3))
    target[:, 0] = inside
    words = np.flatnonzero(inside)
    target[words[0], 1] = target[words[-1], 2] = 1
    table = word_features(asked.question, shape, index.whole["pairs"], expected)
    return _Page(asked.question, shape, table, target, asked.answer, expected)


def _fit_words(pages: Sequence[_Page]) -> tuple[Network, ...]:
    chance = np.random.default_rng(7)
    tables, targets = [], []
    for page in pages:
        kept = (page.target[:, 0] > 0) | (chance.random(len(page.target)) < _NEGATIVES)
        tables.append(page.table[kept])
        targets.append(page.target[kept])
    networks = _fit_networks(np.vstack(tables), np.vstack(targets), hidden=24, rounds=10, chances=True, alpha=1e-3)
    # the sampling made answers look more frequent than they are: shift the log-odds back
    shift = np.array([np.log(_NEGATIVES), 0.0, 0.0])
    return tuple(replace(net, layers=(*net.layers[:-1], (net.layers[-1][0], net.layers[-1][1] + shift))) for net in networks)


def _spans_of(index: Index, page: _Page, networks: tuple[Network, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    chance = Chances(page.shape, sigmoid(mean_of(networks, page.table)))
    spans = propose(page.shape, chance)
    table = span_features(page.question, page.shape, chance, index.whole["pairs"], spans, page.expected)
    reference = fold(page.answer)
    worth = [scoring.rouge_l(page.shape.text[page.shape.starts[first] : page.shape.ends[last]], reference) for first, last in spans]
    return table, np.array(worth)


def _expected(asked: Sequence[Asked]) -> list[NDArray[np.float64]]:
    """What to expect of each question's answer, by an expectation fitted on the questions of other folds."""
    made = {
        number: fit_expectation([(one.question.folded, fold(one.answer)) for one in asked if one.answer and one.fold != number])
        for number in {one.fold for one in asked}
    }
    return [made[one.fold](one.question.folded) for one in asked]


def fit_reader(index: Index, asked: Sequence[Asked]) -> dict[str, tuple[Network, ...]]:
    """Both looks of the reader and its choice. The second look is fitted on chances that the first gave for questions it had not seen."""
    pages = [
        (page, one.fold)
        for one, expected in zip(asked, _expected(asked), strict=True)
        if one.document >= 0 and (page := _page(index, one, expected))
    ]
    held: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    for inner in range(_INNER):
        outside = [page for page, fold_number in pages if fold_number % _INNER != inner]
        networks = _fit_words(outside)
        held += [_spans_of(index, page, networks) for page, fold_number in pages if fold_number % _INNER == inner]
    spans = _fit_networks(
        np.vstack([table for table, _ in held]),
        np.concatenate([worth for _, worth in held]),
        hidden=16,
        rounds=8,
        chances=False,
        alpha=1e-2,
    )
    choice = tuple(fit_choice(held, seed=seed) for seed in _SEEDS)
    return {"words": _fit_words([page for page, _ in pages]), "spans": spans, "choice": choice}


def _ranked(index: Index, asked: Sequence[Asked]) -> tuple[list[NDArray[np.float64]], list[int]]:
    tables, right = [], []
    for one in asked:
        chosen, lexical = ranking.candidates(index, one.question)
        row = np.flatnonzero(chosen == one.document)
        if len(row):
            tables.append(ranking.features(index, one.question, chosen, lexical))
            right.append(int(row[0]))
    return tables, right


@dataclass
class Outcome:
    """A question answered by weights that never saw its document."""

    asked: Asked
    finding: Finding
    worth: list[float]  # ROUGE-L of the best span of each reading
    confidence: float = 0.0


def _outcomes(index: Index, asked: Sequence[Asked], weights: Weights) -> list[Outcome]:
    out = []
    for one in asked:
        finding = find(index, one.question, weights) if one.question.runs else None
        if finding is None:
            continue
        reference, worth = fold(one.answer), [0.0] * len(finding.readings)
        if one.document >= 0:
            worth = [scoring.rouge_l(index.folded[read.position][read.start : read.end], reference) for read in finding.readings]
        out.append(Outcome(one, finding, worth))
    return out


def _fit_order(outcomes: Sequence[Outcome]) -> tuple[Network, ...]:
    """The order of the documents read, from outcomes of weights that had not seen them."""
    tables, right = [], []
    for one in outcomes:
        row = np.flatnonzero(one.finding.order[: len(one.finding.readings)] == one.asked.document)
        if len(row):
            tables.append(evidence_of(one.finding.scores, one.finding.readings))
            right.append(int(row[0]))
    return (fit_rank(tables, right),)


def _again(one: Outcome, order: tuple[Network, ...]) -> Outcome:
    """The same outcome, its documents in this order."""
    finding = one.finding
    again = mean_of(order, evidence_of(finding.scores, finding.readings))[:, 0]
    return replace(one, finding=replace(finding, again=again))


def _fit_confidence(outcomes: Sequence[Outcome]) -> Trees:
    """The log-odds of being answerable; each side counts as much as the other."""
    target = np.array([float(one.asked.document >= 0) for one in outcomes])
    table = np.array([summary_of(one.finding) for one in outcomes])
    counting = np.where(target > 0, 0.5 / target.mean(), 0.5 / (1 - target.mean()))
    return fit_trees(table, target, counting)


def _fit_base(index: Index, asked: Sequence[Asked]) -> Weights:
    """Everything but the order of the documents read and the confidence."""
    expect = fit_expectation([(one.question.folded, fold(one.answer)) for one in asked if one.answer])
    rank = fit_rank(*_ranked(index, [one for one in asked if one.document >= 0]))
    return Weights(rank=rank, expect=expect, **fit_reader(index, asked), order=(), confidence=None, threshold=0.5, provenance={})


def _measured(outcomes: Sequence[Outcome], number: int) -> list[Outcome]:
    """The outcomes of one fold, by an order and a confidence fitted on those of the others."""
    others = [one for one in outcomes if one.asked.fold != number]
    order = _fit_order(others)
    confidence = _fit_confidence([_again(one, order) for one in others])
    done = [_again(one, order) for one in outcomes if one.asked.fold == number]
    summaries = np.array([summary_of(one.finding) for one in done])
    sure = sigmoid(confidence(summaries)).tolist() if done else []
    return [replace(one, confidence=chance) for one, chance in zip(done, sure, strict=True)]


@dataclass(frozen=True)
class Trained:
    """The weights fitted on everything, and the figures of the cross-validation."""

    weights: Weights
    figures: dict[str, float]


def train(index: Index, asked: Sequence[Asked], *, say: Callable[[str], None] = lambda _: None) -> Trained:
    """Cross-validate, then fit on everything.

    The order of the documents read and the confidence are fitted on outcomes of the outer folds and measured on the fold left out.
    """
    if len({one.document >= 0 for one in asked}) < 2:
        raise ValueError("questions with and without an answer are both needed")
    outcomes: list[Outcome] = []
    for number in range(FOLDS):
        weights = _fit_base(index, [one for one in asked if one.fold != number])
        outcomes += _outcomes(index, [one for one in asked if one.fold == number], weights)
        say(f"fold {number + 1} of {FOLDS}")
    done = [one for number in range(FOLDS) for one in _measured(outcomes, number)]
    known, strange = ([one for one in done if (one.asked.document >= 0) is there] for there in (True, False))
    ranked = [(one.finding.ordered(), one.asked.document) for one in known]
    figures = {
        "recall_at_1": float(np.mean([order[0] == right for order, right in ranked])),
        "recall_at_10": float(np.mean([right in order[:10] for order, right in ranked])),
        "rouge_l": float(np.mean([one.worth[one.finding.place] for one in known])),
        "auroc": scoring.auroc([one.confidence for one in known], [one.confidence for one in strange]),
        "questions": float(len(known)),
        "unanswerable": float(len(strange)),
    }
    order = _fit_order(outcomes)
    base = _fit_base(index, asked)
    confidence = _fit_confidence([_again(one, order) for one in outcomes])
    threshold = round(float(np.quantile([one.confidence for one in known], 1 - _ANSWERED)), 4)
    return Trained(replace(base, order=order, confidence=confidence, threshold=threshold), figures)
