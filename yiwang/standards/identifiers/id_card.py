"""Citizen identity numbers, GB 11643—1999, and the cards of the same build (source: STANDARDS §1.1).

18 characters = 6 division + 8 birth date + 3 sequence (odd: male, even: female) + 1 check (ISO 7064 MOD 11-2).
Residence permits of Hong Kong, Macao and Taiwan residents use divisions 810000, 820000 and 830000. The 2023 permanent
residence card of foreigners is ``9`` + 2 province + 3 nationality + birth + sequence + check.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import mul
from typing import Final
from zoneinfo import ZoneInfo

from yiwang.standards.identifiers.errors import DIGITS, BadIdentifier, clean, refuse, require_charset, require_length

NAME: Final = "身份证号"
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
_ZERO: Final = 48 * sum(WEIGHTS)  # the weighted digits are read as ASCII bytes, '0' being 48
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
# The province number a foreigner's card carries behind its leading 9; 99 is kept for demonstration cities.
_CARD_PROVINCES: Final = frozenset([f"{number:02d}" for number in range(11, 66)] + ["71", "81", "82", "83", "99"])
_PERMIT_DIVISIONS: Final = frozenset({"810000", "820000", "830000"})


class Kind(StrEnum):
    """Which document carries the number."""

    RESIDENT = "resident"
    HK_MO_TW_PERMIT = "hk_mo_tw_permit"
    FOREIGN_PERMANENT = "foreign_permanent"


class Sex(StrEnum):
    """Sex as the parity of the sequence says it."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class IdCard:
    """A right number, taken apart."""

    number: str
    kind: Kind
    division: str
    birth: date
    sequence: str
    sex: Sex
    nationality: str = ""

    def age(self, on: date) -> int:
        """Full years on a day; a person born on 29 February turns on 1 March."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))

    @property
    def masked(self) -> str:
        """The number as a page may show it: first three and last two characters."""
        return f"{self.number[:3]}{'*' * 13}{self.number[-2:]}"


def check_character(body: str) -> str:
    """The 18th character for the first 17 digits."""
    return CHECKS[(sum(map(mul, WEIGHTS, body.encode())) - _ZERO) % 11]


def kind_of(number: str) -> Kind:
    """Which document an 18-character number belongs to, by its first six digits alone."""
    if number[0] == "9" and number[1:3] in _CARD_PROVINCES:
        return Kind.FOREIGN_PERMANENT
    return Kind.HK_MO_TW_PERMIT if number[:6] in _PERMIT_DIVISIONS else Kind.RESIDENT


def upgrade(number15: str) -> str:
    """A 15-digit number of the first generation as 18 characters: '19' before the year, then the check."""
    body = f"{number15[:6]}19{number15[6:]}"
    return body + check_character(body)


def make(division: str, birth: date, sequence: int | str) -> str:
    """Build a right number from division (or ``9`` + province + nationality), birth date and sequence 0–999."""
    body = f"{division}{birth:%Y%m%d}{int(sequence):03d}"
    require_length("身份证号本体", body, 17)
    require_charset("身份证号本体", body, DIGITS, "数字")
    return body + check_character(body)


def is_valid(text: str, *, divisions: Container[str] | None = None, today: date | None = None) -> bool:
    """Whether a text is a right number, 18 or 15 long; quick for the canonical 18 characters."""
    if len(text) == 18 and text.isascii() and text[:17].isdigit():
        if CHECKS[(sum(map(mul, WEIGHTS, text[:17].encode())) - _ZERO) % 11] != text[17]:
            return text[17] == "x" and is_valid(text.upper(), divisions=divisions, today=today)
        try:
            birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        except ValueError:
            return False
        if birth > (today or datetime.now(_SHANGHAI).date()):
            return False
        return divisions is None or (text[0] == "9" and text[1:3] in _CARD_PROVINCES) or text[:6] in divisions
    try:
        parse(text, divisions=divisions, today=today)
    except BadIdentifier:
        return False
    return True


def parse(text: str, *, divisions: Container[str] | None = None, today: date | None = None) -> IdCard:
    """Take a number apart; 15 digits become 18.

    Args:
        text: what was typed; blanks, full-width digits and a small x are forgiven.
        divisions: six-digit codes to check against, or None. Give one that holds abolished codes too: they stay on cards.
        today: the day a birth may not lie behind; the day in Shanghai by default.

    Raises:
        BadIdentifier: with cause, position and remedy.
    """
    number = clean(text)
    require_length(NAME, number, 18, 15)
    if len(number) == 15:
        require_charset(NAME, number, DIGITS, "数字")
        number = upgrade(number)
    require_charset(NAME, number, DIGITS, "数字", end=17)
    expected = check_character(number[:17])
    if number[17] != expected:
        raise refuse(NAME, number, "校验码与前 17 位不符,至少有一位输错", position=18, remedy="请对照证件逐位核对")
    birth = _birth(number, today)
    kind = kind_of(number)
    if divisions is not None and kind is not Kind.FOREIGN_PERMANENT and number[:6] not in divisions:
        raise refuse(
            NAME, number, f"前 6 位 {number[:6]} 不在行政区划表中", position=1, remedy="请核对前 6 位;区划已撤并的请改用含历史区划的表"
        )
    foreign = kind is Kind.FOREIGN_PERMANENT
    return IdCard(
        number=number,
        kind=kind,
        division=f"{number[1:3]}0000" if foreign else number[:6],
        birth=birth,
        sequence=number[14:17],
        sex=Sex.MALE if int(number[16]) % 2 else Sex.FEMALE,
        nationality=number[3:6] if foreign else "",
    )


def _birth(number: str, today: date | None) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise refuse(NAME, number, f"第 7 至 14 位 {number[6:14]} 不是真实的日期", position=7) from None
    if birth > (today or datetime.now(_SHANGHAI).date()):
        raise refuse(NAME, number, f"出生日期 {birth.isoformat()} 晚于今天", position=7)
    return birth
