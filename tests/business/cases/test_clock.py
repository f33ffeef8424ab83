"""What happens because nobody did anything: each thing once, through the table, however often the clock strikes."""

import threading
from datetime import datetime, time

import pytest
from django.db import connections

from tests.business.cases.conftest import APPROVER, CLERK, MATTERS, REVIEWER, agree, company, permit, step
from yiwang.base.clock.api import default_calendar, frozen, now, today
from yiwang.base.jobs.api import registered
from yiwang.base.outbox import api as outbox
from yiwang.business.cases import api as cases
from yiwang.business.cases.clockwork import limit_of
from yiwang.security.access.api import SYSTEM

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def after(workdays):
    """Ten o'clock on that working day from today."""
    return datetime.combine(default_calendar().add_workdays(today(), workdays), time(10), now().tzinfo)


def strike(workdays):
    with frozen(after(workdays)) as hands:
        return dict(cases.tick(hands.at).done)


def events(name):
    seen = []
    outbox.relay({name: [seen.append]})
    return [one["data"] for one in seen]


def test_deemed_accepted_when_nobody_asked_in_five_days(case):
    assert strike(5) == {}
    assert strike(6) == {"step_due": 1}
    assert strike(6) == {}
    view = cases.get(case.id, actor=CLERK)
    assert view.state == "accepted" and view.accepted_at == case.submitted_at
    last = cases.history(case.id, actor=SYSTEM)[-1]
    assert last.action == "deem_accepted" and "视为受理" in last.label
    assert [one["deemed"] for one in events("case.accepted.v1")] == [True]
    # eight days promised, counted from the day the material was there
    assert view.due_on == default_calendar().add_workdays(case.submitted_at.date(), 8)


def test_a_supplement_that_never_comes_counts_as_withdrawn(case):
    view = step(case, "request_supplement", CLERK, items=["平面图"], days=3)
    assert strike(3) == {} and strike(4) == {"step_due": 1}
    view = cases.get(view.id, actor=CLERK)
    assert view.state == "lapsed" and view.final and view.documents[-1].kind == "termination"


def test_the_special_procedure_ends_by_itself(accepted):
    with frozen(after(1)):
        view = step(accepted, "stop", REVIEWER, procedure="hearing", days=3, reason="利害关系人申请听证")
    assert strike(4) == {} and strike(5) == {"step_due": 1}
    again = cases.get(view.id, actor=REVIEWER)
    assert again.state == "reviewing" and again.due_on == view.due_on


def test_a_deferred_material_that_never_comes_ends_the_case(accepted):
    assert strike(10) == {"late_decision": 1}
    assert strike(11) == {"deferred_due": 1}
    assert cases.get(accepted.id, actor=SYSTEM).state == "terminated"


def test_late_decisions_and_deliveries_are_told_once(reviewed, owner):
    assert strike(8) == {} and strike(9) == {"late_decision": 1} and strike(9) == {}
    assert [one["step"] for one in events("case.overdue.v1")] == ["decision"]
    view = cases.get(reviewed.id, actor=APPROVER)
    assert view.version == reviewed.version  # telling changes nothing that anybody works on
    late = cases.submit(permit(owner), actor=company(owner))
    late = step(step(step(late, "receive", CLERK), "accept", CLERK), "review", REVIEWER, opinion="不合格", conclusion="no")
    late = step(late, "decide_no", APPROVER, reason="布局不合格")
    with frozen(after(11)) as hands:
        assert cases.tick(hands.at).done["late_delivery"] == 1
    assert "delivery" in {one["step"] for one in events("case.overdue.v1")}


def test_the_tick_is_a_periodic_job():
    assert "cases.tick" in {job.name for job in registered()}


WRITTEN = [("20工作日", "20工作日"), ("即办", "0工作日"), ("30日", "30自然日"), ("60 日", "60自然日"), ("3月", "3个月")]
UNREADABLE = [("", "20工作日"), ("不日", "20工作日")]


@pytest.mark.parametrize(("text", "said"), WRITTEN + UNREADABLE)
def test_limits_of_matters_are_read_as_they_are_written(text, said):
    assert str(limit_of(text)) == said


@pytest.mark.django_db(databases=["default", "registers"], transaction=True)
def test_two_clocks_at_once_do_the_work_once(city, owner):
    agree(MATTERS)
    made = [cases.submit(permit(owner), actor=company(owner)) for _ in range(6)]
    moment, done = after(6), []

    def strike_in_thread():
        try:
            with frozen(moment):
                done.append(cases.tick(moment).done.get("step_due", 0))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=strike_in_thread) for _ in range(3)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert sum(done) == 6
    assert all([one.action for one in cases.history(view.id, actor=SYSTEM)] == ["submit", "deem_accepted"] for view in made)
