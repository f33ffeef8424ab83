"""Facts: who may, from where, how fresh, and what is left behind in the diary."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.data.conftest import citizen, staff
from yiwang.base.clock.api import today
from yiwang.base.ids.api import new_id
from yiwang.data.catalogue.api import UnknownElement
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Claim, Fact, Key
from yiwang.data.registers import api as registers
from yiwang.security.access.api import ANONYMOUS, SYSTEM
from yiwang.security.audit import api as audit
from yiwang.standards.errors import InvalidInput
from yiwang.standards.subjects import Subject

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
PURPOSE, BASIS = "test.matter", "户口登记条例第七条"
ELEMENTS = (
    "person.name", "person.birth_date", "person.residence_address", "person.marital_status", "person.death_date", "birth.record_no",
    "birth.born_on", "birth.child_name", "birth.mother_name", "marriage.spouse_name", "household.no", "medical_insurance.number",
    "social_insurance.paid_months", "pension.status", "credit.dishonest", "company.name", "company.capital_yuan", "property.address",
    "property.area_m2", "fire_check.passed",
)  # fmt: skip


@pytest.fixture
def agreed(city):
    exchange.agree(PURPOSE, elements=ELEMENTS, consumer_department="police", legal_basis=BASIS)
    return city


def ask(actor, *claims, purpose=PURPOSE, case_id=None):
    return exchange.verify(case_id, claims=[Claim(*one) for one in claims], purpose=purpose, legal_basis=BASIS, actor=actor)


def statuses(facts):
    return [fact.status for fact in facts]


def test_verified_facts_in_the_order_of_the_claims_with_source_version_and_time(agreed):
    mother = agreed["newborn_mother"]
    birth = Key("birth", mother.keys["birth"])
    facts = ask(
        citizen(mother),
        ("birth.born_on", birth),
        ("person.name", mother.subject),
        ("person.name", Subject("person", mother.keys["spouse"])),
    )
    assert [fact.value for fact in facts] == [(registers.city().as_of - timedelta(days=5)).isoformat(), "林晓雨", "陈志远"]
    assert statuses(facts) == ["verified"] * 3
    first = facts[0]
    assert (first.source_department, first.source_register, first.source_version) == ("health", "birth", 1)
    assert first.observed_at.tzinfo is not None and first.usable
    assert Fact.from_json(first.to_json()) == first and Fact.from_json(facts[1].to_json()) == facts[1]


def test_values_come_in_json_types(agreed):
    owner = agreed["restaurant_owner"]
    company, premises = Subject("company", owner.keys["company"]), Key("property", owner.keys["property"])
    facts = ask(citizen(owner), ("company.capital_yuan", company), ("property.area_m2", premises), ("fire_check.passed", company))
    assert [fact.value for fact in facts] == [50000, 126.5, True]


def test_disagreement_absence_exception_and_staleness(agreed):
    odd, missing, stale, dead = (agreed[key] for key in ("disagreeing", "missing", "stale", "dead_pensioner"))
    name, birth = ask(citizen(odd), ("person.name", odd.subject), ("person.birth_date", odd.subject))
    assert (name.status, name.value, birth.status, birth.value) == ("disagrees", "谢文娟", "disagrees", "1979-02-14")
    assert "医疗保险登记册" in name.note and "谢文涓" not in name.note  # the other register's value is not told
    assert name.usable
    (number,) = ask(citizen(missing), ("medical_insurance.number", missing.subject))
    assert (number.status, number.value, number.source_version) == ("absent", None, 0)
    (honest,) = ask(citizen(missing), ("credit.dishonest", missing.subject))
    assert (honest.status, honest.value) == ("verified", False)
    (months,) = ask(citizen(stale), ("social_insurance.paid_months", stale.subject))
    assert months.status == "verified" and "未更新" in months.note
    died, pension = ask(SYSTEM, ("person.death_date", dead.subject), ("pension.status", dead.subject))
    assert died.status == "verified" and pension.value == "1"


def test_an_empty_column_is_absent_with_its_version(agreed):
    mother = agreed["newborn_mother"]
    (name,) = ask(citizen(mother), ("birth.child_name", Key("birth", mother.keys["birth"])))
    assert (name.status, name.value, name.source_version) == ("absent", None, 1)


def test_without_agreement_everything_is_denied_and_recorded(city):
    mother = city["newborn_mother"]
    (fact,) = ask(citizen(mother), ("person.name", mother.subject), purpose="no.such.matter")
    assert (fact.status, fact.value) == ("denied", None)
    entry = audit.diary(mother.subject).rows[0]
    assert (entry.allowed, entry.elements, entry.purpose) == (False, ("person.name",), "no.such.matter")
    assert "约定" in entry.reason


def test_an_ended_or_not_yet_begun_agreement_denies(agreed):
    mother = agreed["newborn_mother"]
    yesterday = today() - timedelta(days=1)
    exchange.agree(PURPOSE, elements=["person.name"], consumer_department="police", legal_basis=BASIS, valid_until=yesterday)
    assert statuses(ask(citizen(mother), ("person.name", mother.subject))) == ["denied"]
    exchange.agree(PURPOSE, elements=["person.name"], consumer_department="police", legal_basis=BASIS)
    assert statuses(ask(citizen(mother), ("person.name", mother.subject))) == ["verified"]
    assert exchange.end_agreement(PURPOSE) == len(ELEMENTS)
    assert statuses(ask(citizen(mother), ("person.name", mother.subject))) == ["denied"]
    assert exchange.agreements(PURPOSE) == []
    assert len(exchange.agreements(PURPOSE, ended=True)) == len(ELEMENTS)


def test_a_stranger_gets_nothing_and_the_owner_sees_that_he_tried(agreed):
    mother, stranger = agreed["newborn_mother"], citizen(agreed["retiree"])
    birth, home = Key("birth", mother.keys["birth"]), Key("household", mother.keys["household"])
    facts = ask(stranger, ("birth.born_on", birth), ("person.name", mother.subject), ("household.no", home), case_id=new_id())
    assert statuses(facts) == ["denied"] * 3
    assert all(fact.value is None and fact.source_version == 0 for fact in facts)
    entries = [entry for entry in audit.diary(mother.subject).rows if not entry.allowed]
    assert {code for entry in entries for code in entry.elements} >= {"birth.born_on", "person.name"}
    assert entries[0].actor_name == "周建国" and entries[0].case_id is not None


def test_nobody_signed_in_gets_nothing(agreed):
    mother = agreed["newborn_mother"]
    assert (
        statuses(ask(ANONYMOUS, ("person.name", mother.subject), ("birth.born_on", Key("birth", mother.keys["birth"])))) == ["denied"] * 2
    )


def test_officials_are_held_by_the_agreement_of_their_department(agreed):
    mother = agreed["newborn_mother"]
    claim = ("person.name", mother.subject)
    assert statuses(ask(staff("police"), claim)) == ["verified"]
    assert statuses(ask(staff("tax"), claim)) == ["denied"]
    assert statuses(ask(staff("police", region="990200"), claim, purpose="other.matter")) == ["denied"]
    departments = [(entry.department, entry.allowed) for entry in audit.diary(mother.subject).rows[:3]]
    assert sorted(departments) == sorted([("police", False), ("tax", False), ("police", True)])


def test_a_representative_asks_for_his_principal(agreed):
    helper, principal = agreed["retiree"], agreed["newborn_mother"]
    actor = citizen(helper, acting_for=principal.subject)
    assert (
        statuses(ask(actor, ("person.name", principal.subject), ("birth.born_on", Key("birth", principal.keys["birth"]))))
        == ["verified"] * 2
    )
    assert statuses(ask(citizen(helper), ("person.name", principal.subject))) == ["denied"]


def test_every_person_concerned_finds_the_look_in_the_diary(agreed):
    mother = agreed["newborn_mother"]
    father = Subject("person", mother.keys["spouse"])
    case = new_id()
    ask(
        citizen(mother),
        ("birth.born_on", Key("birth", mother.keys["birth"])),
        ("birth.mother_name", Key("birth", mother.keys["birth"])),
        case_id=case,
    )
    for subject in (mother.subject, father):
        entry = audit.diary(subject).rows[0]
        assert (entry.case_id, entry.allowed, set(entry.elements)) == (case, True, {"birth.born_on", "birth.mother_name"})
        assert entry.legal_basis == BASIS and entry.department == "police"


def test_companies_have_a_diary_too(agreed):
    owner = agreed["restaurant_owner"]
    company = Subject("company", owner.keys["company"])
    ask(citizen(owner), ("company.name", company))
    assert audit.diary(company).rows[0].elements == ("company.name",)


def test_an_outage_makes_facts_unavailable_and_is_told(fresh_city):
    exchange.agree(PURPOSE, elements=ELEMENTS, consumer_department="police", legal_basis=BASIS)
    mother = fresh_city["newborn_mother"]
    registers.set_available("birth", False, reason="市卫健委系统维护至 18:00")
    born, name = ask(citizen(mother), ("birth.born_on", Key("birth", mother.keys["birth"])), ("person.name", mother.subject))
    assert (born.status, born.value, born.note) == ("unavailable", None, "市卫健委系统维护至 18:00")
    assert name.status == "verified"
    registers.set_available("birth", True)
    assert statuses(ask(citizen(mother), ("birth.born_on", Key("birth", mother.keys["birth"])))) == ["verified"]


def test_a_broken_connection_makes_facts_unavailable_and_the_look_is_still_recorded(agreed, monkeypatch):
    def broken(asks):
        raise registers.RegistersUnavailable()

    monkeypatch.setattr("yiwang.data.registers.queries.read", broken)
    mother = agreed["newborn_mother"]
    (fact,) = ask(SYSTEM, ("person.name", mother.subject))
    assert fact.status == "unavailable"
    assert audit.diary(mother.subject).rows[0].elements == ("person.name",)


def test_one_reading_for_all_claims(agreed):
    mother = agreed["newborn_mother"]
    claims = [("person.name", mother.subject), ("birth.born_on", Key("birth", mother.keys["birth"])), ("household.no", mother.subject)]
    claims += [("marriage.spouse_name", mother.subject), ("social_insurance.paid_months", mother.subject)] * 4
    ask(citizen(mother), *claims)
    with CaptureQueriesContext(connection) as queries:
        ask(citizen(mother), *claims)
    assert len(queries) <= 3  # the agreement, the access records and their evidence leaves


def test_wrong_claims_are_refused_by_name(agreed):
    mother = agreed["newborn_mother"]
    with pytest.raises(UnknownElement, match="shoe_size"):
        ask(SYSTEM, ("person.shoe_size", mother.subject))
    with pytest.raises(exchange.ClaimInvalid, match="不能按"):
        ask(SYSTEM, ("person.name", Key("property", "x")))
    assert ask(SYSTEM) == []


def test_records_to_choose_from(agreed):
    twins = agreed["twins_mother"]
    found = exchange.records_of(None, subject=twins.subject, kinds=["birth"], purpose=PURPOSE, legal_basis=BASIS, actor=citizen(twins))
    assert {one.key.value for one in found} == {twins.keys["birth"], twins.keys["birth_2"]}
    assert all("未取名" in one.label for one in found)
    for actor, purpose in ((citizen(agreed["retiree"]), PURPOSE), (staff("tax"), PURPOSE), (citizen(twins), "none"), (ANONYMOUS, PURPOSE)):
        assert exchange.records_of(None, subject=twins.subject, kinds=["birth"], purpose=purpose, legal_basis=BASIS, actor=actor) == []
        assert audit.diary(twins.subject).rows[0].allowed is False


def test_agreements_need_their_parts_and_known_elements(city):
    with pytest.raises(UnknownElement):
        exchange.agree(PURPOSE, elements=["person.shoe_size"], consumer_department="police", legal_basis=BASIS)
    with pytest.raises(InvalidInput):
        exchange.agree(PURPOSE, elements=["person.name"], consumer_department="police", legal_basis="")
    exchange.agree(PURPOSE, elements=["person.name", "person.name"], consumer_department="police", legal_basis=BASIS)
    assert len(exchange.agreements(PURPOSE)) == 1
    assert exchange.agreements(element="person.name", department="police")[0].purpose == PURPOSE


def test_results_are_written_by_the_owner_only_and_recorded(city):
    mother, case = city["newborn_mother"], new_id()
    key = Key("birth", mother.keys["birth"])
    values = {"birth.certificate_no": "Z2026000001", "birth.child_name": "陈安然"}
    with pytest.raises(exchange.ReportRefused, match="health"):
        exchange.report_back(case, register="birth", key=key, values=values, department="police", actor=SYSTEM)
    written = exchange.report_back(case, register="birth", key=key, values=values, department="health", actor=SYSTEM)
    assert (written.version, written.created) == (2, False)
    entry = audit.of_case(case)[-1]
    assert (entry.act, entry.ref) == ("register.report_back", f"birth:{mother.keys['birth']}")
    assert entry.detail["columns"] == ["certificate_no", "child_name"]
    with pytest.raises(InvalidInput, match="不属于登记册"):
        exchange.report_back(case, register="birth", key=key, values={"person.name": "x"}, department="health", actor=SYSTEM)


def test_a_newborn_registered_by_a_case_is_seen_by_the_next(fresh_city):
    exchange.agree(PURPOSE, elements=["birth.child_id_number", "person.name"], consumer_department="police", legal_basis=BASIS)
    mother = fresh_city["newborn_mother"]
    key = Key("birth", mother.keys["birth"])
    written = exchange.report_back(
        new_id(), register="person", key=key, department="police", actor=SYSTEM,
        values={"person.name": "陈安然", "person.household_no": mother.keys["household"]},
    )  # fmt: skip
    number, name = ask(citizen(mother), ("birth.child_id_number", key), ("person.name", Subject("person", written.key)))
    assert (number.value, name.value) == (written.key, "陈安然")  # and the mother may ask about her child now
    assert statuses(ask(citizen(fresh_city["retiree"]), ("person.name", Subject("person", written.key)))) == ["denied"]


def test_a_fact_is_frozen(agreed):
    (fact,) = ask(SYSTEM, ("person.name", agreed["retiree"].subject))
    with pytest.raises(AttributeError):
        fact.value = "x"
    assert not replace(fact, status="absent").usable


def test_the_registers_alias_is_needed_for_reading_only(city):
    assert connections["registers"].settings_dict["OPTIONS"]["options"].startswith("-c role=yiwang_registers")
