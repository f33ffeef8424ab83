"""Organisation codes, GB 11714—1997: eight characters and a check (source: STANDARDS §1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yiwang.standards.identifiers.errors import ALPHANUMERIC, BadIdentifier, clean, refuse, require_charset, require_length

NAME: Final = "组织机构代码"
WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "0X987654321"  # by the weighted sum modulo 11: 11 - 0 is written 0, 11 - 1 is written X
# value × weight for each of the eight places, so that a check is eight look-ups
_TABLE: Final = tuple(
    {character: value * weight for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} for weight in WEIGHTS
)


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """A right code: nine characters without the hyphen."""

    code: str

    @property
    def written(self) -> str:
        """The form printed on certificates: a hyphen before the check."""
        return f"{self.code[:8]}-{self.code[8]}"


def check_character(body: str) -> str:
    """The ninth character for the first eight; KeyError for a character outside 0-9A-Z."""
    return _CHECKS[sum(table[character] for table, character in zip(_TABLE, body, strict=True)) % 11]


def make(body: str) -> str:
    """Append the check to eight characters."""
    require_length("组织机构代码本体", body, 8)
    require_charset("组织机构代码本体", body, ALPHANUMERIC, "数字或大写字母")
    return body + check_character(body)


def is_valid(text: str) -> bool:
    """Whether a text is a right code, with or without the hyphen."""
    try:
        parse(text)
    except BadIdentifier:
        return False
    return True


def parse(text: str) -> OrganisationCode:
    """Read a code, with or without its hyphen; BadIdentifier says what is wrong and where."""
    code = clean(text).replace("-", "")
    require_length(NAME, code, 9)
    require_charset(NAME, code, ALPHANUMERIC, "数字或大写字母")
    if check_character(code[:8]) != code[8]:
        raise refuse(NAME, code, "校验码与前 8 位不符,至少有一位输错", position=9)
    return OrganisationCode(code)
