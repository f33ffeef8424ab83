"""Division codes, GB/T 2260 and GB/T 10114: the structure only; which codes exist is a table's business (STANDARDS §1.4).

6 digits = province 2 + city 2 + county 2; 9 digits add the township; 12 digits add the village (statistical code).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from yiwang.standards.identifiers.errors import DIGITS, BadIdentifier, clean, refuse, require_charset, require_length

NAME: Final = "行政区划代码"


class Level(IntEnum):
    """Levels as GB/T 39046 numbers the exercise of powers: 2 province … 6 village (1 is the state)."""

    STATE = 1
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWNSHIP = 5
    VILLAGE = 6


@dataclass(frozen=True, slots=True)
class Division:
    """A code of 6, 9 or 12 digits, taken apart; parts below its level are zeros or empty."""

    code: str

    @property
    def province(self) -> str:
        """The six-digit code of the province."""
        return f"{self.code[:2]}0000"

    @property
    def city(self) -> str:
        """The six-digit code of the city; the province's own where the code stands at province level."""
        return f"{self.code[:4]}00"

    @property
    def county(self) -> str:
        """The six-digit code of the county or district."""
        return self.code[:6]

    @property
    def township(self) -> str:
        """The nine-digit code of the street or township, '' for a six-digit code."""
        return self.code[:9] if len(self.code) >= 9 else ""

    @property
    def level(self) -> Level:
        """The lowest level that the code names (a code that is all zeros names the state)."""
        return level_of(self.code)

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The codes above, highest first, each six or nine digits, itself excluded."""
        return ancestors(self.code)

    @property
    def kind_name(self) -> str:
        """What the number range says about the lowest part: 市、地区、市辖区、县、街道、镇、乡 …; '' where it says nothing."""
        level = self.level
        if level is Level.CITY:
            return _range_name(int(self.code[2:4]), _CITY_RANGES)
        if level is Level.COUNTY:
            return _range_name(int(self.code[4:6]), _COUNTY_RANGES)
        if level is Level.TOWNSHIP:
            return _range_name(int(self.code[6:9]), _TOWNSHIP_RANGES)
        return _range_name(int(self.code[9:12]), _VILLAGE_RANGES) if level is Level.VILLAGE else ""


_CITY_RANGES: Final = ((1, 20, "市"), (21, 50, "地区、自治州或盟"), (51, 70, "市"), (90, 90, "省直辖县级单位"))
_COUNTY_RANGES: Final = ((1, 20, "市辖区"), (21, 80, "县或旗"), (81, 99, "县级市"))
_TOWNSHIP_RANGES: Final = ((1, 99, "街道"), (100, 199, "镇"), (200, 399, "乡"), (400, 599, "政企合一单位"), (600, 699, "类似乡级单位"))
_VILLAGE_RANGES: Final = ((1, 199, "居民委员会"), (200, 399, "村民委员会"))


def _range_name(number: int, ranges: tuple[tuple[int, int, str], ...]) -> str:
    return next((name for first, last, name in ranges if first <= number <= last), "")


def level_of(code: str) -> Level:
    """The level of a well-formed code of 6, 9 or 12 digits."""
    if code[9:12].strip("0"):
        return Level.VILLAGE
    if code[6:9].strip("0"):
        return Level.TOWNSHIP
    if code[4:6] != "00":
        return Level.COUNTY
    if code[2:4] != "00":
        return Level.CITY
    return Level.STATE if code[:2] == "00" else Level.PROVINCE


def significant(code: str) -> str:
    """The digits that name something: 2, 4, 6, 9 or 12 of them ('' for the state); prefixes of each other when nested."""
    return code[: (0, 0, 2, 4, 6, 9, 12)[level_of(code)]]


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above a well-formed code, highest first: province, city, county (six digits), township (nine)."""
    level = level_of(code)
    all_above = (f"{code[:2]}0000", f"{code[:4]}00", code[:6], code[:9])
    return tuple(dict.fromkeys(all_above[: max(level - Level.PROVINCE, 0)]))


def covers(outer: str, inner: str) -> bool:
    """Whether ``inner`` lies in ``outer`` (or is it), at any mixture of lengths."""
    return significant(inner).startswith(significant(outer))


def is_valid(text: str, *, table: Container[str] | None = None) -> bool:
    """Whether a text is a well-formed code and, when a table is given, stands in it."""
    try:
        parse(text, table=table)
    except BadIdentifier:
        return False
    return True


def parse(text: str, *, table: Container[str] | None = None) -> Division:
    """Read a code of 6, 9 or 12 digits; BadIdentifier says what is wrong. ``table`` holds the codes that exist."""
    code = clean(text)
    require_length(NAME, code, 6, 9, 12)
    require_charset(NAME, code, DIGITS, "数字")
    if code[2:4] == "00" and code[4:].strip("0"):
        raise refuse(NAME, code, "地市段为 00 时,后面各段也应为 0", position=5)
    if code[4:6] == "00" and code[6:].strip("0"):
        raise refuse(NAME, code, "县区段为 00 时,后面各段也应为 0", position=7)
    if code[6:9] == "000" and code[9:].strip("0"):
        raise refuse(NAME, code, "乡镇街道段为 000 时,村居段也应为 000", position=10)
    if table is not None and code not in table:
        raise refuse(NAME, code, "不在本平台的行政区划表中", remedy="请核对代码,或先把该区划登记到区划表")
    return Division(code)


def make(province: int, city: int = 0, county: int = 0, township: int = 0, village: int = 0) -> str:
    """Build a code from its parts; 6 digits, 9 with a township, 12 with a village."""
    code = f"{province:02d}{city:02d}{county:02d}"
    if township or village:
        code += f"{township:03d}"
    if village:
        code += f"{village:03d}"
    return parse(code).code
