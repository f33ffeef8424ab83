"""Actors and a loaded library for the tests of the matters room."""

from __future__ import annotations

from typing import Any

import pytest

from yiwang.business.matters import api as matters
from yiwang.business.matters import queries
from yiwang.security.access.api import ANONYMOUS, SYSTEM, Actor
from yiwang.standards.subjects import Subject


def staff(name: str, department: str, *roles: str, region: str = "990100") -> Actor:
    return Actor("staff", f"staff-{name}", name, department=department, region=region, roles=frozenset(roles))


@pytest.fixture
def editor() -> Actor:
    return staff("编辑", "police", "matter_editor")


@pytest.fixture
def publisher() -> Actor:
    return staff("审核", "police", "matter_publisher")


@pytest.fixture
def strangers() -> dict[str, Actor]:
    """Everybody who must not write the matters of the police."""
    return {
        "anonymous": ANONYMOUS,
        "citizen": Actor("citizen", "citizen-1", "张三", subject=Subject("person", "11010519491231002X")),
        "other department": staff("外人", "tax", "matter_editor", "matter_publisher"),
        "other region": staff("外地", "police", "matter_editor", "matter_publisher", region="110000"),
        "wrong role": staff("受理", "police", "clerk", "reviewer", "approver", "leader", "auditor", "admin"),
    }


@pytest.fixture
def loaded(db: Any) -> Any:
    queries.memory.stamp = None
    queries.memory.forget()
    yield matters.load_builtin(actor=SYSTEM)
    queries.memory.stamp = None
    queries.memory.known = {}
    queries.memory.forget()
