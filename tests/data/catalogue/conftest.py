"""People of the catalogue: two departments, the data authority, a stranger; the memory forgets what a rollback takes back."""

import pytest

from yiwang.data.catalogue import in_force
from yiwang.security.access.api import Actor


def _staff(name, department, role, region="990100"):
    return Actor("staff", f"s-{name}", name, None, department, region, frozenset({role}))


WRITER = _staff("编目员", "health", "data_officer")
OTHER = _staff("外单位编目员", "police", "data_officer")
AUTHORITY = _staff("审核员", "data", "catalogue_reviewer")
ELSEWHERE = _staff("外地审核员", "data", "catalogue_reviewer", "880100")
CLERK = _staff("窗口", "health", "clerk")


@pytest.fixture(autouse=True)
def _forget():
    in_force.memory.forget()
    yield
    in_force.memory.forget()
