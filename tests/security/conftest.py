"""People and acts for the tests of the security storey."""

import pytest

from yiwang.security.access.api import ANONYMOUS, SYSTEM, Actor
from yiwang.standards.subjects import Subject

HOLDER = Subject("person", "990102199001011238")
STRANGER = Subject("person", "990102199202024565")


def staff(*roles, department="police", region="990100", account="s1"):
    return Actor("staff", account, "王办事", None, department, region, frozenset(roles))


def citizen(subject=HOLDER, name="李晓"):
    return Actor("citizen", f"c{subject.key[-4:]}", name, subject)


@pytest.fixture
def actors():
    return {
        "system": SYSTEM,
        "anonymous": ANONYMOUS,
        "holder": citizen(),
        "stranger": citizen(STRANGER, "赵路人"),
        "clerk": staff("clerk"),
        "auditor": staff("auditor", department="data"),
        "other_region_auditor": staff("auditor", department="data", region="990200"),
        "admin": staff("admin", department="data"),
    }
