"""A small committed city with its agreements, licences, staff and personas; and a client that fills a plan in."""

import pytest

from yiwang.base.ids.api import new_id
from yiwang.base.outbox import api as outbox
from yiwang.business.life_events import api as life_events
from yiwang.business.matters import api as matters
from yiwang.data.exchange import api as exchange
from yiwang.data.registers import api as registers
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account
from yiwang.support.licences import api as licences

PASSWORD = "Yunting-2026"
SEED = 11
CASE_EVENTS = ("case.decided.v1", "case.withdrawn.v1", "case.terminated.v1", "case.not_accepted.v1", "case.revoked.v1")
HANDLERS = {name: [life_events.on_case_event] for name in CASE_EVENTS}
TYPED = {"child_name": "林小禾", "invoice_amount": "3200", "phone": "13800138000"}


@pytest.fixture
def town(transactional_db):
    """Everything a life event touches, committed: registers are read through a connection of their own."""
    registers.build_city(people=200, seed=SEED)
    personas = {one.key: one for one in registers.personas()}
    for version in matters.library():
        elements = matters.elements_of(version)
        if elements:
            exchange.agree(
                version.short, elements=elements, consumer_department=version.department, legal_basis=str(version.legal_bases[0])
            )
    life_events.agree_sources()
    identity.agree_sources()
    identity.build_staff(password=PASSWORD)
    identity.build_accounts(personas.values(), password=PASSWORD)
    licences.seed_city(registers.personas())
    return personas


@pytest.fixture
def mother(town):
    return actor("newborn_mother")


@pytest.fixture
def father(town):
    return actor("newborn_father")


def actor(username):
    return identity.actor_of(Account.objects.get(username=username))


def officer(department, role):
    return actor(f"{department}.{role}")


def answers_of(plan, **more):
    """The plan's answers as a page would post them."""
    return {**plan.answers, **({"record": plan.chosen} if plan.chosen else {}), **more}


def typed(plan, **values):
    """What an applicant types: the asked and required fields only."""
    made = {}
    for one in plan.asked:
        field = one.field
        if field.required or field.key in values:
            made[field.key] = _typed(field)
    return {**made, **values}


def _typed(field):
    if field.options:
        return [field.options[0].value] if field.kind == "multichoice" else field.options[0].value
    return TYPED.get(field.key) or {
        "number": "12",
        "date": "2026-12-01",
        "boolean": "on",
        "textarea": "如实填写",
        "phone": "13800138000",
    }.get(field.kind, "如实填写")


def given(plan):
    """The materials an applicant gives: promised or handed in later where that may be, else a small file."""
    made = {}
    for one in plan.materials:
        if one.asked and one.needed:
            way = next(way for way in ("commitment", "deferred", "file") if way in one.ways)
            made[one.key] = life_events.GivenMaterial(way, _file() if way == "file" else "", one.name)
    return made


def _file():
    from yiwang.base.storage import api as storage

    return storage.put(b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n", media_type="application/pdf").digest


def hand_in(code, who, *, key="", values=None, **answers):
    """Plan, fill in, submit, deliver."""
    plan = life_events.start(code, actor=who, answers=answers)
    view = life_events.submit(
        code,
        actor=who,
        answers=answers_of(plan, **answers),
        values=typed(plan, **(values or {})),
        materials=given(plan),
        idempotency_key=key or new_id().hex,
    )
    deliver()
    return life_events.get(view.id, actor=who)


def deliver():
    """What the worker does until nothing waits."""
    while outbox.relay(HANDLERS):
        pass
    life_events.start_due()
    while outbox.relay(HANDLERS):
        pass
    assert not outbox.dead()


def state(view, key):
    return next(one for one in view.nodes if one.key == key)
