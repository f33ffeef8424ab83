"""Companies of the city. Who a company is (name, code) follows from its index alone, so that employees can name it before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from yiwang.data.registers.city import words
from yiwang.standards.identifiers.credit_code import ALPHABET, make

PEOPLE_PER_COMPANY: Final = 25
_SYLLABLES: Final = len(words.TRADE_SYLLABLES)
_MIX: Final = 7919  # prime, so multiplying permutes the indexes


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, code and trade of a company."""

    index: int
    name: str
    credit_code: str
    division: str
    trade: int

    @property
    def is_restaurant(self) -> bool:
        """Whether it serves food."""
        return self.trade == 0


@lru_cache(maxsize=8192)
def identity(index: int) -> Identity:
    """The company of an index: unique name and code."""
    round_, place = divmod(index, _SYLLABLES**3)
    mixed = place * _MIX % _SYLLABLES**3
    trade = index % len(words.INDUSTRIES)
    syllables = words.TRADE_SYLLABLES
    mark = syllables[mixed % _SYLLABLES] + syllables[mixed // _SYLLABLES % _SYLLABLES] + syllables[mixed // _SYLLABLES**2] + "新" * round_
    division = ("990102", "990103", "990104")[index % 3]
    body = "".join(ALPHABET[(index // 31**power) % 31] for power in range(5, -1, -1))
    code = make("9", "2" if words.INDUSTRIES[trade][0].endswith("店") else "1", division, f"MA{body}")
    return Identity(index, f"云汀{mark}{words.INDUSTRIES[trade][0]}", code, division, trade)
