"""The way of a case through the hands of officials: every transition of the law, who may, what hinders, what is told."""

from datetime import timedelta

import pytest

from tests.business.cases.conftest import (
    APPROVER,
    ARCHIVIST,
    CLERK,
    REVIEWER,
    SECOND,
    certificate,
    company,
    drawing,
    permit,
    person,
    staff,
    step,
)
from yiwang.base.clock.api import default_calendar, frozen, now, today
from yiwang.business.cases import api as cases
from yiwang.business.cases.errors import BadAction, CaseNotFound, FormIncomplete, Hindered, NotYours, Stale, WrongState
from yiwang.security.access.api import ANONYMOUS, SYSTEM
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence
from yiwang.standards.errors import InvalidInput, NotFound
from yiwang.support.licences import api as licences

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def workdays(number):
    return default_calendar().add_workdays(today(), number)


def at(day):
    return now().replace(year=day.year, month=day.month, day=day.day, hour=10)


def test_the_whole_way_to_a_licence_and_the_archive(case, owner):
    assert (case.state, case.step_due_on) == ("submitted", workdays(5))
    view = step(case, "receive", CLERK, opinion="材料已收")
    assert (view.state, view.step_due_on, view.documents[-1].kind) == ("received", workdays(5), "receipt")
    assert view.waiting_for == "等待受理"
    view = step(view, "accept", CLERK)
    assert (view.state, view.due_on, view.light, view.waiting_for) == ("accepted", workdays(8), "green", "")
    assert view.documents[-1].title == "受理通知书"
    view = step(view, "review", REVIEWER, opinion="材料真实", conclusion="yes")
    assert view.handler == REVIEWER.name
    view = step(view, "decide_yes", APPROVER, opinion="同意")
    assert (view.state, view.outcome, view.automatic, view.step_due_on) == ("decided_yes", "yes", False, workdays(10))
    with pytest.raises(Hindered) as refusal:
        step(view, "issue", APPROVER)
    assert "健康证明" in refusal.value.message
    photo = cases.GivenMaterial("file", drawing())
    view = step(view, "complete_deferred", company(owner), materials={"health_certificates": photo})
    view = step(view, "issue", APPROVER)
    assert len(view.licences) == 1
    view = step(view, "deliver", CLERK, method="window", receipt="本人领取")
    view = step(view, "close", APPROVER)
    assert view.final
    view = step(view, "archive", ARCHIVIST)
    assert view.state == "archived" and view.version == 10
    held = licences.held(company(owner))
    assert [one.number for one in held if one.case_id == case.id] == list(view.licences)
    acts = [one.act for one in audit.of_case(case.id) if one.act.startswith("case.")]
    assert acts == [f"case.{one.action}" for one in cases.history(case.id, actor=SYSTEM)]
    evidence.sequence()
    assert evidence.verify_all().problems == ()


def test_supplement_is_told_once_within_five_days_and_the_clock_waits(case, owner):
    view = step(case, "receive", CLERK)
    view = step(view, "request_supplement", CLERK, items=["布局图不清晰"], days=7)
    assert (view.state, view.step_due_on, view.supplement_items) == ("awaiting_supplement", workdays(7), ("布局图不清晰",))
    with pytest.raises(Hindered):
        step(view, "supplement", company(owner))
    view = step(view, "supplement", company(owner), values={"staff_count": "9"}, materials={"layout": {"kind": "file", "ref": drawing()}})
    assert view.state == "received" and view.values["staff_count"] == 9
    with pytest.raises(Hindered) as refusal:
        step(view, "request_supplement", CLERK, items=["再补一次"])
    assert "一次告知" in refusal.value.message
    assert step(view, "accept", CLERK).state == "accepted"


def test_after_five_days_no_supplement_can_be_asked(case):
    with frozen(at(workdays(6))), pytest.raises(Hindered) as refusal:
        step(case, "request_supplement", CLERK, items=["太晚了"])
    assert "视为" in refusal.value.message


def test_a_supplement_that_cannot_be_taken_changes_nothing(case, owner):
    view = step(case, "request_supplement", CLERK, items=["人数"])
    with pytest.raises(FormIncomplete) as refusal:
        step(view, "supplement", company(owner), values={"staff_count": "很多"})
    assert set(refusal.value.errors) == {"staff_count"}
    assert cases.get(view.id, actor=CLERK).version == view.version


