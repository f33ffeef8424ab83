"""Operations of data officers: looking at data, code tables, duties, what is late; weights of quality."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
ROWS = "编号,手机\n001,13800001234\n002,13900001234\n003,13700001234\n"


def test_files_are_looked_at(sign_in, client):
    officer = sign_in("health.data")
    files = [SimpleUploadedFile("clinics.csv", ROWS.encode()), SimpleUploadedFile("bad.xlsx", b"PK")]
    answer = client.post("/api/v1/catalogue/look/files", {"files": files}, **officer.headers)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [one["name"] for one in told["proposals"]] == ["clinics"] and "bad.xlsx" in told["problems"][0]
    assert [one["id"] for one in officer.get("/catalogue/proposals")] == [told["proposals"][0]["id"]]
    assert sign_in("police.data").get("/catalogue/proposals") == []


def test_facets_narrow(sign_in):
    officer = sign_in("health.data")
    found = officer.get("/catalogue?opened=yes&cycle=monthly")
    assert found["total"] and all(one["open"] and one["cycle"] == "monthly" for one in found["resources"])
    assert officer.get("/catalogue?opened=yes&cycle=monthly&form=4")["total"] == 0


def test_an_address_is_refused_with_its_reason(sign_in):
    officer = sign_in("health.data")
    assert "YIWANG_INTAKE_HOSTS" in officer.post("/catalogue/look", {"address": "http://127.0.0.1:9/rows"}, 422)["message"]
    officer.post("/catalogue/look", {"address": "ftp://example.org/x"}, 422)
    officer.post("/catalogue/look", {}, 422)
    sign_in("police.clerk").post("/catalogue/look", {"address": "https://example.org/x"}, 403)


def test_code_tables_and_duties(sign_in):
    officer = sign_in("health.data")
    sex = next(one for one in officer.get("/catalogue/code-tables") if one["code"] == "sex")
    assert sex["standard"] == "GB/T 2261.1" and sex["codes"]["1"] == "男" and sex["department"] == "police"
    officer.put("/catalogue/duties/health.milk", {"title": "母乳喂养指导"}, 204)
    assert "health.milk" in {one["code"] for one in officer.get("/catalogue/duties")}
    officer.put("/catalogue/duties/police.milk", {"title": "别人的"}, 422)
    sign_in("police.data").post("/catalogue/duties/health.milk", status=403, method="DELETE")
    officer.post("/catalogue/duties/health.milk", status=204, method="DELETE")
    officer.post("/catalogue/duties/health.milk", status=404, method="DELETE")
    assert officer.get("/catalogue/overdue") == []
    sign_in("retiree").get("/catalogue/overdue", 403)


def test_weights_are_changed_by_the_data_bureau(sign_in):
    bureau, police = sign_in("city.data"), sign_in("police.data")
    held = bureau.get("/quality/scoring")[0]
    given = {"weights": held["weights"], "green": 0.98, "yellow": 0.9, "note": "专班议定", "version": 0}
    police.put("/quality/scoring", given, 403)
    assert bureau.put("/quality/scoring", given)["version"] == 1
    bureau.put("/quality/scoring", given, 409)
    bureau.put("/quality/scoring", {**given, "green": 0.1, "version": 1}, 422)
    assert [one["version"] for one in police.get("/quality/scoring")] == [1, 0]
