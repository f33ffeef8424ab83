"""A child is born: who applies, who is missing, what is asked, what comes back."""

import pytest

from yiwang.business.cases import api as cases
from yiwang.business.life_events import api as life_events
from yiwang.data.registers import api as registers
from yiwang.security.audit import api as audit
from yiwang.standards.errors import NotFound
from yiwang.standards.subjects import Subject

from .conftest import actor, answers_of, deliver, given, hand_in, officer, state, typed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "registers"])


def test_one_form_and_everything_is_done(town, mother):
    plan = life_events.start("newborn", actor=mother)
    assert plan.role == "mother" and plan.chosen == f"birth:{town['newborn_mother'].keys['birth']}" and plan.applicant_name == mother.name
    assert plan.answers == {"father_recorded": "yes", "married": "yes", "household_follow": "mother", "maternity_costs": "no",
                            "child_benefit": "yes"}  # fmt: skip
    assert [one.key for one in plan.questions] == ["household_follow", "maternity_costs", "child_benefit"]
    assert {one.field.key for one in plan.asked if one.field.required} == {"child_name", "child_ethnicity"}
    assert not [one for one in plan.materials if one.asked]
    elements = [(one.field.element, one.about) for one in plan.fields if one.field.element]
    assert len(elements) == len(set(elements)), "asked or shown twice"
    assert all(one.source is not None and one.source.department for one in plan.fields if one.origin == "register")

    view = hand_in("newborn", mother)
    assert (view.status, view.done, view.total) == ("completed", 7, 7) and view.completed_at and view.may_rate
    assert {one.outcome for one in view.nodes} == {"yes"} and all(one.case and one.case_id for one in view.nodes)
    assert view.rating_case_id in {one.case_id for one in view.nodes}
    # the child has a number and a name now, given by the police and the hospital
    born = registers.read([registers.Ask("birth", "birth", (town["newborn_mother"].keys["birth"],), ("child_name", "child_id_number"))])
    (row,) = born.rows.values()
    assert row.values["child_name"] == "林小禾" and row.values["child_id_number"]


@pytest.mark.parametrize("answers", [{}, {"maternity_costs": "yes"}, {"household_follow": "father"}])
def test_at_least_80_percent_of_fields_and_76_of_materials_are_not_asked(town, mother, answers):
    view = hand_in("newborn", mother, **answers)
    shares = life_events.ledger(view.id, actor=mother)
    # counted again from the ledgers of the cases themselves, each field once under its meaning
    asked, known = set(), set()
    for node in view.nodes:
        for row in cases.ledger(node.case_id, actor=mother):
            (asked if row.asked else known).add((row.kind, row.label))
    assert {(("field", one.field.label)) for one in shares.fields if one.asked} == {one for one in asked if one[0] == "field"}
    assert {(("material", one.name)) for one in shares.materials if one.asked} == {one for one in asked if one[0] == "material"}
    assert shares.fields_total == len(shares.fields) >= 25 and shares.materials_total == len(shares.materials) >= 8
    assert shares.fields_prefilled == sum(not one.asked for one in shares.fields)
    assert shares.fields_share >= 0.8, shares.fields_share
    assert shares.materials_share >= 0.763, shares.materials_share
    assert all(one.why for one in shares.fields if one.asked) and all(one.why for one in shares.materials if one.asked)


def test_the_plan_counts_as_the_ledger_does(town, mother):
    plan = life_events.start("newborn", actor=mother, answers={"maternity_costs": "yes"}).shares
    ledger = life_events.ledger(hand_in("newborn", mother, maternity_costs="yes").id, actor=mother)
    for name in ("fields_total", "fields_prefilled", "materials_total", "materials_not_asked"):
        assert getattr(plan, name) == getattr(ledger, name), name


def test_the_father_may_apply(town, father):
    plan = life_events.start("newborn", actor=father)
    assert plan.role == "father" and plan.applicant_name == father.name
    view = hand_in("newborn", father, household_follow="father")
    assert view.status == "completed", [(one.key, one.state, one.reason) for one in view.nodes]


