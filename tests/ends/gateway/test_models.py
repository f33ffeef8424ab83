"""The register of models by machine: what an officer gets, what nobody else does."""

import pytest

from yiwang.business.guide import answerer
from yiwang.support.models import api as models
from yiwang.support.models import loading

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def caller(sign_in, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()

    def call(username, method, path, body=None, status=200):
        return getattr(sign_in(username), method)(path, *([body] if body is not None else []), status=status)

    yield call
    loading.forget()


def test_two_officers_bring_a_version_live_by_machine(caller):
    models.start(answerer.KEY)
    assert {one["key"] for one in caller("model.officer", "get", "/models")} >= {"hotline.category", "guide.answer", "hotline.reply"}
    seen = caller("model.officer", "get", "/models/guide.answer/versions/1")
    assert seen["state"] == "evaluated" and seen["evaluations"][0]["scores"]["right_first"] > 0.5
    path = "/models/guide.answer/versions/1/acts"
    caller("model.officer", "post", f"{path}/approve", {"lock": seen["lock"]}, 403)
    done = caller("model.approver", "post", f"{path}/approve", {"lock": seen["lock"]})
    assert done["state"] == "approved"
    caller("model.approver", "post", f"{path}/activate", {"lock": seen["lock"]}, 409)
    assert caller("model.approver", "post", f"{path}/activate", {"lock": done["lock"]})["state"] == "live"
    assert caller("model.officer", "get", "/models/guide.answer/drift")["number"] == 1
    filing = {"kind": "internal", "on": "2026-01-05", "responsible": "李主任", "note": "只供内部使用"}
    assert caller("model.officer", "post", "/models/guide.answer/filings", filing)["kind_name"] == "经判断无需备案"


@pytest.mark.parametrize("who", ["police.clerk", "hotline.supervisor", "city.leader"])
def test_nobody_else_is_answered(caller, who):
    for path in ("/models", "/models/guide.answer", "/models/guide.answer/versions/1", "/models/guide.answer/drift"):
        caller(who, "get", path, status=403)
