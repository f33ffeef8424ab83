"""The frozen values of sensing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sign = Literal["checksum", "pattern", "dictionary", "column_name"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a kind is proposed: the ``sign``, its ``share`` (0–1) of the non-empty values looked at, and words for people."""

    sign: Sign
    share: float
    said: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in figures: ``low`` and ``high`` and the ``top`` values (value, times) are masked where a kind was recognised."""

    rows: int
    empty: int
    distinct: int
    longest: int
    low: str = ""
    high: str = ""
    top: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldProposal:
    """What is proposed for a column; ``type`` as in the catalogue, ``kind`` '' for no personal or official identifier."""

    name: str
    type: str
    kind: str
    confidence: float
    level: int
    sensitive: bool
    mask: str
    key: bool
    evidence: tuple[Evidence, ...]
    profile: Profile


@dataclass(frozen=True, slots=True)
class Relation:
    """The values of ``table.column`` are found among the key values of ``other.key`` (``share`` of the distinct ones)."""

    table: str
    column: str
    other: str
    key: str
    share: float
