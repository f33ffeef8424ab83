"""Matters at the desk, authorisations and the law library through the API: the right call, and the wrong ones."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.data.laws.conftest import folder, library  # noqa: F401
from tests.ends.installation import PASSPORT
from yiwang.base.clock.api import today
from yiwang.business.matters import api as matters
from yiwang.ends.gateway.routes.matter_record import MatterRecord
from yiwang.security.access.api import SYSTEM
from yiwang.support.identity import api as identity

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
NOBODY = "01980000-0000-7000-8000-000000000000"
BASE = f"/matters/{PASSPORT}"


def test_every_matter_of_the_library_passes_as_a_body_unchanged():
    for one in matters.library():
        record = json.loads(json.dumps(matters.to_record(one)))
        assert MatterRecord(**record).model_dump(exclude_unset=True) == record


@pytest.fixture
def desk(sign_in):
    """The library in the tables, and the two people of the police who edit and publish."""
    matters.load_builtin()
    return sign_in("police.reviewer"), sign_in("police.approver")


def changed(editor, **values):
    draft = editor.get(f"{BASE}/draft")
    return editor.put(f"{BASE}/draft", {"lock": draft["lock"], "record": draft["record"] | values})


def test_a_draft_is_saved_published_and_compared(desk, stranger):
    editor, publisher = desk
    (before,) = [one for one in editor.get(f"{BASE}/versions") if one["state"] == "published"]
    draft = changed(editor, contact="0990-8801234")
    assert draft["lock"] == 1 and draft["mine"] and [one["after"] for one in draft["changes"]] == ["0990-8801234"]
    assert publisher.get(f"{BASE}/draft")["record"]["contact"] == "0990-8801234"
    assert stranger.get(BASE)["contact"] != "0990-8801234"
    publisher.post(f"{BASE}/publish", {"lock": 1, "effective_from": str(today() - timedelta(days=1))}, 422)
    done = publisher.post(f"{BASE}/publish", {"lock": 1, "effective_from": str(today())})
    assert done["version"] == 2 and stranger.get(BASE)["contact"] == "0990-8801234"
    pair = f"old={before['id']}&new={done['id']}"
    assert [one["field"] for one in publisher.get(f"{BASE}/diff?{pair}")] == ["contact", "effective_from"]
    publisher.get(f"{BASE}/diff?old={NOBODY}&new={done['id']}", 404)
    publisher.get(f"{BASE}/diff?old=first&new=second", 422)
    publisher.post(f"{BASE}/publish", {"lock": 1}, 404)


def test_a_draft_is_refused_for_what_is_wrong_with_it(desk):
    editor, publisher = desk
    draft = changed(editor, promised_limit="600工作日")
    assert draft["findings"]
    assert publisher.post(f"{BASE}/publish", {"lock": draft["lock"]}, 422)["code"] == "draft_has_findings"
    assert editor.put(f"{BASE}/draft", {"lock": 0, "record": draft["record"]}, 409)["code"] == "stale_draft"
    wrong = {"materials": "none", "fees": [{"name": 5}], "name": "a\x00b", "extra": [], "result": None}
    for name, value in wrong.items():
        editor.put(f"{BASE}/draft", {"lock": 1, "record": draft["record"] | {name: value}}, 422)
    editor.put(f"{BASE}/draft", {"lock": "last", "record": {}}, 422)
    editor.put(f"{BASE}/draft", {"lock": 1, "record": []}, 422)
    publisher.post(f"{BASE}/publish", {}, 422)
    editor.get("/matters/nothing/draft", 404)
    editor.get("/matters/nothing/versions", 404)


def test_a_matter_is_suspended_resumed_and_cancelled(desk, stranger):
    publisher = desk[1]
    publisher.post(f"{BASE}/suspend", {"reason": " "}, 422)
    publisher.post(f"{BASE}/suspend", {}, 422)
    assert publisher.post(f"{BASE}/suspend", {"reason": "系统升级"})["state"] == "suspended"
    assert publisher.post(f"{BASE}/resume")["state"] == "in_use"
    assert publisher.post(f"{BASE}/cancel", {"reason": "法律修改"})["state"] == "cancelled"
    publisher.post(f"{BASE}/resume", {}, 422)
    stranger.get(BASE, 404)


READ = ["/draft", "/versions", f"/diff?old={NOBODY}&new={NOBODY}"]
EDIT = {"lock": 0, "record": {}}


def test_the_desk_is_closed_to_others(desk, stranger, sign_in):
    editor, publisher = desk
    for caller, status in ((stranger, 401), (sign_in("retiree"), 403), (sign_in("fire.clerk"), 403), (sign_in("fire.reviewer"), 403)):
        for path in READ:
            caller.get(BASE + path, status)
        caller.put(f"{BASE}/draft", EDIT, status)
        for step in ("publish", "suspend", "resume", "cancel"):
            caller.post(f"{BASE}/{step}", {"lock": 0, "reason": "x"}, status)
    for step in ("publish", "suspend", "resume", "cancel"):
        editor.post(f"{BASE}/{step}", {"lock": 0, "reason": "x"}, 403)
        sign_in("fire.approver").post(f"{BASE}/{step}", {"lock": 0, "reason": "x"}, 403)
    publisher.put(f"{BASE}/draft", EDIT, 403)
    own = matters.draft(PASSPORT, actor=SYSTEM).record
    sign_in("fire.reviewer").put(f"{BASE}/draft", {"lock": 0, "record": own | {"department": "fire"}}, 403)
    for caller, status in ((stranger, 401), (sign_in("retiree"), 403)):
        caller.get("/matters/export/json", status)
        caller.post("/matters/import", {}, status)
    publisher.post("/matters/import", {}, 403)


def test_what_is_exported_is_imported_again(desk, client):
    editor = desk[0]

    def load(name, data):
        return client.post("/api/v1/matters/import", {"file": SimpleUploadedFile(name, data)}, **editor.headers)

    whole = editor.get("/matters/export/json")
    (own,) = [one for one in whole["matters"] if one["short"] == PASSPORT]
    report = load("m.json", json.dumps({"matters": [own | {"contact": "0990-8801234"}, {"department": "police"}]}).encode()).json()
    assert [row["outcome"] for row in report["rows"]] == ["updated", "refused"] and report["rows"][1]["findings"]
    assert editor.get(f"{BASE}/draft")["record"]["contact"] == "0990-8801234"
    assert editor.get("/matters/export/xlsx").content[:2] == b"PK" and editor.get("/matters/export/csv").content
    editor.get("/matters/export/pdf", 422)
    assert load("m.json", b"no json").status_code == load("m.pdf", b"%PDF").status_code == 422
    editor.post("/matters/import", {}, 422)


def test_a_delegation_is_granted_used_and_revoked(sign_in, stranger, people):
    mother, agent = sign_in("newborn_mother"), sign_in("retiree")
    body = {
        "agent_id_number": people["retiree"].id_number,
        "agent_name": "周建国",
        "scope": [PASSPORT],
        "until": str(today()),
        "consent": "我同意",
    }
    made = mother.post("/delegations", body, 201)
    assert made["in_force"] and made["scope"] == [PASSPORT]
    assert [one["id"] for one in agent.get("/delegations")] == [made["id"]]
    grantor = f"person:{made['grantor']['key']}"
    assert sign_in("retiree", HTTP_X_ACTING_FOR=grantor).get("/me")["acting_for"] == made["grantor"]
    sign_in("retiree", HTTP_X_ACTING_FOR=grantor).post("/delegations", body, 422)
    mother.post("/delegations", body | {"until": str(today() - timedelta(days=1))}, 422)
    mother.post("/delegations", body | {"agent_id_number": "1"}, 422)
    mother.post("/delegations", body | {"scope": ["nothing"]}, 404)
    mother.post("/delegations", body | {"scope": []}, 422)
    mother.post("/delegations", {}, 422)
    revoke = f"/delegations/{made['id']}/revoke"
    stranger.post(revoke, {}, 401)
    sign_in("stale").post(revoke, {}, 404)
    sign_in("police.clerk").post(revoke, {}, 403)
    assert sign_in("stale").get("/delegations") == []
    assert not mother.post(revoke)["in_force"]
    sign_in("retiree", HTTP_X_ACTING_FOR=grantor).get("/me", 403)
    for caller, status in ((stranger, 401), (sign_in("police.clerk"), 403)):
        caller.get("/delegations", status)
        caller.post("/delegations", body, status)


def test_only_the_legal_representative_links_a_company(sign_in, stranger, people):
    identity.agree_sources()
    code = people["restaurant_owner"].keys["company"].removeprefix("company:")
    owner = sign_in("restaurant_owner")
    assert owner.post("/companies", {"credit_code": code}, 201)["subject"] == {"kind": "company", "key": code}
    assert [one["subject"]["key"] for one in owner.get("/companies")] == [code]
    owner.post("/companies", {"credit_code": "91330000000000000X"}, 422)
    owner.post("/companies", {}, 422)
    sign_in("retiree").post("/companies", {"credit_code": code}, 403)
    assert sign_in("retiree").get("/companies") == []
    for caller, status in ((stranger, 401), (sign_in("police.clerk"), 403)):
        caller.get("/companies", status)
        caller.post("/companies", {"credit_code": code}, status)


def test_the_law_is_read_by_anyone(stranger, library):  # noqa: F811
    found = stranger.get("/laws?q=试点服务")
    law = next(one for one in found["laws"] if one["title"].endswith("试点服务法"))
    assert any(one["label"] == "第三条" for one in stranger.get("/laws?q=申请复议")["articles"])
    assert len(stranger.get("/laws?q=试点&limit=1")["laws"]) == 1
    assert stranger.get("/laws?q=")["laws"] == []
    told = stranger.get(f"/laws/{law['id']}")
    assert len(told["versions"]) == 2 and told["versions"][0]["in_force_from"]
    article = stranger.get("/articles?title=试点服务法&number=三&on=2021-01-01")
    assert article["label"] == "第三条" and article["version"] == "2020-08-08"
    assert stranger.get("/articles?title=试点服务法&number=3")["label"] == "第三条"
    stranger.get("/laws", 422)
    stranger.get("/laws/first", 422)
    stranger.get(f"/laws/{NOBODY}", 404)
    stranger.get("/articles?title=没有的法&number=1", 404)
    stranger.get("/articles?title=试点服务法&number=999", 404)
    for number in ("x", "9" * 16, "9" * 6000):
        stranger.get(f"/articles?title=试点服务法&number={number}", 422)
    stranger.get("/articles?title=试点服务法&number=第九十九万条之九", 422)
    assert stranger.get("/articles?title=试点服务法&number=第3条")["label"] == "第三条"
    stranger.get("/articles?title=试点服务法&number=1&on=today", 422)