def test_the_other_parent_is_told_that_it_is_under_way(town, mother, father):
    plan = life_events.start("newborn", actor=father, answers={"maternity_costs": "yes"})
    view = hand_in("newborn", mother, maternity_costs="yes")
    assert view.status == "in_progress" and life_events.start("newborn", actor=mother).under_way == view.id
    for who, shown in ((father, None), (mother, view.id)):
        with pytest.raises(life_events.UnderWay) as refused:
            life_events.submit(
                "newborn",
                actor=who,
                answers=answers_of(plan),
                values=typed(plan),
                materials=given(plan),
                idempotency_key=f"another-{who.name}-1",
            )
        assert refused.value.life_event_id == shown and "已经在办理" in refused.value.message


def test_nobody_is_born_twice(town, mother, father):
    done = hand_in("newborn", mother)
    assert done.status == "completed" and life_events.start("newborn", actor=mother).under_way == done.id
    with pytest.raises(life_events.UnderWay) as refused:
        hand_in("newborn", father)
    assert "已经办结" in refused.value.message and refused.value.life_event_id is None


def test_everything_that_can_be_decided_at_once_is_done_when_the_page_answers(town, mother):
    plan = life_events.start("newborn", actor=mother)
    view = life_events.submit("newborn", actor=mother, answers=answers_of(plan), values=typed(plan), idempotency_key="at-once-0001")
    assert view.status == "completed" and view.done == 7, [(one.key, one.state, one.reason) for one in view.nodes]
    deliver()
    assert life_events.get(view.id, actor=mother) == view


def test_a_single_parent_is_not_asked_for_a_father(town):
    who = actor("single_parent_mother")
    plan = life_events.start("newborn", actor=who)
    assert plan.answers["father_recorded"] == "no" and plan.answers["married"] == "no" and plan.answers["household_follow"] == "mother"
    assert "household_follow" not in {one.key for one in plan.questions}
    assert not [one.field.key for one in plan.fields if "father" in one.field.key and one.asked]
    assert not [one.key for one in plan.materials if one.asked]
    view = hand_in("newborn", who)
    assert view.status == "completed", [(one.key, one.state, one.reason) for one in view.nodes]


def test_twins_are_two_life_events_with_two_names(town):
    who = actor("twins_mother")
    keys = town["twins_mother"].keys
    plan = life_events.start("newborn", actor=who)
    records = {str(one.key) for one in plan.choices}
    assert {f"birth:{keys['birth']}", f"birth:{keys['birth_2']}"} <= records and plan.chosen == "" and plan.fields == ()
    with pytest.raises(life_events.LifeEventIncomplete) as refused:
        life_events.submit("newborn", actor=who, answers={}, values={}, idempotency_key="twins-00000")
    assert "为哪个孩子办理" in refused.value.errors["record"]
    first = hand_in("newborn", who, record=f"birth:{keys['birth']}", values={"child_name": "郭大宝"})
    assert first.status == "completed"
    second_plan = life_events.start("newborn", actor=who, answers={"record": f"birth:{keys['birth_2']}"})
    name = next(one for one in second_plan.fields if one.field.key == "child_name")
    assert name.asked and not name.value, "the name of the first twin is not the second's"
    second = hand_in("newborn", who, record=f"birth:{keys['birth_2']}", values={"child_name": "郭二宝"})
    assert second.status == "completed" and second.id != first.id and len(life_events.mine(who)) == 2
    rows = registers.read([registers.Ask("birth", "birth", (keys["birth"], keys["birth_2"]), ("child_name", "child_id_number"))]).rows
    assert {row.values["child_name"] for row in rows.values()} == {"郭大宝", "郭二宝"}
    assert len({row.values["child_id_number"] for row in rows.values()}) == 2


def test_a_record_of_somebody_else_is_refused(town, mother):
    from yiwang.standards.errors import InvalidInput

    with pytest.raises(InvalidInput) as refused:
        life_events.start("newborn", actor=mother, answers={"record": f"birth:{town['twins_mother'].keys['birth']}"})
    assert refused.value.field == "record"


