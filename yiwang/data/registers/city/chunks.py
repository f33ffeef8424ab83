"""The city in chunks: households are drawn, numbered and written down, a few thousand at a time.

The same people, seed and day always give the same chunks; memory holds one chunk and the last sequence numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from yiwang.data.registers.city.columns import COLUMNS
from yiwang.data.registers.city.companies import PEOPLE_PER_COMPANY
from yiwang.data.registers.city.households import Context, Flaws, Household, household
from yiwang.data.registers.city.people import Minter, Person
from yiwang.data.registers.city.places import NEWCOMERS_FROM, elsewhere, home
from yiwang.data.registers.city.records import company_records, life_records
from yiwang.data.registers.city.sheets import Dwelling, Numbers, Sheets, household_records

HOUSEHOLDS_PER_CHUNK: Final = 2000
NEWCOMERS_SHARE: Final = 0.05


@dataclass(slots=True)
class Chunk:
    """Rows by register, as texts ready for COPY (``\\N`` is NULL), and how many people and households they hold."""

    rows: dict[str, list[str]]
    people: int
    households: int
    companies: int


@dataclass(slots=True)
class Ledger:
    """What runs through all chunks: numbers given so far, and the tally of peculiarities and flaws."""

    numbers: Numbers = field(default_factory=Numbers)
    minter: Minter = field(default_factory=Minter)
    tally: Flaws = field(default_factory=dict)
    people: int = 0
    companies: int = 0


def chunks(*, people: int, seed: int, as_of: date, size: int = HOUSEHOLDS_PER_CHUNK) -> Iterator[tuple[Chunk, Flaws]]:
    """Chunks until the city has the wanted living people; with each, the tally so far."""
    ledger = Ledger()
    wanted_companies = people // PEOPLE_PER_COMPANY
    number = 0
    while ledger.people < people:
        at = Context(Random(f"{seed}:{number}"), as_of, ledger.tally)  # noqa: S311 (repeatable by design)
        chunk = _chunk(at, ledger, people, wanted_companies, size)
        number += 1
        yield chunk, ledger.tally


def _chunk(at: Context, ledger: Ledger, people: int, wanted_companies: int, size: int) -> Chunk:
    sheets = Sheets(at, ledger.numbers, wanted_companies, {name: [] for name in COLUMNS})
    before, owners, made = ledger.people, [], 0
    while made < size and ledger.people < people:
        family = household(at)
        owners += _settle(sheets, family, ledger)
        made += 1
    target = wanted_companies if ledger.people >= people else min(wanted_companies, ledger.people // PEOPLE_PER_COMPANY)
    companies = target - ledger.companies
    for index in range(ledger.companies, target):
        company_records(sheets, index, owners[int(at.rng.random() * len(owners))])
    ledger.companies = target
    return Chunk(sheets.rows, ledger.people - before, made, companies)


def _settle(sheets: Sheets, family: Household, ledger: Ledger) -> list[Person]:
    """Give a household a home and numbers, write it down; who might own a company is returned."""
    at = sheets.at
    newcomer = at.rng.random() < NEWCOMERS_SHARE
    adults = []
    groups = [family] if family.away is None else [family, Household(people=[family.away])]
    dwellings = []
    for group in groups:
        place = home(at.rng)
        domicile = elsewhere(at.rng) if newcomer else place.text
        division = NEWCOMERS_FROM[0] if newcomer else place.street.division
        dwellings.append(Dwelling(place, domicile, newcomer, division, sheets.numbers.next("household")))
        for person in group.people:
            _number(at, person, division, ledger.minter)
    if family.away is not None:
        family.away.relation = "02"
    for group, dwelling in zip(groups, dwellings, strict=True):
        household_records(sheets, group, dwelling)
        for person in group.people:
            if person.deceased_on is None:
                ledger.people += 1
                if 24 < person.age(at.as_of) < 60 and person.foreign is None:
                    adults.append(person)
            if person.id_number:
                life_records(sheets, person, dwelling)
    return adults


def _number(at: Context, person: Person, division: str, minter: Minter) -> None:
    """An identity number for everybody but some of the newborn, who are not registered yet."""
    if (at.as_of - person.birth).days <= 30 and at.rng.random() < 0.5:
        at.count("newborn_unregistered")
        return
    stem = f"999{person.foreign[1]}" if person.foreign else division
    person.id_number = minter.mint(stem, person.birth, person.sex)
