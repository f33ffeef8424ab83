"""Handing in: decided at once where the law lets a table decide, never twice, never half, nothing typed lost."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from tests.business.cases.conftest import CLERK, agree, certificate, company, drawing, permit, person, staff
from yiwang.base.clock.api import frozen, now
from yiwang.business.cases import api as cases
from yiwang.business.cases import submission, writing
from yiwang.business.cases.errors import CaseNotFound, FormIncomplete, NotYours
from yiwang.security.access.api import ANONYMOUS, SYSTEM, Actor
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence
from yiwang.standards.errors import InvalidInput, NotFound
from yiwang.standards.subjects import Subject
from yiwang.support.licences import api as licences

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def done(agreements, city, mother):
    return cases.submit(certificate(city["newborn_mother"], values={"child_name": "林小满"}), actor=mother)


def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_an_instant_matter_is_decided_licensed_delivered_and_closed_at_once(done, mother):
    assert (done.state, done.outcome, done.automatic, done.masked) == ("closed", "yes", True, False)
    assert [one.action for one in cases.history(done.id, actor=mother)] == ["submit", "accept", "decide_yes", "issue", "deliver", "close"]
    licence = next(one for one in licences.held(mother) if one.case_id == done.id)
    assert done.licences == (licence.number,)
    assert licence.data["姓名"] == "林小满" and licence.data["母亲姓名"] == "林晓雨"
    assert [one.kind for one in done.documents] == ["decision_yes"]
    assert cases.get(done.id, actor=mother) == done == cases.by_no(done.no.lower(), actor=mother)


def test_the_result_stands_in_its_owners_register(done, city):
    with connection.cursor() as cursor:  # the owner of the schema sees the case's own, uncommitted write
        cursor.execute("SELECT certificate_no, version FROM registers.birth WHERE record_no = %s", [city["newborn_mother"].keys["birth"]])
        number, version = cursor.fetchone()
    assert number == done.licences[0] and version >= 2


def test_every_step_is_recorded_with_its_leaf_and_the_row_is_proven(done):
    acts = [one.act for one in audit.of_case(done.id) if one.act.startswith(("case.", "licence."))]
    assert acts == ["case.submit", "case.accept", "case.decide_yes", "licence.issue", "case.issue", "case.deliver", "case.close"]
    looks = audit.accesses_of_case(done.id)
    assert looks and all(one.allowed for one in looks)
    evidence.sequence()
    assert evidence.verify_all().problems == ()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET applicant_name = '别人' WHERE id = %s", [done.id])
    assert [(one.table, one.key) for one in evidence.verify_all().problems] == [("case", str(done.id))]


@pytest.mark.parametrize("table", ["cases_material", "cases_step", "cases_decision", "cases_document"])
def test_a_changed_or_missing_child_row_is_found(done, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE case_id = %s", [done.id])
    evidence.sequence()
    assert [one.key for one in evidence.verify_all().problems] == [str(done.id)]


def test_the_ledger_says_how_everything_was_obtained(done, mother):
    ledger = {row.key: row for row in cases.ledger(done.id, actor=mother)}
    assert ledger["child_name"].asked and ledger["child_name"].why
    for key in ("applicant_id", "mother_id", "birth_record", "father_id_card"):
        assert not ledger[key].asked and ledger[key].origin == "register" and ledger[key].source.department
    assert all(row.why for row in ledger.values() if row.asked)
    assert ledger["phone"].origin == "register"


def test_the_decision_can_be_explained_and_replayed_even_with_a_later_table(done, mother):
    said = cases.explanation(done.id, actor=mother)
    assert (said.outcome, said.automatic, said.settles) == ("yes", True, "")
    assert said.clauses and said.reasons and all(one.met and one.clause for one in said.reasons)
    assert cases.replay(done.id, actor=mother)
    with connection.cursor() as cursor:
        row = writing.load([done.id])[0].decisions[-1]
        row["reading"]["facts"]["child_name"] = ""
        cursor.execute("UPDATE cases_decision SET reading = %s WHERE id = %s", [json.dumps(row["reading"]), row["id"]])
    assert not cases.replay(done.id, actor=mother)


def test_a_table_that_was_tampered_with_replays_nothing(done, mother):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_table SET source = source || ' '")
    assert not cases.replay(done.id, actor=mother)


def test_the_same_key_is_the_same_case_whatever_else_is_in_it(agreements, city, mother):
    first = certificate(city["newborn_mother"])
    view = cases.submit(first, actor=mother)
    before = rows("audit_access"), rows("audit_record"), rows("licence")
    again = certificate(city["newborn_mother"], idempotency_key=first.idempotency_key, values={"child_name": "另一个名字"})
    assert cases.submit(again, actor=mother) == view
    assert (rows("audit_access"), rows("audit_record"), rows("licence")) == before


def test_a_disagreeing_form_is_never_decided_by_the_table(agreements, city, mother):
    application = certificate(city["newborn_mother"], values={"child_name": "林小满", "mother_name": "林晓宇"})
    view = cases.submit(application, actor=mother)
    assert view.state == "submitted" and "林晓宇" in view.waiting_for and "林晓雨" in view.waiting_for
    assert [one.key for one in view.fields if one.disagrees] == ["mother_name"]
    assert view.values["mother_name"] == "林晓雨"


def test_what_is_missing_is_told_at_once_by_key_and_nothing_is_kept(agreements, owner):
    application = permit(owner, materials={}, values={"catering_kind": "spaceship", "staff_count": "many"})
    with pytest.raises(FormIncomplete) as refusal:
        cases.submit(application, actor=company(owner))
    assert {"catering_kind", "staff_count", "cold_dishes", "layout", "safety_rules", "health_certificates"} <= set(refusal.value.errors)
    assert refusal.value.typed == application.values
    assert rows("cases_case") == rows("audit_access") == rows("outbox_event") == 0


def test_at_the_window_what_is_missing_becomes_a_supplement(agreements, owner):
    view = cases.submit(permit(owner, materials={}, channel="window"), actor=CLERK)
    assert view.state == "submitted" and view.waiting_for.startswith("缺少材料")
    assert {one.state for one in view.materials if one.key == "layout"} == {"missing"}


GIVEN = [
    ("layout", cases.GivenMaterial("commitment"), "不适用告知承诺"),
    ("layout", cases.GivenMaterial("deferred"), "不能容缺"),
    ("layout", cases.GivenMaterial("file", "0" * 64), "没有找到"),
    ("layout", cases.GivenMaterial("file", "../../etc/passwd"), "没有找到"),
    ("layout", cases.GivenMaterial("paper", "1"), "网上"),
    ("layout", cases.GivenMaterial("licence", "1.2.3"), "没有找到编号"),
    ("health_certificates", cases.GivenMaterial("deferred", "2020-01-01"), "日期"),
    ("health_certificates", cases.GivenMaterial("deferred", "9999-12-31"), "日期"),
    ("health_certificates", cases.GivenMaterial("deferred", "soon"), "日期"),
]


@pytest.mark.parametrize(("key", "given", "said"), GIVEN)
def test_a_material_given_in_a_way_the_law_does_not_allow_is_refused(agreements, owner, key, given, said):
    application = permit(owner)
    with pytest.raises(FormIncomplete) as refusal:
        cases.submit(permit(owner, materials={**application.materials, key: given}), actor=company(owner))
    assert said in refusal.value.errors[key]


BAD = [
    {"idempotency_key": ""},
    {"idempotency_key": "x" * 65},
    {"idempotency_key": None},
    {"idempotency_key": "a\x00b"},
    {"applicant": "person:1"},
    {"applicant": Subject("person", "9" * 61)},
    {"applicant_name": "  "},
    {"applicant_name": "名" * 101},
    {"applicant_name": 5},
    {"channel": "carrier pigeon"},
    {"values": [1]},
    {"values": {str(n): 1 for n in range(501)}},
    {"values": {"x" * 201: 1}},
    {"materials": {"photo": "file"}},
    {"materials": {"photo": cases.GivenMaterial("magic")}},
    {"keys": {"birth": "B1"}},
    {"keys": {"birth": cases.Key("birth", "x" * 61)}},
    {"keys": {"birth": cases.Key("birth", "a\x00")}},
    {"answers": {"married": 5}},
]


@pytest.mark.parametrize("change", BAD, ids=str)
def test_what_is_no_application_is_refused_before_anything_is_asked(agreements, city, mother, change):
    with pytest.raises(InvalidInput):
        cases.submit(certificate(city["newborn_mother"], **change), actor=mother)
    assert rows("cases_case") == rows("audit_access") == 0


def test_a_huge_form_is_refused(agreements, owner):
    with pytest.raises(InvalidInput) as refusal:
        cases.submit(permit(owner, values={"catering_kind": "x" * 300_000}), actor=company(owner))
    assert refusal.value.status in (413, 422)


def test_unknown_and_future_matters(agreements, city, mother):
    with pytest.raises(NotFound):
        cases.submit(certificate(city["newborn_mother"], matter="no.such.matter"), actor=mother)
    with frozen(now() - timedelta(days=3650)), pytest.raises(NotFound):
        cases.submit(certificate(city["newborn_mother"]), actor=mother)


def test_nobody_applies_for_another(agreements, city, mother):
    stranger = person(city["stale"])
    for actor in (stranger, ANONYMOUS, staff("clerk", "police"), staff("auditor", "data"), staff("reviewer", "health")):
        with pytest.raises(NotYours):
            cases.submit(certificate(city["newborn_mother"]), actor=actor)
    delegate = Actor("citizen", "d", "代办人", subject=stranger.subject, acting_for=mother.subject)
    assert delegate.represents == mother.subject


def test_somebody_elses_birth_record_yields_nothing(agreements, city):
    stranger = city["stale"]
    given = {"applicant": stranger.subject, "applicant_name": stranger.name}
    keys = {"birth": cases.Key("birth", city["newborn_mother"].keys["birth"])}
    with pytest.raises(FormIncomplete):
        cases.submit(certificate(city["newborn_mother"], keys=keys, **given), actor=person(stranger))


def test_a_derived_subject_is_never_taken_from_the_applicants_word(agreements, city, mother):
    keys = {
        "birth": cases.Key("birth", city["newborn_mother"].keys["birth"]),
        "mother": city["stale"].subject,
        "applicant": city["stale"].subject,
    }
    view = cases.submit(certificate(city["newborn_mother"], keys=keys), actor=mother)
    assert {one.value for one in view.facts if one.element == "person.name" and one.about in ("mother", "applicant")} == {"林晓雨"}


def test_the_system_hands_in_for_a_life_event(agreements, city, mother):
    view = cases.submit(certificate(city["newborn_mother"]), actor=SYSTEM)
    assert view.state == "closed" and cases.get(view.id, actor=mother).id == view.id


def test_a_failure_on_the_way_leaves_nothing(agreements, city, mother, monkeypatch):
    def fall(self):
        raise RuntimeError("killed half-way")

    monkeypatch.setattr(submission.Act, "finish", fall)
    with pytest.raises(RuntimeError):
        cases.submit(certificate(city["newborn_mother"]), actor=mother)
    assert [rows(table) for table in ("cases_case", "cases_step", "licence", "audit_record", "audit_access", "outbox_event")] == [0] * 6


def test_prepare_prefills_and_writes_nothing_but_access_records(agreements, city, mother):
    before = rows("audit_access")
    keys = {"birth": cases.Key("birth", city["newborn_mother"].keys["birth"])}
    prepared = cases.prepare("newborn.birth_certificate", applicant=mother.subject, actor=mother, keys=keys)
    filled = {one.field["key"]: one.value for one in prepared.fields if not one.row.asked}
    assert filled["mother_name"] == "林晓雨" and "child_name" not in filled
    assert all(not one.row.asked for one in prepared.materials) and prepared.keys["mother"] == str(mother.subject)
    assert rows("audit_access") > before and rows("cases_case") == 0
    with pytest.raises(NotYours):
        cases.prepare("newborn.birth_certificate", applicant=mother.subject, actor=person(city["stale"]))


def test_a_prefilled_value_can_be_disputed(done, mother, city):
    claim = {
        "element": "person.phone",
        "key": mother.subject,
        "held_value": "15499990002",
        "claimed_value": "13800138000",
        "reason": "已换号",
    }
    correction = cases.dispute(done.id, **claim, actor=mother)
    assert correction.department == "police" and correction.case_id == done.id
    with pytest.raises(CaseNotFound):
        cases.dispute(done.id, **claim, actor=person(city["stale"]))


def test_numbers_are_short_and_readable(done):
    assert len(done.no) == 27 and done.no.startswith("990100-")
    assert not set(done.no) & set("ILOU")


def test_a_file_given_is_kept_by_its_digest(agreements, owner):
    view = cases.submit(permit(owner), actor=company(owner))
    layout = next(one for one in view.materials if one.key == "layout")
    assert (layout.ref, layout.given_as, layout.origin, layout.state) == (drawing(), "file", "applicant", "given")
    states = {one.key: one.state for one in view.materials}
    assert states["safety_rules"] == "to_check" and states["health_certificates"] == "deferred"
    agree(("restaurant.food_permit",))
