"""People and acts for the tests of the security storey."""

from contextlib import contextmanager

import psycopg
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
def statements(monkeypatch):
    """Count every statement sent, prepared ones too: ``with statements(at_most=2): …``."""
    sent, execute = [], psycopg.Cursor.execute

    def counted(self, query, *arguments, **options):
        sent.append(str(query))
        return execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)

    @contextmanager
    def counting(*, at_most):
        sent.clear()
        yield
        assert len(sent) <= at_most, "\n".join(sent)

    return counting


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
