"""What stands: the city's day and the report of its build."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from yiwang.base.clock import api as clock
from yiwang.data.registers.queries import cursor
from yiwang.data.registers.values import CityReport


def today() -> date:
    """The day a new city gets."""
    return clock.today()


def standing() -> CityReport | None:
    """The report of the last build, or None."""
    with cursor() as cursor_:
        found = cursor_.execute("SELECT report FROM registers.city").fetchone()
    return from_json(found[0] if isinstance(found[0], dict) else json.loads(found[0])) if found else None


def to_json(report: CityReport) -> dict[str, Any]:
    """The report as it is kept in the database."""
    return {**asdict(report), "as_of": report.as_of.isoformat()}


def from_json(data: Mapping[str, Any]) -> CityReport:
    """The report that ``to_json`` wrote."""
    return CityReport(**{**data, "as_of": date.fromisoformat(data["as_of"])})
