"""A small committed city with companies whose figures are known, and who acts for them and on them."""

import pytest

from tests import cities
from yiwang.business.policies import api as policies
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.identifiers import credit_code
from yiwang.standards.subjects import Subject

MAKER = credit_code.make("9", "1", "990102", "MA9999001")
OTHER = credit_code.make("9", "1", "990103", "MA9999002")
SILENT = credit_code.make("9", "1", "990102", "MA9999003")  # of which the staff register knows nothing
NUMBER = "990102198001019000"


def rows():
    for code, name, division in ((MAKER, "云汀试作机械制造有限公司", "990102"), (OTHER, "云汀旁邻机械制造有限公司", "990103")):
        yield (
            "INSERT INTO registers.company (credit_code, name, legal_representative, legal_representative_id_number, address, division,"
            " capital_yuan, established_on, kind, industry_code, scope, phone) VALUES"
            f" ('{code}', '{name}', '试作人', '{NUMBER}', '试作路1号', '{division}', 1000000, '2015-01-01', '1', '3499', '机械', '15400000000')"
        )
        yield (
            "INSERT INTO registers.company_insurance (credit_code, insured_staff, staff_a_year_ago, graduates_hired, trained_staff)"
            f" VALUES ('{code}', 40, 30, 4, 1)"
        )
        yield (
            "INSERT INTO registers.tax_filing (credit_code, turnover_yuan, turnover_before_yuan, paid_yuan, grade)"
            f" VALUES ('{code}', 9000000, 8900000, 300000, 'A')"
        )
        yield f"INSERT INTO registers.operation (credit_code, equipment_yuan, digital_yuan) VALUES ('{code}', 400000, 60000)"
        yield f"INSERT INTO registers.bank_account (account_no, holder, bank_name) VALUES ('9901888{code[-12:]}', '{code}', '云汀银行')"
    yield (
        "INSERT INTO registers.company (credit_code, name, legal_representative, legal_representative_id_number, address, division,"
        " capital_yuan, established_on, kind, industry_code, scope, phone) VALUES"
        f" ('{SILENT}', '云汀无声商贸有限公司', '试作人', '{NUMBER}', '试作路2号', '990102', 1000000, '2015-01-01', '1', '5199', '商贸', '154')"
    )


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    return cities.build(django_db_blocker, people=2000, rows=rows())


@pytest.fixture
def agreed(db, city):
    policies.agree_sources()
    return city


@pytest.fixture
def matched(agreed):
    policies.match(actor=SYSTEM, keys=[MAKER, OTHER, SILENT])


def company(code=MAKER):
    person = Subject("person", NUMBER)
    return Actor("citizen", f"c-{code[-4:]}", "试作人", person, acting_for=Subject("company", code))


def person():
    return Actor("citizen", "c-p", "试作人", Subject("person", NUMBER))


def staff(role, department="hrss", *, number=1, region="990100"):
    return Actor("staff", f"{department}.{role}.{number}", f"{role}{number}", department=department, region=region, roles=frozenset([role]))


OFFICER, APPROVER = staff("reviewer"), staff("approver")
