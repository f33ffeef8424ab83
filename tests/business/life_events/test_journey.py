"""After handing in: once and only once, nothing lost, supplements, withdrawals, refusals, agents, companies."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from yiwang.base.clock.api import frozen, now, today
from yiwang.base.outbox import api as outbox
from yiwang.business.cases import api as cases
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events import starting
from yiwang.business.life_events.models import LifeEvent, Step
from yiwang.data.registers import api as registers
from yiwang.security.audit.rows import compare
from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from yiwang.standards.subjects import Subject
from yiwang.support.identity import api as identity

from .conftest import CASE_EVENTS, actor, answers_of, deliver, given, hand_in, officer, state, typed
from .test_newborn import decide

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "registers"])


def submit(who, *, key="one-and-only", code="newborn", values=None, **answers):
    plan = life_events.start(code, actor=who, answers=answers)
    return life_events.submit(
        code,
        actor=who,
        answers=answers_of(plan, **answers),
        values=typed(plan, **(values or {})),
        materials=given(plan),
        idempotency_key=key,
    )


# Once and only once


def test_the_same_key_is_the_same_life_event(mother):
    first, second = submit(mother), submit(mother)
    assert first.id == second.id and LifeEvent.objects.count() == 1
    assert submit(mother, values={"child_name": "另一个"}).id == first.id
    assert Step.objects.count() == 7 and len(cases.of_life_event(first.id, actor=mother)) == 7


def test_a_double_click_from_two_browsers_is_one_life_event(town, mother):
    plan = life_events.start("newborn", actor=mother)
    gate, made, wrong = threading.Barrier(4), [], []

    def click():
        try:
            gate.wait()
            made.append(
                life_events.submit(
                    "newborn", actor=mother, answers=answers_of(plan), values=typed(plan), materials={}, idempotency_key="double-click"
                ).id
            )
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    [one.start() for one in clicks]
    [one.join() for one in clicks]
    assert not wrong and len(set(made)) == 1 and LifeEvent.objects.count() == 1
    deliver()
    view = life_events.get(made[0], actor=mother)
    assert view.status == "completed" and len({one.case_id for one in view.nodes}) == 7


def test_two_parents_at_once_make_one_life_event(mother, father):
    plans = {who.name: life_events.start("newborn", actor=who) for who in (mother, father)}
    gate, made, refused = threading.Barrier(2), [], []

    def click(who):
        try:
            gate.wait()
            plan = plans[who.name]
            made.append(
                life_events.submit(
                    "newborn", actor=who, answers=answers_of(plan), values=typed(plan), materials={}, idempotency_key=f"parent-{who.name}-1"
                ).id
            )
        except life_events.UnderWay as error:
            refused.append(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=click, args=[who]) for who in (mother, father)]
    [one.start() for one in both]
    [one.join() for one in both]
    assert len(made) == 1 and len(refused) == 1 and LifeEvent.objects.count() == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
def test_a_key_that_protects_nothing_is_refused(mother, key):
    with pytest.raises(InvalidInput) as refused:
        submit(mother, key=key)
    assert refused.value.field == "idempotency_key"


def test_events_delivered_twice_change_nothing(mother):
    kept = []
    view = submit(mother)
    for _ in range(4):
        outbox.relay({name: [kept.append, life_events.on_case_event] for name in CASE_EVENTS})
        life_events.start_due()
    done = life_events.get(view.id, actor=mother)
    assert done.status == "completed" and len(kept) == 7
    for event in kept:
        life_events.on_case_event(event)
    assert life_events.get(view.id, actor=mother) == done
    life_events.on_case_event(
        {**kept[0], "data": {**kept[0]["data"], "case_id": "01a20000-0000-7000-8000-000000000000", "life_event_id": ""}}
    )


# Nothing is lost


def test_everything_wrong_is_said_at_once_and_kept(mother):
    life_events.save_draft("newborn", actor=mother, values={"child_name": "小禾", "half": "写了一半"})
    plan = life_events.start("newborn", actor=mother)
    assert plan.draft.values["half"] == "写了一半"
    with pytest.raises(life_events.LifeEventIncomplete) as refused:
        life_events.submit(
            "newborn",
            actor=mother,
            answers=answers_of(plan),
            values={"child_name": "禾" * 31, "child_ethnicity": "dragon", "phone": "12"},
            idempotency_key="all-wrong-1",
        )
    assert set(refused.value.errors) == {"child_name", "child_ethnicity", "phone"}
    assert refused.value.typed["child_ethnicity"] == "dragon" and "共 3 处" in refused.value.message
    assert life_events.draft("newborn", actor=mother).values["child_name"] == "小禾" and not LifeEvent.objects.exists()


def test_drafts_are_ones_own_and_go_with_the_submission(mother, father):
    life_events.save_draft("newborn", actor=mother, answers={"child_benefit": "no"})
    life_events.save_draft("newborn", actor=mother, values={"child_name": "禾"})
    kept = life_events.draft("newborn", actor=mother)
    assert (kept.answers, kept.values) == ({"child_benefit": "no"}, {"child_name": "禾"})
    assert life_events.draft("newborn", actor=father) is None
    with pytest.raises(InvalidInput):
        life_events.save_draft("newborn", actor=mother, values={"x": "x" * 400_000})
    with pytest.raises(NotFound):
        life_events.save_draft("nothing", actor=mother, values={})
    submit(mother)
    assert life_events.draft("newborn", actor=mother) is None
    life_events.save_draft("retirement", actor=mother, values={"a": 1})
    life_events.discard_draft("retirement", actor=mother)
    assert life_events.draft("retirement", actor=mother) is None


def failing(monkeypatch, matter, error):
    whole = cases.submit

    def submit_case(application, *, actor):
        if application.matter == matter and error is not None:
            raise error
        return whole(application, actor=actor)

    monkeypatch.setattr(starting.cases, "submit", submit_case)


def test_one_matter_that_cannot_start_now_is_started_later_and_harms_no_other(mother, monkeypatch):
    with monkeypatch.context() as patch:
        failing(patch, "newborn.birth_service_registration", RuntimeError("disk full"))
        view = submit(mother)
        deliver()
    view = life_events.get(view.id, actor=mother)
    assert sum(one.outcome == "yes" for one in view.nodes) == 6
    late = state(view, "birth_service_registration")
    assert late.state == "to_start" and "自动重试" in late.reason and "disk full" not in str(view)
    Step.objects.filter(state="to_start").update(next_try_at=now())
    deliver()
    assert life_events.get(view.id, actor=mother).status == "completed"


def test_a_server_that_died_after_keeping_the_form_goes_on_by_itself(mother, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(starting, "start_now", lambda life_event_id: 0)
        view = submit(mother)
        assert {one.state for one in view.nodes} == {"to_start", "waiting"}
    deliver()
    assert life_events.get(view.id, actor=mother).status == "completed"


def test_an_unreachable_service_is_tried_again_with_patience(mother, monkeypatch):
    with monkeypatch.context() as patch:
        failing(patch, "newborn.birth_certificate", Unavailable("证照服务暂时不可用"))
        view = submit(mother)
        for attempt in range(1, 4):
            step = Step.objects.get(key="birth_certificate")
            assert step.attempts == attempt and step.state == "to_start"
            Step.objects.filter(id=step.id).update(next_try_at=step.next_try_at - timedelta(hours=2))
            life_events.start_due()
    Step.objects.update(next_try_at=now())
    deliver()
    assert life_events.get(view.id, actor=mother).status == "completed"


def test_a_closed_matter_ends_what_waits_for_it_and_says_what_to_do(mother, monkeypatch):
    failing(monkeypatch, "newborn.birth_certificate", Forbidden("该事项已暂停办理。"))
    view = submit(mother)
    deliver()
    view = life_events.get(view.id, actor=mother)
    assert state(view, "birth_certificate").state == "cannot_start" and "暂停" in state(view, "birth_certificate").reason
    behind = state(view, "social_security_card")
    assert behind.state == "cannot_start" and "出生登记" in behind.reason and behind.remedy
    assert view.status == "partly_completed" and view.completed_at


def test_what_a_matter_still_needs_is_answered_in_one_place(mother, monkeypatch):
    class Incomplete(InvalidInput):
        errors = {"birth_order": "「孩次」没有填写,请填写后再提交。"}

    with monkeypatch.context() as patch:
        failing(patch, "newborn.birth_service_registration", Incomplete("「孩次」没有填写"))
        view = submit(mother)
    assert view.status == "needs_you"
    (ask,) = view.asks
    assert ask.node == "birth_service_registration" and [one.key for one in ask.fields] == ["birth_order"] and ask.case_id is None
    view = life_events.supplement(view.id, actor=mother, values={"birth_order": "1"})
    assert state(view, "birth_service_registration").outcome == "yes" and not view.asks
    deliver()
    assert life_events.get(view.id, actor=mother).status == "completed"
    with pytest.raises(InvalidInput):
        life_events.supplement(view.id, actor=mother, values={"birth_order": "1"})


# Officials


def test_a_supplement_goes_to_the_one_case_that_asked(mother):
    view = hand_in("newborn", mother, maternity_costs="yes")
    costs = state(view, "maternity_reimbursement")
    assert costs.state == "started" and view.status == "in_progress" and view.done == 7
    clerk = officer("medical", "clerk")
    for step, inputs in (("receive", {}), ("request_supplement", {"items": ["请补充清晰的发票"]})):
        case = cases.get(costs.case_id, actor=clerk)
        cases.perform(costs.case_id, action=step, actor=clerk, version=case.version, inputs=inputs)
    view = life_events.get(view.id, actor=mother)
    assert view.status == "needs_you"
    (ask,) = view.asks
    assert ask.items == ("请补充清晰的发票",) and ask.due_on and ask.action.name == "supplement" and ask.department_name == "市医疗保障局"
    view = life_events.supplement(view.id, actor=mother, values={"invoice_amount": "3300"})
    assert view.status == "in_progress" and cases.get(costs.case_id, actor=mother).values["invoice_amount"] == 3300
    decide(costs.case_id, "medical", "decide_yes")
    deliver()
    assert life_events.get(view.id, actor=mother).status == "completed"


def test_withdrawing_one_and_withdrawing_all(mother):
    view = hand_in("newborn", mother, maternity_costs="yes")
    assert state(view, "maternity_reimbursement").may_withdraw and not state(view, "birth_certificate").may_withdraw
    with pytest.raises(Conflict):
        life_events.withdraw(view.id, actor=mother, node="birth_certificate")
    with pytest.raises(NotFound):
        life_events.withdraw(view.id, actor=mother, node="moon")
    view = life_events.withdraw(view.id, actor=mother, node="maternity_reimbursement", reason="医院已经结算")
    assert state(view, "maternity_reimbursement").outcome == "withdrawn" and view.status == "partly_completed" and view.completed_at
    deliver()
    assert life_events.get(view.id, actor=mother).done == 7
    with pytest.raises(Conflict):
        life_events.withdraw(view.id, actor=mother)


def test_withdrawing_before_anything_is_decided(mother, monkeypatch):
    monkeypatch.setattr(starting, "start_now", lambda life_event_id: 0)
    view = submit(mother)
    view = life_events.withdraw(view.id, actor=mother, reason="填错了")
    assert view.status == "withdrawn" and {one.state for one in view.nodes} == {"withdrawn"}
    assert life_events.start_due() == 0
    assert submit(mother, key="second-try-1").id != view.id  # the record is free again


# Agents and companies


def delegated(mother, scope):
    identity.delegate(
        mother,
        agent_id_number=actor("retiree").subject.key,
        agent_name="周建国",
        scope=scope,
        until=today() + timedelta(days=9),
        consent="同意",
    )
    return identity.act_for(actor("retiree"), mother.subject)


def test_a_relative_hands_in_for_the_mother(mother):
    agent = delegated(mother, ["*"])
    view = hand_in("newborn", agent)
    assert view.status == "completed" and view.applicant == mother.subject and view.applicant_name == mother.name
    assert life_events.get(view.id, actor=mother).id == view.id
    case = cases.get(view.nodes[0].case_id, actor=mother)
    assert case.agent == agent.subject
    with pytest.raises(NotFound):  # in his own name he sees nothing of hers
        life_events.get(view.id, actor=actor("retiree"))
    identity.revoke_delegation(identity.delegations(mother)[0].id, actor=mother)
    narrow = delegated(mother, ["newborn.birth_certificate"])  # nor with less than she once allowed
    assert life_events.mine(narrow) == []
    with pytest.raises(NotFound):
        life_events.get(view.id, actor=narrow)


def test_a_delegation_that_does_not_cover_every_matter_is_refused(mother):
    with pytest.raises(identity.NotEntitled):
        life_events.start("newborn", actor=delegated(mother, ["newborn.birth_certificate"]))


def test_a_delegation_that_ended_stops_what_has_not_started(mother, monkeypatch):
    agent = delegated(mother, ["*"])
    with monkeypatch.context() as patch:
        patch.setattr(starting, "start_now", lambda life_event_id: 0)
        view = submit(agent)
    identity.revoke_delegation(identity.delegations(mother)[0].id, actor=mother)
    deliver()
    view = life_events.get(view.id, actor=mother)
    assert {one.state for one in view.nodes} == {"cannot_start"} and not cases.of_life_event(view.id, actor=mother)


def company(persona, town):
    who = actor(persona)
    linked = identity.link_company(who, credit_code=town[persona].keys["company"])
    return identity.act_for(who, linked.subject)


def test_only_the_registered_representative_acts_for_a_company(town):
    code = town["restaurant_owner"].keys["company"]
    with pytest.raises(identity.NotEntitled):
        identity.link_company(actor("retiree"), credit_code=code)
    with pytest.raises(identity.NotEntitled):
        identity.act_for(actor("restaurant_owner"), Subject("company", code))
    acting = company("restaurant_owner", town)
    assert acting.represents == Subject("company", code)
    assert [one.subject.key for one in identity.companies(actor("restaurant_owner"))] == [code]
    assert identity.link_company(actor("restaurant_owner"), credit_code=code.lower()).subject.key == code
    assert identity.end_links(code) == 1 and identity.companies(actor("restaurant_owner")) == []
    with pytest.raises(identity.NotEntitled):
        identity.act_for(actor("restaurant_owner"), Subject("company", code))
    identity.link_company(actor("restaurant_owner"), credit_code=code)
    with frozen(now()) as hands:
        assert identity.recheck_links() == 0
        hands.advance(timedelta(days=2))
        assert identity.recheck_links() == 0 and identity.companies(actor("restaurant_owner"))
        hands.advance(timedelta(days=2))
        changes = {"legal_representative_id_number": actor("retiree").subject.key, "legal_representative": "周建国"}
        registers.write("company", Subject("company", code), values=changes, source="test")
        assert identity.recheck_links() == 1 and not identity.companies(actor("restaurant_owner"))
    registers.set_available("company", False, reason="维护")
    try:
        with pytest.raises(Unavailable):
            identity.link_company(actor("retiree"), credit_code=code)
    finally:
        registers.set_available("company", True)


def test_a_life_event_of_companies_is_for_companies(town, mother):
    with pytest.raises(Forbidden) as refused:
        life_events.start("restaurant", actor=actor("restaurant_owner"))
    assert "企业" in refused.value.message
    with pytest.raises(Forbidden):
        life_events.start("newborn", actor=company("restaurant_owner", town))
    with pytest.raises(Forbidden):
        life_events.start("newborn", actor=officer("police", "clerk"))
    with pytest.raises(Conflict) as refused:
        life_events.start("disability", actor=mother)
    assert "残疾人证核发" in refused.value.message


def finish(view, who):
    """Officials say yes to everything that waits for them, until nothing does."""
    for _ in range(6):
        view = life_events.get(view.id, actor=who)
        waiting = [one for one in view.nodes if one.state == "started"]
        if not waiting:
            break
        for one in waiting:
            decide(one.case_id, one.department, "decide_yes")
        deliver()
    return life_events.get(view.id, actor=who)


@pytest.mark.parametrize(
    ("code", "persona", "answers", "matters", "at_once"),
    [
        ("retirement", "retiree", {}, 5, 3),
        ("restaurant", "restaurant_owner", {}, 7, 0),
        ("company_change", "company_changer", {"change": "address"}, 5, 5),
        ("school_enrolment", "school_parent", {}, 5, 0),
    ],
)
def test_the_other_four_complete(town, code, persona, answers, matters, at_once):
    who = company(persona, town) if "company" in town[persona].keys else actor(persona)
    plan = life_events.start(code, actor=who, answers=answers)
    assert len(plan.matters) == matters and plan.days >= 0 and plan.due_on
    values = {"company_change": {"new_address": "云汀市河西区书院路 9 号"}, "restaurant": {"in_dwelling": ""}}.get(code, {})
    view = hand_in(code, who, values=values, **answers)
    assert sum(one.outcome == "yes" for one in view.nodes) >= at_once, [(one.key, one.state, one.outcome, one.reason) for one in view.nodes]
    done = finish(view, who)
    assert done.status == "completed", [(one.key, one.state, one.outcome, one.reason) for one in done.nodes if one.outcome != "yes"]
    shares = life_events.ledger(view.id, actor=who)
    assert shares.fields_prefilled and 0 < shares.fields_share <= 1


# Proof


def test_every_life_event_is_proven_and_a_change_behind_our_back_is_found(mother):
    view = hand_in("newborn", mother, maternity_costs="yes")
    _, problems = compare(lambda *_: None)
    assert [one for one in problems if one.table == "life_event"] == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE life_events_step SET outcome = 'yes', state = 'ended' WHERE key = 'maternity_reimbursement'")
    _, problems = compare(lambda *_: None)
    assert [one.key for one in problems if one.table == "life_event"] == [str(view.id)]
