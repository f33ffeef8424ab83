"""The guide by words alone (no vectors unless a test makes them), and officials of the desk."""

import pytest

from yiwang.business.guide import choosing, vectors
from yiwang.security.access.api import ANONYMOUS, Actor


@pytest.fixture(autouse=True)
def by_words(settings, tmp_path, monkeypatch):
    """Every test has a folder and indexes of its own."""
    settings.YIWANG_VAR = tmp_path
    settings.LLM_URL = settings.LLM_KEY = settings.SPEECH_URL = ""
    monkeypatch.setattr(vectors, "held", vectors.Held())
    monkeypatch.setattr(choosing, "FRESH_SECONDS", 0.0)
    choosing.held.forget()


def official(role, department="police", *, number=1, region="990100"):
    return Actor("staff", f"{department}.{role}.{number}", f"{role}{number}", department=department, region=region, roles=frozenset([role]))


EDITOR, PUBLISHER = official("matter_editor"), official("matter_publisher")
STRANGERS = [
    official("matter_editor", "fire"),
    official("matter_editor", region="990200"),
    official("data_officer"),
    ANONYMOUS,
]
