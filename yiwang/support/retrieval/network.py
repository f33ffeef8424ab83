"""A small fitted function: numbers in, numbers out, its weights in a JSON file. No library is needed to use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLIP = 5.0


@dataclass(frozen=True)
class Network:
    """Standardise, then layers with max(0, x) between them. A linear function is a network of one layer."""

    means: NDArray[np.float64]
    spreads: NDArray[np.float64]
    layers: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]

    def __call__(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rows of features → rows of raw outputs (no squashing at the end)."""
        value = np.clip((table - self.means) / self.spreads, -_CLIP, _CLIP)
        for number, (weights, bias) in enumerate(self.layers):
            if number:
                value = np.maximum(value, 0)
            value = value @ weights + bias
        return value

    @classmethod
    def read(cls, data: dict[str, Any]) -> Network:
        """From JSON."""
        layers = tuple((np.array(layer["weights"]), np.array(layer["bias"])) for layer in data["layers"])
        return cls(np.array(data["means"]), np.array(data["spreads"]), layers)

    def to_json(self) -> dict[str, Any]:
        """To JSON, four significant digits."""

        def short(values: NDArray[np.float64]) -> Any:
            return [short(row) for row in values] if values.ndim > 1 else [float(f"{number:.4g}") for number in values]

        return {
            "means": short(self.means),
            "spreads": short(self.spreads),
            "layers": [{"weights": short(weights), "bias": short(bias)} for weights, bias in self.layers],
        }


def scaling(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and spread of every column; a column that never varies has spread one."""
    spread = table.std(axis=0)
    return table.mean(axis=0), np.where(spread < 1e-6, 1.0, spread)


def sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """1/(1+e^-x)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))
