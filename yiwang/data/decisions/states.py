"""The states of a version and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yiwang.standards.publication import OPEN, STEPS, permissions, states, step_names

__all__ = ["OPEN", "PERMISSIONS", "STATES", "STEPS", "STEP_NAMES"]

STATES: Final[Mapping[str, str]] = states(shipped="file", submitted="待发布")
STEP_NAMES: Final[Mapping[str, str]] = step_names(submit="提交")
PERMISSIONS: Final[Mapping[str, str]] = permissions("table")
