"""Every refusal is a page for people and JSON for machines, in the design, without a query."""

import json

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory
from django.utils import translation

from yiwang.base.pages import errors
from yiwang.standards.errors import Conflict, NotFound

FACTORY = RequestFactory()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429, 500, 503])
def test_pages_name_cause_and_remedy(status: int) -> None:
    response = errors.failure(FACTORY.get("/x"), status)
    assert response.status_code == status
    html = response.content.decode()
    assert "<h1>" in html and "回到首页" in html and "12345" in html


def test_machines_get_json() -> None:
    for request in (FACTORY.get("/api/v1/x"), FACTORY.get("/x", HTTP_ACCEPT="application/json")):
        response = errors.error_response(request, NotFound("没有这个办件。", case_no="A1"))
        body = json.loads(response.content)["error"]
        assert response.status_code == 404 and body["code"] == "not_found" and body["message"] == "没有这个办件。"


def test_our_own_sentence_replaces_the_general_one() -> None:
    html = errors.error_response(FACTORY.get("/x"), Conflict("别人刚刚办理过。")).content.decode()
    assert "别人刚刚办理过。" in html


def test_a_refusal_may_bring_its_own_title() -> None:
    class Paused(Conflict):
        title = "事项暂停受理"

    html = errors.error_response(FACTORY.get("/x"), Paused("系统升级。")).content.decode()
    assert "<h1>事项暂停受理</h1>" in html and "系统升级。" in html
    with translation.override("en"):
        html = errors.error_response(FACTORY.get("/x"), Paused("系统升级。")).content.decode()
    assert "<h1>This matter is suspended</h1>" in html


def test_too_much_data_is_said_as_such() -> None:
    assert errors.bad_request(FACTORY.post("/x"), RequestDataTooBig()).status_code == 413
    assert errors.bad_request(FACTORY.post("/x"), ValueError()).status_code == 400


def test_what_the_user_typed_is_escaped() -> None:
    html = errors.failure(FACTORY.get("/x"), 400, message="<b>坏</b>").content.decode()
    assert "<b>坏" not in html
