"""The pages of the law library: public, in every version, with the version switch."""

import pytest
from django.test import Client

from tests.data.laws.conftest import FILES, write
from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def library(db, tmp_path):
    write(tmp_path / "md", FILES)
    return laws.import_laws(tmp_path, actor=SYSTEM)


@pytest.mark.parametrize("cookies", [{}, {"elder": "1"}, {"yiwang_language": "en"}], ids=["normal", "elder", "english"])
def test_a_law_with_its_versions(library, cookies):
    client = Client()
    client.cookies.load(cookies)
    law = laws.find_law("试点服务法")
    html = client.get(f"/laws/{law.id}").content.decode()
    assert html.count("<h1") == 1 and 'id="第二条之一"' in html and "试点收费办法" in html
    old = client.get(f"/laws/{law.id}?version={law.versions[0].id}").content.decode()
    assert "居住证明" in old and "居住证明" not in html
    assert ("This is not the text in force today." if "yiwang_language" in cookies else "这不是今天有效的文本") in old
    assert 'id="第二条之一"' not in old
    assert client.get(f"/laws/{law.id}?version=anything").status_code == 200


def test_search_leads_to_the_article(library):
    client = Client()
    law = laws.find_law("试点服务法")
    html = client.get("/laws", {"q": "申请复议"}).content.decode()
    assert f"/laws/{law.id}#第三条" in html
    assert f"/laws/{law.id}" in client.get("/laws", {"q": "试点服务"}).content.decode()
    assert "没有找到" in client.get("/laws", {"q": "天外飞仙"}).content.decode()
    assert client.get("/laws").status_code == 200
    assert client.get("/laws/01980000-0000-7000-8000-000000000000").status_code == 404


def test_annexes_and_texts_without_articles_are_shown(library):
    client = Client()
    assert "不收费" in client.get(f"/laws/{laws.find_law('试点服务法').id}").content.decode()
    assert "二、其他" in client.get(f"/laws/{laws.find_law('试点意见').id}").content.decode()


def test_a_repealed_law_says_so(library):
    assert "2021-01-01" in (html := Client().get(f"/laws/{laws.find_law('试点收费办法').id}").content.decode()) and "废止" in html
