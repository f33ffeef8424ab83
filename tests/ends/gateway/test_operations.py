"""Every operation of the API: the right call, and the wrong ones."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.ends.installation import PASSPORT, PASSWORD, PDF, actor, born, hand_in
from yiwang.base.ids.api import new_id
from yiwang.business.matters import api as matters
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.evidence import api as evidence

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
NOBODY = "01980000-0000-7000-8000-000000000000"


def test_signing_in(stranger, sign_in):
    told = stranger.post("/tokens", {"username": "police.clerk", "password": PASSWORD, "days": 1000}, 201)
    assert set(told) == {"token", "expires_at"}
    assert stranger.post("/tokens", {"username": "police.clerk", "password": "wrong"}, 401)["code"]
    assert stranger.post("/tokens", {"username": "police.clerk"}, 422)["code"] == "wrong_shape"
    assert stranger.post("/tokens", "not json", 400)["code"] == "unreadable"
    assert stranger.post("/tokens", b"\xff\xfe", 400)["code"] == "unreadable"
    me = sign_in("police.clerk").get("/me")
    assert me["roles"] == ["clerk"] and me["department"] == "police" and me["subject"] is None
    assert sign_in("retiree").get("/me")["subject"]["kind"] == "person"
    stranger.get("/me", 401)
    stranger.headers = {"HTTP_AUTHORIZATION": "Bearer " + "0" * 43}
    stranger.get("/me", 401)


def test_acting_for_a_company(sign_in, people):
    company = str(people["restaurant_owner"].company) if getattr(people["restaurant_owner"], "company", None) else "company:nothing"
    sign_in("retiree", HTTP_X_ACTING_FOR=company).get("/me", 403)
    sign_in("retiree", HTTP_X_ACTING_FOR="nonsense").get("/me", 422)


def test_matters_are_found_read_and_narrowed(stranger, sign_in):
    assert stranger.get("/matters?q=护照")[0]["short"].startswith("police.passport")
    assert len(stranger.get("/matters?q=证&limit=3")) == 3
    assert stranger.get("/matters?q=" + "长" * 3000) == []
    stranger.get("/matters", 422)
    stranger.get("/matters?q=x&limit=many", 422)
    assert stranger.get(f"/matters/{PASSPORT}")["short"] == PASSPORT
    stranger.get("/matters/nothing", 404)
    assert "materials" in stranger.post(f"/matters/{PASSPORT}/guide", {"answers": {}})
    stranger.post(f"/matters/{PASSPORT}/guide", {"answers": []}, 422)
    form = sign_in("retiree").post(f"/matters/{PASSPORT}/form")
    assert any(one["value"] == "周建国" for one in form["fields"])
    stranger.post(f"/matters/{PASSPORT}/form", {}, 401)
    sign_in("retiree").post(f"/matters/{PASSPORT}/form", {"keys": {"x": {"kind": "person"}}}, 422)


def test_a_case_from_application_to_decision(sign_in, people, client):
    me = sign_in("retiree")
    upload = client.post("/api/v1/files", {"file": SimpleUploadedFile("a.pdf", PDF)}, **me.headers)
    assert upload.status_code == 201
    assert client.post("/api/v1/files", {"file": SimpleUploadedFile("a.exe", b"MZ")}, **me.headers).status_code == 422
    assert client.post("/api/v1/files", {}, **me.headers).status_code == 422
    digest = json.loads(upload.content)["digest"]
    form = me.post(f"/matters/{PASSPORT}/form")
    values = {
        one["field"]["key"]: _filled(one["field"]) for one in form["fields"] if one["value"] is None and one["field"].get("required", True)
    }
    given = {
        one["key"]: {"kind": "file", "ref": digest, "name": "a.pdf"}
        for one in form["materials"]
        if one["needed"] and one["row"]["origin"] in ("missing", "applicant")
    }
    body = {"matter": PASSPORT, "idempotency_key": "once", "values": values, "materials": given}
    made = me.post("/cases", body, 201)
    assert me.post("/cases", body, 201)["id"] == made["id"]
    assert me.post("/cases", {**body, "values": {}, "materials": {}}, 201)["id"] == made["id"]
    refused = me.post("/cases", {**body, "idempotency_key": "other", "values": {}, "materials": {}}, 422)
    assert refused["code"] == "form_incomplete"
    me.post("/cases", {**body, "matter": "nothing", "idempotency_key": "x"}, 404)
    me.post("/cases", {**body, "idempotency_key": "k" * 300}, 422)
    me.post("/cases", {**body, "idempotency_key": ""}, 422)
    me.post("/cases", {**body, "values": "text"}, 422)
    me.post("/cases", {}, 422)
    me.post("/cases", "[]", 422)
    assert [one["id"] for one in me.get("/cases")["rows"]] == [made["id"]]
    me.get("/cases?page=nonsense", 422)
    _handled(sign_in, made["id"])
    assert len(me.get(f"/cases/{made['id']}/history")) >= 4
    assert me.get(f"/cases/{made['id']}/ledger")
    assert me.get(f"/cases/{made['id']}/explanation")["outcome"] == "yes"
    sign_in("stale").get(f"/cases/{made['id']}", 404)
    sign_in("fire.clerk").get(f"/cases/{made['id']}", 404)


def _filled(field):
    options = field.get("options") or []
    first = options[0] if options else "如实填写"
    return first if isinstance(first, str) else first["value"] if isinstance(first, dict) else first[0]


def _handled(sign_in, case_id):
    clerk = sign_in("police.clerk")
    assert case_id in [one["id"] for one in clerk.get("/todo")["rows"]]
    assert "receive" in [one["name"] for one in clerk.get(f"/cases/{case_id}/actions")]
    version = clerk.get(f"/cases/{case_id}")["version"]
    clerk.post(f"/cases/{case_id}/actions/receive", {"version": version})
    assert clerk.post(f"/cases/{case_id}/actions/accept", {"version": version}, 409)["code"] == "stale_version"
    clerk.post(f"/cases/{case_id}/actions/fly", {"version": version + 1}, 422)
    clerk.post(f"/cases/{case_id}/actions/accept", {"version": "one"}, 422)
    clerk.post(f"/cases/{case_id}/actions/accept", {"version": version + 1, "inputs": {"unknown": 1}}, 422)
    clerk.post(f"/cases/{case_id}/actions/decide_yes", {"version": version + 1, "inputs": {"opinion": "同意"}}, 403)
    version = clerk.post(f"/cases/{case_id}/actions/accept", {"version": version + 1})["version"]
    inputs = {"opinion": "材料齐全", "conclusion": "yes"}
    version = sign_in("police.reviewer").post(f"/cases/{case_id}/actions/review", {"version": version, "inputs": inputs})["version"]
    sign_in("police.approver").post(f"/cases/{case_id}/actions/decide_yes", {"version": version, "inputs": {"opinion": "同意"}})


def test_an_automatic_decision_with_its_licence_and_proofs(sign_in, stranger, people):
    done = born(people)
    mother = sign_in("newborn_mother")
    assert mother.post(f"/cases/{done.id}/replay")["same"] is True
    evidence.sequence()
    assert mother.get(f"/cases/{done.id}/receipts")
    assert mother.get(f"/cases/{done.id}/archive").content[:2] == b"PK"
    point = stranger.get("/evidence/checkpoint")
    stranger.get(f"/evidence/consistency?old=1&new={point['size']}")
    stranger.get("/evidence/consistency?old=5&new=999999999", 422)
    stranger.get("/evidence/consistency?old=a&new=b", 422)
    held = mother.get("/licences")
    licence = held[0]["id"] if held else ""
    assert mother.get(f"/licences/{licence}")["id"] == licence
    assert mother.get(f"/licences/{licence}/bundle")
    shown = mother.post(f"/licences/{licence}/presentations", {"minutes": 5}, 201)
    assert stranger.get(f"/presentations/{shown['token']}")
    stranger.get("/presentations/forged", 404)
    mother.post(f"/licences/{licence}/presentations", {"fields": ["no such field"]}, 422)
    mother.get(f"/licences/{NOBODY}", 404)
    sign_in("retiree").get(f"/licences/{licence}", 404)
    sign_in("police.approver").post(f"/licences/{licence}/revoke", {"reason": "错发"}, 403)
    assert sign_in("health.approver").post(f"/licences/{licence}/revoke", {"reason": "信息有误"})["state"] == "revoked"


def test_the_personal_space(sign_in, people):
    done = born(people)
    mother = sign_in("newborn_mother")
    assert mother.get("/messages")["rows"] is not None
    mother.get("/messages?page=x", 422)
    mother.post(f"/messages/{NOBODY}/read", {}, 404)
    assert mother.get("/diary")["rows"][0]["purpose"]
    me = mother.get("/me")["subject"]
    body = {"element": "person.residence_address", "key": me, "held_value": "旧址", "claimed_value": "新址", "reason": "已搬家"}
    order = mother.post("/corrections", body, 201)
    mother.post("/corrections", body | {"element": "no.such"}, 422)
    mother.post("/corrections", body | {"reason": ""}, 422)
    sign_in("retiree").post("/corrections", body, 403)
    assert mother.get("/corrections")[0]["correction_id"] == order["correction_id"]
    officer = sign_in("police.data")
    assert officer.get("/corrections")[0]["element"] == "person.residence_address"
    answer = f"/corrections/{order['correction_id']}/answer"
    officer.post(answer, {"outcome": "maybe", "note": "x"}, 422)
    sign_in("fire.data").post(answer, {"outcome": "upheld", "note": "登记无误"}, 404)
    assert officer.post(answer, {"outcome": "upheld", "note": "登记无误"})["state"] == "upheld"
    officer.post(answer, {"outcome": "upheld", "note": "登记无误"}, 409)
    mother.post(f"/cases/{done.id}/rating", {"level": "splendid"}, 422)
    mother.post(f"/cases/{NOBODY}/rating", {"level": "satisfied"}, 404)


def test_a_bad_rating_is_handled(sign_in, people):
    done = born(people)
    rated = sign_in("newborn_mother").post(f"/cases/{done.id}/rating", {"level": "very_dissatisfied", "text": "慢"}, 201)
    sign_in("newborn_mother").post(f"/cases/{done.id}/rating", {"level": "satisfied"}, 409)
    officer = sign_in("health.data")
    assert [one["id"] for one in officer.get("/ratings")] == [rated["id"]]
    first = ratings.actions(ratings.todo(actor("health.data"))[0].id, actor=actor("health.data"))[0]
    officer.post(f"/ratings/{rated['id']}/actions/fly", {"version": 1}, 409)
    inputs = {one.key: one.options[0][0] if one.options else "已经核实,情况属实。" for one in first.inputs}
    officer.post(
        f"/ratings/{rated['id']}/actions/{first.name}", {"version": ratings.todo(actor("health.data"))[0].version, "inputs": inputs}
    )
    sign_in("fire.data").post(f"/ratings/{rated['id']}/actions/{first.name}", {"version": 1}, 404)


def test_facts_figures_and_audit(sign_in, people):
    case = hand_in("retiree")
    key = {"kind": "person", "value": people["retiree"].id_number}
    ask = {"case_id": str(case.id), "purpose": PASSPORT, "legal_basis": "《护照法》", "claims": [{"element": "person.name", "key": key}]}
    clerk = sign_in("police.clerk")
    assert clerk.post("/facts", ask)[0]["value"] == "周建国"
    assert clerk.post("/facts", ask | {"claims": [{"element": "marriage.certificate_no", "key": key}]})[0]["status"] in ("denied", "absent")
    clerk.post("/facts", ask | {"claims": [{"element": "no.such", "key": key}]}, 422)
    clerk.post("/facts", ask | {"claims": [{"key": key}]}, 422)
    assert sign_in("city.leader").get("/figures")
    sign_in("city.leader").get("/figures?since=yesterday", 422)
    clerk.get("/figures", 403)
    assert sign_in("city.auditor").get("/audit?act=case.")["rows"]
    clerk.get("/audit", 403)
    sign_in("retiree").get("/audit", 403)


def test_life_events_are_described_planned_and_submitted(sign_in, stranger, people):
    assert len(stranger.get("/life-events")) == 13
    assert stranger.get("/life-events/newborn")["code"] == "newborn"
    stranger.get("/life-events/nothing", 404)
    mother = sign_in("newborn_mother")
    plan = mother.post("/life-events/newborn/plan", {"answers": {}})
    assert plan["matters"]
    mother.post("/life-events/nothing/plan", {}, 404)
    mother.post("/life-events/newborn/plan", {"answers": {"x": {}}}, 422)
    mother.post("/life-events/newborn/submissions", {"values": {}}, 422)
    mother.post("/life-events/newborn/submissions", {"idempotency_key": new_id().hex, "answers": plan["answers"]}, 422)
    assert mother.get("/life-event-submissions") == []
    for path in ("", "/ledger"):
        mother.get(f"/life-event-submissions/{NOBODY}{path}", 404)
    for path in ("/supplement", "/withdraw"):
        mother.post(f"/life-event-submissions/{NOBODY}{path}", {}, 404)


def test_a_body_too_large_is_refused(sign_in):
    body = {"matter": PASSPORT, "idempotency_key": "big", "values": {"phone": "1" * 6_000_000}}
    assert sign_in("retiree").client.post("/api/v1/cases", json.dumps(body), content_type="application/json").status_code in (400, 401, 413)


def test_the_browser_session_needs_its_token(people):
    from django.test import Client

    from yiwang.support.identity.models import Account

    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(username="retiree"))
    refused = client.post("/api/v1/cases", "{}", content_type="application/json")
    assert refused.status_code == 403 and refused.json()["code"] == "cross_site"
    assert matters.published(PASSPORT)


def test_a_null_character_is_refused_with_its_cause(sign_in, people, client):
    mother = sign_in("newborn_mother")
    body = {
        "element": "person.name",
        "key": {"kind": "person", "value": "990102199503129040"},
        "claimed_value": "林\u0000雨",
        "reason": "x\u0000",
    }
    assert mother.post("/corrections", body, status=422)["code"] == "null_character"
    assert client.get("/search", {"q": "a\x00b"}).status_code in (200, 422)
