"""Doubtful pairs on the desk and through the API: seen by whom they concern, decided, taken back, shown in full for a purpose."""

import pytest

from tests.data.resolution.test_resolution import LEFT, RIGHT
from yiwang.data.resolution import api as resolution
from yiwang.data.resolution.models import PairRow, RunRow
from yiwang.security.access.api import SYSTEM
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def pair(people):
    """A doubtful pair of the department of the city's data officer."""
    account = Account.objects.get(username="city.data")
    where = {"department": account.department, "region": account.region}
    done = resolution.resolve(LEFT, RIGHT, kind="person", sources=("常住人口册", "走访登记册"), purpose="人口库比对", **where, actor=SYSTEM)
    row, _ = PairRow.objects.get_or_create(
        left_key="a2", right_key="b2", kind="person", left_source="常住人口册", right_source="走访登记册", department=account.department,
        defaults={
            "run": RunRow.objects.get(id=done.run.id), "region": account.region, "weight": 1.0, "probability": 0.66,
            "left_values": {"name": "李采菱", "sex": "1", "birth_date": "1991-07-09", "phone": "13900002222", "address": "云汀市河西区西塘街道荷风街8号"},
            "right_values": {"name": "李彩玲", "sex": "2", "birth_date": "1991-07-09", "phone": "", "address": "河西区书院路3号"},
            "fields": {"name": [9.0, 2], "sex": [-4.0, 0], "birth_date": [12.0, 4], "phone": [0.0, -1], "address": [-3.0, 0]},
        },
    )  # fmt: skip
    return row


def test_a_pair_is_decided_and_taken_back(sign_in, pair):
    client = sign_in("city.data")
    assert "常住人口册" in client.get("/office/resolution").content.decode()
    page = client.get(f"/office/resolution/{pair.id}").content.decode()
    assert "李采菱" not in page and "李*" in page and "读音相同" in page
    at = f"/office/resolution/{pair.id}/decide"
    refused = client.post(at, {"act": "", "version": pair.version, "note": "写了一半"})
    assert refused.status_code == 422 and "写了一半" in refused.content.decode()
    assert client.post(at, {"act": "different", "version": pair.version, "note": "性别不同"}).status_code == 302
    assert client.post(at, {"act": "same", "version": pair.version}).status_code == 409
    pair.refresh_from_db()
    assert pair.state == "different"
    assert client.post(at, {"act": "undo", "version": pair.version}).status_code == 302
    pair.refresh_from_db()
    assert pair.state == "open"


def test_in_full_only_for_a_purpose(sign_in, pair):
    client, at = sign_in("city.data"), f"/office/resolution/{pair.id}/reveal"
    assert client.post(at, {"purpose": "", "legal_basis": ""}).status_code == 422
    assert "李采菱" in client.post(at, {"purpose": "核对人口库", "legal_basis": "统计法第七条"}).content.decode()
    assert "李采菱" not in client.get(f"/office/resolution/{pair.id}").content.decode()


def test_others_see_nothing(sign_in, pair):
    assert sign_in("police.data").get(f"/office/resolution/{pair.id}").status_code == 404
    assert sign_in("police.clerk").get(f"/office/resolution/{pair.id}").status_code == 403
