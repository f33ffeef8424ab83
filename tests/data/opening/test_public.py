"""What the public finds, asks, says and offers."""

import io
import json
import zipfile

import pytest

from tests.data.opening.conftest import officer, open_set, resident
from yiwang.base.storage import api as storage
from yiwang.data.opening import api as opening
from yiwang.data.opening import definitions, keys
from yiwang.data.opening.models import Use, Voice
from yiwang.security.access.api import ANONYMOUS, PermissionDenied
from yiwang.standards.errors import Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_words_and_facets(parks):
    open_set("bus-stops")
    assert {line.code for line in opening.search("无障碍").rows} == {"parks", "bus-stops"}
    found = opening.search("", chosen={"theme": "transport", "nonsense": "x"})
    assert [line.code for line in found.rows] == ["bus-stops"]
    assert {facet.value: facet.count for facet in found.facets["theme"]} == {"environment": 1, "transport": 1}
    assert [facet.chosen for facet in found.facets["theme"]] == [False, True]
    assert opening.search("bus stop").total == 1 and opening.search("没有的词").total == 0


def test_rows_by_filter_words_sort_and_page(parks):
    total = opening.rows("parks").total
    assert opening.rows("parks", filters={"district": "河东区"}).total < total
    both = opening.rows(
        "parks", filters={"district": ["河东区", "河西区"]}, fields=["name", "district"], sort="name desc", limit=3, offset=1
    )
    assert len(both.rows) == 3 and list(both.rows[0]) == ["name", "district"] and both.rows[0]["name"] >= both.rows[1]["name"]
    assert opening.rows("parks", q="望江").total == 1
    assert (
        opening.rows("parks", filters={"accessible_toilet": True}).total + opening.rows("parks", filters={"accessible_toilet": False}).total
        == total
    )
    assert (
        opening.rows("parks", filters={"accessible_toilet": "true"}).total
        == opening.rows("parks", filters={"accessible_toilet": True}).total
    )
    assert opening.rows("parks", limit=-5).rows == () and opening.rows("parks", offset=10_000).rows == ()
    for wrong in ({"filters": {"x": 1}}, {"fields": ["x"]}, {"sort": "x desc"}):
        with pytest.raises(opening.UnknownColumn):
            opening.rows("parks", **wrong)


def test_every_format_holds_the_same(parks):
    rows = opening.rows("parks").rows
    assert json.loads(opening.file("parks", form="json")[0]) == [dict(row) for row in rows]
    text = opening.file("parks", form="csv")[0].decode("utf-8-sig")
    assert text.splitlines()[0].startswith('"park_no"') or text.startswith("park_no")
    assert len(text.splitlines()) == len(rows) + 1
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(opening.file("parks", form="xlsx")[0])).active
    assert sheet.max_row == len(rows) + 1 and sheet["B2"].value == rows[0]["name"]
    import pyarrow.parquet

    assert pyarrow.parquet.read_table(io.BytesIO(opening.file("parks", form="parquet")[0])).num_rows == len(rows)
    with pytest.raises(opening.UnknownFormat):
        opening.file("parks", form="exe")


def test_a_bundle_says_what_is_in_it(parks):
    open_set("bus-stops")
    box = zipfile.ZipFile(io.BytesIO(opening.bundle(["parks", "bus-stops", "parks"], forms=["csv", "json"])))
    manifest = json.loads(box.read("manifest.json"))
    assert [one["code"] for one in manifest["sets"]] == ["parks", "bus-stops"] and len(manifest["files"]) == 4
    for one in manifest["files"]:
        assert storage.digest_of(box.read(one["name"])) == one["sha256"]
    for codes, forms in (([], ["csv"]), (["parks"], []), ([f"x{n}" for n in range(30)], ["csv"])):
        with pytest.raises(opening.EmptyCart):
            opening.bundle(codes, forms=forms)


def test_feedback_is_answered_then_shown_without_the_name(parks):
    author, other = resident(), resident("李四")
    said = opening.give_feedback("parks", title="缺一个公园", text="少了云台公园,电话 13800138000", actor=author)
    assert opening.voices_of(other, code="parks") == [] and len(opening.voices_of(author, code="parks")) == 1
    assert opening.voices_waiting(officer("market")) == [] and opening.voices_waiting(other) == []
    with pytest.raises(PermissionDenied):
        opening.answer(said.id, text="好", actor=officer("market"))
    with pytest.raises(opening.OfferIncomplete):
        opening.answer(said.id, text=" ", actor=officer("urban"))
    opening.answer(said.id, text="已补充。", actor=officer("urban"))
    with pytest.raises(Conflict):
        opening.answer(said.id, text="再答", actor=officer("urban"))
    seen = opening.voices_of(ANONYMOUS, code="parks")[0]
    assert seen.answer == "已补充。" and "13800138000" not in seen.text and not seen.mine
    assert "张三" not in str(seen)
    with pytest.raises(opening.NoSuchSet):
        opening.give_feedback("bus-stops", title="a", text="b", actor=author)


