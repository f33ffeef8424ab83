"""Plain values that cross the door and need no numbers library."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Costs:
    """The threshold of a model: a wrong dispatch costs ``mistake`` looks of a person; ``precision`` is the least share right."""

    mistake: float = 15.0
    precision: float = 0.99


@dataclass(frozen=True)
class Scores:
    """Shares between 0 and 1. ``automatic_precision`` is over the dispatched rows, ``coverage`` the share dispatched."""

    rows: int
    accuracy: float
    macro_f1: float
    top2: float
    calibration_error: float
    automatic_precision: float
    coverage: float
    per_label: dict[str, dict[str, float]]

    def to_json(self) -> dict[str, object]:
        """For machines."""
        return asdict(self)
