"""Reading matters: the version in force, from memory."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from yiwang.business.matters import reading
from yiwang.business.matters.values import MatterVersion
from yiwang.standards.errors import NotFound


@cache
def _builtin() -> dict[str, MatterVersion]:
    rows = json.loads((Path(__file__).parents[2] / "support/identity/departments.json").read_text(encoding="utf-8"))
    departments = {row["short"]: row for row in rows}
    versions = [reading.from_record(record, state="in_use") for record in reading.library(departments)]
    return {key: version for version in versions for key in (version.short, version.code)}


def published(code_or_short: str, *, on: date | None = None) -> MatterVersion:
    """The version in force on a day."""
    try:
        return _builtin()[code_or_short]
    except KeyError:
        raise NotFound(f"没有找到事项“{code_or_short}”。") from None
