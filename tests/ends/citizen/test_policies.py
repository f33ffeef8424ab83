"""惠企政策 on the citizen's pages and on the desk: who acts for a company claims with one click; strangers see nothing of it."""

import pytest
from django.conf import settings
from django.test import Client

from yiwang.business.policies import api as policies
from yiwang.business.policies.models import ClaimRow
from yiwang.security.access.api import SYSTEM
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def company(town):
    """The code of the software company; all is agreed and it is matched."""
    policies.agree_sources()
    identity.build_accounts([town["company_changer"]], password="Yunting-2026")
    code = town["company_changer"].keys["company"]
    policies.match(actor=SYSTEM, keys=[code])
    return code


@pytest.fixture
def changer(browser, company):
    client = browser("company_changer")
    assert client.post("/me/company", {"credit_code": company}).status_code in (200, 302)
    assert client.post("/me/act-for", {"subject": f"company:{company}"}).status_code == 302
    return client


def desk(who):
    identity.build_staff(password="Yunting-2026")
    client = Client()
    client.force_login(Account.objects.get(username=who), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_everybody_finds_policies(db):
    client = Client()
    assert "设备更新补助" in client.get("/policies?q=设备").content.decode()
    assert "没有找到" in client.get("/policies?q=xyz").content.decode()
    assert client.get("/policies?topic=nothing").status_code == 200
    page = client.get("/policies/graduate_hiring")
    assert page.status_code == 200 and "就业促进法" in page.content.decode()
    assert client.get("/policies/nothing").status_code == 404
    assert client.post("/policies/graduate_hiring").status_code in (302, 403, 404)
    assert client.get("/me/policies").status_code == 302


@pytest.mark.parametrize("cookies", [{}, {"elder": "1"}, {"yiwang_language": "en"}], ids=["normal", "elder", "english"])
def test_the_companys_page_and_one_click(changer, browser, cookies):
    changer.cookies.load(cookies)
    assert changer.get("/me/policies").status_code == 200
    assert changer.get("/policies/growth_reward").status_code == 200
    answer = changer.post("/policies/graduate_hiring")
    assert answer.status_code == 302
    claim = ClaimRow.objects.get()
    assert claim.state == "approved" and str(claim.id) in answer["Location"]
    assert changer.get(answer["Location"]).status_code == 200
    assert changer.post("/policies/graduate_hiring").status_code == 409
    assert Client().get(answer["Location"]).status_code == 302
    assert browser("school_parent").get(answer["Location"]).status_code == 404
    assert changer.post(answer["Location"], {"version": "9"}).status_code == 409
    assert changer.post(answer["Location"], {"version": "1"}).status_code == 302
    refused = changer.post("/policies/food_upgrade")
    assert refused.status_code == 302 and changer.get(refused["Location"]).status_code == 200
    assert ClaimRow.objects.get(policy="food_upgrade").reason


def test_wishes_are_kept(changer, browser):
    assert changer.get("/me/policies/wishes").status_code == 200
    assert changer.post("/me/policies/wishes", {"off": "1", "wanted": ["green"]}).status_code == 302
    assert "关闭了政策推送" in changer.get("/me/policies").content.decode()
    assert "代企业办事" in browser("school_parent").get("/me/policies").content.decode()


def test_the_desk_looks_pays_and_rehearses(changer):
    changer.post("/policies/graduate_hiring")
    changer.post("/policies/hightech_reward")
    market, hrss, approver = desk("market.reviewer"), desk("hrss.reviewer"), desk("hrss.approver")
    claim = ClaimRow.objects.get(policy="hightech_reward")
    address = f"/office/policies/claims/{claim.id}"
    assert market.get("/office/policies").status_code == 200 and market.get(address).status_code == 200
    assert hrss.get(address).status_code == 404 and hrss.post(address, {"act": "approve"}).status_code == 404
    assert market.post(address, {"act": "refuse", "note": "", "remedy": "补交证书"}).status_code == 422
    assert "补交证书" in market.post(address, {"act": "refuse", "remedy": "补交证书"}).content.decode()
    assert market.post(address, {"act": "approve"}).status_code == 302
    assert hrss.post("/office/policies/lists").status_code == 302
    (one,) = policies.lists(identity.actor_of(Account.objects.get(username="hrss.reviewer")))
    page = f"/office/policies/lists/{one.id}"
    assert hrss.get(page).status_code == 200 and market.get(page).status_code == 404
    assert hrss.post(f"{page}/decide", {"act": "approve"}).status_code == 403
    assert approver.post(f"{page}/decide", {"act": "approve"}).status_code == 302
    assert hrss.get(f"{page}/bank").status_code == 200 and market.get(f"{page}/bank").status_code == 404
    assert hrss.get("/office/policies/ranking").status_code == 200
    rehearsed = hrss.post("/office/policies/rehearse/graduate_hiring", {"rate": "3000"})
    assert rehearsed.status_code == 200 and "3000" in rehearsed.content.decode()
    assert hrss.post("/office/policies/rehearse/graduate_hiring", {"rate": "viel"}).status_code == 422
    assert market.post("/office/policies/rehearse/graduate_hiring", {"rate": "1"}).status_code in (403, 422)
