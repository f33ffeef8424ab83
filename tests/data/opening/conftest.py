"""Officials of two departments, and a city whose data sets can be opened."""

import pytest

from tests.data.conftest import city, staff  # noqa: F401
from yiwang.data.opening import api as opening
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject


def officer(department, suffix="data", *roles, region="990100"):
    given = roles or {"data": ("data_officer",), "approver": ("approver",)}[suffix]
    return Actor("staff", f"{department}.{suffix}", f"{department}{suffix}", None, department, region, frozenset(given))


def resident(name="张三", company=""):
    own = Subject("person", "990102199001010011")
    return Actor("citizen", f"c-{name}", name, own, acting_for=Subject("company", company) if company else None)


def open_set(code):
    """Bring one data set all the way; returns the open release."""
    department = next(one.department for one in opening.desk(Actor("system", "system", "x")) if one.code == code)
    maker, second = officer(department), officer(department, "approver")
    draft = opening.prepare(code, actor=maker)
    checked = opening.step(draft.id, act="check", actor=maker, lock=draft.lock)
    approved = opening.step(checked.id, act="approve", actor=second, lock=checked.lock)
    return opening.step(approved.id, act="open", actor=maker, lock=approved.lock)


@pytest.fixture
def parks(db):
    return open_set("parks")
