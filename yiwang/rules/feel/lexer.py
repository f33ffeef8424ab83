"""FEEL text to tokens. Names with spaces are not decided here: the parser joins tokens by the names in scope."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SPACE: Final = r"\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_START: Final = (
    r"?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_TOKEN: Final = re.compile(
    rf"""(?P<space>[{_SPACE}]+|//[^\n\r]*|/\*.*?\*/)
    |(?P<num>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<str>"(?:[^"\\]|\\.)*")
    |(?P<name>[{_START}][{_START}0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
    |(?P<op>\*\*|\.\.|->|<=|>=|!=|.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


class FeelSyntaxError(Exception):
    """The text is not FEEL; the message says where."""


class Token(NamedTuple):
    """One token; ``spaced`` says that white space stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


def tokenize(text: str) -> list[Token]:
    """Split a FEEL text; ends with one ``end`` token.

    Raises:
        FeelSyntaxError: a string or comment is not closed.
    """
    tokens: list[Token] = []
    spaced = False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "op"
        if kind == "space":
            spaced = True
            continue
        piece = match.group()
        if piece == '"':
            raise FeelSyntaxError(f"string not closed at character {match.start() + 1}")
        tokens.append(Token(kind, piece, match.start(), match.end(), spaced))
        spaced = False
    tokens.append(Token("end", "", len(text), len(text), spaced))
    return tokens


def unescape(literal: str) -> str:
    """The value of a quoted string literal, surrogate pairs joined."""

    def one(match: re.Match[str]) -> str:
        short, long, plain = match.groups()
        if short or long:
            return chr(int(short or long, 16))
        return _PLAIN.get(plain, "\\" + plain)

    try:
        value = _ESCAPE.sub(one, literal[1:-1])
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except (ValueError, OverflowError) as error:
        raise FeelSyntaxError(f"wrong escape in {literal}") from error