def test_return_before_receipt_counts_as_the_one_telling(case, owner):
    view = step(case, "return_for_changes", CLERK, reason="请写明餐饮类型")
    view = step(view, "resubmit", company(owner), values={"catering_kind": "fast"})
    assert view.state == "submitted" and view.values["catering_kind"] == "fast"
    with pytest.raises(Hindered):
        step(view, "request_supplement", CLERK, items=["x"])


def test_correction_on_the_spot_needs_the_applicants_yes(case):
    with pytest.raises(Hindered):
        step(case, "correct", CLERK, values={"staff_count": 8}, confirmed="no")
    view = step(case, "correct", CLERK, values={"staff_count": 8}, confirmed="yes")
    assert view.state == "accepted" and view.values["staff_count"] == 8


@pytest.mark.parametrize(
    ("action", "inputs", "state"),
    [
        ("not_accept", {"ground": "conditions_not_met", "reason": "经营场所尚未完工"}, "not_accepted"),
        ("refer", {"to_department": "新港区行政审批局", "reason": "场所在新港区"}, "referred"),
    ],
)
def test_refusals_at_the_door_are_in_writing_with_remedies(case, action, inputs, state):
    view = step(case, action, CLERK, **inputs)
    assert view.state == state and view.final
    assert "60日" in view.documents[-1].body and "6个月" in view.documents[-1].body and inputs["reason"] in view.documents[-1].body


def test_refusal_has_reasons_clauses_and_remedies(reviewed, owner):
    view = step(reviewed, "decide_no", APPROVER, reason="布局不符合操作规范", clauses=["食品安全法第三十三条"])
    assert (view.state, view.outcome) == ("decided_no", "no")
    body = view.documents[-1].body
    assert "布局不符合" in body and "食品安全法第三十三条" in body and "行政复议" in body and "行政诉讼" in body
    said = cases.explanation(view.id, actor=company(owner))
    assert said.text == "布局不符合操作规范" and not said.automatic and said.decided_by == APPROVER.name


def test_special_procedures_stop_the_clock_for_the_stated_time(accepted):
    due = accepted.due_on
    with frozen(at(workdays(1))):
        view = step(accepted, "stop", REVIEWER, procedure="inspection", days=4, reason="现场核查")
    assert view.state == "stopped" and view.due_on > due and "检验" in view.waiting_for
    assert view.documents[-1].kind == "special_procedure"
    with pytest.raises(WrongState):
        step(view, "review", REVIEWER, opinion="不能审查", conclusion="yes")
    with frozen(at(workdays(3))):
        view = step(view, "resume", REVIEWER, result="核查合格")
    assert view.state == "reviewing" and view.due_on == workdays(11)  # three days did not count
    term = cases.deadline(view.id)
    assert term.due == view.due_on and any(not day.counted and "检验" in day.why_zh for day in term.explain())


def test_extension_once_by_somebody_else_with_a_reason(accepted):
    view = step(accepted, "take", CLERK)
    alone = staff("approver+clerk", number=1)
    with pytest.raises(NotYours):
        step(view, "extend", CLERK, days=5, reason="情况复杂")
    with pytest.raises(Hindered):
        step(view, "extend", APPROVER, days=11, reason="情况复杂")
    with pytest.raises(FormIncomplete):
        step(view, "extend", APPROVER, days=5)
    handled = step(view, "take", alone)
    with pytest.raises(Hindered) as refusal:
        step(handled, "extend", alone, days=5, reason="情况复杂")
    assert "承办人" in refusal.value.message
    view = step(handled, "extend", APPROVER, days=5, reason="情况复杂")
    assert view.due_on == workdays(13) and "情况复杂" in view.documents[-1].body
    with pytest.raises(Hindered):
        step(view, "extend", APPROVER, days=1, reason="再次延长")


def test_substantive_checks_need_two_people(accepted):
    view = step(accepted, "review", REVIEWER, opinion="现场核查合格", conclusion="yes", substantive=True)
    with pytest.raises(Hindered) as refusal:
        step(view, "decide_yes", APPROVER, opinion="同意")
    assert "两名" in refusal.value.message
    view = step(view, "review", REVIEWER, opinion="再看一次", conclusion="yes", substantive=True)
    with pytest.raises(Hindered):
        step(view, "decide_yes", APPROVER, opinion="同意")
    view = step(view, "review", SECOND, opinion="同意核查意见", conclusion="yes", substantive=True)
    assert step(view, "decide_yes", APPROVER, opinion="同意").state == "decided_yes"


