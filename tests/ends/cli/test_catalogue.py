"""Elements and code tables from the command line: no database is asked."""

import json

import pytest

from yiwang.ends.cli import install
from yiwang.ends.cli.main import main


def told(capsys, *command):
    status = main(list(command))
    return status, capsys.readouterr().out


@pytest.fixture(autouse=True)
def _ready(monkeypatch):
    monkeypatch.setattr(install, "setup_django", lambda **_: None)


def test_elements_and_codes(capsys):
    status, out = told(capsys, "catalogue", "elements", "出生", "--json")
    assert status == 0 and all(one["register"] for one in json.loads(out))
    assert told(capsys, "catalogue", "elements", "没有这样的词")[0] == 1
    status, out = told(capsys, "catalogue", "codes", "--json")
    assert status == 0 and all(one["department"] for one in json.loads(out))
    assert "男" in told(capsys, "catalogue", "codes", "sex")[1]
    assert told(capsys, "catalogue", "codes", "nothing")[0] != 0
