"""The fallback without a model: division names from the table, then what ends in 路, 村, 号, 栋, 单元, 楼, 室; the rest is a place's name.

It needs no training and explains itself, and it is much weaker than a model: bench/addresses.py measures both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from yiwang.data.addresses.gazetteer import gazetteer

_LABELS: Final = {"p": "prov", "c": "city", "d": "district", "t": "town"}
_ORDER: Final = ("prov", "city", "district", "town")
_NUMBER: Final = r"[零一二三四五六七八九十百\d]+"
_HAN: Final = r"[^\d\W_a-zA-Z]"
# The first pattern that fits at a place wins; a pattern's label names what it found.
_PATTERNS: Final = tuple(
    (label, re.compile(pattern))
    for label, pattern in (
        ("redundant", r"[-—_#,,.。、/\s]+"),
        ("houseno", rf"(?:{_NUMBER}|[A-Za-z]|\d+[A-Za-z])(?:号楼|[栋幢座])"),
        ("cellno", rf"(?:{_NUMBER}|[A-Za-z])(?:号?单元|号门)"),
        ("floorno", rf"{_NUMBER}[楼层Ff]"),
        ("roomno", r"[A-Za-z]?\d+[A-Za-z]?(?:号)?(?:室|房|铺|店面)"),
        ("number", r"[A-Za-z]?\d+(?:[-—]\d+)?(?:号|弄|#)?"),
        ("devZone", rf"{_HAN}{{2,9}}?(?:开发区|高新区|新区|产业园区)"),
        ("town", rf"{_HAN}{{1,5}}?(?:街道|镇|乡)(?!政府|中心|企)"),
        ("community", rf"{_HAN}{{1,6}}?(?:社区|居委会)"),
        ("road", rf"(?:{_HAN}|\d){{1,7}}?(?:大道|公路|国道|省道|[路街巷]|胡同|大街)(?!口|道)"),
        ("community", rf"{_HAN}{{1,6}}?[村庄屯]"),
        ("poi", r"[^\d\-_]+"),
    )
)


def label(characters: Sequence[str]) -> list[str]:
    """BIO tags of an address by the rules; every character has one."""
    text = "".join(characters)
    starts = {}
    at = 0
    for index, one in enumerate(characters):
        starts[at] = index
        at += len(one)
    starts[at] = len(characters)
    tags = ["O"] * len(characters)
    for begin, end, name in _spans(text):
        first, last = starts.get(begin), starts.get(end)
        if first is None or last is None:  # a rule cut through a run of letters or digits: leave it to its neighbour
            continue
        tags[first:last] = [f"B-{name}", *[f"I-{name}"] * (last - first - 1)]
    return [tag if tag != "O" else "B-redundant" for tag in tags]


def _spans(text: str) -> list[tuple[int, int, str]]:
    found = _divisions(text)
    at = found[-1][1] if found else 0
    before = found[-1][2] if found else ""
    while at < len(text):
        for name, pattern in _PATTERNS:
            hit = pattern.match(text, at)
            if not hit:
                continue
            end = _until_rule(text, at, hit.end()) if name == "poi" else hit.end()
            before = _number(before, text[at:end]) if name == "number" else name
            found.append((at, end, before))
            at = end
            break
        else:
            at += 1
    return found


def _until_rule(text: str, at: int, end: int) -> int:
    """Where a place's name ends: before a number that belongs to a building, floor or room."""
    for place in range(at + 2, end):
        if any(pattern.match(text, place) for label, pattern in _PATTERNS[1:5] if label != "roomno"):
            return place
    return end


def _number(before: str, text: str) -> str:
    """What a bare number is, by what stands before it."""
    if before in {"road", "town"} and not text.isdigit():
        return "roadno"
    if before in {"road", "community"}:
        return "roadno"
    if before in {"houseno", "cellno", "floorno", "redundant"}:
        return "roomno"
    return "houseno" if before == "poi" else "roomno"


def _divisions(text: str) -> list[tuple[int, int, str]]:
    """Province, city, district and street at the beginning, in this order, by the longest name of the table."""
    names = gazetteer()
    found: list[tuple[int, int, str]] = []
    at = level = 0
    while at < len(text):
        hit = names.longest(text, at)
        if hit is None:
            break
        length, levels = hit
        fitting = sorted(_ORDER.index(_LABELS[one[0]]) for one in levels if _ORDER.index(_LABELS[one[0]]) >= level)
        bare = all(one.endswith("-") for one in levels)
        if not fitting or (bare and (fitting[0] == 3 or text[at + length : at + length + 1] in {"路", "街", "大"})):
            break
        found.append((at, at + length, _ORDER[fitting[0]]))
        level = fitting[0] + 1
        at += length
    return found
