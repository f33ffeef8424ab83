"""Each page renders for the right person, sends the anonymous to sign in, and does not exist for a stranger."""

import pytest
from django.test import Client

from tests.ends.citizen.walking import text_of, walk
from yiwang.business.cases import api as cases
from yiwang.business.life_events import api as life_events
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account
from yiwang.support.licences import api as licences
from yiwang.support.notices import api as notices

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

PUBLIC = (
    "/", "/search", "/search?q=生娃上户口", "/search?q=qqqqzzzz", "/matters", "/matters?theme=户籍办理", "/matters/newborn.household_registration",
    "/matters/restaurant.food_permit", "/life-events", "/life-events/newborn", "/life-events/utilities", "/verify", "/login", "/password", "/help",
    "/accessibility", "/privacy",
)  # fmt: skip
OWN = (
    "/mine", "/licences", "/messages", "/messages/preferences", "/me", "/me/delegations", "/me/company", "/diary", "/corrections",
    "/life-events/newborn/questions", "/matters/police.household_transfer/apply",
)  # fmt: skip
VERSIONS = [{}, {"elder": "1"}, {"yiwang_language": "en"}]


@pytest.mark.parametrize("cookies", VERSIONS, ids=["normal", "elder", "english"])
def test_public_pages(db, city, cookies):
    client = Client()
    client.cookies.load(cookies)
    for address in PUBLIC:
        response = client.get(address)
        assert response.status_code == 200, address
        html = response.content.decode()
        assert html.count("<h1") == 1 and 'class="skip"' in html and 'name="description"' in html, address
        assert f'<html lang="{"en" if cookies.get("yiwang_language") else "zh-CN"}"' in html, address
        assert "12345" in html, f"help is in the same place on every page: {address}"


@pytest.mark.parametrize("cookies", VERSIONS, ids=["normal", "elder", "english"])
def test_own_pages(browser, cookies):
    client = browser("newborn_mother", **cookies)
    for address in OWN:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        assert response.content.decode().count("<h1") == 1, address


def test_the_anonymous_is_sent_to_sign_in_and_back(db):
    for address in OWN:
        response = Client().get(address)
        assert response.status_code == 302 and response["Location"] == f"/login?next={address}"


def test_unknown_pages_say_what_to_do(db):
    for address in ("/nope", "/matters/none.such", "/life-events/none", "/verify/none"):
        response = Client().get(address)
        assert response.status_code == 404, address
        assert "12345" in response.content.decode()


def test_what_is_not_mine_does_not_exist(mother, stranger, browser):
    receipt, _ = walk(mother)
    assert receipt.status_code == 200
    actor = identity.actor_of(Account.objects.get(username="newborn_mother"))
    event = life_events.mine(actor)[0]
    case = cases.of_life_event(event.id, actor=actor)[0]
    document = next(one for row in cases.of_life_event(event.id, actor=actor) for one in cases.get(row.id, actor=actor).documents)
    licence = licences.held(actor)[0]
    notice = notices.inbox(actor).rows
    own = [
        f"/mine/life-events/{event.id}",
        f"/mine/life-events/{event.id}/withdraw",
        f"/mine/cases/{case.id}",
        f"/mine/cases/{case.id}/withdraw",
        f"/mine/cases/{case.id}/rating",
        f"/licences/{licence.id}",
        *(f"/messages/{one.id}" for one in notice[:1]),
    ]
    for address in own:
        assert mother.get(address).status_code == 200, address
        assert stranger.get(address).status_code == 404, address
        assert Client().get(address).status_code == 302, address
    holder = next(row for row in cases.of_life_event(event.id, actor=actor) if cases.get(row.id, actor=actor).documents)
    address = f"/mine/cases/{holder.id}/documents/{document.id}"
    assert mother.get(address).status_code == 200 and stranger.get(address).status_code == 404
    posts = [f"/mine/life-events/{event.id}/withdraw", f"/mine/cases/{case.id}/withdraw", f"/licences/{licence.id}/present"]
    for address in posts:
        assert stranger.post(address).status_code == 404, address


def test_the_other_parent_sees_that_it_is_under_way_but_not_the_case(mother, browser):
    walk(mother)
    father = browser("newborn_father")
    response = father.get("/life-events/newborn")
    assert response.status_code == 200
    assert "林小满" not in text_of(father.get("/mine"))


def test_forms_need_their_token(db):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login", {"username": "newborn_mother", "password": "x"})
    assert response.status_code == 403 and "刷新" in response.content.decode()


def test_guide_narrows_by_answers(db):
    before = text_of(Client().get("/matters/newborn.household_registration"))
    after = Client().get("/matters/newborn.household_registration?household_follow=mother&nonsense=1")
    assert after.status_code == 200 and "checked" in after.content.decode()
    assert "出生医学证明" in before and "出生医学证明" in text_of(after)


def test_search_leads_to_the_matter_and_the_life_event(db):
    html = Client().get("/search?q=生娃上户口").content.decode()
    assert "/matters/newborn.household_registration" in html
    assert "/life-events/newborn" in Client().get("/search?q=宝宝出生").content.decode()
    assert "按主题找" in Client().get("/search?q=qqqqzzzz").content.decode()


def test_typed_words_come_back_escaped(db):
    html = Client().get("/search?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in html
