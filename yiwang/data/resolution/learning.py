"""What persons decided teaches the next run: pairs already decided stay decided, and the doubtful ones are weighed a little differently.

The correction is a logistic regression on the levels that the fields met, with the run's own weight as the fixed part, held near
zero by a penalty. It is learned from doubtful pairs and used on doubtful pairs only: sure ones never met a person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

LEAST: Final = 20  # verdicts from which a correction is learned; of both kinds
PENALTY: Final = 2.0

Correction = Mapping[tuple[str, int], float]  # (field, level) → bits


def learn(decided: Sequence[tuple[float, Mapping[str, int], bool]]) -> Correction:
    """From (weight in bits, levels, whether it is the same) of decided pairs; {} where they are too few or all alike."""
    if len(decided) < LEAST or len({same for _, _, same in decided}) < 2:
        return {}
    names = sorted({(field, level) for _, levels, _ in decided for field, level in levels.items()})
    column = {name: at for at, name in enumerate(names)}
    met = np.zeros((len(decided), len(names)))
    for row, (_, levels, _) in enumerate(decided):
        for pair in levels.items():
            met[row, column[pair]] = 1
    fixed = np.array([weight * math.log(2) for weight, _, _ in decided])
    same = np.array([float(one) for _, _, one in decided])
    found = np.zeros(len(names))
    for _ in range(25):  # Newton's steps; the penalty makes the matrix regular
        chance = 1 / (1 + np.exp(-np.clip(fixed + met @ found, -30, 30)))
        slope = met.T @ (same - chance) - PENALTY * found
        bend = (met * (chance * (1 - chance))[:, None]).T @ met + PENALTY * np.eye(len(names))
        found += np.linalg.solve(bend, slope)
    return {name: round(float(found[at] / math.log(2)), 3) for name, at in column.items()}