def test_a_request_goes_to_the_data_bureau(db):
    opening.request_data(resident(), title="想要停车场数据", text="做导航用")
    assert len(opening.voices_waiting(officer("data"))) == 1 and opening.voices_waiting(officer("urban")) == []
    with pytest.raises(opening.OfferIncomplete):
        opening.request_data(resident(), title="", text="x")
    assert Voice.objects.count() == 1


def test_feedback_on_a_withdrawn_set_is_no_longer_shown(parks):
    said = opening.give_feedback("parks", title="a", text="b", actor=resident())
    opening.answer(said.id, text="c", actor=officer("urban"))
    opening.step(parks.id, act="withdraw", actor=officer("urban"), lock=parks.lock, reason="x")
    assert opening.voices_of(ANONYMOUS) == []


def test_an_application_is_shown_after_moderation(parks):
    mine = opening.offer_reuse(
        resident(), title="公园地图", text="找最近的公园", address="https://example.org/map", sets=["parks", "bus-stops"]
    )
    assert mine.sets == ("parks",) and mine.by_name == "张先生/女士"
    assert opening.shown_offers("reuse", actor=ANONYMOUS) == []
    with pytest.raises(PermissionDenied):
        opening.judge_offer(mine.id, act="show", actor=officer("urban"))
    opening.judge_offer(mine.id, act="show", actor=officer("data"))
    assert [one.title for one in opening.shown_offers("reuse", actor=ANONYMOUS)] == ["公园地图"]
    with pytest.raises(opening.OfferIncomplete):
        opening.judge_offer(mine.id, act="withdraw", actor=officer("data"))
    assert opening.judge_offer(mine.id, act="withdraw", reason="打不开", actor=officer("data")).state == "withdrawn"
    assert opening.shown_offers("reuse", actor=ANONYMOUS) == []
    for address in ("javascript:alert(1)", "ftp://x", "http://"):
        with pytest.raises(opening.OfferIncomplete):
            opening.offer_reuse(resident(), title="x", text="y", address=address)


CSV = "站点,数量\n0001,5\n0002,7\n".encode()


def test_social_data_of_a_company(db):
    company = resident(company="91990102MA000001X0")
    with pytest.raises(Forbidden):
        opening.offer_data(resident(), title="单车", text="投放", data=CSV)
    one = opening.offer_data(company, title="单车站点", text="投放数量", data=CSV)
    with pytest.raises(NotFound):
        opening.social_rows(one.id, actor=ANONYMOUS)
    with pytest.raises(NotFound):
        opening.social_file(one.id, form="csv", actor=resident("李四"))
    assert opening.social_rows(one.id, actor=officer("data"))[1].total == 2
    opening.judge_offer(one.id, act="show", actor=officer("data"))
    view, rows = opening.social_rows(one.id, actor=ANONYMOUS)
    assert rows.rows[0] == {"站点": "0001", "数量": "5"} and view.rows == 2
    assert opening.social_file(one.id, form="json", actor=ANONYMOUS)[1] == "application/json"


@pytest.mark.parametrize("data", [b"", b"a,a\n1,2\n", b"a,b\n", b"\xff\xfe\x00", b"a,b\n1\n", b"x" * (5 << 20)])
def test_files_that_cannot_be_read_are_refused(db, data):
    with pytest.raises(opening.UnreadableOffer):
        opening.offer_data(resident(company="91990102MA000001X0"), title="x", text="y", data=data)


def test_social_data_with_numbers_of_persons_are_refused(db):
    with pytest.raises(opening.HoldsPersonalData):
        opening.offer_data(resident(company="91990102MA000001X0"), title="x", text="y", data="姓名,电话\n张,13800138000\n".encode())


def test_quotas_and_keys(db, monkeypatch):
    monkeypatch.setitem(definitions.words()["quotas"], "anonymous", 2)
    monkeypatch.setitem(definitions.words()["quotas"], "key", 3)
    assert opening.count_call("", address="10.0.0.1").left == 1
    opening.count_call("", address="10.0.0.1")
    with pytest.raises(opening.TooManyCalls, match="密钥") as refused:
        opening.count_call("", address="10.0.0.1")
    assert refused.value.status == 429 and 0 < refused.value.details["wait"] <= 60
    assert opening.count_call("", address="10.0.0.2").left == 1
    assert not Use.objects.filter(caller__contains="10.0.0").exists()
    key = opening.issue_key(resident(), name="测试")
    for _ in range(3):
        opening.count_call(key.secret, address="10.0.0.1")
    with pytest.raises(opening.TooManyCalls):
        opening.count_call(key.secret, address="10.0.0.1")
    with pytest.raises(NotFound):
        opening.revoke_key(key.id, actor=resident("李四"))
    opening.revoke_key(key.id, actor=resident())
    with pytest.raises(opening.WrongKey):
        opening.count_call(key.secret, address="10.0.0.1")
    for name in range(5):
        opening.issue_key(resident(), name=str(name))
    with pytest.raises(opening.TooManyKeys):
        opening.issue_key(resident(), name="x")
    Use.objects.update(minute=1)
    assert keys.sweep() >= 1 and Use.objects.count() == 0
