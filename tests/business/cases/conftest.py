"""A small committed city, the sharing agreements of the matters used here, and the people who act on cases."""

import itertools

import pytest

from tests import cities
from yiwang.base.ids.api import new_id
from yiwang.base.storage import api as storage
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


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    return cities.build(django_db_blocker, people=200)


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
    values = {"child_name": "李小满", "child_ethnicity": "01", "phone": "13800138000"}
    given = {
        "matter": "newborn.birth_certificate",
        "applicant": mother_persona.subject,
        "applicant_name": mother_persona.name,
        "idempotency_key": f"key-{next(_numbers)}-{new_id().hex[:8]}",
        "values": values,
        "keys": {"birth": registers.Key("birth", mother_persona.keys["birth"])},
    }
    return cases.Application(**{**given, **changes})


def permit(owner, **changes):
    """An application for a food permit: examined and decided by officials; two files, a commitment, a deferred material."""
    given = {
        "matter": "restaurant.food_permit",
        "applicant": Subject("company", owner.keys["company"]),
        "applicant_name": "云汀江畔小馆",
        "idempotency_key": f"key-{next(_numbers)}-{new_id().hex[:8]}",
        "values": {"catering_kind": "restaurant", "cold_dishes": "on", "staff_count": "6"},
        "materials": {
            "layout": cases.GivenMaterial("file", drawing(), "布局图.png"),
            "safety_rules": cases.GivenMaterial("commitment"),
            "health_certificates": cases.GivenMaterial("deferred"),
        },
    }
    return cases.Application(**{**given, **changes})


def drawing():
    """The digest of a stored picture."""
    return storage.put(b"\x89PNG\r\n\x1a\nlayout", media_type="image/png").digest


def company(owner):
    """The owner acting for the company."""
    return Actor("citizen", "owner", owner.name, subject=Subject("company", owner.keys["company"]))


def step(view, action, actor, **inputs):
    return cases.perform(view.id, action=action, actor=actor, version=view.version, inputs=inputs)


CLERK, REVIEWER, SECOND, APPROVER = staff("clerk"), staff("reviewer"), staff("reviewer", number=2), staff("approver")
ARCHIVIST = staff("archivist")


@pytest.fixture
def owner(city):
    return city["restaurant_owner"]


@pytest.fixture
def case(agreements, owner):
    """A food permit case, just handed in."""
    return cases.submit(permit(owner), actor=company(owner))


@pytest.fixture
def accepted(case):
    return step(step(case, "receive", CLERK), "accept", CLERK)


@pytest.fixture
def reviewed(accepted):
    return step(accepted, "review", REVIEWER, opinion="材料真实,符合条件", conclusion="yes")
