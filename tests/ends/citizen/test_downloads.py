"""The diary says which whole downloads held one's record, above its lines, and in the API."""

import json
from datetime import UTC, datetime

import pyarrow
import pytest

from yiwang.base.clock.api import now
from yiwang.data.exchange import policies
from yiwang.data.exchange.models import DownloadRow
from yiwang.data.gateway import api as gateway

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def handed_out(settings, tmp_path, town):
    """The register of persons was published twice and handed out once, of the first publication, which did not yet hold the father."""
    settings.YIWANG_VAR = tmp_path
    numbers = [town[who].id_number for who in ("newborn_mother", "newborn_father")]
    for held in (numbers[:1], numbers):
        table = pyarrow.table({"id_number": held, "name": ["某某"] * len(held)})
        gateway.publish(policies.folder() / "resources", "person", table, key="id_number", as_of=datetime.now(UTC))
    told = {"consumer": "health", "purpose": "census.check", "purpose_title": "核对免疫规划底册", "legal_basis": "《户口登记条例》第七条"}
    DownloadRow.objects.create(at=now(), resource="person", version=1, key="K", request_no="GX1", fields=["name"], rows=1, **told)


def test_who_was_in_it_reads_so_and_who_was_not_does_not(handed_out, browser):
    page = browser("newborn_mother").get("/diary").content.decode()
    assert "整批取用" in page and "核对免疫规划底册" in page and "卫生健康" in page
    told = json.loads(browser("newborn_mother").get("/api/v1/diary/downloads").content)
    assert [(one["resource"], one["contained"], one["elements"]) for one in told] == [("person", True, ["person.name"])]
    assert "整批取用" not in browser("newborn_father").get("/diary").content.decode()
    assert json.loads(browser("newborn_father").get("/api/v1/diary/downloads").content) == []


def test_what_can_no_longer_be_told_is_said_so(handed_out, browser):
    (policies.folder() / "resources" / "person" / "changes" / "2.arrow").unlink()
    assert "已无法查明" in browser("newborn_father").get("/diary").content.decode()
