"""The hotline's pages for citizens: filled in from the guide, a place without scripts, photos of one's own, large type."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.business.guide.test_endpoints import Fake
from tests.business.hotline.conftest import AGENT
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.models import TicketRow
from yiwang.ends.citizen.views_guide_ask import ticket_address

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
LAMP = "文昌苑小区门口的路灯不亮已经三天了,请派人维修路灯。"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.fixture(autouse=True)
def duties(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "YIWANG_VAR", tmp_path)
    hotline.ensure_duties()


def filed(client, **given):
    answer = client.post("/hotline", {"text": LAMP, "privacy": "anonymous", "key": "k", **given})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"], TicketRow.objects.latest("filed_at")


def test_what_was_asked_of_the_guide_stands_in_the_form_and_goes_nowhere_before_it_is_sent():
    text = Client().get(ticket_address("小区电梯<b>坏了</b>,找谁修?")).content.decode()
    assert "小区电梯&lt;b&gt;坏了&lt;/b&gt;,找谁修?</textarea>" in text
    assert "您刚才问的已经填好" in text
    assert not TicketRow.objects.exists()
    assert "您刚才问的已经填好" not in Client().get("/hotline").content.decode()


def test_a_place_from_the_list_or_from_the_map():
    client = Client()
    region = next(one.region for one in hotline.areas() if one.street == "盐田镇")
    assert filed(client, text="路口的路灯不亮", region=region)[1].region == region
    _to, row = filed(client, text="路灯坏了", lat="30.2062", lon="118.28", key="k2")
    assert row.region == region
    assert filed(client, lat="30.13", lon="118.35", key="k3")[1].flags["notes"][0].startswith("坐标不在本市范围内")
    refused = client.post("/hotline", {"text": LAMP, "region": "moon", "lat": "x", "lon": "nan", "key": "k4"})
    assert refused.status_code == 422
    assert LAMP in refused.content.decode()


def test_a_photo_is_seen_by_who_filed_it_and_by_nobody_else():
    client = Client()
    address, row = filed(client, photo=SimpleUploadedFile("灯.png", PNG))
    page = client.get(address).content.decode()
    link = re.search(r'<img class="shot"[^>]* src="([^"]+)"', page)[1]
    answer = client.get(link)
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == (200, "image/png", "nosniff")
    assert Client().get(link).status_code == 404
    assert client.get(f"/hotline/{row.id}/files/{'0' * 64}").status_code == 404


def test_elders_have_one_column_and_the_same_form():
    client = Client()
    client.cookies["elder"] = "1"
    text = client.get("/hotline").content.decode()
    assert 'class="elder"' in text
    assert "data-speak" in text
    address, _row = filed(client)
    assert "data-read" in client.get(address).content.decode()


def test_the_category_is_shown_as_a_path_and_may_be_chosen():
    client = Client()
    answer = client.post("/hotline", {"text": LAMP, "key": "k", "act": "look"})
    text = answer.content.decode()
    assert LAMP in text
    assert not TicketRow.objects.exists()
    path = hotline.suggest(LAMP).categories[0].title
    assert path in text
    assert path in client.post("/hotline/kinds", {"text": LAMP}).content.decode()
    assert "看起来是" not in client.post("/hotline/kinds", {"text": "啊"}).content.decode()
    _to, row = filed(client, category_other="water.supply.cut")
    assert row.category == "water.supply.cut"
    refused = client.post("/hotline", {"text": LAMP, "category_other": "moon", "key": "k9"})
    assert refused.status_code == 422
    assert "没有这个分类" in refused.content.decode()


def test_a_form_that_comes_back_has_not_lost_its_photo():
    client = Client()
    refused = client.post("/hotline", {"text": "", "key": "p", "photo": SimpleUploadedFile("灯.png", PNG)})
    assert refused.status_code == 422
    assert "已收下:灯.png" in refused.content.decode()
    assert [name for _digest, name in filed(client, key="p")[1].files] == ["灯.png"]
    assert filed(client, key="other")[1].files == []


@pytest.mark.parametrize(
    ("name", "data"), [("a.jpg", b"no picture"), ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic"), ("a.zip", b"PK\x03\x04")]
)
def test_what_is_no_photo_is_refused_beside_its_field_and_the_text_stays(name, data):
    refused = Client().post("/hotline", {"text": LAMP, "key": "p", "photo": SimpleUploadedFile(name, data)})
    text = refused.content.decode()
    assert refused.status_code in (415, 422)
    assert LAMP in text
    assert 'id="f-photo-error"' in text
    assert not TicketRow.objects.exists()


def test_the_operators_recogniser_fills_the_form_without_scripts(settings):
    assert "hear.js" not in Client().get("/hotline").content.decode()
    fake = Fake()
    settings.SPEECH_URL, fake.answer = fake.url, {"text": "路灯坏了"}
    try:
        client = Client()
        assert "hear.js" in client.get("/hotline").content.decode()
        sound = SimpleUploadedFile("a.wav", b"RIFF....", "audio/wav")
        text = client.post("/hotline", {"text": "文昌苑", "act": "hear", "key": "k", "sound": sound}).content.decode()
        assert "文昌苑路灯坏了</textarea>" in text
        sound = SimpleUploadedFile("a.wav", b"RIFF....", "audio/wav")
        assert client.post("/guide/hear", {"sound": sound}, headers={"Accept": "application/json"}).json() == {"text": "路灯坏了"}
        fake.status = 500
        sound = SimpleUploadedFile("a.wav", b"RIFF....", "audio/wav")
        text = client.post("/hotline", {"text": "文昌苑", "act": "hear", "key": "k", "sound": sound}).content.decode()
        assert "文昌苑</textarea>" in text
    finally:
        fake.server.shutdown()
        fake.server.server_close()


def test_others_read_what_was_opened_and_say_that_it_happens_to_them(town, browser):
    mother, school = browser("newborn_mother"), browser("school_parent")
    address, row = filed(mother, privacy="open", public="true")
    assert "看过、遮住个人信息以后才公开" in mother.get(address).content.decode()
    assert LAMP[:10] not in Client().get("/hotline/opened").content.decode()
    hotline.act(row.id, name="publish", actor=AGENT)
    assert LAMP[:10] in Client().get("/hotline/opened?q=路灯&order=endorsed").content.decode()
    one = f"/hotline/opened/{row.id}"
    assert "登录后说" in Client().get(one).content.decode()
    assert Client().post(f"{one}/endorse").status_code == 401
    for _ in range(2):
        assert "1 人也遇到" in school.post(f"{one}/endorse", follow=True).content.decode()
    assert "您也遇到吗" in school.post(f"{one}/endorse", {"on": "no"}, follow=True).content.decode()
    assert "您自己反映的事" in mother.post(f"{one}/endorse", follow=True).content.decode()
    assert "有人已经反映过同一件事" in Client().post("/hotline/kinds", {"text": LAMP}).content.decode()
    mother.post(address, {"act": "disagree"})
    assert Client().get(one).status_code == 404
