"""Data quality on the desk, through the API and the command: seen by whom it concerns, run, tried, saved, raised, answered."""

import json

import pytest

from tests.ends.installation import actor
from yiwang.data.quality import api as quality
from yiwang.ends.cli import main
from yiwang.security.access.api import SYSTEM

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
AT = "/office/quality/person"
RULE = "phone.form"


@pytest.fixture
def fault(people):
    """A run over the police's register; the city has rows that fail."""
    return quality.run("person", actor=SYSTEM)


def test_the_pages(sign_in, fault):
    client = sign_in("police.data")
    text = client.get("/office/quality").content.decode()
    assert "常住人口登记册" in text and "各部门六个方面" in text
    text = client.get(AT).content.decode()
    assert "六个方面" in text and "规则" in text and "立即检查" in text
    assert client.post(f"{AT}/run").status_code == 302
    assert "不合格数走势" in client.get(AT).content.decode()
    rule = next(one.code for one in quality.report("person", actor=SYSTEM).run.results if one.failed)
    page = client.get(f"{AT}/failing/{rule}")
    assert page.status_code == 200 and "*" in page.content.decode()
    assert client.post(f"{AT}/failing/{rule}/orders", {"row": ["x"]}).status_code == 422
    assert client.post(f"{AT}/failing/{rule}/orders", {"all": "1"}).status_code == 302
    order = next(one for one in quality.todo(actor("police.data")) if one.rule)
    assert "记录" in client.get(f"/office/corrections/{order.correction_id}").content.decode()
    refused = client.post(f"/office/corrections/{order.correction_id}", {"outcome": "corrected", "value": "", "note": "写了一半"})
    assert refused.status_code == 422 and "写了一半" in refused.content.decode()
    assert client.post(f"/office/corrections/{order.correction_id}", {"outcome": "upheld", "value": "", "note": "属实"}).status_code == 302


def test_the_rule_form_keeps_what_was_typed(sign_in, fault):
    client = sign_in("police.data")
    assert "常住人口" in client.get(f"{AT}/rules").content.decode()
    assert "phone" in client.get(f"{AT}/rules?rule={RULE}").content.decode()
    told = {
        "code": "birth.late",
        "title": "出生日期在一九一〇年后",
        "kind": "range",
        "columns": "birth_date",
        "low": "1910-01-01",
        "version": "0",
    }
    tried = client.post(f"{AT}/rules", {**told, "act": "try"})
    assert tried.status_code == 200 and "试运行" in tried.content.decode() and "1910-01-01" in tried.content.decode()
    for wrong in ({"columns": "none"}, {"days": "很多", "kind": "fresh"}, {"low": "昨天"}, {"note": ""}):
        refused = client.post(f"{AT}/rules", {**told, **wrong, "act": "save"})
        assert refused.status_code == 422 and "出生日期在一九一〇年后" in refused.content.decode(), wrong
    assert client.post(f"{AT}/rules", {**told, "act": "save", "note": "补规则"}).status_code == 302
    assert client.post(f"{AT}/rules", {**told, "act": "save", "note": "又来"}).status_code == 409
    assert client.post(f"{AT}/rules?rule=birth.late", {**told, "version": "1", "act": "remove", "note": "不需要"}).status_code == 302
    assert quality.report("person", actor=SYSTEM).book.version == 2


def test_others_do_not_get_in(sign_in, fault):
    client = sign_in("tax.data")
    assert client.get("/office/quality").status_code == 200
    for at in (AT, f"{AT}/failing/{RULE}", f"{AT}/rules"):
        assert client.get(at).status_code == 404, at
    for at in (f"{AT}/run", f"{AT}/failing/{RULE}/orders"):
        assert client.post(at, {"all": "1"}).status_code in (403, 404), at
    assert sign_in("police.clerk").get("/office/quality").status_code == 403


def test_the_api(sign_in, fault):
    client = sign_in("police.data")
    assert client.get("/api/v1/quality/departments").json()[0]["department"] == "police"
    assert [one["resource"] for one in client.get("/api/v1/quality/resources").json()] == ["person"]
    told = client.get("/api/v1/quality/resources/person").json()
    rule = next(one["code"] for one in told["run"]["results"] if one["failed"])
    found = client.get(f"/api/v1/quality/resources/person/failing/{rule}").json()
    assert found["kept"] == found["result"]["failed"]
    assert sign_in("tax.data").get("/api/v1/quality/resources/person").status_code == 404


def test_the_command(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("id,phone,area\n1,13900001111,A\n2,139,Z\n2,,A\n", encoding="utf-8")
    (tmp_path / "areas.csv").write_text("area\nA\n", encoding="utf-8")
    rules = [
        {"code": "p", "kind": "mobile", "columns": ["phone"]},
        {"code": "u", "kind": "unique", "columns": ["id"]},
        {"code": "a", "kind": "reference", "columns": ["area"], "table": "areas"},
    ]
    (tmp_path / "r.json").write_text(
        json.dumps({"types": {"id": "text", "phone": "text", "area": "text"}, "rules": rules}), encoding="utf-8"
    )
    call = ["data", "check", str(tmp_path / "t.csv"), "--rules", str(tmp_path / "r.json"), "--reference", f"areas={tmp_path / 'areas.csv'}"]
    assert main.main([*call, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {one["code"]: one["rows"] for one in told["rules"]} == {"p": [1], "u": [1, 2], "a": [1]} and told["rows"] == 3
    assert main.main(call) == 1 and "fail" in capsys.readouterr().out
    assert main.main([*call, "--as-of", "gestern"]) not in (0, 1) or "--as-of" in capsys.readouterr().err


def test_weights_are_changed_with_a_reason(sign_in, people):
    page = sign_in("city.data").get("/office/quality/scoring").content.decode()
    assert 'name="green"' in page and "随系统提供" in page
    given = {"01": "0.2", "02": "0.2", "03": "0.2", "04": "0.2", "05": "0.1", "06": "0.1", "green": "0.98", "yellow": "0.9", "version": "0"}
    client = sign_in("city.data")
    refused = client.post("/office/quality/scoring", {**given, "04": "0.7", "note": "试试"})
    assert refused.status_code == 422 and 'value="0.7"' in refused.content.decode() and "之和应为 1" in refused.content.decode()
    assert client.post("/office/quality/scoring", {**given, "04": "many", "note": "试试"}).status_code == 422
    assert client.post("/office/quality/scoring", {**given, "note": "专班议定"}).status_code == 302
    assert client.post("/office/quality/scoring", {**given, "note": "晚了"}).status_code == 409
    assert "专班议定" in client.get("/office/quality/scoring").content.decode()
    police = sign_in("police.data")
    assert 'name="green"' not in police.get("/office/quality/scoring").content.decode()
    assert police.post("/office/quality/scoring", {**given, "note": "越权", "version": "1"}).status_code == 403


def test_a_theme_table_without_rows_says_so(sign_in, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path
    client = sign_in("city.data")
    assert client.get("/office/quality/lake-companies").status_code == 200
    assert "没有表" in client.post("/office/quality/lake-companies/run", follow=True).content.decode()
    assert sign_in("police.data").get("/office/quality/lake-companies").status_code == 404
