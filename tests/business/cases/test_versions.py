"""A matter that is suspended, cancelled or changed: new cases feel it, running ones stay on their version."""

from datetime import timedelta

import pytest

from tests.business.cases.conftest import CLERK, company, permit, staff, step
from yiwang.base.clock.api import frozen, now, today
from yiwang.business.cases import api as cases
from yiwang.business.matters import api as matters
from yiwang.business.matters import queries
from yiwang.standards.errors import NotFound, YiwangError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
SHORT = "restaurant.food_permit"
EDITOR, PUBLISHER = staff("matter_editor"), staff("matter_publisher", number=2)


@pytest.fixture
def loaded(agreements):
    matters.load_builtin()
    queries.memory.forget()
    yield
    queries.memory.forget()


@pytest.fixture
def running(loaded, owner):
    return cases.submit(permit(owner), actor=company(owner))


@pytest.mark.parametrize("end", [matters.suspend, matters.cancel])
def test_no_new_case_but_running_ones_go_on(running, owner, end):
    end(SHORT, reason="设施检修", actor=PUBLISHER)
    queries.memory.forget()
    with pytest.raises(YiwangError) as refusal:
        cases.submit(permit(owner), actor=company(owner))
    assert refusal.value.status in (404, 409)
    assert step(step(running, "receive", CLERK), "accept", CLERK).state == "accepted"


def test_a_new_version_counts_for_new_cases_from_its_day(running, owner):
    first = matters.published(SHORT)
    data = {**matters.to_record(first), "promised_limit": "6工作日"}
    draft = matters.save_draft(SHORT, data=data, actor=EDITOR, version=0)
    tomorrow = today() + timedelta(days=1)
    second = matters.publish(SHORT, actor=PUBLISHER, version=draft.lock, effective_from=tomorrow)
    queries.memory.forget()
    assert cases.submit(permit(owner), actor=company(owner)).matter_version == first.id
    with frozen(now() + timedelta(days=1)):
        queries.memory.forget()
        assert cases.submit(permit(owner), actor=company(owner)).matter_version == second.id
        accepted = step(step(running, "receive", CLERK), "accept", CLERK)
    assert accepted.matter_version == first.id
    assert cases.deadline(accepted.id).limit.amount == 8


def test_a_matter_not_yet_in_force_cannot_be_applied_for(loaded, owner):
    with frozen(now() - timedelta(days=3650)), pytest.raises(NotFound):
        cases.submit(permit(owner), actor=company(owner))
