"""One writing for an address: half-width, Arabic numbers, 号 for #, 栋 for 幢, full division names and their code where settled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from yiwang.data.addresses.divisions import Division, divisions
from yiwang.data.addresses.gazetteer import SUFFIXES
from yiwang.data.addresses.values import PARTS, AddressParts, How

_DIGITS: Final = {one: value for value, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL: Final = re.compile(r"[零〇一二三四五六七八九十百两]+(?=号|弄|栋|幢|座|单元|楼|层|室|$)")
_NUMBERED: Final = ("road_number", "side_road_number", "building", "unit", "floor", "room")
_ORDER: Final = tuple(name for name in PARTS.values() if name != "country")
_LEVELS: Final = ("province", "city", "district", "town")


def clean(text: str) -> str:
    """Half-width letters and digits, one kind of hyphen, 号 for # behind a number, no spaces: what is taken apart."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[‐-―−~]", "-", plain)
    plain = re.sub(r"(?<=[\dA-Za-z])#(?=[\u4e00-\u9fff\d]|$)", "号", plain)
    return "".join(one for one in plain if not one.isspace() and unicodedata.category(one) not in {"Cc", "Cf"})


def arabic(text: str) -> str:
    """Chinese numerals before 号, 栋, 单元, 楼 … as digits: 十二栋 → 12栋."""

    def value(found: re.Match[str]) -> str:
        word = found.group()
        if not set(word) & set("十百"):
            return "".join(str(_DIGITS[one]) for one in word)
        total = part = 0
        for one in word:
            if one in "十百":
                total += (part or 1) * (10 if one == "十" else 100)
                part = 0
            else:
                part = _DIGITS[one]
        return str(total + part)

    return _NUMERAL.sub(value, text)


def assemble(text: str, *, characters: Sequence[str], tags: Sequence[str], how: How) -> AddressParts:
    """The parts that the tags name, standardised, with division names and code filled in where they are settled."""
    parts: dict[str, str] = {}
    rest: list[str] = []
    last = ""
    for character, tag in zip(characters, tags, strict=True):
        name = PARTS.get(tag[2:].lower(), "")
        if tag[:2] == "B-":
            # the same part twice: the later one of the divisions counts (what comes before is mostly repeated), else the first
            last = name if name and (name not in parts or name in _LEVELS) else ""
            if last:
                parts[last] = ""
        if last and name == last:
            parts[last] += character
        elif tag[2:] not in {"redundant", "assist"} or "\u4e00" <= character[0] <= "\u9fff":
            rest.append(character)
    parts = {name: _numbered(name, value) for name, value in parts.items()}
    settled, candidates = settle({name: parts[name] for name in _LEVELS if parts.get(name)})
    filled = tuple(name for name in settled if name != "code" and not parts.get(name))
    code = settled.pop("code", "")
    parts |= settled
    standard = "".join(parts.get(name, "") for name in _ORDER)
    return AddressParts(text, how, **parts, rest="".join(rest), code=code, candidates=candidates, filled=filled, standard=standard)


def _numbered(name: str, value: str) -> str:
    """A number with its one unit word."""
    if name not in _NUMBERED:
        return value
    number = arabic(value).upper()
    if name == "building":
        number = re.sub(r"(幢|号楼)$", "栋", number)
        return number + "栋" if re.fullmatch(r"[\dA-Z]+", number) else re.sub(r"^(\d+)号$", r"\1栋", number)
    if name == "unit":
        return number + "单元" if re.fullmatch(r"[\dA-Z]+", number) else number.replace("号单元", "单元")
    if name == "floor":
        return re.sub(r"[层F]$", "楼", number)
    if name == "room":
        return number + "室" if re.fullmatch(r"[\dA-Z-]+", number) else re.sub(r"(号室|房)$", "室", number)
    return number + "号" if re.fullmatch(r"[\dA-Z-]+", number) else number


def stem(name: str) -> str:
    """A division's name without its kind: 杭州市 → 杭州; two characters at least are kept."""
    suffix = next((one for one in SUFFIXES if name.endswith(one) and len(name) - len(one) >= 2), "")
    return name[: len(name) - len(suffix)]


@cache
def _stems() -> Mapping[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for one in divisions().all:
        found.setdefault(stem(one.name), []).append(one)
    return {name: tuple(rows) for name, rows in found.items()}


def settle(given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Names of divisions as the text has them (province, city, district, town) → full names and ``code``, or the codes that fit.

    From the lowest name up: the divisions of that name whose upper divisions include all other names given. Exactly one
    settles it; several: full names go before names without 市, 区 …; still several: nothing is filled in.
    """
    table = divisions()
    names = [(level, given[level]) for level in _LEVELS if given.get(level)]
    while names:
        level, lowest = names[-1]
        fitting = [one for one in _stems().get(stem(lowest), ()) if _fits(one, level, lowest) and _under(table.path(one), names[:-1])]
        exact = [one for one in fitting if one.name == lowest] or fitting
        if len(exact) == 1:
            path = table.path(exact[0])
            return {_LEVELS[one.level - 1]: one.name for one in path} | {"code": path[-1].code}, ()
        if exact:
            return {}, tuple(sorted(one.code for one in exact)[:5])
        names.pop()
    return {}, ()


def _fits(one: Division, level: str, name: str) -> bool:
    """Whether a division can be what the text calls its province, city, district or town; kinds must not differ (市 and 县 do)."""
    low, high = {"province": (1, 2), "city": (1, 3), "district": (2, 3), "town": (4, 4)}[level]
    return low <= one.level <= high and (one.name == name or stem(name) == name)


def _under(path: Sequence[Division], names: Sequence[tuple[str, str]]) -> bool:
    return all(any(one.name == name or (stem(name) == name and stem(one.name) == name) for one in path) for _, name in names)
