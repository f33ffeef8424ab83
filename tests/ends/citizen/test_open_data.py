"""数据开放 on the citizen's pages, on the desk, by CKAN's action API and by our own."""

import io
import json
import zipfile

import pytest
from django.conf import settings
from django.test import Client

from tests.data.opening.conftest import officer, open_set
from yiwang.data.opening import api as opening
from yiwang.data.opening import definitions
from yiwang.data.opening.models import Offer, Release, Voice
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def sets(db, city):
    return [open_set(code) for code in ("parks", "bus-stops", "companies-by-industry")]


def desk(who):
    identity.build_staff(password="Yunting-2026")
    client = Client()
    client.force_login(Account.objects.get(username=who), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


@pytest.mark.parametrize("cookies", [{}, {"elder": "1"}, {"yiwang_language": "en"}], ids=["normal", "elder", "english"])
def test_everybody_finds_reads_and_downloads(sets, cookies):
    client = Client()
    client.cookies.load(cookies)
    assert "bus-stops" in text(client.get("/data?q=无障碍"))
    assert "bus-stops" not in text(client.get("/data?theme=environment"))
    page = text(client.get("/data/parks"))
    assert "<svg" in page and "datastore_search" in page and "park_no" in page
    assert '<svg class="chart map"' not in text(client.get("/data/companies-by-industry"))
    assert client.get("/data/parks/files/1.csv")["Content-Disposition"].endswith('"parks-v1.csv"')
    for address in (
        "/data/parks/files/1.exe",
        "/data/parks/files/2.csv",
        "/data/births-by-year",
        "/data/parks?v=9",
        "/data/births-by-year/feedback",
    ):
        text(client.get(address), 404)
    for address in ("/data/cart", "/data/requests", "/data/gallery", "/data/social", "/data/licences", "/data/parks/feedback"):
        text(client.get(address))


def test_the_cart_becomes_a_zip(sets):
    client = Client()
    assert client.post("/data/cart/change", {"act": "add", "code": "parks"}).status_code == 302
    client.post("/data/cart/change", {"act": "add", "code": "bus-stops"})
    assert client.post("/data/cart/change", {"act": "add", "code": "births-by-year"}).status_code == 404
    page = text(client.get("/data/cart"))
    assert 'value="parks"' in page and 'value="bus-stops"' in page
    answer = client.get("/data/cart?get=1&set=parks&set=bus-stops&form=csv&form=xlsx")
    assert answer.status_code == 200 and len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 5
    text(client.get("/data/cart?get=1&set=parks"), 422)
    text(client.get("/data/cart?get=1&set=births-by-year&form=csv"), 404)
    client.post("/data/cart/change", {"act": "empty"})
    assert 'value="parks"' not in text(client.get("/data/cart"))


def test_a_changed_version_shows_what_changed(sets, monkeypatch):
    from yiwang.data.opening import making

    rows = [{**row, "open_hours": "全天"} for row in definitions.invented("parks")]
    monkeypatch.setattr(making, "invented", lambda name: rows)
    open_set("parks")
    page = text(Client().get("/data/parks"))
    assert "<del>06:00-22:00</del>" in page and "<ins><strong>全天</strong></ins>" in page
    assert "历史版本" in text(Client().get("/data/parks?v=1"))


def test_feedback_goes_to_the_desk_and_comes_back(sets, browser):
    visitor = Client()
    assert visitor.post("/data/parks/feedback", {"title": "a", "text": "b"}).status_code in (302, 401)
    parent = browser("school_parent")
    text(parent.post("/data/parks/feedback", {"title": "只有标题", "text": ""}), 422)
    assert parent.post("/data/parks/feedback", {"title": "少一个公园", "text": "云台公园没有"}).status_code == 302
    assert "少一个公园" in text(parent.get("/data/parks/feedback"))
    assert "少一个公园" not in text(Client().get("/data/parks/feedback"))
    assert "少一个公园" not in text(desk("market.data").get("/office/opening"))
    office = desk("urban.data")
    assert "少一个公园" in text(office.get("/office/opening"))
    assert office.post(f"/office/opening/voices/{Voice.objects.get().id}", {"answer": "已补充"}).status_code == 302
    assert "已补充" in text(Client().get("/data/parks/feedback"))
    assert parent.post("/data/requests", {"title": "停车场", "text": "导航"}).status_code == 302


def test_the_gallery_and_social_data_are_moderated(sets, browser, town):
    parent = browser("school_parent")
    text(parent.post("/data/gallery", {"title": "地图", "text": "x", "address": "javascript:1"}), 422)
    assert (
        parent.post("/data/gallery", {"title": "公园地图", "text": "x", "address": "https://a.example", "set": "parks"}).status_code == 302
    )
    assert "公园地图" not in text(Client().get("/data/gallery"))
    office = desk("data.data")
    offer = Offer.objects.get()
    assert "公园地图" in text(office.get("/office/opening/offers"))
    text(office.post("/office/opening/offers", {"offer": str(offer.id), "act": "refuse"}), 422)
    assert office.post("/office/opening/offers", {"offer": str(offer.id), "act": "show"}).status_code == 302
    assert "公园地图" in text(Client().get("/data/gallery"))
    assert desk("urban.data").get("/office/opening/offers").status_code == 403
    file = io.BytesIO("站点,数量\n01,5\n".encode())
    file.name = "a.csv"
    text(parent.post("/data/social", {"title": "单车", "text": "y", "file": file}), 403)


def test_keys_are_shown_once(browser):
    parent = browser("school_parent")
    page = text(parent.post("/data/keys", {"name": "研究"}))
    assert "yw_" in page
    key = opening.keys_of(identity.actor_of(Account.objects.get(username="school_parent")))[0]
    assert page.count(key.head) >= 1 and text(parent.get("/data/keys")).count("yw_") == 1
    assert parent.post("/data/keys", {"revoke": str(key.id)}).status_code == 302
    assert Client().get("/data/keys").status_code == 302


def test_the_desk_makes_checks_approves_and_opens(city):
    maker, second = desk("urban.data"), desk("urban.approver")
    made = maker.post("/office/opening/sets/parks")["Location"]
    assert "排队生成" in text(maker.get(made)) and "刷新看看" in text(maker.get(made))
    assert opening.make_asked() == 1
    assert "开放前检查" in text(maker.get(made))
    assert second.post(made, {"act": "check", "lock": "2"}).status_code == 422
    assert maker.post(made, {"act": "check", "lock": "2"}).status_code == 302
    assert "没有发现问题" in text(maker.get(made))
    text(maker.post(made, {"act": "approve", "lock": "3"}), 422)
    assert second.post(made, {"act": "approve", "lock": "3"}).status_code == 302
    text(maker.post(made, {"act": "open", "lock": "1"}), 422)
    assert maker.post(made, {"act": "open", "lock": "4"}).status_code == 302
    assert Release.objects.get().state == "open"
    text(maker.post(made, {"act": "withdraw", "lock": "5"}), 422)
    assert "parks" in text(maker.get("/office/opening")) and text(maker.get("/office/opening/sets/parks"))
    for stranger in (desk("market.data"), desk("urban.clerk"), Client()):
        assert stranger.get(made).status_code in (302, 403)
        assert stranger.post("/office/opening/sets/parks").status_code in (302, 401, 403)
    english = desk("urban.data")
    english.cookies.load({"yiwang_language": "en"})
    assert "Check before opening" in text(english.get(made))


def ckan(client, name, body=None, status=200, **headers):
    if body is None:
        answer = client.get(f"/api/3/action/{name}", **headers)
    else:
        answer = client.post(f"/api/action/{name}", json.dumps(body), content_type="application/json", **headers)
    assert answer.status_code == status, answer.content.decode()[:500]
    return json.loads(answer.content)


def test_ckans_actions_and_their_refusals(sets):
    client = Client(enforce_csrf_checks=True)
    assert ckan(client, "package_list")["result"] == ["bus-stops", "companies-by-industry", "parks"]
    assert ckan(client, "package_search?q=parks&rows=1")["result"]["count"] == 1
    assert (
        ckan(client, "package_search", {"q": "*:*", "fq": "organization:market"})["result"]["results"][0]["name"] == "companies-by-industry"
    )
    found = ckan(
        client, "datastore_search", {"resource_id": "parks-csv", "filters": {"district": "河东区"}, "limit": 2, "offset": 1, "q": "公园"}
    )
    assert len(found["result"]["records"]) == 2 and found["result"]["total"] > 2
    assert ckan(client, 'datastore_search?resource_id=parks-json&filters={"park_no":"P001"}')["result"]["total"] == 1
    assert ckan(client, "package_show", {"id": "births-by-year"}, 404)["error"]["__type"] == "Not Found Error"
    ckan(client, "resource_show?id=births-by-year-csv", status=404)
    ckan(client, "datastore_search?resource_id=births-by-year-csv", status=404)
    ckan(client, "datastore_search?resource_id=parks-exe", status=404)
    ckan(client, "package_delete", {"id": "parks"}, 404)
    for wrong in (
        {},
        {"resource_id": "parks-csv", "limit": "x"},
        {"resource_id": "parks-csv", "filters": {"x": 1}},
        {"resource_id": "parks-csv", "filters": "["},
    ):
        assert ckan(client, "datastore_search", wrong, 409)["error"]["__type"] == "Validation Error"
    ckan(client, "package_list", [1], 409)
    ckan(client, "package_list", status=403, HTTP_AUTHORIZATION="nonsense")
    for name in ("organization_list", "group_list", "tag_list", "license_list", "status_show", "site_read", "resource_show?id=parks-csv"):
        assert ckan(client, name)["success"]


def test_too_many_calls_are_told_when_to_come_back(sets, monkeypatch):
    monkeypatch.setitem(definitions.words()["quotas"], "anonymous", 1)
    ckan(Client(), "package_list")
    answer = Client().get("/api/3/action/package_list")
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
    assert "密钥" in json.loads(answer.content)["error"]["message"]
    assert Client().get("/api/v1/open-data/parks/rows").status_code == 429


@pytest.mark.filterwarnings("ignore")
def test_the_real_ckanapi_works_unmodified(transactional_db, city, live_server):
    ckanapi = pytest.importorskip("ckanapi")
    open_set("parks")
    open_set("companies-by-industry")
    with ckanapi.RemoteCKAN(live_server.url) as portal:
        assert portal.action.package_list() == ["companies-by-industry", "parks"]
        assert portal.action.package_search(q="公园")["results"][0]["name"] == "parks"
        package = portal.action.package_show(id="parks")
        resource = portal.action.resource_show(id=package["resources"][0]["id"])
        assert resource["url"].startswith(live_server.url)
        found = portal.action.datastore_search(resource_id=resource["id"], filters={"district": "河东区"}, limit=3, offset=1, q="公园")
        assert len(found["records"]) == 3 and {row["district"] for row in found["records"]} == {"河东区"}
        with pytest.raises(ckanapi.NotFound):
            portal.action.package_show(id="births-by-year")
        with pytest.raises(ckanapi.ValidationError):
            portal.action.datastore_search(resource_id=resource["id"], filters={"nothing": 1})
    with ckanapi.RemoteCKAN(live_server.url, get_only=True) as portal:
        assert len(portal.action.package_list()) == 2


def test_our_own_api(sets, browser):
    client = Client()
    assert json.loads(client.get("/api/v1/open-data?q=parks").content)["total"] == 1
    assert json.loads(client.get("/api/v1/open-data/parks").content)["line"]["code"] == "parks"
    rows = json.loads(client.get('/api/v1/open-data/parks/rows?filters={"district":"河东区"}&limit=1').content)
    assert len(rows["rows"]) == 1 and rows["total"] > 1
    assert client.get("/api/v1/open-data/parks/rows?filters=[").status_code == 422
    assert client.get("/api/v1/open-data/parks/files/parquet").content[:4] == b"PAR1"
    assert client.get("/api/v1/open-data-bundle?codes=parks,bus-stops&forms=csv").content[:2] == b"PK"
    for address in ("parks/feedback", "births-by-year", "births-by-year/rows", "births-by-year/files/csv"):
        assert client.get(f"/api/v1/open-data/{address}").status_code == (200 if address == "parks/feedback" else 404)
    for address in ("open-data-requests", "open-data-gallery", "open-data-social"):
        assert client.get(f"/api/v1/{address}").status_code == 200
        assert client.post(f"/api/v1/{address}", "{}", content_type="application/json").status_code == 401
    assert client.get("/api/v1/open-data-keys").status_code == 401
    assert client.get("/api/v1/open-data-desk/sets").status_code == 401
    assert browser("school_parent").get("/api/v1/open-data-desk/sets").status_code == 403
    assert len(json.loads(desk("urban.data").get("/api/v1/open-data-desk/sets").content)) == 1


def test_feeds_answer(sets):
    client = Client()
    assert "dcat:Catalog" in text(client.get("/data/feed.ttl")) and "births-by-year" not in text(client.get("/data/feed.ttl"))
    assert json.loads(text(client.get("/data/feed.jsonld")))["@context"]
    assert officer("urban").department == "urban"
