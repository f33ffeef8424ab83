"""Fitting a choice: one network scores the spans of a question so that the one chosen is worth most.

The loss is the expected worth under the softmax of the scores (what choosing the highest amounts to), not the error of a forecast:
forecasting well is not needed for spans nobody would choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval.network import Network, scaling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

_HIDDEN, _ROUNDS, _BATCH, _RATE, _PENALTY, _HEAT = 16, 12, 16, 2e-3, 3e-3, 0.5


def _slope(scores: Table, worth: Table, sizes: Sequence[int]) -> Table:
    """The gradient of minus the expected worth, question by question."""
    out, at = np.zeros(len(scores)), 0
    for size in sizes:
        part = slice(at, at + size)
        heated = scores[part] / _HEAT
        chance = np.exp(heated - heated.max())
        chance /= chance.sum()
        out[part] = -chance * (worth[part] - chance @ worth[part])
        at += size
    return out / len(sizes)


def fit_choice(held: Sequence[tuple[Table, Table]], *, seed: int) -> Network:
    """Fit on (features, worth) of each question's spans, by Adam over small batches of questions."""
    means, spreads = scaling(np.vstack([table for table, _ in held]))
    scaled = [np.clip((table - means) / spreads, -5, 5) for table, _ in held]
    chance, width = np.random.default_rng(seed), scaled[0].shape[1]
    parts = [chance.normal(0, np.sqrt(2 / width), (width, _HIDDEN)), np.zeros(_HIDDEN)]
    parts += [chance.normal(0, np.sqrt(1 / _HIDDEN), (_HIDDEN, 1)), np.zeros(1)]
    mean, square, step = [np.zeros_like(part) for part in parts], [np.zeros_like(part) for part in parts], 0
    for _ in range(_ROUNDS):
        order = chance.permutation(len(held))
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            table, worth = np.vstack([scaled[at] for at in some]), np.concatenate([held[at][1] for at in some])
            inner = table @ parts[0] + parts[1]
            active = np.maximum(inner, 0)
            slope = _slope((active @ parts[2] + parts[3])[:, 0], worth, [len(held[at][1]) for at in some])[:, None]
            back = (slope @ parts[2].T) * (inner > 0)
            slopes = [table.T @ back + _PENALTY * parts[0], back.sum(0), active.T @ slope + _PENALTY * parts[2], slope.sum(0)]
            step += 1
            for at, one in enumerate(slopes):
                mean[at] = 0.9 * mean[at] + 0.1 * one
                square[at] = 0.999 * square[at] + 0.001 * one**2
                parts[at] = parts[at] - _RATE * (mean[at] / (1 - 0.9**step)) / (np.sqrt(square[at] / (1 - 0.999**step)) + 1e-8)
    return Network(means, spreads, ((parts[0], parts[1]), (parts[2], parts[3])))