def test_no_decision_before_a_review(accepted):
    with pytest.raises(Hindered):
        step(accepted, "decide_yes", APPROVER, opinion="直接同意")


def test_the_applicant_withdraws_before_the_decision_and_not_after(case, reviewed, owner):
    view = step(reviewed, "decide_no", APPROVER, reason="不符合条件")
    with pytest.raises(WrongState):
        step(view, "withdraw", company(owner))
    other = cases.submit(permit(owner), actor=company(owner))
    other = step(other, "withdraw", company(owner), reason="不开店了")
    assert other.state == "withdrawn" and other.documents[-1].kind == "withdrawal"
    with pytest.raises(NotYours):
        step(cases.submit(permit(owner), actor=company(owner)), "withdraw", CLERK)


def test_a_commitment_may_be_taken_back_for_the_material(case, owner):
    with pytest.raises(FormIncomplete):
        step(case, "withdraw_commitment", company(owner), materials={"layout": {"kind": "file", "ref": drawing()}})
    with pytest.raises(FormIncomplete):
        step(case, "withdraw_commitment", company(owner), materials={"safety_rules": {"kind": "commitment"}})
    view = step(case, "withdraw_commitment", company(owner), materials={"safety_rules": {"kind": "file", "ref": drawing()}})
    assert {one.key: one.state for one in view.materials}["safety_rules"] == "given"


@pytest.fixture
def closed(reviewed, owner):
    view = step(reviewed, "complete_deferred", company(owner), materials={"health_certificates": {"kind": "file", "ref": drawing()}})
    view = step(step(view, "decide_yes", APPROVER, opinion="同意"), "issue", APPROVER)
    return step(step(view, "deliver", CLERK, method="electronic"), "close", APPROVER)


def test_a_commitment_that_proves_true(closed):
    view = step(closed, "check_commitment", REVIEWER, material="safety_rules", outcome="confirmed", finding="制度齐全")
    assert view.state == "closed" and {one.key: one.state for one in view.materials}["safety_rules"] == "confirmed"
    with pytest.raises(Hindered):
        step(view, "check_commitment", REVIEWER, material="safety_rules", outcome="false", finding="再查")


def test_a_false_commitment_revokes_the_decision_and_bars_the_next(closed, owner):
    view = step(closed, "check_commitment", REVIEWER, material="safety_rules", outcome="false", finding="没有任何制度")
    assert (view.state, view.outcome) == ("revoked", "no") and "不实" in view.documents[-1].body
    licence = next(one for one in licences.held(company(owner)) if one.number == view.licences[0])
    assert licence.state == "revoked"
    with pytest.raises(FormIncomplete) as refusal:
        cases.submit(permit(owner), actor=company(owner))
    assert "承诺" in refusal.value.errors["safety_rules"]
    prepared = cases.prepare("restaurant.food_permit", applicant=company(owner).subject, actor=company(owner))
    assert all("commitment" not in one.ways for one in prepared.materials)
    step(view, "repair_commitment", APPROVER, material="safety_rules", finding="制度已建立并经复查")
    assert cases.submit(permit(owner), actor=company(owner)).state == "submitted"


def test_strangers_see_nothing_and_other_departments_may_nothing(case, city):
    outsiders = [
        person(city["stale"]),
        ANONYMOUS,
        staff("clerk", "police"),
        staff("approver", "health"),
        staff("auditor", "data", region="110000"),
    ]
    for actor in outsiders:
        for look in (cases.get, cases.history, cases.ledger, cases.explanation, cases.actions, cases.replay, cases.archive_package):
            with pytest.raises(NotFound):
                look(case.id, actor=actor)
        with pytest.raises(CaseNotFound):
            step(case, "withdraw", actor)
        assert case.id not in {row.id for row in cases.todo(actor).rows} | {row.id for row in cases.mine(actor).rows}


def test_every_line_refuses_the_wrong_role_and_records_it(reviewed, owner):
    wrong = {"decide_yes": REVIEWER, "extend": CLERK, "stop": CLERK, "terminate": REVIEWER, "review": CLERK, "withdraw": APPROVER}
    for action, actor in wrong.items():
        with pytest.raises(NotYours):
            step(reviewed, action, actor)
    for action in ("deem_accepted", "lapse", "resume_by_clock", "revoke", "deferred_lapse", "submit", "nonsense", ""):
        with pytest.raises(BadAction):
            step(reviewed, action, SYSTEM)
    leader = staff("leader", "data")
    assert cases.get(reviewed.id, actor=leader).masked
    with pytest.raises(NotYours):
        step(reviewed, "decide_yes", leader, opinion="我来决定")
    assert cases.get(reviewed.id, actor=SYSTEM).version == reviewed.version


