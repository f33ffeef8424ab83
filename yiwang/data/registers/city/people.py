"""People of the city before they become rows: a person, and the minter of identity numbers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from yiwang.data.registers.city import words
from yiwang.standards.identifiers.id_card import check_character

RESERVED_FROM = 900
"""Sequence numbers from here on belong to the fixed persons."""


class Person:
    """A person; relations are references, so that a row can name the spouse or the mother."""

    __slots__ = (
        "birth",
        "deceased_on",
        "ethnicity",
        "father",
        "foreign",
        "id_number",
        "marital",
        "mother",
        "name",
        "order",
        "relation",
        "sex",
        "spouse",
    )

    def __init__(self, name: str, sex: str, birth: date) -> None:
        """A person of a name, sex '1' male or '2' female, and birth date; everything else comes later."""
        self.name = name
        self.sex = sex
        self.birth = birth
        self.id_number = ""
        self.ethnicity = "01"
        self.marital = "10"
        self.relation = ""
        self.spouse: Person | None = None
        self.mother: Person | None = None
        self.father: Person | None = None
        self.order = 1
        self.deceased_on: date | None = None
        self.foreign: tuple[str, str] | None = None

    def age(self, on: date) -> int:
        """Full years on a day."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


class Minter:
    """Gives identity numbers, each once: the next odd or even sequence of a division and birth date."""

    def __init__(self) -> None:
        """Nothing given yet."""
        self._last: dict[str, int] = {}

    def mint(self, division: str, birth: date, sex: str) -> str:
        """A fresh number for a person of sex '1' or '2'; IndexError when the day is full."""
        stem = f"{division}{birth.year}{birth.month:02d}{birth.day:02d}"
        slot = stem + sex
        last = self._last.get(slot, -1 if sex == "1" else 0) + 2
        if last >= RESERVED_FROM:
            raise IndexError(stem)
        self._last[slot] = last
        body = f"{stem}{last:03d}"
        return body + check_character(body)


def draw_name(rng: Random, sex: str, age: int, surname: str = "") -> str:
    """A name: surname by frequency, given name by sex and generation, mostly two characters."""
    draw = rng.random
    if age > 50:
        pool = words.OLD_MALE if sex == "1" else words.OLD_FEMALE
    else:
        pool = words.MALE if sex == "1" else words.FEMALE
    given = pool[int(draw() * len(pool))]
    if draw() < 0.82:
        given += pool[int(draw() * len(pool))]
    return (surname or words.SURNAMES[int(draw() * len(words.SURNAMES))]) + given


def surname_of(name: str) -> str:
    """The surname, which has two characters in a few families."""
    return name[:2] if name[:2] in ("欧阳", "上官", "诸葛", "司马") else name[:1]


def born(rng: Random, as_of: date, low: float, high: float) -> date:
    """A birth date of somebody whose age lies between low and high years on the city's day."""
    return as_of - timedelta(days=int((low + rng.random() * (high - low)) * 365.2425) + 1)
