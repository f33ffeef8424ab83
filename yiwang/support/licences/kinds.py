"""The catalogue of licence kinds, read from kinds.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from yiwang.support.identity.api import department
from yiwang.support.licences.errors import UnknownKind


@dataclass(frozen=True, slots=True)
class KindField:
    """What stands on the face: ``key`` is the Chinese label itself; ``public`` may be read by anybody who checks the licence."""

    key: str
    label_en: str
    masking: str
    public: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """``single``: a company has one at a time, a new one replaces it. ``valid_years`` 0: without end. ``type_code`` by GB/T 36904."""

    code: str
    name: str
    name_en: str
    department: str
    type_code: str
    holder: Literal["person", "company", "any"]
    valid_years: int
    single: bool
    legal_basis: str
    verifiable_by: tuple[str, ...]
    fields: tuple[KindField, ...]


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its code."""
    raw = json.loads(Path(__file__).with_name("kinds.json").read_text("utf-8"))
    return {code: _kind(code, row) for code, row in raw.items()}


def kind(code: str) -> Kind:
    """One kind; UnknownKind for another."""
    found = kinds().get(code)
    if found is None:
        raise UnknownKind(kind=code)
    return found


def _kind(code: str, row: dict[str, Any]) -> Kind:
    faces = tuple(KindField(**face) for face in row.pop("fields"))
    type_code = department(row["department"]).credit_code + row.pop("sequence")
    return Kind(code=code, type_code=type_code, fields=faces, verifiable_by=tuple(row.pop("verifiable_by")), **row)
