"""Households: who lives together, with parents older than children and marriages of lawful age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from yiwang.data.registers.city import words
from yiwang.data.registers.city.people import Person, born, draw_name, surname_of

Flaws = dict[str, int]


@dataclass(slots=True)
class Household:
    """People of one home, the head first; weddings are (husband, wife, date)."""

    people: list[Person] = field(default_factory=list)
    weddings: list[tuple[Person, Person, date]] = field(default_factory=list)
    away: Person | None = None
    """The divorced father of a single mother's child: he lives in a home of his own."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every draw needs: the source of chance, the city's day and the tally of peculiarities."""

    rng: Random
    as_of: date
    tally: Flaws

    def count(self, what: str) -> None:
        """One more of a peculiarity."""
        self.tally[what] = self.tally.get(what, 0) + 1


def _person(at: Context, sex: str, birth: date, surname: str = "") -> Person:
    age = at.as_of.year - birth.year
    person = Person(draw_name(at.rng, sex, age, surname), sex, birth)
    draw = at.rng.random()
    if draw < 0.08:
        person.ethnicity = words.ETHNICITIES[int(draw * 2500)]
    return person


def _couple(at: Context, home: Household, wife_birth: date) -> tuple[Person, Person]:
    """Husband and wife; he is two years older on average. Married at the lawful age of 22 and 20 at the earliest."""
    rng, as_of = at.rng, at.as_of
    husband_birth = min(wife_birth - timedelta(days=max(int(rng.gauss(730, 900)), -500)), as_of - timedelta(days=int(22.6 * 365.25)))
    wife = _person(at, "2", wife_birth)
    husband = _person(at, "1", husband_birth)
    lawful = max(husband_birth + timedelta(days=8036), wife_birth + timedelta(days=7306))  # 22 and 20 years, leap days counted in full
    wedding = min(lawful + timedelta(days=int(rng.expovariate(1 / 1100))), as_of - timedelta(days=1))
    husband.marital = wife.marital = "20"
    husband.spouse, wife.spouse = wife, husband
    husband.relation = wife.relation = "10"
    home.weddings.append((husband, wife, max(wedding, lawful)))
    return husband, wife


def _child(at: Context, birth: date, mother: Person | None, father: Person | None, *, order: int = 1) -> Person:
    named = father or mother
    surname = surname_of(named.name) if named else ""
    child = _person(at, "1" if at.rng.random() < 0.52 else "2", birth, surname)
    child.mother, child.father, child.order = mother, father, order
    child.relation = "20" if child.sex == "1" else "30"
    return child


def _mother_age(rng: Random) -> float:
    return 20.8 + rng.betavariate(2.2, 4.0) * 21


def _with_children(at: Context, home: Household, children: int, youngest: tuple[float, float]) -> tuple[Person, Person]:
    """A couple and its children; the eldest is drawn from the youngest backwards."""
    rng, as_of = at.rng, at.as_of
    births = [born(rng, as_of, *youngest)]
    for _ in range(1, children):
        births.append(births[-1] - timedelta(days=int(400 + rng.random() * 1800)))
    births.reverse()
    husband, wife = _couple(at, home, births[0] - timedelta(days=int(_mother_age(rng) * 365.2425)))
    home.people += [husband, wife]
    for birth in births:
        home.people.append(_child(at, birth, wife, husband))
        if rng.random() < 0.014:
            home.people.append(_child(at, birth, wife, husband, order=2))
            at.count("twins")
    return husband, wife


def _young_single(at: Context, home: Household) -> None:
    person = _person(at, "1" if at.rng.random() < 0.55 else "2", born(at.rng, at.as_of, 19, 42))
    person.marital = "40" if at.rng.random() < 0.08 and person.age(at.as_of) > 26 else "10"
    home.people.append(person)


def _elder_single(at: Context, home: Household) -> None:
    """A widowed person with the late spouse still in the books, or somebody who never married."""
    husband, wife = _couple(at, home, born(at.rng, at.as_of, 62, 91))
    late, left = (husband, wife) if at.rng.random() < 0.68 else (wife, husband)
    late.deceased_on = at.as_of - timedelta(days=int(3 + at.rng.random() * 365 * 9))
    late.marital, left.marital = "20", "30"
    left.spouse = None
    home.people += [left, late]


def _couple_only(at: Context, home: Household, low: float, high: float) -> None:
    home.people += _couple(at, home, born(at.rng, at.as_of, low, high))


def _three_generations(at: Context, home: Household) -> None:
    """Grandparents, their son, his wife and child."""
    rng = at.rng
    husband, wife = _with_children(at, home, 1 + (rng.random() < 0.3), (0.0, 16.0))
    elder = husband.birth - timedelta(days=int(min(_mother_age(rng), 27) * 365.2425))
    grandfather, grandmother = _couple(at, home, elder)
    husband.mother, husband.father, husband.relation = grandmother, grandfather, "20"
    husband.name = surname_of(grandfather.name) + husband.name[len(surname_of(husband.name)) :]
    wife.relation = "28"
    for person in home.people:
        if person.father is husband:
            person.name = surname_of(husband.name) + person.name[len(surname_of(person.name)) :]
            person.relation = "40"
    home.people[:0] = [grandfather, grandmother]


def _single_parent(at: Context, home: Household) -> None:
    """A mother (mostly) alone with a child: divorced, or no father recorded."""
    rng = at.rng
    birth = born(rng, at.as_of, 0.1, 18)
    mother = _person(at, "2", birth - timedelta(days=int(_mother_age(rng) * 365.2425)))
    divorced = rng.random() < 0.75
    mother.marital = "40" if divorced else "10"
    father = None
    if divorced:
        father = _person(at, "1", mother.birth - timedelta(days=int(rng.random() * 1200)))
        father.marital = "40"
        home.away = father
    child = _child(at, birth, mother, father)
    home.people[:0] = [mother, child]
    at.count("single_parent")


def _mixed(at: Context, home: Household) -> None:
    """A citizen married to a foreigner with a permanent residence card."""
    name, sex, nationality, number = words.FOREIGN_NAMES[int(at.rng.random() * len(words.FOREIGN_NAMES))]
    husband, wife = _couple(at, home, born(at.rng, at.as_of, 26, 50))
    foreigner, citizen = (husband, wife) if sex == "1" else (wife, husband)
    foreigner.name, foreigner.foreign, foreigner.ethnicity = name, (nationality, number), ""
    home.people += [citizen, foreigner]
    at.count("foreigner")


# Weight in a thousand households and how it is made. Calibrated to an average of 2.6 people and 20 % above 60 years.
_KINDS: Final[tuple[tuple[int, Callable[[Context, Household], object]], ...]] = (
    (130, _young_single),
    (75, _elder_single),
    (90, lambda at, home: _couple_only(at, home, 23, 36)),
    (165, lambda at, home: _couple_only(at, home, 48, 82)),
    (215, lambda at, home: _with_children(at, home, 1, (0.0, 19.0))),
    (105, lambda at, home: _with_children(at, home, 2, (0.0, 15.0))),
    (88, lambda at, home: _with_children(at, home, 1, (19.0, 32.0))),
    (92, _three_generations),
    (37, _single_parent),
    (3, _mixed),
)
_BY_DRAW: Final = tuple(make for weight, make in _KINDS for _ in range(weight))


def household(at: Context) -> Household:
    """One household, drawn; relations to the head as GB/T 4761 codes them (02 head, 10 spouse, 20 son, 30 daughter …)."""
    home = Household()
    _BY_DRAW[int(at.rng.random() * len(_BY_DRAW))](at, home)
    home.people[0].relation = "02"
    return home
