"""A small fitted function of the other kind: a sum of decision trees, kept as JSON. No library is needed to use it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in one list: at most ``number`` of its ``feature`` goes to the next node, else ``jump`` nodes further.

    A leaf has ``jump`` 0, and its ``number`` is what it adds. ``roots`` (shape: trees) are positions in the list (shape: nodes);
    ``base`` is what the sum starts from, ``width`` how many features there are.
    """

    width: int
    base: float
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    jump: NDArray[np.int64]
    number: NDArray[np.float64]

    @cached_property
    def _depth(self) -> int:
        depth, at = 0, self.roots
        while len(at := at[self.jump[at] > 0]):
            at, depth = np.concatenate([at + 1, at + self.jump[at]]), depth + 1
        return depth

    def __call__(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rows of features → the sum of each row (shape: rows)."""
        at, rows = np.tile(self.roots, (len(table), 1)), np.arange(len(table))[:, None]
        table = table.astype(np.float32)
        for _ in range(self._depth):
            step = np.where(table[rows, self.feature[at]] <= self.number[at], 1, self.jump[at])
            at = at + np.where(self.jump[at] > 0, step, 0)
        return np.asarray(self.base + self.number[at].sum(axis=1))

    @classmethod
    def read(cls, data: dict[str, Any]) -> Trees:
        """From JSON.

        Raises:
            ValueError: the lists do not fit together, or a node leads nowhere or backwards.
        """
        roots, feature, jump = (np.array(data[name], dtype=np.int64) for name in ("roots", "feature", "jump"))
        number, width, count = np.array(data["number"], dtype=np.float64), int(data["width"]), len(data["feature"])
        same = len(jump) == len(number) == count > 0
        if not same or (np.arange(count) + jump >= count).any() or (jump < 0).any() or (jump == 1).any():
            raise ValueError("trees that lead nowhere")
        if ((roots < 0) | (roots >= count)).any() or ((feature < 0) | (feature >= width)).any():
            raise ValueError("trees that lead nowhere")
        return cls(width, float(data["base"]), roots, feature, jump, number)

    def to_json(self) -> dict[str, Any]:
        """To JSON, eight significant digits: a bound has to part the same rows as before; five of what is added."""
        out: dict[str, Any] = {"width": self.width, "base": self.base}
        out |= {name: getattr(self, name).tolist() for name in ("roots", "feature", "jump")}
        pairs = zip(self.number.tolist(), self.jump.tolist(), strict=True)
        return out | {"number": [float(f"{number:.8g}" if jump else f"{number:.5g}") for number, jump in pairs]}


def fit_trees(table: NDArray[np.float64], target: NDArray[np.float64], counting: NDArray[np.float64]) -> Trees:
    """Boosted trees whose sum is the log-odds of ``target`` (0 or 1, shape: rows); ``counting``: the weight of each row."""
    from sklearn.ensemble import GradientBoostingClassifier

    rate, width, leaf = 0.03, table.shape[1], max(1, min(20, len(table) // 20))
    model = GradientBoostingClassifier(
        n_estimators=400, learning_rate=rate, max_depth=4, min_samples_leaf=leaf, subsample=0.6, max_features=min(14, width), random_state=0
    ).fit(table, target, sample_weight=counting)
    chance = float(model.init_.class_prior_[1])
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in ("feature", "jump", "number")}
    roots, held = [], 0
    for (estimator,) in model.estimators_:
        tree = estimator.tree_  # depth first: the left child of a node is the next one
        own, leaf = np.arange(tree.node_count), tree.children_left < 0
        roots.append(held)
        parts["feature"].append(np.where(leaf, 0, tree.feature))
        parts["jump"].append(np.where(leaf, 0, tree.children_right - own))
        parts["number"].append(np.where(leaf, rate * tree.value[:, 0, 0], tree.threshold))
        held += tree.node_count
    joined: dict[str, Any] = {name: np.concatenate(part) for name, part in parts.items()}
    return Trees(width, float(np.log(chance / (1 - chance))), np.array(roots), **joined)
