"""What the model sees of each character of an address: its neighbours, words, division names, repetitions, numbers and what lies ahead.

A *character* is what a line of the labelled files holds: one Chinese character, or a run of digits or letters. Numbers
are seen by their length only, so that a model does not learn house numbers by heart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import rjieba

from yiwang.data.addresses.gazetteer import gazetteer

NUMERALS: Final = frozenset("零一二三四五六七八九十百千")
BEARINGS: Final = frozenset("东南西北中上下前后左右")
SUFFIXES: Final = frozenset("省市区县镇乡村路街巷弄号栋幢单元室楼层座组队道社里园苑城场厦店院校站厂司湾桥门口期寓府庄屋旗州盟段线宅坊")
MARKERS: Final = frozenset("市省区县镇乡道村路街号栋幢元楼层室座-_")
_RANK: Final = {"p": 1, "p-": 1, "c": 2, "c-": 2, "d": 3, "d-": 3, "t": 4, "t-": 4}


def shape(character: str) -> str:
    """The character as the model knows it: digits ``d3`` and letters ``A2`` by their length, everything else as it is."""
    if character.isdigit():
        return f"d{min(len(character), 5)}"
    if character.isascii() and character.isalpha():
        return f"A{min(len(character), 3)}"
    return character


def kind(character: str) -> str:
    """The class of a character: number, letter, numeral, bearing, a suffix by itself, other Chinese, punctuation."""
    if character.isdigit():
        return "D"
    if character.isascii() and character.isalnum():
        return "L"
    if character in NUMERALS:
        return "N"
    if character in BEARINGS:
        return "E"
    if character in SUFFIXES:
        return "S" + character
    return "C" if "\u4e00" <= character <= "\u9fff" else "P"


def features(characters: Sequence[str]) -> list[list[str]]:
    """For each character the names of what is true of it."""
    found = _windows(characters)
    for add in (_suffixes, _words, _names, _repetitions, _markers, _numbers):
        add(characters, found)
    return found


def _windows(characters: Sequence[str]) -> list[list[str]]:
    """The characters around, alone and in runs of two to four, and the classes around."""
    a = ["<<<", "<<", "<", *(shape(one) for one in characters), ">", ">>", ">>>"]
    k = ["<", "<", "<", *(kind(one) for one in characters), ">", ">", ">"]
    found = []
    for j in range(3, len(a) - 3):
        found.append([
            "bias", f"-3{a[j - 3]}", f"-2{a[j - 2]}", f"-1{a[j - 1]}", f"0{a[j]}", f"1{a[j + 1]}", f"2{a[j + 2]}", f"3{a[j + 3]}",
            f"a{a[j - 2]}{a[j - 1]}", f"b{a[j - 1]}{a[j]}", f"c{a[j]}{a[j + 1]}", f"d{a[j + 1]}{a[j + 2]}", f"s{a[j - 1]}_{a[j + 1]}",
            f"e{a[j - 2]}{a[j - 1]}{a[j]}", f"f{a[j - 1]}{a[j]}{a[j + 1]}", f"g{a[j]}{a[j + 1]}{a[j + 2]}",
            f"h{a[j]}{a[j + 1]}{a[j + 2]}{a[j + 3]}", f"i{a[j - 3]}{a[j - 2]}{a[j - 1]}{a[j]}",
            f"k{k[j]}", f"l{k[j - 1]}{k[j]}{k[j + 1]}", f"m{k[j - 2]}{k[j - 1]}{k[j]}{k[j + 1]}{k[j + 2]}",
        ])  # fmt: skip
    return found


def _suffixes(characters: Sequence[str], found: list[list[str]]) -> None:
    """The nearest suffix or number ahead and behind, with its distance."""
    kinds = [kind(one) for one in characters]
    stops = [one[0] in "SD" for one in kinds]
    ahead, far = "$", 0
    for at in range(len(kinds) - 1, -1, -1):
        found[at] += (f"ah{ahead}", f"af{ahead}{min(far, 6)}")
        if stops[at]:
            ahead, far = kinds[at], 0
        far += 1
    behind, before, far = "^", "^", 0
    for at, one in enumerate(kinds):
        found[at] += (f"bh{behind}", f"bb{before}{behind}", f"bf{behind}{min(far, 6)}")
        if stops[at]:
            before, behind, far = behind, one, 0
        far += 1


def _words(characters: Sequence[str], found: list[list[str]]) -> None:
    """The word around the character, where in it the character stands, its part of speech, the words before and after."""
    words = rjieba.tag("".join(characters))
    ends: list[int] = []
    at = 0
    for word, _ in words:
        at += len(word)
        ends.append(at)
    at = here = 0
    for place, character in enumerate(characters):
        while here < len(ends) - 1 and ends[here] <= at:
            here += 1
        word, speech = words[here]
        first, last = at <= ends[here] - len(word), at + len(character) >= ends[here]
        part = ("S" if last else "B") if first else ("E" if last else "I")
        known = "9" if word.isdigit() else word
        row = found[place]
        row += (f"w{part}", f"wp{part}{speech}", f"ww{part}{known}", f"wl{part}{known[-1]}")
        if here + 1 < len(words):
            after, after_speech = words[here + 1]
            row += (f"wn{part}{after[:6]}", f"wq{part}{speech}{after_speech}", f"we{part}{after[-1]}")
        if here:
            before, before_speech = words[here - 1]
            row += (f"wv{part}{before}", f"wr{part}{speech}{before_speech}")
        at += len(character)


def _names(characters: Sequence[str], found: list[list[str]]) -> None:
    """Division names: their level, whether a name comes again, which levels stand before and after."""
    marks: list[set[str]] = [set() for _ in characters]
    chain: list[tuple[int, int, int, str]] = []
    free = 0
    for begin, end, levels in gazetteer().matches(characters):
        for level in levels:
            marks[begin].add(f"{level}{end - begin}")
            for at in range(begin, end):
                marks[at].add(level + ("B" if at == begin else "E" if at == end - 1 else "I"))
        if begin >= free and any(one[0] != "t" for one in levels):
            chain.append((begin, end, min(_RANK[one] for one in levels), "".join(characters[begin : begin + 2])))
            free = end
    for row, mark in zip(found, marks, strict=True):
        row += [f"g{one}" for one in mark]
        row.append("G" + "|".join(sorted(mark)))
    _chain(chain, found)


def _chain(chain: Sequence[tuple[int, int, int, str]], found: list[list[str]]) -> None:
    """The order of the division names: what tells a repeated, superfluous name from the one that counts."""
    for index, (begin, end, level, head) in enumerate(chain):
        before = "".join(str(one[2]) for one in chain[max(0, index - 3) : index])
        after = "".join(str(one[2]) for one in chain[index + 1 : index + 4])
        again, earlier = any(one[3] == head for one in chain[index + 1 :]), any(one[3] == head for one in chain[:index])
        higher, lower = any(one[2] <= level for one in chain[index + 1 :]), any(one[2] >= level for one in chain[:index])
        touching = f"{index + 1 < len(chain) and chain[index + 1][0] == end:d}{index > 0 and chain[index - 1][1] == begin:d}"
        state = f"{level}{again:d}{earlier:d}{higher:d}{lower:d}"
        for at in range(begin, end):
            part = "B" if at == begin else "I"
            found[at] += (f"V{part}{state}", f"VP{part}{level}<{before}", f"VN{part}{level}>{after}", f"VA{part}{level}{touching}",
                          f"VX{part}{before[-1:]}|{after[:1]}{state}")  # fmt: skip
        for back in (1, 2):
            if begin >= back:
                found[begin - back].append(f"Vb{back}{level}")
        for on in (0, 1):
            if end + on < len(found):
                found[end + on].append(f"Va{on}{level}")
    index = 0
    for at, row in enumerate(found):
        while index < len(chain) and chain[index][1] <= at:
            index += 1
        row.append(f"VW{chain[index - 1][2] if index else 0}{chain[index][2] if index < len(chain) else 0}")


def _repetitions(characters: Sequence[str], found: list[list[str]]) -> None:
    """Whether two characters together come again or came before."""
    places: dict[str, list[int]] = defaultdict(list)
    for at in range(len(characters) - 1):
        if "\u4e00" <= characters[at] <= "\u9fff" and "\u4e00" <= characters[at + 1] <= "\u9fff":
            places[characters[at] + characters[at + 1]].append(at)
    for held in places.values():
        if len(held) < 2:
            continue
        for index, at in enumerate(held):
            for on, name in ((0, "+"), (1, "-")):
                if index:
                    found[at + on].append(f"re{name}{min(index, 2)}")
                if index < len(held) - 1:
                    found[at + on].append(f"rl{name}{min(len(held) - 1 - index, 2)}")


def _markers(characters: Sequence[str], found: list[list[str]]) -> None:
    """Which marking characters (号, 路, 村 …) are still to come and which have passed."""
    passed: set[str] = set()
    for at, character in enumerate(characters):
        found[at] += [f"ML{one}" for one in passed]
        if character in MARKERS:
            passed.add(character)
    passed = set()
    for at in range(len(characters) - 1, -1, -1):
        found[at] += [f"MR{one}" for one in passed]
        if characters[at] in MARKERS:
            passed.add(characters[at])


def _numbers(characters: Sequence[str], found: list[list[str]]) -> None:
    """Which of the numbers it is, from the front and from the back, and what stands around it."""
    shapes = [shape(one) for one in characters]
    places = [at for at, one in enumerate(characters) if one.isdigit() or one in NUMERALS]
    for index, at in enumerate(places):
        after = shapes[at + 1] if at + 1 < len(shapes) else ">"
        before = shapes[at - 1] if at else "<"
        value = characters[at] if len(characters[at]) < 3 else f"L{len(characters[at])}"
        found[at] += (f"n{min(index, 4)}/{min(len(places) - index, 4)}", f"nn{before}|{shapes[at]}|{after}", f"nv{value}{after}")
