"""The departments of the installation, as data: read once from departments.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from yiwang.support.identity.errors import UnknownDepartment

Level = Literal["city", "district", "street"]


@dataclass(frozen=True, slots=True)
class Department:
    """One authority: ``code`` (and ``short``, the same) is the short key used everywhere, ``region`` its division code."""

    code: str
    short: str
    abbreviation: str
    name: str
    name_en: str
    level: Level
    region: str
    parent: str
    credit_code: str
    duties: str
    phone: str


@cache
def _table() -> dict[str, Department]:
    rows = json.loads((Path(__file__).parent / "departments.json").read_text(encoding="utf-8"))
    return {row["code"]: Department(**row) for row in rows}


@cache
def _by_credit_code() -> dict[str, Department]:
    return {one.credit_code: one for one in _table().values()}


def departments() -> tuple[Department, ...]:
    """Every department, in the order of the list."""
    return tuple(_table().values())


def department(code: str) -> Department:
    """The department of a short code ('health') or of an 18-character credit code; UnknownDepartment otherwise."""
    found = _table().get(code) or _by_credit_code().get(code)
    if found is None:
        raise UnknownDepartment(department=code)
    return found
