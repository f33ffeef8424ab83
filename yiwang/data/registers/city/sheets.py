"""Writing down a household: people, home, wedding and births, as rows for COPY."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from yiwang.data.registers.city import words
from yiwang.data.registers.city.households import Context, Household
from yiwang.data.registers.city.people import Person
from yiwang.data.registers.city.places import Home

NULL: Final = "\\N"
_PHONE_STEP: Final = 7919  # no factor of ten, so that stepping visits every number once


@dataclass(slots=True)
class Numbers:
    """Running numbers, one series for each kind of document."""

    _last: dict[str, int] = field(default_factory=dict)

    def next(self, series: str) -> int:
        """The next number, from 1."""
        number = self._last.get(series, 0) + 1
        self._last[series] = number
        return number


@dataclass(frozen=True, slots=True)
class Dwelling:
    """Where a household lives and where it is registered."""

    home: Home
    domicile: str
    newcomer: bool
    division: str
    number: int

    @property
    def household_no(self) -> str:
        """Nine digits of the street and a running number; newcomers are registered elsewhere."""
        return f"{self.division}100{self.number:08d}" if self.newcomer else f"{self.home.street.code}{self.number:08d}"


class Sheets:
    """The rows of a chunk, and what writing them needs."""

    __slots__ = ("at", "companies", "numbers", "rows", "stamp")

    def __init__(self, at: Context, numbers: Numbers, companies: int, rows: dict[str, list[str]]) -> None:
        """``companies``: how many the city will have; ``rows``: an empty list for each register."""
        self.at = at
        self.numbers = numbers
        self.companies = companies
        self.rows = rows
        self.stamp = f"{at.as_of.isoformat()} 00:00:00+08"

    def add(self, register: str, *values: object, stamp: str = "") -> None:
        """One row in the order of ``columns.COLUMNS``; None is NULL."""
        self.rows[register].append(
            "\t".join([value if type(value) is str else NULL if value is None else str(value) for value in values] + [stamp or self.stamp])
        )

    def chance(self, share: float) -> bool:
        """Whether something of that probability happens."""
        return self.at.rng.random() < share

    def flaw(self, what: str, share: float) -> bool:
        """Whether a flaw of that probability happens; counted."""
        if self.at.rng.random() >= share:
            return False
        self.at.count(what)
        return True


def household_records(sheets: Sheets, family: Household, dwelling: Dwelling) -> None:
    """The home, its people, the wedding and the births of its children."""
    head = family.people[0]
    address, stamp = dwelling.home, sheets.stamp
    street = address.street
    sheets.add("address", f"{street.code}{dwelling.number:09d}", address.text, street.code, address.community, address.road)
    domicile_division = f"{dwelling.division}100" if dwelling.newcomer else street.code
    registered = [person for person in family.people if person.id_number and person.deceased_on is None and person.foreign is None]
    if not dwelling.newcomer:
        sheets.add("household", dwelling.household_no, head.id_number, head.name, address.text, street.code, len(registered))
    for person in family.people:
        if person.id_number:
            _person(sheets, person, dwelling, domicile_division, stamp)
        if person.mother and person.birth.year >= 1996:
            _birth(sheets, person)
    for husband, wife, wedding in family.weddings:
        status = "3" if husband.deceased_on or wife.deceased_on else "1"
        number = f"J990102-{wedding.year}-{sheets.numbers.next('marriage'):07d}"
        sheets.add("marriage", number, husband.id_number, husband.name, wife.id_number, wife.name, wedding.isoformat(), status)


def _person(sheets: Sheets, person: Person, dwelling: Dwelling, domicile_division: str, stamp: str) -> None:
    number = sheets.numbers.next("person")
    has_phone = person.deceased_on is None and (sheets.at.as_of - person.birth).days > 4700
    foreign = person.foreign
    sheets.add(
        "person",
        person.id_number,
        person.name,
        person.sex,
        person.birth.isoformat(),
        person.ethnicity,
        foreign[0] if foreign else "CHN",
        "" if foreign or dwelling.newcomer else dwelling.household_no,
        person.relation,
        "" if foreign else domicile_division,
        "" if foreign else dwelling.domicile,
        dwelling.home.text,
        f"154{number * _PHONE_STEP % 100_000_000:08d}" if has_phone else "",
        person.marital,
        "1",
        "9" if person.deceased_on else "1",
        stamp=stamp,
    )


def _birth(sheets: Sheets, child: Person) -> None:
    mother, father = child.mother, child.father
    assert mother is not None
    if child.id_number and sheets.flaw("missing_birth_record", 0.004):
        return
    draw = sheets.at.rng.random
    number = f"{child.birth.year}{sheets.numbers.next('birth'):08d}"
    hospital, code = words.HOSPITALS[int(draw() * len(words.HOSPITALS))]
    weeks = 37 + int(draw() * 5)
    clock_time = f"{int(draw() * 24):02d}:{int(draw() * 60):02d}"
    sheets.add(
        "birth",
        f"B{number}",
        f"Z{number}" if child.id_number else None,
        child.name if child.id_number else None,
        child.sex,
        child.id_number or None,
        child.birth.isoformat(),
        clock_time,
        hospital,
        code,
        2500 + int(draw() * 1700),
        47 + int(draw() * 7),
        weeks,
        mother.id_number,
        mother.name,
        father.id_number if father else None,
        father.name if father else None,
        child.order,
    )
    days = (sheets.at.as_of - child.birth).days
    if days < 6 * 365:
        _early_years(sheets, child, f"B{number}", days)


def _early_years(sheets: Sheets, child: Person, record_no: str, days: int) -> None:
    mother, father = child.mother, child.father
    assert mother is not None
    if days < 2 * 365 and child.order == 1 and sheets.chance(0.92):
        registered = child.birth - timedelta(days=150)
        sheets.add(
            "maternity",
            f"Y{registered.year}{sheets.numbers.next('maternity'):07d}",
            mother.id_number,
            father.id_number if father else None,
            registered.isoformat(),
            1,
        )
    if child.id_number and sheets.chance(0.97):
        issued: date = child.birth + timedelta(days=min(days, 10))
        number = f"V{record_no[1:]}"
        sheets.add("vaccination", number, record_no, child.id_number, "社区卫生服务中心预防接种门诊", issued.isoformat())
