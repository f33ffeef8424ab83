"""Which rooms exist: every second-level folder that keeps data or reads the framework's registries has an ``apps.py``."""

from __future__ import annotations

from pathlib import Path

STOREYS = ("base", "security", "data", "support", "business", "evaluation", "ends")  # from the ground up
_HOUSE = Path(__file__).parent.parent


def installed() -> list[str]:
    """The dotted names of all rooms with an ``apps.py``, ground floor first."""
    return [f"yiwang.{storey}.{room.parent.name}" for storey in STOREYS for room in sorted((_HOUSE / storey).glob("*/apps.py"))]
