"""Legal bases open the article in force on the day; the desk sees what became of what it cites, and sets dated values."""

from datetime import timedelta

import pytest

from tests.data.laws.conftest import OLD
from tests.ends.installation import city, people  # noqa: F401
from yiwang.base.clock.api import today
from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def held(db, tmp_path):
    path = tmp_path / "试点服务法(2010-03-01).md"
    path.write_text(OLD, encoding="utf-8")
    laws.import_laws(path, actor=SYSTEM)


def test_a_citation_opens_the_words_of_its_day(client, held):
    page = client.get("/laws/cited", {"q": "试点服务法 第二条第一款第二项", "on": "2015-05-05"}).content.decode()
    assert "居住证明" in page and "2015-05-05" in page and "#第二条" in page
    early = client.get("/laws/cited", {"q": "试点服务法 第二条", "on": "2009-01-01"}).content.decode()
    assert "居住证明" not in early and "notice warn" in early
    for odd in ({}, {"q": "", "on": "x"}, {"q": "第" * 400}, {"q": "国办发〔2020〕42号"}, {"q": "<b>"}):
        assert client.get("/laws/cited", odd).status_code == 200


def test_the_law_of_a_day_is_chosen(client, held):
    law = laws.find_law("试点服务法")
    assert client.get(f"/laws/{law.id}", {"on": "2012-01-01"}).status_code == 200
    assert client.get("/api/v1/citations", {"q": "试点服务法第三条"}).json()[0]["text"].startswith("监督机关")


def test_strangers_do_not_see_the_desk(client, db):
    for path in ("/office/laws", "/office/laws/parameters", "/office/laws/parameters/elder.age"):
        assert client.get(path).status_code in (302, 401, 403)


def test_our_citations_are_known_by_department(db):
    ours = laws.our_citations()
    assert {one.department for one in ours} >= {"civil", "health", "hrss"}
    assert all(one.department == "hrss" for one in laws.our_citations(department="hrss"))
    checked = laws.check_citations(ours, on=today() + timedelta(days=1))
    assert checked.references >= len(ours) and {flag.kind for flag in checked.flags} <= set(laws.FLAGS)


def test_a_data_officer_sets_a_value_and_others_read_it(client, people):  # noqa: F811
    address, begin = "/office/laws/parameters/high_age_allowance.age", today() + timedelta(days=10)
    typed = {"value": "75", "valid_from": begin.isoformat(), "valid_to": "", "source": "云汀市民政局通知"}
    client.force_login(Account.objects.get(username="civil.clerk"))
    assert client.get("/office/laws").status_code == client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 403
    client.force_login(Account.objects.get(username="civil.data"))
    for wrong in ({"value": "abc"}, {"valid_from": ""}, {"valid_from": "明天"}, {"source": " "}, {"valid_to": "2000-01-01"}):
        answer = client.post(address, {**typed, **wrong})
        assert answer.status_code in (400, 422), wrong
        assert wrong.get("value", "75") in answer.content.decode(), wrong
    assert client.post(address, typed).status_code == 302
    assert laws.parameter("high_age_allowance.age", on=begin).plain == 75
    assert laws.parameter("high_age_allowance.age", on=begin - timedelta(days=1)).plain == 80
    assert "75" in client.get(address).content.decode()