def test_a_foreign_father_goes_to_a_person_and_the_rest_waits_or_goes_on(town, mother):
    foreigner = town["foreigner"]
    registers.write("birth", registers.Key("birth", town["newborn_mother"].keys["birth"]),
                    values={"father_id_number": foreigner.id_number, "father_name": foreigner.name}, source="test")  # fmt: skip
    view = hand_in("newborn", mother, household_follow="father")
    household = state(view, "household_registration")
    assert household.state == "started" and household.outcome == "" and household.case.waiting_for
    assert {state(view, key).outcome for key in ("birth_certificate", "vaccination_certificate", "birth_service_registration")} == {"yes"}
    assert {state(view, key).state for key in ("medical_insurance", "social_security_card", "child_benefit")} == {"waiting"}
    assert view.status == "in_progress" and not view.may_rate

    decide(household.case_id, "police", "decide_no", reason="父亲为外国人,不能随父登记常住户口。")
    deliver()
    view = life_events.get(view.id, actor=mother)
    assert view.status == "partly_completed" and view.completed_at
    card = state(view, "social_security_card")
    assert card.state == "cannot_start" and "出生登记" in card.reason and card.remedy


def decide(case_id, department, action, **inputs):
    """An official takes a case from wherever it stands to its decision."""
    for step, role, given_ in (
        ("receive", "clerk", {}),
        ("accept", "clerk", {}),
        ("review", "reviewer", {"opinion": "已核实", "conclusion": "yes"}),
        (action, "approver", inputs or {"opinion": "同意"}),
    ):
        who = officer(department, role)
        case = cases.get(case_id, actor=who)
        if any(one.name == step for one in cases.actions(case_id, actor=who)):
            cases.perform(case_id, action=step, actor=who, version=case.version, inputs=given_)


def test_disagreeing_registers_are_shown_and_can_be_disputed(town):
    who = actor("disagreeing")
    plan = life_events.start("retirement", actor=who)
    birth = next(one for one in plan.fields if one.field.element == "person.birth_date")
    assert not birth.asked and birth.source.status == "disagrees" and birth.why
    correction = cases.dispute(
        None,
        element="person.birth_date",
        key=Subject.read(birth.about),
        held_value=birth.value,
        claimed_value="1979-03-14",
        reason="户口簿有误",
        actor=who,
    )
    assert correction.department == "police" or correction.element == "person.birth_date"


def test_a_register_that_does_not_answer_makes_a_question_not_a_guess(town, mother):
    registers.set_available("marriage", False, reason="维护")
    try:
        plan = life_events.start("newborn", actor=mother)
        assert "married" in {one.key for one in plan.questions} and "married" not in plan.answers
        with pytest.raises(life_events.LifeEventIncomplete) as refused:
            life_events.submit("newborn", actor=mother, answers=answers_of(plan), values=typed(plan), idempotency_key="no-answer-1")
        assert "answers.married" in refused.value.errors
    finally:
        registers.set_available("marriage", True)


def test_every_look_is_in_the_diary(town, mother):
    life_events.start("newborn", actor=mother)
    purposes = {row.purpose for row in audit.diary(mother.subject).rows}
    assert "life_event.newborn" in purposes and "newborn.household_registration" in purposes


def test_nothing_found_says_why(town):
    plan = life_events.start("newborn", actor=actor("retiree"))
    assert plan.fields == () and ("分娩登记" in plan.notes[0] if not plan.choices else True)


def test_strangers_see_nothing(town, mother, father):
    view = hand_in("newborn", mother)
    for who in (father, actor("retiree"), officer("police", "clerk"), officer("city", "leader")):
        for act in (life_events.get, life_events.ledger, life_events.withdraw, life_events.supplement):
            with pytest.raises(NotFound):
                act(view.id, actor=who)
        assert life_events.mine(who) == []
    with pytest.raises(NotFound):
        life_events.get(mother.account_id, actor=mother)
    assert [one.id for one in life_events.mine(mother)] == [view.id]


def test_materials_are_told_apart_again(town, mother):
    plan = life_events.start("newborn", actor=mother, answers={"maternity_costs": "yes"})
    assert {one.key for one in plan.materials if one.asked} == {"hospital_invoice", "discharge_summary"}
    with pytest.raises(life_events.LifeEventIncomplete) as refused:
        life_events.submit("newborn", actor=mother, answers=answers_of(plan), values=typed(plan), idempotency_key="no-materials")
    assert {"hospital_invoice", "discharge_summary"} <= set(refused.value.errors)
    assert set(given(plan)) == {"hospital_invoice", "discharge_summary"}
