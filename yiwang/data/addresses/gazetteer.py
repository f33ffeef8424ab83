"""Names of divisions that occur in an address: those of the official table, with and without 市, 区, 街道 …"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from yiwang.data.addresses.divisions import divisions

SUFFIXES: Final = (
    "特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "自治州", "自治县",
    "地区", "新区", "街道", "省", "市", "区", "县", "盟", "旗", "镇", "乡",
)  # fmt: skip
LEVELS: Final = {1: "p", 2: "c", 3: "d", 4: "t"}


class Gazetteer:
    """Names → levels: ``p c d t``; in small letters after ``-`` where the name stands without its suffix (``d-``)."""

    def __init__(self, named: Iterable[tuple[str, int]]) -> None:
        """Build from pairs of name and level (1 province … 4 street)."""
        levels: dict[str, set[str]] = defaultdict(set)
        for name, level in named:
            levels[name].add(LEVELS[level])
            suffix = next((one for one in SUFFIXES if name.endswith(one) and len(name) - len(one) >= 2), None)
            if suffix:
                levels[name[: -len(suffix)]].add(LEVELS[level] + "-")
        self.names = {name: tuple(sorted(found)) for name, found in levels.items() if len(name) >= 2}
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self.names:
            lengths[name[:2]].add(len(name))
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def longest(self, text: str, at: int) -> tuple[int, tuple[str, ...]] | None:
        """Length and levels of the longest name that begins there."""
        for length in self._lengths.get(text[at : at + 2], ()):
            found = self.names.get(text[at : at + length])
            if found is not None and at + length <= len(text):
                return length, found
        return None

    def matches(self, characters: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """(begin, end, levels) of the longest name at every position of the text that begins with two single characters."""
        text = "".join(one if len(one) == 1 else "#" for one in characters)
        found = []
        for at in range(len(text) - 1):
            hit = self.longest(text, at)
            if hit:
                found.append((at, at + hit[0], hit[1]))
        return found


@cache
def gazetteer() -> Gazetteer:
    """The names of the official table; loaded once, 0.6 s."""
    return Gazetteer((one.name, one.level) for one in divisions().all)
