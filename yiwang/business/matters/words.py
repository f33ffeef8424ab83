"""How people's words become features: normalising, everyday synonyms, letters, pinyin.

Two texts are compared by the features they share; ``everyday.json`` says which words mean the same in daily speech.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import rjieba
from pypinyin import Style, lazy_pinyin

_KEEP = re.compile(r"[0-9a-z一-鿿㐀-䶿]+")
_LATIN = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[一-鿿㐀-䶿]+")
_MIXED = re.compile(r"[a-z]+|[一-鿿㐀-䶿]+|[0-9]+")


@cache
def _everyday() -> Mapping[str, object]:
    return dict(json.loads((Path(__file__).parent / "everyday.json").read_text(encoding="utf-8")))


@cache
def _canonical() -> Mapping[str, str]:
    groups: list[list[str]] = _everyday()["groups"]  # type: ignore[assignment]
    return {word.lower(): group[0].lower() for group in groups for word in group}


@cache
def _alternation() -> re.Pattern[str]:
    words = sorted(_canonical(), key=len, reverse=True)
    return re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word[0].isascii() else re.escape(word) for word in words))


@cache
def _noise() -> re.Pattern[str]:
    words: list[str] = sorted(_everyday()["noise"], key=len, reverse=True)  # type: ignore[call-overload]
    return re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word[0].isascii() else re.escape(word) for word in words))


_DIGITS = "零一二三四五六七八九"
_AGE = re.compile(r"(?<!\d)([1-9]\d?)(?=\s*周?岁)")


def _in_characters(age: re.Match[str]) -> str:
    """An age below a hundred as it is written in laws: 80 → 八十."""
    tens, ones = divmod(int(age[1]), 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def normal(text: str) -> str:
    """Half width, small letters, only letters, digits and Chinese characters, words apart by one space; ages (80岁) in characters."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join(_KEEP.findall(_AGE.sub(_in_characters, folded)))


@cache
def _endings() -> re.Pattern[str]:
    return re.compile(rf"(?<![网酒氧])(?:[{''.join(_everyday()['endings'])}])+(?=\s|$)")  # type: ignore[arg-type]


def quiet(text: str) -> str:
    """A normal text without the words that only ask (怎么办理, 请问, 吗 …); the text itself where nothing would remain."""
    left = " ".join(_noise().sub(" ", _endings().sub(" ", text)).split())
    return left or text


def concepts(text: str) -> Iterator[str]:
    """The everyday words that a normal text speaks of, each by the first word of its group."""
    for match in _alternation().finditer(text):
        yield _canonical()[match[0]]


def canonical(text: str) -> str:
    """A normal text with everyday words replaced by the first word of their group."""
    return _alternation().sub(lambda match: _canonical()[match[0]], text)


@lru_cache(maxsize=65536)
def syllables(han: str) -> tuple[str, ...]:
    """The pinyin of Chinese text without tones, one syllable a character."""
    return tuple(lazy_pinyin(han, style=Style.NORMAL))


_ALIKE = ((re.compile("([zcs])h"), r"\1"), (re.compile("ng"), "n"))


@lru_cache(maxsize=8192)
def alike(letters: str) -> str:
    """Pinyin with the sounds merged that many speakers merge: zh z, ch c, sh s, -ng -n."""
    for pattern, merged in _ALIKE:
        letters = pattern.sub(merged, letters)
    return letters


def han_features(text: str) -> Iterator[tuple[str, float]]:
    """Features of the Chinese part: character pairs, words, characters, and pairs of syllables for words that sound alike."""
    for run in _HAN.findall(text):
        for left, right in pairwise(run):
            yield "b" + left + right, 1.0
        for word in rjieba.cut(run):
            if len(word) > 1:
                yield "w" + word, 0.8
        for character in run:
            yield "c" + character, 0.35
        for left, right in pairwise(map(alike, syllables(run))):
            yield f"s{left}-{right}", 0.45


def latin_features(text: str) -> Iterator[tuple[str, float]]:
    """Features of the letters: whole words, and their stems of five letters against endings and slips."""
    for word in _LATIN.findall(text):
        if len(word) > 2:
            yield "e" + word, 1.0
            if len(word) > 5:
                yield "p" + word[:5], 0.6


def letter_features(letters: str) -> Iterator[tuple[str, float]]:
    """Features of a run of letters that may be pinyin: groups of three and four letters."""
    letters = alike(letters)
    for size, weight in ((3, 0.5), (4, 0.7)):
        for start in range(len(letters) - size + 1):
            yield "y" + letters[start : start + size], weight


def sounds(text: str) -> tuple[str, str]:
    """Full pinyin and initials of a text, letters of other words kept: 上户口 → ('shanghukou', 'shk')."""
    full, initials = [], []
    for run in _MIXED.findall(text):
        if run[0].isascii():
            full.append(run)
            initials.append(run)
        else:
            heard = syllables(run)
            full += heard
            initials += [syllable[0] for syllable in heard if syllable]
    return "".join(full), "".join(initials)


def letters_known(text: str) -> str:
    """A run of letters that is a usual abbreviation becomes its word: sfz → 身份证."""
    known: Mapping[str, str] = _everyday()["letters"]  # type: ignore[assignment]
    return " ".join(known.get(part, part) for part in text.split())
