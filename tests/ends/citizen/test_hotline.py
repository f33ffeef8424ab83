"""The hotline's pages for citizens: filled in from the guide, a place without scripts, photos of one's own, large type."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.models import TicketRow
from yiwang.ends.citizen.views_guide_ask import ticket_address

pytestmark = pytest.mark.django_db
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
