"""A small committed city and the people who ask about it."""

import pytest

from tests import cities
from yiwang.data.registers import api as registers
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject

PEOPLE, SEED = 600, 7


def build():
    return registers.build_city(people=PEOPLE, seed=SEED)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    return cities.build(django_db_blocker, people=PEOPLE, seed=SEED)


@pytest.fixture
def fresh_city(transactional_db, city):
    """For tests that commit writes into the registers: the city is built anew afterwards."""
    yield city
    build()


def citizen(persona, acting_for=None):
    return Actor("citizen", f"c-{persona.key}", persona.name, persona.subject, acting_for=acting_for)


def staff(department, *roles, region="990100"):
    return Actor("staff", f"s-{department}", "王办事", None, department, region, frozenset(roles or ("clerk",)))


def person(number):
    return Subject("person", number)
