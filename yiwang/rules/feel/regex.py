"""XPath regular expressions (which FEEL uses) turned into Python's."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_ESCAPES: Final = frozenset("\\|.-^?*+{}()[]$")
_CONTROL: Final = {"n": r"\n", "r": r"\r", "t": r"\t"}
_SPACE: Final = r" \t\n\r"
_NAME_START: Final = (
    r":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_BLOCKS: Final = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Thai": (0x0E00, 0x0E7F),
    "Tibetan": (0x0F00, 0x0FFF),
    "HangulJamo": (0x1100, 0x11FF),
    "Mongolian": (0x1800, 0x18AF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "PrivateUse": (0xE000, 0xF8FF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}


class RegexError(Exception):
    """The pattern, its flags or the replacement are not valid."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """The Python pattern of an XPath pattern with flags among s, m, i, x, q.

    Raises:
        RegexError: the pattern or the flags are not valid.
    """
    if set(flags) - set("smixq"):
        raise RegexError(f"unknown flag in {flags!r}")
    options = (re.IGNORECASE if "i" in flags else re.NOFLAG) | (re.MULTILINE if "m" in flags else re.NOFLAG)
    text = re.escape(pattern) if "q" in flags else _Translator(pattern, flags).whole()
    try:
        return re.compile(text, options)
    except (re.error, OverflowError, RecursionError) as error:
        raise RegexError(str(error)) from error


def replacement(text: str, groups: int, *, literal: bool = False) -> Callable[[re.Match[str]], str]:
    """What to put for each match: ``$1`` stands for group 1, ``\\$`` for a dollar.

    Raises:
        RegexError: a dollar or backslash stands alone.
    """
    if literal:
        return lambda match: text
    parts: list[str | int] = []
    place = 0
    while place < len(text):
        char = text[place]
        follower = text[place + 1 : place + 2]
        if char == "\\":
            if follower not in ("\\", "$") or not follower:
                raise RegexError("backslash alone in the replacement")
            parts.append(follower)
            place += 2
        elif char == "$":
            place = _group_number(text, place + 1, groups, parts)
        else:
            parts.append(char)
            place += 1
    return lambda match: "".join(part if isinstance(part, str) else match[part] or "" for part in parts)


def _group_number(text: str, place: int, groups: int, parts: list[str | int]) -> int:
    end = place
    while end < len(text) and text[end].isdigit():
        end += 1
    if end == place:
        raise RegexError("dollar alone in the replacement")
    # $12 means group 12 if there are so many, else group 1 followed by 2
    while end > place + 1 and int(text[place:end]) > groups:
        end -= 1
    number = int(text[place:end])
    parts.append(number if number <= groups else "")
    return end


class _Translator:
    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.place = 0
        self.flags = flags
        self.opened = 0
        self.closed: set[int] = set()
        self.stack: list[int] = []
        if "x" in flags:
            self.text = _without_space(pattern)

    def whole(self) -> str:
        out: list[str] = []
        while self.place < len(self.text):
            out.append(self.piece())
        return "".join(out)

    def next(self) -> str:
        if self.place >= len(self.text):
            raise RegexError("pattern ends too early")
        self.place += 1
        return self.text[self.place - 1]

    def piece(self) -> str:
        char = self.next()
        if char == "\\":
            return self.escape()
        if char == "[":
            return self.char_class()
        if char == ".":
            return r"[\s\S]" if "s" in self.flags else r"[^\n\r]"
        if char == "^":
            return "^" if "m" in self.flags else r"\A"
        if char == "$":
            return "$" if "m" in self.flags else r"\Z"
        if char in "()":
            return self.bracket(char)
        if char in "*+?" and self.text[self.place : self.place + 1] == "+":
            raise RegexError("possessive quantifiers are not allowed")
        return char

    def bracket(self, char: str) -> str:
        if char == ")":
            if not self.stack:
                raise RegexError("unbalanced )")
            number = self.stack.pop()
            self.closed.add(number)
            return ")"
        if self.text[self.place : self.place + 1] == "?":
            if self.text[self.place : self.place + 2] != "?:":
                raise RegexError("only (?: groups are allowed")
            self.place += 2
            self.stack.append(0)
            return "(?:"
        self.opened += 1
        self.stack.append(self.opened)
        return "("

    def escape(self) -> str:
        char = self.next()
        if char.isdigit():
            number = char
            while self.text[self.place : self.place + 1].isdigit() and int(number + self.text[self.place]) <= self.opened:
                number += self.next()
            if int(number) not in self.closed or number == "0":
                raise RegexError(f"no group {number}")
            return f"(?:\\{number})"
        inside = self.class_escape(char)
        return inside if len(inside) <= 2 and inside[0] == "\\" else f"[{inside}]"

    def class_escape(self, char: str) -> str:
        """An escape as it stands inside square brackets."""
        if char in _CONTROL:
            return _CONTROL[char]
        if char in _ESCAPES:
            return "\\" + char
        if char in "pP":
            return self.category(negated=char == "P")
        simple = {"d": r"\d", "D": r"\D", "w": r"\w", "W": r"\W", "s": _SPACE, "i": _NAME_START, "c": _NAME}
        if char in simple:
            return simple[char]
        if char in "SIC":
            return _complement({"S": _SPACE, "I": _NAME_START, "C": _NAME}[char])
        raise RegexError(f"unknown escape \\{char}")

    def category(self, *, negated: bool) -> str:
        end = self.text.find("}", self.place)
        if self.text[self.place : self.place + 1] != "{" or end < 0:
            raise RegexError("{category} expected")
        name = self.text[self.place + 1 : end]
        self.place = end + 1
        if name.startswith("Is"):
            if name[2:] not in _BLOCKS:
                raise RegexError(f"unknown block {name}")
            low, high = _BLOCKS[name[2:]]
            chars = f"{_char(low)}-{_char(high)}"
        else:
            chars = _category(name)
        return _complement(chars) if negated else chars

    def char_class(self) -> str:
        negated = self.text[self.place : self.place + 1] == "^"
        self.place += negated
        body: list[str] = []
        subtracted = ""
        while True:
            char = self.next()
            if char == "]":
                break
            if char == "-" and self.text[self.place : self.place + 1] == "[":
                self.place += 1
                subtracted = self.char_class()
                if self.next() != "]":
                    raise RegexError("a subtraction must end its class")
                break
            if char == "[":
                raise RegexError("[ inside a class must be escaped")
            body.append(self.class_escape(self.next()) if char == "\\" else "\\" + char if char in "&~|^" else char)
        if not body:
            raise RegexError("empty class")
        found = f"[{'^' if negated else ''}{''.join(body)}]"
        return f"(?:(?!{subtracted}){found})" if subtracted else found


def _without_space(pattern: str) -> str:
    out: list[str] = []
    depth = 0
    escaped = False
    for char in pattern:
        if not escaped and char == "[":
            depth += 1
        elif not escaped and char == "]" and depth:
            depth -= 1
        if depth or char not in " \t\n\r":
            escaped = char == "\\" and not escaped
            out.append(char)
    return "".join(out)


def _char(code: int) -> str:
    return f"\\U{code:08x}"


@lru_cache(maxsize=64)
def _category(name: str) -> str:
    if not re.fullmatch(r"[LMNPZSC][a-z]?", name):
        raise RegexError(f"unknown category {name}")
    spans: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith(name):
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    if not spans:
        raise RegexError(f"unknown category {name}")
    return "".join(f"{_char(low)}-{_char(high)}" for low, high in spans)


@lru_cache(maxsize=64)
def _complement(chars: str) -> str:
    """The class text of every character not in ``chars``."""
    inside = re.compile(f"[{chars}]")
    spans: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if not inside.match(chr(code)):
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    return "".join(f"{_char(low)}-{_char(high)}" for low, high in spans)
