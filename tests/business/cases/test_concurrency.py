"""Many hands at once: one case per key, one winner per version, no lost update."""

import threading

import pytest
from django.db import connections

from tests.business.cases.conftest import MATTERS, agree, certificate, company, permit, person, staff
from yiwang.business.cases import api as cases
from yiwang.business.cases.errors import Stale
from yiwang.security.access.api import SYSTEM
from yiwang.security.evidence import api as evidence
from yiwang.standards.errors import YiwangError
from yiwang.support.licences import api as licences

pytestmark = pytest.mark.django_db(databases=["default", "registers"], transaction=True)


def at_once(*acts):
    """Run every act in a thread of its own, all from one starting line; their results or refusals in order."""
    results, line = [None] * len(acts), threading.Barrier(len(acts))

    def run(place, act):
        try:
            line.wait()
            results[place] = act()
        except YiwangError as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    return results


@pytest.fixture(autouse=True)
def agreed(city):
    agree(MATTERS)


def test_ten_officials_on_one_case_lose_no_update(owner):
    case = cases.submit(permit(owner), actor=company(owner))

    def work(number):
        def act():
            done = 0
            while done < 3:
                seen = cases.get(case.id, actor=SYSTEM)
                try:
                    cases.perform(case.id, action="take", actor=staff("clerk", number=number), version=seen.version)
                    done += 1
                except Stale:
                    continue
            return done

        return act

    assert at_once(*(work(number) for number in range(10))) == [3] * 10
    view = cases.get(case.id, actor=SYSTEM)
    steps = cases.history(case.id, actor=SYSTEM)
    assert view.version == 31 and len(steps) == 31
    assert all([one.actor_name for one in steps].count(f"clerk{number}") == 3 for number in range(10))
    evidence.sequence()
    assert evidence.verify_all().problems == ()


def test_of_ten_with_the_same_version_one_wins(owner):
    case = cases.submit(permit(owner), actor=company(owner))
    acts = [
        lambda number=number: cases.perform(case.id, action="take", actor=staff("clerk", number=number), version=1) for number in range(10)
    ]
    results = at_once(*acts)
    assert sum(isinstance(one, cases.CaseView) for one in results) == 1
    assert sum(isinstance(one, Stale) for one in results) == 9
    assert cases.get(case.id, actor=SYSTEM).version == 2


def test_the_same_submission_eight_times_at_once_is_one_case(city):
    mother = person(city["newborn_mother"])
    application = certificate(city["newborn_mother"])
    results = at_once(*(lambda: cases.submit(application, actor=mother) for _ in range(8)))
    assert len({one.id for one in results}) == 1 and len({one.no for one in results}) == 1
    assert len(licences.held(mother)) == 1
    assert len(cases.history(results[0].id, actor=SYSTEM)) == 6
    evidence.sequence()
    assert evidence.verify_all().problems == ()


def test_withdrawal_against_decision_ends_one_way(owner):
    applicant = company(owner)
    for _ in range(3):
        case = cases.submit(permit(owner), actor=applicant)
        results = at_once(
            lambda case=case: cases.perform(case.id, action="withdraw", actor=applicant, version=1),
            lambda case=case: cases.perform(case.id, action="accept", actor=staff("clerk"), version=1),
        )
        assert sum(isinstance(one, cases.CaseView) for one in results) == 1
        assert len(cases.history(case.id, actor=SYSTEM)) == 2
