"""What the standards leave to each place (limits, reasons, aspects), read from ``ratings.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.base.clock.api import Limit
from yiwang.evaluation.ratings.values import Choice


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads((Path(__file__).parent / "ratings.json").read_text(encoding="utf-8"))
    return data


def limit(name: str) -> Limit:
    """The limit of a step; the setting YIWANG_RATING_LIMITS (a mapping of the same names) may override the file."""
    own: Mapping[str, str] = getattr(settings, "YIWANG_RATING_LIMITS", {})
    return Limit.parse(own.get(name) or _data()["limits"][name]["limit"])


def most_rounds() -> int:
    """How often a fix may be sent back by an unsatisfied applicant."""
    return int(_data()["most_rounds"])


@cache
def reasons() -> tuple[Choice, ...]:
    """Reasons a dissatisfied applicant may tick."""
    return tuple(Choice(row["code"], row["name"], row["name_en"]) for row in _data()["reasons"])


@cache
def aspects(channel: str = "") -> tuple[Choice, ...]:
    """Aspects that may be rated by themselves, those of a channel or all."""
    rows = [row for row in _data()["aspects"] if not channel or channel in row["channels"]]
    return tuple(Choice(row["code"], row["name"], row["name_en"]) for row in rows)


@cache
def channels() -> Mapping[str, str]:
    """Channels by code, with their names."""
    return {row["code"]: row["name"] for row in _data()["channels"]}
