"""Open311: the unmodified public client `georeport` reads what reporters opened to everybody; nothing else is read."""

import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from georeport import GeoReport

from tests.business.hotline.conftest import AGENT, LIGHT, citizen
from yiwang.business.hotline import api as hotline


class Wire:
    """The client's HTTP, answered by the test client instead of a socket."""

    def __init__(self, client):
        self.client = client

    def get(self, address, params=None):
        answer = self.client.get(address.removeprefix("http://testserver"), params or {})
        answer.raise_for_status = lambda: None
        return answer


@pytest.fixture(scope="module", autouse=True)
def static_folder():
    """The folder of collected files exists in an installation; the middleware warns where it does not."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(params=["json", "xml"])
def report(request, client, db, monkeypatch):
    hotline.ensure_duties()
    monkeypatch.setattr("georeport.georeport.requests", Wire(client))
    return GeoReport("http://testserver/open311/v2", output_format=request.param)


def test_an_unmodified_client_reads_it(report):
    services = report.get_service_list()
    assert len(services) > 60 and "city.light.lamp" in {one["service_code"] for one in services}
    assert report.get_service_definition("city.light.lamp")["service_code"] == "city.light.lamp"
    made = hotline.file(hotline.NewTicket(LIGHT + "电话13812345678", public=True, name="文小昌"), actor=citizen())
    hidden = hotline.file(hotline.NewTicket("砚山小区井盖缺失破损"), actor=citizen())
    hotline.file(hotline.NewTicket("东园路井盖缺失破损", public=True, privacy="confidential"), actor=citizen())
    one = report.get_service_request(made.no)
    assert one["service_request_id"] == made.no and one["status"] == "open"
    assert not one["description"], "words are read once a person has looked"
    hotline.act(made.id, name="publish", actor=AGENT)
    one = report.get_service_request(made.no)
    assert "路灯" in one["description"]
    assert "13812345678" not in one["description"] and "文小昌" not in repr(one)
    listed = report.get_service_requests(status="open")
    assert hidden.no not in repr(listed) and made.no in repr(listed)
    assert made.no in repr(report.get_service_requests(service_request_id=made.no))


def test_refusals_have_the_standards_shape(client, db):
    hotline.ensure_duties()
    for answer, status in (
        (client.post("/open311/v2/requests.json", {"service_code": "x"}), 403),
        (client.get("/open311/v2/requests/261122-XXXXXXXX.json"), 404),
        (client.get("/open311/v2/services/moon.json"), 404),
        (client.get("/open311/v2/requests.json?start_date=yesterday"), 400),
        (client.get("/open311/v2/tokens/nothing.json"), 404),
    ):
        assert answer.status_code == status and answer.json()[0]["code"] == status
    assert ET.fromstring(client.get("/open311/v2/services/moon.xml").content).tag == "errors"
    assert client.get("/open311/v2/services.yaml").status_code == 404
    assert client.get("/open311/v2/discovery.json").json()["endpoints"]
