"""A small committed city with people whose benefits are known, and who acts on them."""

from datetime import date

import pytest

from tests import cities
from yiwang.business.benefits import api as benefits
from yiwang.security.access.api import Actor
from yiwang.standards.identifiers import id_card
from yiwang.standards.subjects import Subject

ELDER = id_card.make("990102", date(1940, 3, 4), 950)
UNEMPLOYED = id_card.make("990103", date(1985, 6, 7), 951)
STRANGER = id_card.make("990103", date(1990, 6, 7), 952)

ROWS = (
    f"INSERT INTO registers.person (id_number, name, sex, birth_date, domicile_division) VALUES ('{ELDER}', '高寿', '1', '1940-03-04', '990102001')",
    f"INSERT INTO registers.bank_account (account_no, holder, bank_name) VALUES ('9901999999999999991', '{ELDER}', '云汀银行')",
    f"INSERT INTO registers.person (id_number, name, sex, birth_date, domicile_division) VALUES ('{UNEMPLOYED}', '待业', '2', '1985-06-07', '990103001')",
    "INSERT INTO registers.social_insurance (id_number, number, name, birth_date, status, kind, paid_months, started_on)"  # noqa: ISC004
    f" VALUES ('{UNEMPLOYED}', 'S1', '待业', '1985-06-07', '2', '1', 60, '2015-01-01')",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    return cities.build(django_db_blocker, people=600, rows=ROWS)


@pytest.fixture
def agreed(db, city):
    benefits.agree_sources()
    return city


def citizen(number, name="高寿"):
    return Actor("citizen", f"c-{number[-4:]}", name, Subject("person", number))


def staff(role, department="civil", *, number=1, region="990100"):
    return Actor("staff", f"{department}.{role}.{number}", f"{role}{number}", department=department, region=region, roles=frozenset([role]))


OFFICER, APPROVER = staff("reviewer"), staff("approver")


@pytest.fixture
def told(agreed):
    """The elder's award, told."""
    benefits.run("high_age", actor=OFFICER)
    return benefits.mine(citizen(ELDER))[0]


@pytest.fixture
def confirmed(told):
    return benefits.answer(told.id, act="confirm", actor=citizen(ELDER), version=told.version)
