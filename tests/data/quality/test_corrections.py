"""Corrections: opened by those concerned, answered in time by the owner, told to who asked."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from tests.data.conftest import citizen, staff
from yiwang.base.clock.api import default_calendar, frozen, now, today
from yiwang.base.ids.api import new_id
from yiwang.data.exchange.api import Key
from yiwang.data.quality import api as quality
from yiwang.data.quality import states
from yiwang.data.registers import api as registers
from yiwang.security.access.api import ANONYMOUS, PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.standards.errors import Forbidden

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def dispute(city, actor=None, **changes):
    odd = city["disagreeing"]
    wanted = {"element": "medical_insurance.number", "key": odd.subject, "held_value": "M1", "claimed_value": " M2 ", "reason": "卡上是 M2"}
    return quality.open_correction(None, actor=actor or citizen(odd), **{**wanted, **changes})


def events(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload->'data' FROM outbox_event WHERE name = %s ORDER BY id", [name])
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def test_a_dispute_goes_to_the_owner_with_ten_working_days(city):
    order = dispute(city)
    assert (order.department, order.state, order.state_name, order.claimed_value) == ("medical", "open", "核实中", "M2")
    calendar = default_calendar()
    days = [order.opened_at.date() + timedelta(days=n) for n in range(1, (order.due - order.opened_at.date()).days + 1)]
    assert sum(calendar.is_workday(day) for day in days) == 10
    (event,) = events("correction.opened.v1")
    assert event["department"] == "medical" and event["applicant"] == str(city["disagreeing"].subject)
    assert order in quality.mine(citizen(city["disagreeing"]))
    assert order in quality.todo(staff("medical", "data_officer"))


def test_the_same_dispute_twice_is_one_order(city):
    assert dispute(city).correction_id == dispute(city).correction_id
    assert len(events("correction.opened.v1")) == 1


def test_corrected_changes_the_register_and_tells_the_citizen(city):
    order = dispute(city)
    done = quality.answer(order.correction_id, outcome="corrected", note="经核对档案,确系录入错误", actor=staff("medical", "data_officer"))
    assert (done.state, done.outcome, done.answered_by, done.closed) == ("corrected", "corrected", "王办事", True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, version, origin, source FROM registers.medical_insurance WHERE id_number = %s", [city["disagreeing"].id_number]
        )
        assert cursor.fetchone() == ("M2", 2, "corrected", f"correction:{order.correction_id}")
    (event,) = events("correction.closed.v1")
    assert (event["outcome"], event["note"]) == ("corrected", "经核对档案,确系录入错误")
    assert quality.todo(staff("medical", "data_officer")) == []
    acts = [row.act for row in audit.search(staff("data", "auditor"), ref=str(order.correction_id)).rows]
    assert set(acts) == {"correction.open", "correction.corrected"}


def test_upheld_needs_a_reason_and_leaves_the_register_alone(city):
    order = dispute(city)
    officer = staff("medical", "data_officer")
    with pytest.raises(quality.CorrectionInvalid, match="理由"):
        quality.answer(order.correction_id, outcome="upheld", note=" ", actor=officer)
    with pytest.raises(quality.CorrectionInvalid):
        quality.answer(order.correction_id, outcome="escalate", note="x", actor=officer)
    assert quality.answer(order.correction_id, outcome="upheld", note="与病历一致", actor=officer).state == "upheld"
    with pytest.raises(quality.CorrectionAnswered):
        quality.answer(order.correction_id, outcome="corrected", note="x", actor=officer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM registers.medical_insurance WHERE id_number = %s", [city["disagreeing"].id_number])
        assert cursor.fetchone() == (1,)


def test_strangers_other_departments_and_wrong_roles(city):
    order = dispute(city)
    for actor in (citizen(city["retiree"]), staff("tax", "data_officer"), staff("medical", "clerk"), ANONYMOUS):
        with pytest.raises(quality.CorrectionNotFound):
            quality.get(order.correction_id, actor=actor)
        assert quality.todo(actor) == []
        with pytest.raises((quality.CorrectionNotFound, PermissionDenied)):
            quality.answer(order.correction_id, outcome="upheld", note="x", actor=actor)
    assert quality.mine(citizen(city["retiree"])) == quality.mine(ANONYMOUS) == []
    with pytest.raises(Forbidden):
        dispute(city, citizen(city["retiree"]))
    with pytest.raises(Forbidden):
        dispute(city, ANONYMOUS)
    for actor in (citizen(city["disagreeing"]), staff("medical", "data_officer")):
        assert quality.get(order.correction_id, actor=actor) == order
    with pytest.raises(quality.CorrectionNotFound):
        quality.answer(new_id(), outcome="upheld", note="x", actor=staff("medical", "data_officer"))


def test_a_mother_may_dispute_the_birth_record_of_her_child(city):
    mother = city["newborn_mother"]
    birth = Key("birth", mother.keys["birth"])
    order = dispute(
        city, citizen(mother), element="birth.weight_g", key=birth, held_value="3280", claimed_value="3380", reason="病历为 3380 克"
    )
    assert order.department == "health" and order.key == Key("birth", mother.keys["birth"])
    quality.answer(order.correction_id, outcome="corrected", note="已核对", actor=staff("health", "data_officer"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT weight_g FROM registers.birth WHERE record_no = %s", [mother.keys["birth"]])
        assert cursor.fetchone() == (3380,)


def test_officials_may_dispute_and_find_their_own(city):
    officer = staff("police", "data_officer")
    order = dispute(city, officer)
    assert order.opened_by == "staff:s-police" and quality.mine(officer) == [order]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"claimed_value": ""}, "claimed_value"),
        ({"claimed_value": "M1"}, "claimed_value"),
        ({"reason": " "}, "reason"),
        ({"element": "person.birth_date", "claimed_value": "1979-02-30"}, "claimed_value"),
        ({"element": "person.phone", "claimed_value": "123"}, "claimed_value"),
        ({"element": "social_insurance.paid_months", "claimed_value": "很多"}, "claimed_value"),
    ],
)
def test_an_incomplete_dispute_is_refused_at_its_field(city, changes, place):
    with pytest.raises(quality.CorrectionInvalid) as caught:
        dispute(city, **changes)
    assert caught.value.field == place


def test_an_identifier_is_not_rewritten_by_a_correction(city):
    order = dispute(city, element="person.id_number", held_value="x", claimed_value=city["retiree"].id_number)
    with pytest.raises(quality.CorrectionInvalid, match="编号"):
        quality.answer(order.correction_id, outcome="corrected", note="x", actor=staff("police", "data_officer"))


def test_overdue_orders_escalate_once_and_can_still_be_answered(city):
    order = dispute(city)
    assert quality.tick() == 0
    with frozen(now() + timedelta(days=(order.due - today()).days + 1)):
        assert quality.tick() == 1
        assert quality.tick() == 0
        (found,) = quality.todo(staff("medical", "data_officer"))
        assert found.state == "escalated" and found.state_name == "已超期督办"
        assert quality.answer(order.correction_id, outcome="upheld", note="x", actor=staff("medical", "data_officer")).closed


def test_the_table_of_states_is_closed():
    for step in states.TRANSITIONS:
        assert {*step.origins, step.target} <= set(states.STATES)


def test_a_corrected_value_is_what_the_next_reader_gets(fresh_city):
    odd = fresh_city["disagreeing"]
    order = dispute(fresh_city, element="person.phone", held_value="1", claimed_value="15412345678", reason="换号")
    quality.answer(order.correction_id, outcome="corrected", note="本人现场核实", actor=staff("police", "data_officer"))
    versions = registers.history("person", odd.id_number)
    assert versions[0].values["phone"] == "15412345678" and len(versions) == 2
