"""A small committed city, the sharing agreements of the matters used here, and the people who act on cases."""

import itertools

import pytest

from yiwang.base.ids.api import new_id
from yiwang.business.cases import api as cases
from yiwang.business.matters import queries as matters
from yiwang.data.exchange import api as exchange
from yiwang.data.registers import api as registers
from yiwang.security.access.api import Actor
from yiwang.security.keys import api as keys
from yiwang.standards.subjects import Subject

MATTERS = (
    "newborn.birth_certificate",
    "newborn.household_registration",
    "newborn.child_benefit",
    "restaurant.food_permit",
    "restaurant.sign",
)


@pytest.fixture(scope="session")
def city(django_db_setup, django_db_blocker):
    """Built once and committed: the registers are read through a connection of their own."""
    with django_db_blocker.unblock():
        standing = registers.city()
        if standing is None:
            registers.build_city(people=200, seed=7)
        return {one.key: one for one in registers.personas()}


@pytest.fixture
def agreements(db, city):
    agree(MATTERS)


def agree(shorts):
    for version in matters.library():
        if version.short in shorts:
            exchange.agree(
                version.short,
                elements=matters.elements_of(version),
                consumer_department=version.department,
                legal_basis=str(version.legal_bases[0]),
            )
    for name in ("department:health", "department:police", "department:market", "archive"):
        keys.ensure(name)


@pytest.fixture
def mother(city):
    return person(city["newborn_mother"])


def person(persona):
    return Actor("citizen", f"account-{persona.key}", persona.name, subject=persona.subject)


def staff(role, department="market", *, number=1, region="990100"):
    return Actor(
        "staff", f"{department}.{role}.{number}", f"{role}{number}", department=department, region=region, roles=frozenset(role.split("+"))
    )


_numbers = itertools.count(1)


def certificate(mother_persona, **changes):
    """An application for the birth certificate of the persona's newborn: decided at once."""
    values = {"child_name": "李小满", "child_ethnicity": "mother", "phone": "13800138000"}
    given = {
        "matter": "newborn.birth_certificate",
        "applicant": mother_persona.subject,
        "applicant_name": mother_persona.name,
        "idempotency_key": f"key-{next(_numbers)}-{new_id().hex[:8]}",
        "values": values,
        "keys": {"birth": registers.Key("birth", mother_persona.keys["birth"])},
    }
    return cases.Application(**{**given, **changes})


def permit(owner, company, **changes):
    """An application for a food permit: examined and decided by officials."""
    given = {
        "matter": "restaurant.food_permit",
        "applicant": Subject("company", company),
        "applicant_name": "云汀江畔小馆",
        "idempotency_key": f"key-{next(_numbers)}-{new_id().hex[:8]}",
        "values": {},
    }
    return cases.Application(**{**given, **changes})
