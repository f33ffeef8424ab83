"""The states of a resource's version and the steps between them, and its two clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yiwang.standards.publication import OPEN, STEPS, permissions, states, step_names

__all__ = ["CLOCKS", "OPEN", "PERMISSIONS", "STATES", "STEPS", "STEP_NAMES"]

STATES: Final[Mapping[str, str]] = states(shipped="shipped", submitted="待审核")
STEP_NAMES: Final[Mapping[str, str]] = step_names(submit="报送审核")
PERMISSIONS: Final[Mapping[str, str]] = permissions("catalogue")
CLOCKS: Final[Mapping[str, str]] = {"review": "目录审核", "update": "目录更新"}  # terms: ``limits`` of metadata.json
