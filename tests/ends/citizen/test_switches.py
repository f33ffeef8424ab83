"""Signing in and out, the lock, language, simple version, acting for others, licences shown and checked."""

import re

import pytest
from django.test import Client

from tests.ends.citizen.conftest import PASSWORD
from tests.ends.citizen.walking import main_form, text_of
from yiwang.business.life_events import api as life_events
from yiwang.business.matters import api as matters
from yiwang.ends.citizen import running
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account
from yiwang.support.licences import api as licences

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_sign_in_leads_back_and_out(town):
    client = Client()
    response = client.post("/login", {"username": "newborn_mother", "password": PASSWORD, "next": "/diary"})
    assert response.status_code == 302 and response["Location"] == "/diary"
    assert client.get("/me").status_code == 200
    assert client.post("/logout")["Location"] == "/"
    assert client.get("/me").status_code == 302


def test_sign_in_never_leads_elsewhere(town):
    client = Client()
    response = client.post("/login", {"username": "newborn_mother", "password": PASSWORD, "next": "https://example.org/"})
    assert response["Location"] == "/"


def test_the_lock_is_said_clearly_and_the_name_is_kept(town):
    client = Client()
    for _ in range(4):
        response = client.post("/login", {"username": "newborn_mother", "password": "wrong"})
        assert response.status_code == 401 and 'value="newborn_mother"' in response.content.decode()
    response = client.post("/login", {"username": "newborn_mother", "password": "wrong"})
    assert response.status_code == 429 and "锁定" in text_of(response)
    assert client.post("/login", {"username": "newborn_mother", "password": PASSWORD}).status_code == 429


