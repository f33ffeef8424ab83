"""Data sharing at the desk and through the API: asked, signed off, answered, opened, ended; nothing typed is lost."""

import json
import re
from datetime import timedelta

import pytest

from yiwang.base.clock.api import today
from yiwang.data.exchange.models import KeyRow, RequestRow

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
FORM = {
    "resource": "person", "fields": ["name", "birth_date"], "purpose": "newborn.household_registration", "purpose_kind": "matter",
    "purpose_title": "出生一件事核对父母身份", "legal_basis": "《户口登记条例》第七条", "scene": "窗口核对父母身份", "operations": ["rows"], "calls": "20", "daily": "5000",
    "until": (today() + timedelta(days=90)).isoformat(),
}  # fmt: skip


@pytest.fixture(autouse=True)
def gateway_folder(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path


def row():
    return RequestRow.objects.get()


def take(client, name, **told):
    return client.post(f"/office/sharing/{row().id}/steps/{name}", {"lock": row().lock, **told})


def test_the_whole_way_on_pages(sign_in):
    client = sign_in("health.data")
    assert "常住人口登记册" in client.get("/office/sharing/new").content.decode()
    page = client.get("/office/sharing/new?resource=person").content.decode()
    assert "出生日期" in page and "共享条件" in page
    bad = client.post("/office/sharing/new", {**FORM, "legal_basis": "领导同意", "scene": "写了很久的场景"})
    assert bad.status_code == 422 and "写了很久的场景" in bad.content.decode() and 'href="#legal_basis"' in bad.content.decode()
    assert client.post("/office/sharing/new", {**FORM, "calls": "很多"}).status_code == 422
    assert client.post("/office/sharing/new", FORM).status_code == 302
    assert client.post(f"/office/sharing/{row().id}/edit", {**FORM, "lock": row().lock, "calls": "30"}).status_code == 302
    assert take(client, "submit").status_code == 302 and row().state == "internal"
    assert take(client, "approve").status_code == 403  # not one's own, and not this seat
    client = sign_in("health.approver")
    assert "待我审签" in client.get("/office/sharing?box=approve").content.decode()
    assert take(client, "approve").status_code == 302
    client = sign_in("police.data")
    seen = client.get(f"/office/sharing/{row().id}").content.decode()
    assert "还剩 10 个工作日" in seen
    kept = take(client, "refuse", note="与职责无关的理由")
    assert kept.status_code == 422 and "与职责无关的理由" in kept.content.decode()
    assert take(client, "agree").status_code == 302
    assert client.post(f"/office/sharing/{row().id}/keys", {"lock": row().lock, "algorithm": "hmac-sm3"}).status_code in (403, 404)
    client = sign_in("health.data")
    shown = client.post(f"/office/sharing/{row().id}/keys", {"lock": row().lock, "algorithm": "hmac-sm3"})
    secret = re.search(r">([0-9a-f]{64})<", shown.content.decode()).group(1)
    assert shown["Cache-Control"] == "no-store" and secret not in client.get(f"/office/sharing/{row().id}").content.decode()
    code = KeyRow.objects.get().code
    assert client.post(f"/office/sharing/keys/{code}/rotate").status_code == 200
    assert client.post(f"/office/sharing/keys/{code}/nonsense").status_code == 404
    assert client.post(f"/office/sharing/keys/{code}/revoke", {"reason": "疑似泄露"}).status_code == 302
    assert KeyRow.objects.get(code=code).state == "revoked"
    assert client.get("/office/sharing/traffic").status_code == 200


def test_a_stranger_sees_nothing(sign_in):
    client = sign_in("health.data")
    client.post("/office/sharing/new", FORM)
    for name, status in (("police.data", 404), ("tax.data", 404), ("health.clerk", 403)):
        client = sign_in(name)
        assert client.get(f"/office/sharing/{row().id}").status_code == status, name
        assert take(client, "submit").status_code == status, name


def test_the_policy_has_an_address_for_holders_of_the_secret(client, people):
    from yiwang.data.exchange import policies

    at = "/api/v1/gateway/policy"
    assert client.get(at).status_code == 404
    token = {"HTTP_X_GATEWAY": policies.reader_token()}
    first = client.get(at, **token)
    assert first.status_code == 200 and set(json.loads(first.content)) == {"policy", "signature"}
    assert client.get(at, HTTP_IF_NONE_MATCH=first["ETag"], **token).status_code == 304
    assert client.get(at, HTTP_IF_NONE_MATCH='"x"', **token).status_code == 200
