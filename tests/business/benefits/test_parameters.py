"""Amounts and ages are the law library's: a value set from a day on changes what is decided from that day on, not before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yiwang.base.clock.api import frozen, now, today
from yiwang.business.benefits import api as benefits
from yiwang.business.benefits import definitions
from yiwang.business.benefits.models import AwardRow
from yiwang.business.benefits.population import Draft
from yiwang.data.laws import api as laws
from yiwang.data.registers import queries as registers
from yiwang.security.access.api import SYSTEM, PermissionDenied

from .conftest import APPROVER, ELDER, OFFICER, citizen

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
FACTS = {"deceased": False, "birth_date": "1950-01-01", "division": "990102001"}


def test_before_and_after_a_new_value():
    begin, end = today() + timedelta(days=30), today() + timedelta(days=395)
    notice = "云汀市民政局通知(2026)9号"
    laws.set_parameter("high_age_allowance.age", value=Decimal(70), unit="岁", source=notice, valid_from=begin, valid_to=end, actor=SYSTEM)
    definition = definitions.get("high_age")
    results = {on: Draft.of(definition, on).decide(FACTS).result for on in (begin - timedelta(days=1), begin, end, end + timedelta(days=1))}
    assert list(results.values()) == ["no", "yes", "yes", "undetermined"]  # after its last day no value is in force
    held = definition.sourced(begin)["age"]
    assert (held.plain, held.source, held.valid_from) == (70, notice, begin)
    with frozen(now() + timedelta(days=31)):
        shown = {one.name: one for one in benefits.benefit("high_age").parameters}
        assert (shown["age"].value, shown["age"].since, shown["age"].label) == ("70", begin, "高龄津贴起领年龄")


def test_no_definition_holds_a_value_of_its_own():
    for one in definitions.load().values():
        assert {named.code for named in one.parameters.values()} <= set(laws.parameter_codes())
    child = definitions.get("child")
    assert child.in_force(date(2026, 3, 1))["amount"] == 300  # 3600 a year, by the month


def test_who_may_not_set():
    for actor in (OFFICER, APPROVER, citizen(ELDER)):
        with pytest.raises(PermissionDenied):
            laws.set_parameter("high_age_allowance.age", value="60", unit="岁", source="无", valid_from=today(), actor=actor)


def test_a_new_amount_is_paid_from_the_next_recheck_on(confirmed):
    tomorrow = today() + timedelta(days=1)
    laws.set_parameter("high_age_allowance.monthly_80", value="130", unit="元", source="通知", valid_from=tomorrow, actor=SYSTEM)
    benefits.recheck("civil", actor=OFFICER)
    assert AwardRow.objects.get(id=confirmed.id).amount_fen == 10000
    with frozen(now() + timedelta(days=2)):
        benefits.recheck("civil", actor=OFFICER)
    assert AwardRow.objects.get(id=confirmed.id).amount_fen == 13000


def test_what_is_paid_stands_in_the_register_and_a_second_payer_is_found(confirmed):
    made = benefits.prepare_list("civil", month=f"{today():%Y-%m}", actor=OFFICER)
    assert _rows() == []
    benefits.approve_list(made.id, actor=APPROVER)
    lines = benefits.list_of(made.id, actor=OFFICER)[1]
    receipts = "流水号,结果,原因\n" + "".join(f"{one.number},成功,\n" for one in lines)
    benefits.settle_list(made.id, data=receipts.encode(), actor=OFFICER)
    assert _written() == [("1", "100.00", "1")]
    benefits.settle_list(made.id, data=receipts.encode(), actor=OFFICER)
    assert len(_written()) == 1


def _rows():
    """Rows of the elder in the register as committed."""
    with registers.cursor() as cursor:
        return cursor.execute("SELECT 1 FROM registers.benefit_payment WHERE id_number = %s", [ELDER]).fetchall()


def _written():
    """What the test's own transaction has written for the elder; its role may write only, so the owner's functions are asked."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("SELECT kind, monthly_yuan::text, status FROM registers.benefit_payment WHERE id_number = %s", [ELDER])
        return [tuple(row) for row in cursor.fetchall()]