def test_accounts_are_shown_only_in_the_demonstration_city(town, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path
    assert "演示账号" not in text_of(Client().get("/login"))
    (tmp_path / "accounts.json").write_text(
        '{"password": "p-1", "citizens": [{"username": "newborn_mother", "name": "林", "who": "newborn_mother", "company": "C-1"}], "staff": []}'
    )
    settings.YIWANG_DEMO = True
    assert "p-1" in (page := text_of(Client().get("/login"))) and "C-1" in page
    settings.YIWANG_DEMO = False
    assert "p-1" not in text_of(Client().get("/login"))


def test_language_and_simple_version_are_kept_with_the_account(mother):
    response = mother.post("/preferences", {"elder": "1", "next": "/me"})
    assert response["Location"] == "/me" and mother.cookies["elder"].value == "1"
    mother.post("/preferences", {"language": "en"})
    account = Account.objects.get(username="newborn_mother")
    assert account.elder_mode and account.language == "en"
    assert 'class="elder"' in mother.get("/").content.decode()
    fresh = Client()
    fresh.post("/login", {"username": "newborn_mother", "password": PASSWORD})
    html = fresh.get("/").content.decode()
    assert 'class="elder"' in html and 'lang="en"' in html
    mother.post("/preferences", {"language": "xx"})
    assert Account.objects.get(username="newborn_mother").language == "en"


def test_the_browser_language_does_not_half_translate_a_page(db):
    assert 'lang="zh-CN"' in Client().get("/", HTTP_ACCEPT_LANGUAGE="en-US").content.decode()


def test_a_relative_is_trusted_acts_and_is_no_longer_trusted(mother, browser, town):
    form = main_form(mother.get("/me/delegations"))
    data = form["data"] | {
        "agent_name": town["newborn_father"].name,
        "agent_id_number": town["newborn_father"].id_number,
        "scope": "*",
        "until": "",
        "agree": "true",
    }
    wrong = mother.post("/me/delegations", data)
    assert wrong.status_code == 422 and town["newborn_father"].name in wrong.content.decode()
    from yiwang.base.clock.api import today

    assert mother.post("/me/delegations", data | {"until": today().isoformat()}).status_code == 302
    father = browser("newborn_father")
    page = father.get("/me").content.decode()
    subject = re.search(r'name="subject" value="(person:[^"]+)"', page).group(1)
    assert father.post("/me/act-for", {"subject": subject}).status_code == 302
    assert town["newborn_mother"].name in text_of(father.get("/me"))
    stranger = browser("school_parent")
    assert stranger.post("/me/act-for", {"subject": subject}).status_code == 403
    given = identity.delegations(identity.actor_of(Account.objects.get(username="newborn_mother")))[0]
    assert mother.post(f"/me/delegations/{given.id}/revoke").status_code == 302
    assert "正在代" not in text_of(father.get("/me"))


def test_a_legal_representative_acts_for_the_company(browser, town):
    owner = browser("restaurant_owner")
    code = town["restaurant_owner"].keys.get("company", "").removeprefix("company:")
    assert owner.post("/me/company", {"credit_code": "91330000000000000X"}).status_code == 422
    response = owner.post("/me/company", {"credit_code": code}, follow=True)
    assert response.status_code == 200 and "代办" in text_of(response)
    assert browser("newborn_mother").post("/me/company", {"credit_code": code}).status_code == 422


def test_what_companies_apply_for_shows_a_person_the_way(browser, town):
    owner = browser("restaurant_owner")
    code = next(one.code for one in life_events.definitions() if one.complete and one.subject_kind == "company")
    short = next(one.short for one in matters.listing() if matters.described(one.short).subject_kind == "company" and one.online)
    for path in (f"/life-events/{code}", f"/matters/{short}"):
        assert 'href="/me/company"' in owner.get(path).content.decode()
    company = f"company:{town['restaurant_owner'].keys['company']}"
    for path in (f"/life-events/{code}/questions", f"/matters/{short}/apply"):
        refused = owner.get(path)
        assert refused.status_code == 403 and 'href="/me/company"' in refused.content.decode()
    owner.post("/me/company", {"credit_code": company.removeprefix("company:")})
    owner.post("/me/act-for", {"subject": company})
    assert "请先选择您代表的企业" not in owner.get(f"/matters/{short}/apply", follow=True).content.decode()


def test_the_first_page_of_who_acts_for_a_company_with_something_under_way(browser, town, monkeypatch):
    owner, company = browser("restaurant_owner"), f"company:{town['restaurant_owner'].keys['company']}"
    owner.post("/me/company", {"credit_code": company.removeprefix("company:")})
    owner.post("/me/act-for", {"subject": company})
    seen = []
    monkeypatch.setattr(running, "rows", lambda actor, limit: seen.append(identity.act_for(actor, actor.acting_for)) or [])
    assert owner.get("/").status_code == 200
    assert [str(one.acting_for) for one in seen] == [company]


def test_a_licence_is_shown_for_minutes_with_chosen_fields_and_checked_by_anybody(mother):
    actor = identity.actor_of(Account.objects.get(username="newborn_mother"))
    card = next(one for one in licences.held(actor) if one.kind == "id_card")
    shown = mother.post(f"/licences/{card.id}/present", {"fields": ["姓名"], "minutes": "5"})
    html = shown.content.decode()
    assert shown.status_code == 200 and "<svg" in html and shown["Cache-Control"] == "no-store"
    path = re.search(r"/verify/[\w-]+", html).group()
    seen = Client().get(path)
    assert seen.status_code == 200 and "真实有效" in text_of(seen)
    assert card.data["姓名"] in text_of(seen) and str(card.data["住址"]) not in text_of(seen)
    found = Client().post("/verify", {"number": card.number, "holder": card.holder_name})
    assert found.status_code == 200 and "真实有效" in text_of(found)
    wrong = Client().post("/verify", {"number": card.number, "holder": "某某"})
    assert wrong.status_code == 404 and card.number in wrong.content.decode()


def test_message_preferences_keep_what_must_be_told(mother):
    assert mother.post("/messages/preferences", {}).status_code == 302
    assert "不能关闭" in text_of(mother.get("/messages/preferences"))
    assert mother.post("/messages").status_code == 302


def test_a_password_set_at_the_window_opens_only_its_own_change(town):
    identity.build_staff(password=PASSWORD)
    admin = identity.actor_of(Account.objects.get(username="city.admin"))
    clerk = Account.objects.get(username="police.clerk")
    identity.reset_password(clerk.pk, password="Window-2026", actor=admin)
    client = Client()
    given = client.post("/login", {"username": "police.clerk", "password": "Window-2026", "next": "/office/matters"})
    assert given.status_code == 403 and "只能用一次" in text_of(given) and 'value="/office/matters"' in given.content.decode()
    assert client.get("/office/").status_code == 302
    told = client.post("/api/v1/tokens", {"username": "police.clerk", "password": "Window-2026"}, content_type="application/json")
    assert told.status_code == 403 and told.json()["code"] == "password_given"
    typed = {"username": "police.clerk", "old": "Window-2026", "new": "Only-mine-26", "next": "/office/matters"}
    assert "两次输入的新密码不一样" in text_of(client.post("/password", {**typed, "again": "other"}))
    done = client.post("/password", {**typed, "again": typed["new"]})
    assert done.status_code == 302 and done["Location"] == "/office/matters" and client.get("/office/").status_code == 200
