"""What goes out of the room: frozen values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means: ``numerator`` ÷ ``denominator`` (a plain count where that is ''); ``better`` is high, low or ''."""

    code: str
    name: str
    name_en: str
    unit: str
    better: str
    numerator: str
    denominator: str
    definition: str
    definition_en: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a department (or of all that the reader may see, department '').

    ``value`` is in ``unit`` (percent as 0–100), None where there is nothing to divide by; ``numerator`` and ``denominator``
    are what it was computed from, so that anybody can divide again. Both days of the period count.
    """

    code: str
    name: str
    name_en: str
    unit: str
    better: str
    value: float | None
    numerator: float
    denominator: float | None
    definition: str
    definition_en: str
    department: str
    since: date
    until: date
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """All figures of one department."""

    department: str
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend."""

    since: date
    until: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A figure as shown, and computed again from the recorded events alone."""

    code: str
    name: str
    department: str
    shown: float | None
    recomputed: float | None
    equal: bool
