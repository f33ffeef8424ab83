"""How good answers are: macro-F1, calibration error, what is dispatched by itself and how often that is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yiwang.support.ai.values import Scores


def calibration_error(probabilities: NDArray[np.floating], correct: NDArray[np.bool_], *, bins: int = 15) -> float:
    """Expected calibration error: the gap between said and true, over ``bins`` of equal width, weighted by rows."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [abs(float(probabilities[place == one].sum() - correct[place == one].sum())) for one in range(bins)]
    return sum(gaps) / max(1, len(correct))


def score(
    truth: Sequence[str], answers: Sequence[str], seconds: Sequence[str], *, probabilities: Sequence[float], dispatched: Sequence[bool]
) -> Scores:
    """All figures of a list of answers against the truth."""
    true, said = np.asarray(truth, object), np.asarray(answers, object)
    correct = np.asarray(true == said, bool)
    sent = np.asarray(dispatched, bool)
    per_label = {}
    for label in sorted(set(truth)):
        right = int((correct & (true == label)).sum())
        precision, recall = right / max(1, int((said == label).sum())), right / int((true == label).sum())
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        per_label[label] = {"precision": precision, "recall": recall, "f1": f1, "rows": int((true == label).sum())}
    return Scores(
        rows=len(truth),
        accuracy=float(correct.mean()),
        macro_f1=float(np.mean([one["f1"] for one in per_label.values()])),
        top2=float(np.mean(correct | (true == np.asarray(seconds, object)))),
        calibration_error=calibration_error(np.asarray(probabilities, float), correct),
        automatic_precision=float(correct[sent].mean()) if sent.any() else 1.0,
        coverage=float(sent.mean()),
        per_label=per_label,
    )


def split(groups: Sequence[object], labels: Sequence[str], *, folds: int, seed: int = 0) -> NDArray[np.int64]:
    """The fold of every row: no group in two folds, labels spread evenly; the same for the same input."""
    members: dict[object, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    order = np.random.default_rng(seed).permutation(len(members))
    names = sorted(members, key=str)
    known = sorted(set(labels))
    counts = np.zeros((folds, len(known)))
    place = {label: number for number, label in enumerate(known)}
    fold = np.zeros(len(labels), np.int64)
    for group in sorted((names[number] for number in order), key=lambda name: -len(members[name])):
        own = np.zeros(len(known))
        for row in members[group]:
            own[place[labels[row]]] += 1
        chosen = int(np.argmin((counts @ own) / own.sum() + 1e-6 * counts.sum(1)))
        counts[chosen] += own
        fold[members[group]] = chosen
    return fold


def pairwise(answers: Sequence[object], truth: Sequence[object]) -> dict[str, float]:
    """Precision, recall and F1 over pairs of rows: two rows of one topic should be in one group, two of different topics not."""
    cells, said, true = Counter(zip(answers, truth, strict=True)), Counter(answers), Counter(truth)

    def pairs(counts: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    both, ours, theirs = pairs(cells), pairs(said), pairs(true)
    precision, recall = both / max(1, ours), both / max(1, theirs)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-12, precision + recall)}


def clusters(answers: Sequence[object], truth: Sequence[object]) -> dict[object, dict[str, float]]:
    """For every known cluster, the largest first: its rows, the share of them in the group that holds most, and how pure that group is."""
    said = Counter(answers)
    found = {}
    for name, rows in Counter(truth).most_common():
        group, most = Counter(one for one, known in zip(answers, truth, strict=True) if known == name).most_common(1)[0]
        found[name] = {"rows": rows, "found": most / rows, "pure": most / said[group]}
    return found
