"""Numbers of articles as Chinese statutes write them: 第三十二条, 第十二条之一. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from yiwang.data.laws.errors import BadNumber

_DIGITS: Final = {sign: place for place, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
NUMERAL: Final = "[0-9\uff10-\uff19零〇○一二两三四五六七八九十百千]+"
_ARTICLE: Final = re.compile(rf"^第?({NUMERAL})条?(?:(?:之|-)({NUMERAL}))?$")


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """The number of an article; ``sub`` is the one after 之, 0 where there is none."""

    number: int
    sub: int = 0

    def __str__(self) -> str:
        """As statutes write it."""
        return f"第{chinese(self.number)}条" + (f"之{chinese(self.sub)}" if self.sub else "")


def value(text: str) -> int:
    """The number that a numeral says: 一千二百六十 → 1260, 二〇二五 → 2025, 32 → 32.

    Raises:
        BadNumber: it is none.
    """
    if text.isdigit():
        return int(text)
    if text and all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            raise BadNumber(given=text)
    if not text:
        raise BadNumber(given=text)
    return total + digit


def chinese(number: int) -> str:
    """A number from 0 to 9999 in Chinese: 1049 → 一千零四十九, 12 → 十二."""
    if number == 0:
        return "零"
    words, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + unit
            gap = False
        else:
            gap = True
    return words[1:] if words.startswith("一十") else words


def article(given: int | str | Number) -> Number:
    """The number of an article from 32, "32", "三十二", "第三十二条", "第十二条之一" or "12-1".

    Raises:
        BadNumber: it cannot be read.
    """
    if isinstance(given, Number):
        return given
    match = _ARTICLE.match(str(given).replace(" ", ""))
    if match is None:
        raise BadNumber(given=given)
    return Number(value(match[1]), value(match[2]) if match[2] else 0)
