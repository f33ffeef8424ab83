"""Ingestion on the desk and through the API: sources, runs, rows in quarantine, theme tables, seen by whom they concern."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.data.intake.test_intake import TITLES, code, line
from yiwang.data.intake import api as intake
from yiwang.data.intake import running
from yiwang.data.intake.models import SourceRow
from yiwang.security.access.api import Actor
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def source(people, settings, tmp_path):
    """A source of the department of the city's data officer, with one good row and two that wait."""
    settings.YIWANG_VAR = tmp_path
    account = Account.objects.get(username="city.data")
    officer = Actor("staff", "o1", "数据专员", department=account.department, region=account.region, roles=frozenset({"data_officer"}))
    made = intake.register("企业登记月报", kind="upload", dataset="companies", actor=officer)
    text = (TITLES + line(1) + line(2, "云汀市乙五金有限公司", right=False) + "一,二\n").encode()
    intake.upload(made.id, name="月报.csv", file=io.BytesIO(text), size=len(text), actor=officer)
    running.work()
    return made


def test_sources_are_seen_registered_and_switched(sign_in, source):
    client = sign_in("city.data")
    page = client.get("/office/intake").content.decode()
    assert "企业登记月报" in page and "<svg" in page
    refused = client.post(
        "/office/intake/add", {"name": "甲", "kind": "http", "address": "http://127.0.0.1/x", "secret": "s3cret", "keep_days": "9"}
    )
    assert refused.status_code == 422 and "http://127.0.0.1/x" in refused.content.decode() and "s3cret" not in refused.content.decode()
    made = client.post("/office/intake/add", {"name": "接口甲", "kind": "upload", "dataset": "companies", "keep_days": "9"})
    assert made.status_code == 302 and SourceRow.objects.filter(name="接口甲").exists()
    at = f"/office/intake/{source.id}"
    assert "原始文件" in client.get(at).content.decode()
    assert client.post(f"{at}/act", {"act": "paused", "version": "1"}).status_code == 302
    assert client.post(f"{at}/act", {"act": "paused", "version": "1"}).status_code == 409
    assert client.post(f"{at}/act", {"act": "run"}).status_code == 409
    assert client.post(f"{at}/act", {"act": "active", "version": "2"}).status_code == 302
    assert client.post(f"{at}/act", {"act": "probe"}).status_code == 200
    saved = client.post(f"{at}/change", {"name": "企业登记周报", "keep_days": "30", "version": "3"})
    assert saved.status_code == 302 and SourceRow.objects.get(id=source.id).keep_days == 30


def test_files_are_taken_or_refused_with_a_reason(sign_in, source):
    client, at = sign_in("city.data"), f"/office/intake/{source.id}/upload"
    assert client.post(at, {"file": SimpleUploadedFile("b.csv", (TITLES + line(7)).encode())}).status_code == 302
    refused = client.post(at, {"file": SimpleUploadedFile("b.exe", b"MZ")})
    assert refused.status_code == 422 and "只收" in refused.content.decode()
    assert client.post(at).status_code == 422


def test_a_row_is_seen_masked_shown_for_a_purpose_and_repaired(sign_in, source):
    client, at = sign_in("city.data"), f"/office/intake/{source.id}/rows"
    page = client.get(at).content.decode()
    assert "校验位不符" in page and "列数不符" in page and "顾小禾" not in page
    found = next(row for row in intake.waiting(source.id, actor=_officer())[1] if row.reason == "credit_code_check")
    one = f"{at}/{found.digest}/{found.row}"
    assert "顾**" in client.get(one).content.decode()
    assert client.post(f"{one}/reveal", {"purpose": "核对", "legal_basis": ""}).status_code == 422
    assert "顾小禾" in client.post(f"{one}/reveal", {"purpose": "核对", "legal_basis": "统计法第七条"}).content.decode()
    refused = client.post(f"{one}/repair", {"v-credit_code": "9133"})
    assert refused.status_code == 422 and "9133" in refused.content.decode()
    assert client.post(f"{one}/repair", {"v-credit_code": code(2)}).status_code == 302
    assert client.get(one).status_code == 404
    tables = client.post("/office/intake/tables", {"dataset": "companies", "key": code(2)}).content.decode()
    assert "云汀市乙五金有限公司" in tables and "顾小禾" not in tables


def _officer():
    account = Account.objects.get(username="city.data")
    return Actor("staff", "o1", "数据专员", department=account.department, region=account.region, roles=frozenset({"data_officer"}))


def test_others_see_nothing(sign_in, source):
    for address in (f"/office/intake/{source.id}", f"/office/intake/{source.id}/rows"):
        assert sign_in("police.data").get(address).status_code == 404
        assert sign_in("police.clerk").get(address).status_code == 403
    client = sign_in("police.data")
    assert "企业登记月报" not in client.get("/office/intake").content.decode()
    assert "云汀市甲木器" not in client.post("/office/intake/tables", {"dataset": "companies", "key": code(1)}).content.decode()
    assert client.post(f"/office/intake/{source.id}/act", {"act": "run"}).status_code == 404
