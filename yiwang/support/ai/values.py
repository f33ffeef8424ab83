"""Plain values that cross the door and need no numbers library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Costs:
    """The threshold of a model: a wrong dispatch costs ``mistake`` looks of a person; ``precision`` is the least share right."""

    mistake: float = 15.0
    precision: float = 0.987
