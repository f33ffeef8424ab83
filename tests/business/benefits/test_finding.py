"""Found, told, answered; asked why not; nobody else's business."""

from datetime import timedelta

import pytest

from yiwang.base.clock.api import frozen, now
from yiwang.business.benefits import api as benefits
from yiwang.business.benefits import definitions
from yiwang.business.benefits.models import AwardRow
from yiwang.data.exchange import api as exchange
from yiwang.data.quality import api as quality
from yiwang.rules import api as rules
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.security.audit.models import AuditRecord
from yiwang.standards.subjects import Subject

from .conftest import APPROVER, ELDER, OFFICER, STRANGER, UNEMPLOYED, citizen, staff

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_every_table_is_sound_and_knows_its_inputs():
    for one in definitions.load().values():
        faults = [f for f in rules.check(one.model) if f.kind not in ("not_checked",)]
        assert not faults, (one.code, faults)
        wanted = set(one.model.inputs("decision"))
        given = {i.name for i in one.inputs} | set(one.parameters) | {"today"}
        assert wanted <= given, (one.code, wanted - given)


def test_a_run_finds_tells_and_repeats_nothing(agreed):
    first = benefits.run("high_age", actor=OFFICER)
    assert first.scanned > 600 and first.told >= 1 and first.receiving > 0
    award = benefits.mine(citizen(ELDER))[0]
    assert (award.state, award.amount_fen) == ("told", 10000)
    assert award.clauses == ("老年人权益保障法 第三十三条",)
    assert {line.label for line in award.facts} == {"是否登记去世", "出生日期", "户籍地"}
    again = benefits.run("high_age", actor=OFFICER)
    assert again.told == 0 and again.scanned == first.scanned
    assert AwardRow.objects.filter(recipient=f"person:{ELDER}").count() == 1


def test_one_record_per_chunk_and_a_diary_line_only_for_the_told(agreed):
    before = AuditRecord.objects.filter(act="exchange.scan").count()
    seen = audit.diary(Subject("person", STRANGER)).total
    benefits.run("high_age", actor=OFFICER)
    scans = AuditRecord.objects.filter(act="exchange.scan").count() - before
    assert 1 <= scans <= 10
    mine = audit.diary(Subject("person", ELDER)).rows
    assert mine and mine[0].purpose == "benefit.high_age"
    assert audit.diary(Subject("person", STRANGER)).total == seen


def test_the_missing_fact_is_named(agreed):
    done = benefits.run("unemployment", actor=staff("reviewer", "hrss"))
    assert done.undetermined >= 1
    award = benefits.mine(citizen(UNEMPLOYED))[0]
    assert (award.state, award.missing) == ("undetermined", ("中断就业的原因",))


@pytest.mark.parametrize("code", ["child", "disability"])
def test_the_other_benefits_run_too(agreed, code):
    definition = definitions.get(code)
    done = benefits.run(code, actor=staff("reviewer", definition.department))
    assert done.scanned > 0 and done.scanned >= done.entitled + done.receiving


def test_who_may_not(told):
    for actor in (staff("reviewer", "hrss"), staff("clerk"), APPROVER, citizen(ELDER)):
        with pytest.raises(PermissionDenied):
            benefits.run("high_age", actor=actor)
    with pytest.raises(benefits.BenefitNotFound):
        benefits.get(told.id, actor=citizen(STRANGER))
    with pytest.raises(benefits.BenefitNotFound):
        benefits.answer(told.id, act="confirm", actor=citizen(STRANGER))
    with pytest.raises(benefits.BenefitNotFound):
        benefits.get(told.id, actor=OFFICER)
    assert benefits.awards(staff("reviewer", "hrss")) == []
    assert benefits.mine(citizen(STRANGER)) == []
    with pytest.raises(PermissionDenied):
        benefits.awards(citizen(ELDER))
    with pytest.raises(exchange.ScanRefused):
        exchange.scan("benefit.high_age", register="person", elements=["person.name"], legal_basis="无", actor=citizen(ELDER))
    with pytest.raises(exchange.ScanRefused):
        exchange.scan("benefit.high_age", register="person", elements=["person.phone"], legal_basis="无", actor=OFFICER)


def test_answers_can_be_changed_and_repeated(told):
    me = citizen(ELDER)
    assert benefits.answer(told.id, act="confirm", actor=me, version=told.version).state == "confirmed"
    assert benefits.answer(told.id, act="confirm", actor=me, version=told.version).state == "confirmed"
    assert benefits.answer(told.id, act="decline", actor=me, note="让给更需要的人").state == "declined"
    with pytest.raises(benefits.WrongStep):
        benefits.answer(told.id, act="confirm", actor=me, version=1)
    assert benefits.answer(told.id, act="confirm", actor=me).state == "confirmed"


def test_silence_counts_as_not_confirmed_and_is_reminded_once(told):
    with frozen(now() + timedelta(days=60)):
        assert benefits.lapse() >= 1
        assert benefits.get(told.id, actor=citizen(ELDER)).state == "silent"
        assert benefits.lapse() == 0
    row = AwardRow.objects.get(id=told.id)
    assert row.reminded_at is not None
    assert benefits.answer(told.id, act="confirm", actor=citizen(ELDER)).state == "confirmed"


def test_a_corrected_fact_is_decided_again(told):
    me = citizen(ELDER)
    after = benefits.correct(told.id, name="birth_date", claimed="1941-03-04", reason="出生证为准", actor=me)
    assert after.state == "correcting"
    order = quality.get(after.correction_id, actor=me)
    officer = staff("data_officer", "police")
    quality.answer(order.correction_id, outcome="upheld", note="原始登记无误", actor=officer)
    event = {
        "name": "correction.closed.v1", "event_id": "1", "at": now().isoformat(), "subject": str(order.correction_id),
        "data": {"correction_id": str(order.correction_id), "element": order.element, "department": "police", "applicant": "x", "outcome": "upheld"},
    }  # fmt: skip
    benefits.on_correction(event)
    benefits.on_correction(event)
    assert benefits.get(told.id, actor=me).state == "told"


def test_why_not_me(agreed):
    mother = agreed["school_parent"]
    (answer,) = benefits.why("high_age", actor=citizen(mother.id_number, mother.name))
    assert (answer.result, answer.reason) == ("no", "未满规定年龄")
    age = next(line for line in answer.conditions if line.label == "周岁")
    assert age.holds is True and age.test == "周岁 小于 80"
    born = next(line for line in answer.facts if line.name == "birth_date")
    assert born.department == "police" and born.element == "person.birth_date"
    assert audit.diary(mother.subject).rows[0].purpose == "benefit.high_age"
    newborn = agreed["newborn_mother"]
    (child,) = benefits.why("child", actor=citizen(newborn.id_number, newborn.name))
    assert child.result == "undetermined" and "孩子的身份号码" in child.missing
    with pytest.raises(benefits.BenefitNotFound):
        benefits.why("high_age", actor=OFFICER)
