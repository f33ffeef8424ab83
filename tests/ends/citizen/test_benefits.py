"""免申即享 on the citizen's pages and on the desk: who sees what, and what a click does."""

from datetime import date

import pytest
from django.test import Client

from yiwang.base.clock.api import today
from yiwang.business.benefits import api as benefits
from yiwang.business.benefits.models import AwardRow, ListRow
from yiwang.data.registers import queries
from yiwang.security.access.api import SYSTEM
from yiwang.standards.identifiers import id_card
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account

ELDER = id_card.make("990102", date(1940, 3, 4), 954)
pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def award(mother):
    """A told award whose recipient is made the mother, whatever the city holds."""
    benefits.agree_sources()
    with queries.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers.person (id_number, name, sex, birth_date, domicile_division) VALUES (%s, '高寿', '1', '1940-03-04', '990102001')",
            [ELDER],
        )
    benefits.run("high_age", actor=SYSTEM)
    row = AwardRow.objects.get(state="told", recipient=f"person:{ELDER}")
    row.recipient = str(identity.actor_of(identity_of("newborn_mother")).subject)
    row.save()
    return row


def identity_of(name):
    return Account.objects.get(username=name)


def test_found_confirmed_and_nobody_elses(award, mother, browser):
    assert "我的待遇" in mother.get("/me").content.decode()
    assert "高龄津贴" in mother.get("/benefits").content.decode()
    address = f"/benefits/{award.id}"
    page = mother.get(address)
    assert page.status_code == 200 and "为什么是我" in page.content.decode()
    assert browser("school_parent").get(address).status_code == 404
    assert browser("school_parent").post(address, {"act": "confirm"}).status_code == 404
    assert Client().get(address).status_code == 302
    assert mother.post(address, {"act": "confirm", "version": "1"}).status_code == 409
    assert mother.post(address, {"act": "confirm", "version": str(award.version)}).status_code == 302
    assert AwardRow.objects.get(id=award.id).state == "confirmed"
    wrong = mother.post(address, {"act": "correct", "name": "birth_date", "claimed": "错", "reason": "出生证"})
    assert wrong.status_code in (403, 422) and "出生证" in wrong.content.decode()


@pytest.mark.parametrize("cookies", [{}, {"elder": "1"}, {"yiwang_language": "en"}], ids=["normal", "elder", "english"])
def test_why_not_me(browser, cookies):
    benefits.agree_sources()
    client = browser("newborn_mother", **cookies)
    for code in ("high_age", "child", "disability", "unemployment"):
        page = client.get(f"/benefits/why/{code}")
        assert page.status_code == 200 and page.content.decode().count("<h1") == 1, code
    assert "/corrections/new?item=" in client.get("/benefits/why/high_age").content.decode()
    assert client.get("/benefits/why/none").status_code == 404


def desk_of(department, suffix):
    client = Client()
    client.force_login(identity_of(f"{department}.{suffix}"))
    return client


def test_the_desk_from_run_to_receipts(award, mother, town_staff):
    mother.post(f"/benefits/{award.id}", {"act": "confirm", "version": str(award.version)})
    maker, second, other = desk_of("civil", "reviewer"), desk_of("civil", "approver"), desk_of("market", "reviewer")
    assert maker.get("/office/benefits?state=confirmed").status_code == 200
    assert maker.post("/office/benefits/run/high_age").status_code == 302
    assert maker.post("/office/benefits/lists", {"month": benefits_month()}).status_code == 302
    row = ListRow.objects.get()
    address = f"/office/benefits/lists/{row.id}"
    assert maker.get(address).status_code == 200 and other.get(address).status_code == 404
    assert maker.post(f"{address}/decide", {"act": "approve"}).status_code == 403
    assert "第二人审批" in second.get(address).content.decode()
    second.post(f"{address}/decide", {"act": "approve"})
    assert ListRow.objects.get().state == "approved"
    assert maker.get(f"{address}/bank", {"bank": row.payments.first().bank}).status_code == 200
    assert maker.post("/office/benefits/recheck", follow=True).status_code == 200
    assert "吕德福" in maker.get("/office/benefits/findings").content.decode()
    answer = maker.post("/office/benefits/rehearse/high_age", {"age": "75"})
    assert answer.status_code == 200 and "<svg" in answer.content.decode()
    assert maker.post("/office/benefits/rehearse/high_age", {"age": "x"}).status_code == 422
    assert mother.get("/office/benefits").status_code in (302, 403)


@pytest.fixture
def town_staff(db):
    identity.build_staff(password="Yunting-2026")


def benefits_month():
    return f"{today():%Y-%m}"
