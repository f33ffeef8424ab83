"""Could somebody be recognised? k-anonymity over what others may know, rare combinations, l-diversity of what they must not learn. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from yiwang.standards.identifiers import id_card

SHOWN: Final = 20  # rare combinations that a report lists
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{17}[\dXx])(?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Risk:
    """``k``: size of the smallest class (0 for no rows); ``unique``: rows alone in their class; ``rare``: the smallest classes below the
    wanted k with their sizes; ``least``: the fewest different sensitive values in a class (0 where none was asked)."""

    rows: int
    classes: int
    k: int
    unique: int
    rare: tuple[tuple[tuple[str, ...], int], ...]
    below: int
    least: int
    uniform: int


def classes(rows: Iterable[Mapping[str, Any]], quasi: Sequence[str]) -> Counter[tuple[str, ...]]:
    """How many rows share each combination of the values by which somebody may be recognised."""
    return Counter(tuple(str(row[name]) for name in quasi) for row in rows)


def assess(rows: Sequence[Mapping[str, Any]], *, quasi: Sequence[str], sensitive: str = "", k: int, diversity: int = 1) -> Risk:
    """Judge a table of one row per person. ``uniform``: classes whose sensitive column has fewer than ``diversity`` values."""
    sizes = classes(rows, quasi)
    values: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    if sensitive:
        for row in rows:
            values[tuple(str(row[name]) for name in quasi)].add(str(row[sensitive]))
    rare = sorted(((key, size) for key, size in sizes.items() if size < k), key=lambda one: (one[1], one[0]))
    return Risk(
        rows=len(rows),
        classes=len(sizes),
        k=min(sizes.values(), default=0),
        unique=sum(size == 1 for size in sizes.values()),
        rare=tuple(rare[:SHOWN]),
        below=sum(size for _, size in rare),
        least=min((len(one) for one in values.values()), default=0),
        uniform=sum(len(one) < diversity for one in values.values()),
    )


def safe_rows(
    rows: Sequence[Mapping[str, Any]], *, quasi: Sequence[str], sensitive: str = "", k: int, diversity: int = 1
) -> list[Mapping[str, Any]]:
    """The rows whose class is large and varied enough; the others are left out."""
    sizes = classes(rows, quasi)
    values: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows:
        values[tuple(str(row[name]) for name in quasi)].add(str(row[sensitive]) if sensitive else "")
    kept = {key for key, size in sizes.items() if size >= k and (not sensitive or len(values[key]) >= diversity)}
    return [row for row in rows if tuple(str(row[name]) for name in quasi) in kept]


def personal_cells(rows: Iterable[Mapping[str, Any]]) -> int:
    """Cells that hold a valid identity number or a mobile number: none may be opened."""
    found = 0
    for row in rows:
        for value in row.values():
            if not isinstance(value, str) or len(value) < 11:
                continue
            found += any(id_card.is_valid(one.upper()) for one in _NUMBERS.findall(value)) or bool(_MOBILE.search(value))
    return found
