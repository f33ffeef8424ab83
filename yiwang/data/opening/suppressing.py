"""Small counts are withheld, and enough others with them that no total gives them away. Pure.

A table of counts is a mapping from coordinates to counts, ``TOTAL`` standing in each place of a total. Whoever reads the published part
knows: withheld counts are whole numbers from zero up, and every line adds up to its total. What he can work out from that is the interval
that two linear programmes give (least and greatest); a small count is safe when its interval holds at least ``threshold`` whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import Final

TOTAL: Final = "合计"
Cell = tuple[str, ...]
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Suppressed:
    """``primary``: the small counts; ``complementary``: those withheld to protect them; ``narrow``: small counts that stay guessable."""

    primary: frozenset[Cell]
    complementary: frozenset[Cell]
    narrow: frozenset[Cell]

    @property
    def all(self) -> frozenset[Cell]:
        """Everything withheld."""
        return self.primary | self.complementary


def with_totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """The counts and every total over one or more of their dimensions."""
    found: dict[Cell, int] = {}
    for cell, count in counts.items():
        for kept in product((True, False), repeat=len(cell)):
            place = tuple(value if keep else TOTAL for value, keep in zip(cell, kept, strict=True))
            found[place] = found.get(place, 0) + count
    return found


def lines(cells: Mapping[Cell, int]) -> list[tuple[Cell, tuple[Cell, ...]]]:
    """Every total with the cells that add up to it along one dimension."""
    found: dict[Cell, list[tuple[int, Cell]]] = {}
    for cell in cells:
        for place, value in enumerate(cell):
            if value != TOTAL:
                found.setdefault((*cell[:place], TOTAL, *cell[place + 1 :], str(place)), []).append((place, cell))
    return [(total[:-1], tuple(cell for _, cell in members)) for total, members in found.items()]


def suppress(cells: Mapping[Cell, int], *, threshold: int) -> Suppressed:
    """What must be withheld of a table with its totals so that no count from 1 to ``threshold`` − 1 can be worked out."""
    primary = frozenset(cell for cell, count in cells.items() if 0 < count < threshold)
    hidden, held = set(primary), lines(cells)
    while True:
        narrow = _narrow(cells, held, hidden, primary, threshold)
        wanted = {found for cell in narrow if (found := _helper(cells, held, hidden, cell)) is not None}
        if not wanted:
            return Suppressed(primary, frozenset(hidden) - primary, frozenset(narrow))
        hidden |= wanted


def _helper(cells: Mapping[Cell, int], held: list[tuple[Cell, tuple[Cell, ...]]], hidden: set[Cell], cell: Cell) -> Cell | None:
    """The cheapest count to withhold for a cell that can be guessed: first in the line where it stands alone, totals and zeros last."""
    choices: list[tuple[bool, bool, bool, int, Cell]] = []
    for total, members in held:
        if cell != total and cell not in members:
            continue
        line = (*members, total)
        accompanied = sum(one in hidden for one in line) > 1
        choices += [(accompanied, cells[one] == 0, one == total, cells[one], one) for one in line if one not in hidden]
    if not choices:  # its own lines are all withheld: what narrows it stands further off
        choices = [(True, count == 0, TOTAL in one, count, one) for one, count in cells.items() if one not in hidden]
    return min(choices)[4] if choices else None


def _narrow(
    cells: Mapping[Cell, int], held: list[tuple[Cell, tuple[Cell, ...]]], hidden: set[Cell], primary: frozenset[Cell], threshold: int
) -> list[Cell]:
    """Withheld counts that stand alone in a line, else the small counts whose interval is too narrow; in a fixed order."""
    withheld = [[one for one in (*members, total) if one in hidden] for total, members in held]
    alone = {line[0] for line in withheld if len(line) == 1}
    if alone:
        return sorted(alone)
    return [cell for cell in sorted(primary) if _width(cells, held, hidden, cell) < threshold]


def _width(cells: Mapping[Cell, int], held: list[tuple[Cell, tuple[Cell, ...]]], hidden: set[Cell], cell: Cell) -> int:
    """How many whole numbers a withheld count could be, as far as anybody can work out from the rest."""
    from scipy.optimize import linprog

    order = {one: place for place, one in enumerate(sorted(hidden))}
    left, right = [], []
    for total, members in held:
        unknown = [one for one in (*members, total) if one in hidden]
        if not unknown:
            continue
        row = [0.0] * len(order)
        for one in unknown:
            row[order[one]] = -1.0 if one == total else 1.0
        left.append(row)
        right.append(float((0 if total in hidden else cells[total]) - sum(cells[one] for one in members if one not in hidden)))
    ends = []
    for sign in (1.0, -1.0):
        goal = [0.0] * len(order)
        goal[order[cell]] = sign
        found = linprog(goal, A_eq=left or None, b_eq=right or None, bounds=(0, None), method="highs")
        if found.status == 3:  # no upper end
            return 1 << 30
        ends.append(sign * float(found.fun))
    return floor(ends[1] + _SLACK) - ceil(ends[0] - _SLACK) + 1
