"""`yiwang quality …` in one process with the tests' database."""

import json
from contextlib import nullcontext

import pytest

from tests.data.conftest import city  # noqa: F401
from yiwang.ends.cli import install
from yiwang.ends.cli.main import main

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def said(monkeypatch, capsys, city):  # noqa: F811
    monkeypatch.setattr(install, "ready_database", nullcontext)
    monkeypatch.setattr(install, "setup_django", lambda **_: None)

    def run(*words):
        code = main(["quality", *words])
        return code, capsys.readouterr().out

    return run


def test_a_run_its_failing_rows_and_the_scores(said):
    code, out = said("run", "person", "--json")
    told = json.loads(out)
    assert told["rows"] > 0 and code == int(any(one["failed"] for one in told["results"]))
    code, out = said("failing", "person", "name.medical")
    assert code == 1 and "*" in out
    assert "police" in said("scores")[1]
    assert json.loads(said("scoring", "--json")[1])[0]["version"] == 0
    assert said("run", "nothing")[0] == 2
