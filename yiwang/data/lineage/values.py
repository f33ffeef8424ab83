"""What lineage tells: uses of a field, and a way of steps to draw. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from yiwang.data.exchange.api import Agreement


@dataclass(frozen=True, slots=True)
class FieldUse:
    """Looks of one department at one field for one purpose: allowed, refused, distinct cases, the last moment."""

    element: str
    department: str
    purpose: str
    looks: int
    refused: int
    cases: int
    last: datetime


@dataclass(frozen=True, slots=True)
class LastUse:
    """One look; ``case`` is the end of the case's id, '' when there was none."""

    at: datetime
    department: str
    purpose: str
    case: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field in the list: its source and, over the days asked for, how much it is used by how many departments."""

    element: str
    name: str
    register: str
    column: str
    department: str
    level: int
    looks: int
    cases: int
    departments: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class FieldLineage:
    """A field's way: its source, other sources that are compared with it, the agreements in force, its uses, the last looks.

    ``complete`` says whether the reader sees every department's uses or only those of his own.
    """

    row: FieldRow
    cross: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    uses: tuple[FieldUse, ...]
    last: tuple[LastUse, ...]
    since: date
    complete: bool
    flow: Flow


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a way: an id, what stands on it (two short lines), its kind."""

    id: str
    title: str
    under: str
    kind: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Steps in columns from left to right, and edges between ids."""

    columns: tuple[tuple[Step, ...], ...]
    edges: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, ways: Sequence[Sequence[Step]]) -> Flow:
        """Ways of equal length laid over each other: the same step of several ways is one node."""
        width = max((len(way) for way in ways), default=0)
        columns = tuple(tuple({way[at].id: way[at] for way in ways if at < len(way)}.values()) for at in range(width))
        edges = dict.fromkeys((left.id, right.id) for way in ways for left, right in pairwise(way))
        return cls(columns, tuple(edges))