def test_out_of_order_and_stale_steps_are_refused(case):
    with pytest.raises(WrongState):
        step(case, "decide_yes", APPROVER, opinion="先决定")
    view = step(case, "receive", CLERK)
    with pytest.raises(Stale) as refusal:
        step(case, "accept", CLERK)
    assert str(view.version) in refusal.value.message
    for version in ("2", 2.0, True, None, -1, 10**40):
        with pytest.raises(Stale):
            cases.perform(case.id, action="accept", actor=CLERK, version=version)
    with pytest.raises(CaseNotFound):
        cases.perform("no uuid", action="accept", actor=CLERK, version=1)


def test_actions_offer_what_the_table_allows_to_this_actor(case, owner):
    assert {one.name for one in cases.actions(case.id, actor=CLERK)} == {
        "receive", "return_for_changes", "correct", "request_supplement", "accept", "not_accept", "refer", "take", "complete_deferred",
    }  # fmt: skip
    assert {one.name for one in cases.actions(case.id, actor=company(owner))} == {"withdraw", "complete_deferred", "withdraw_commitment"}
    assert [one.name for one in cases.actions(case.id, actor=staff("auditor", "data"))] == []
    supplement = next(one for one in cases.actions(case.id, actor=CLERK) if one.name == "request_supplement")
    assert [one.key for one in supplement.inputs if one.required] == ["items"] and supplement.clause


def test_staff_see_in_clear_only_while_a_step_is_theirs(case, city, agreements, mother):
    assert not cases.get(case.id, actor=CLERK).masked
    auditor = cases.get(case.id, actor=staff("auditor", "data"))
    assert auditor.masked and "*" in auditor.values["representative"]
    done = cases.submit(certificate(city["newborn_mother"]), actor=mother)
    official = cases.get(done.id, actor=staff("clerk", "health"))
    assert official.masked and "*" in official.values["mother_id"] and "*" in official.applicant_name
    assert {one.value for one in official.facts if one.element == "birth.mother_id_number"} == {official.values["mother_id"]}
    assert city["newborn_mother"].id_number not in str([one.body for one in official.documents])


def test_lists_page_by_keyset(agreements, owner):
    made = [cases.submit(permit(owner), actor=company(owner)).id for _ in range(5)]
    seen, cursor = [], ""
    while True:
        page = cases.mine(company(owner), page=cursor, size=2)
        seen += [row.id for row in page.rows]
        if not (cursor := page.next):
            break
    assert seen == sorted(made, reverse=True)
    seen, cursor = [], ""
    while True:
        page = cases.todo(CLERK, page=cursor, size=2)
        seen += [row.id for row in page.rows]
        if not (cursor := page.next):
            break
    assert sorted(seen) == sorted(made)
    assert cases.counts(CLERK) == {"submitted": 5, "all": 5, "late": 0}
    assert cases.todo(staff("clerk", "police")).rows == ()
    assert len(cases.todo(CLERK, filter=cases.TodoFilter(text="小馆")).rows) == 5
    assert cases.todo(CLERK, filter=cases.TodoFilter(text="100%")).rows == ()
    assert cases.todo(CLERK, filter=cases.TodoFilter(states=("accepted",))).rows == ()
    assert cases.todo(CLERK, filter=cases.TodoFilter(mine=True)).rows == ()
    with pytest.raises(InvalidInput):
        cases.mine(company(owner), page="'; DROP TABLE cases_case; --")


def test_light_turns_yellow_and_red(accepted):
    with frozen(at(workdays(7))):
        assert cases.get(accepted.id, actor=CLERK).light == "yellow"
        assert [row.light for row in cases.todo(REVIEWER).rows] == ["yellow"]
    with frozen(at(workdays(9)) + timedelta(days=1)):
        assert cases.get(accepted.id, actor=CLERK).light == "red"
        assert cases.counts(REVIEWER)["late"] == 1
        assert len(cases.todo(REVIEWER, filter=cases.TodoFilter(light="red")).rows) == 1
