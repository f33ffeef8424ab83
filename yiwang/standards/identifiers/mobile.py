"""Mobile phone numbers of the mainland: 11 digits beginning 13 to 19."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yiwang.standards.identifiers.errors import DIGITS, BadIdentifier, clean, refuse, require_charset, require_length

NAME: Final = "手机号"


@dataclass(frozen=True, slots=True)
class Mobile:
    """A right number: 11 digits without country code."""

    number: str

    @property
    def masked(self) -> str:
        """The number as a page may show it."""
        return f"{self.number[:3]}****{self.number[7:]}"


def is_valid(text: str) -> bool:
    """Whether a text is a mobile number; quick for plain 11 digits."""
    if len(text) == 11 and text.isascii() and text.isdigit():
        return text[0] == "1" and text[1] >= "3"
    try:
        parse(text)
    except BadIdentifier:
        return False
    return True


def parse(text: str) -> Mobile:
    """Read a number; +86, blanks and hyphens are forgiven."""
    number = clean(text).replace("-", "")
    number = number.removeprefix("+86") if number.startswith("+") else number.removeprefix("0086")
    require_length(NAME, number, 11)
    require_charset(NAME, number, DIGITS, "数字")
    if number[0] != "1":
        raise refuse(NAME, number, "手机号以 1 开头", position=1)
    if number[1] < "3":
        raise refuse(NAME, number, "第 2 位应为 3 至 9", position=2)
    return Mobile(number)


def make(prefix: str, serial: int) -> str:
    """Build a number from a prefix (for example '199') and a serial that fills the rest with leading zeros."""
    return parse(f"{prefix}{serial:0{11 - len(prefix)}d}").number
