"""The catalogue at the desk: found, compared, drafted from a file, confirmed, submitted by one and published by another; strangers see nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.ends.installation import actor
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue import in_force
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
ROWS = "编号,姓名,手机\n001,张小明,13800001234\n002,李芳,13900001234\n003,王思远,13700001234\n"


@pytest.fixture(autouse=True)
def _fresh_memory():
    in_force.memory.forget()
    yield
    in_force.memory.forget()


@pytest.fixture
def signed_in(people):
    """A client of its own for everybody."""

    def enter(username):
        client = Client()
        client.force_login(Account.objects.get(username=username))
        return client

    return enter


def text(answer, status=200):
    assert answer.status_code == status, (answer.status_code, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[:600])
    return answer.content.decode()


def test_the_catalogue_is_searched_and_read(signed_in):
    officer = signed_in("health.data")
    assert "出生登记册" in text(officer.get("/office/catalogue?text=出生&department=health"))
    assert "没有找到数据资源" in text(officer.get("/office/catalogue?text=没有这样的词"))
    page = text(officer.get("/office/catalogue/resources/health.birth"))
    assert "101001/00004" in page and "母亲" in page and "修改这个资源" in page
    assert "修改这个资源" not in text(signed_in("police.data").get("/office/catalogue/resources/health.birth"))
    assert "没有对应资源的职责" in text(officer.get("/office/catalogue/work"))
    assert officer.get("/office/catalogue/export/xlsx").content[:2] == b"PK"
    text(officer.get("/office/catalogue/export/pdf"), 422)
    text(officer.get("/office/catalogue/resources/health.nothing"), 404)


def test_from_a_file_to_a_published_resource(signed_in):
    officer, authority, stranger = signed_in("health.data"), signed_in("city.catalogue"), signed_in("police.data")
    officer.post("/office/catalogue/work", {"file": SimpleUploadedFile("clinics.csv", ROWS.encode())})
    seen = catalogue.proposals(actor("health.data"))[0]
    page = text(officer.get(f"/office/catalogue/proposals/{seen.id}"))
    assert "词典与语法" in page and "13800001234" not in page and "张小明" not in page
    text(stranger.get(f"/office/catalogue/proposals/{seen.id}"), 404)
    posted = {
        "code": "health.clinics",
        "title": "诊所",
        "summary": "诊所名册",
        "share": "conditional",
        "share_terms": "依法履职查验",
        "cycle": "daily",
        "open": "no",
        "duty": "health.hygiene",
    }
    posted |= {f"{name}-{n}": value for n in range(3) for name, value in (("title", f"信息项{n}"), ("level", "3"), ("mask", "text"))}
    assert officer.post(f"/office/catalogue/proposals/{seen.id}", posted).status_code == 302
    url = "/office/catalogue/resources/health.clinics/draft"
    assert "信息项2" in text(officer.get(url))
    text(stranger.get(url), 404)
    lost = text(officer.post(url, {**posted, "title": "诊所名册", "lock": "7"}), 409)
    assert "诊所名册" in lost, "what was typed is not lost"
    officer.post(url, {**posted, "title": "诊所名册", "lock": "1"})
    step = "/office/catalogue/resources/health.clinics/step"
    text(officer.post(step, {"step": "submit", "lock": "2"}), 422)  # the classification is missing
    officer.post(url, {**posted, "title": "诊所名册", "lock": "2", "place": "3.11"})
    assert officer.post(step, {"step": "submit", "lock": "3"}).status_code == 302
    assert "诊所名册" in text(authority.get("/office/catalogue/work"))
    text(stranger.post(step, {"step": "publish", "lock": "4"}), 404)
    assert authority.post(step, {"step": "publish", "lock": "4"}).status_code == 302
    in_force.memory.forget()
    assert "诊所名册" in text(stranger.get("/office/catalogue/resources/health.clinics"))


def test_an_unreadable_file_is_told(signed_in):
    assert "无法读取" in text(signed_in("health.data").post("/office/catalogue/work", {"file": SimpleUploadedFile("a.xlsx", b"PK")}), 422)
