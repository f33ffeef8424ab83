"""Cases as their door shows them, without the registers behind: the thread itself is driven in tests/thread."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from yiwang.base.clock.api import frozen
from yiwang.base.clock.present import SHANGHAI
from yiwang.business.cases import api as cases
from yiwang.business.cases.errors import CaseNotFound
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.subjects import Subject

MOTHER = Subject("person", "11010519491231002X")
STRANGER = Subject("person", "440524188001010014")


def citizen(subject=MOTHER):
    return Actor("citizen", f"account-{subject.key}", "测试", subject=subject)


def staff(*roles, department="police", account="s1", region="990100"):
    return Actor("staff", account, "王办事", department=department, region=region, roles=frozenset(roles))


class Counter:
    """Hands out cases and their ledgers through the door of cases."""

    def __init__(self):
        self.cases = {}
        self.ledgers = {}

    def add(self, *, department="police", state="closed", final=True, applicant=MOTHER, closed_at=None, **more):
        case_id = uuid4()
        view = cases.CaseView(
            id=case_id, no=f"YT{len(self.cases)}", version=1, state=state, state_name="", final=final, matter="newborn.household",
            matter_code="", matter_name="出生登记", matter_version=case_id, department=department, region="990100", kind="instant",
            applicant=applicant, applicant_name="李晓", agent=None, channel="web", life_event_id=None, handler="", waiting_for="",
            outcome="yes", automatic=True, light="", submitted_at=datetime(2026, 3, 2, 9, tzinfo=SHANGHAI), accepted_at=None,
            decided_at=None, closed_at=closed_at or datetime(2026, 3, 2, 10, tzinfo=SHANGHAI), due_on=None, step_due_on=None, fields=(),
            materials=(), facts=(), documents=(), licences=(),
        )  # fmt: skip
        self.cases[case_id] = replace(view, **more)
        return case_id

    def get(self, case_id: UUID, *, actor: Actor):
        case = self.cases.get(case_id)
        seen = case and (actor == SYSTEM or actor.represents == case.applicant or actor.kind == "staff")
        if not seen:
            raise CaseNotFound
        return case

    def ledger(self, case_id: UUID, *, actor: Actor):
        if case_id not in self.ledgers:
            raise CaseNotFound
        return self.ledgers[case_id]


@pytest.fixture
def office(monkeypatch):
    counter = Counter()
    monkeypatch.setattr(cases, "get", counter.get)
    monkeypatch.setattr(cases, "ledger", counter.ledger)
    return counter


@pytest.fixture
def clock():
    with frozen(datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)) as hands:
        yield hands
