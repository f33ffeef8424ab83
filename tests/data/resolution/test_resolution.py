"""Resolution: what is found on invented sources, who sees what, verdicts with undo, learning, nothing merged."""

import dataclasses

import pyarrow as pa
import pytest
from django.db import connection

from yiwang.data.resolution import api as resolution
from yiwang.data.resolution import generating, learning, linking, measuring
from yiwang.data.resolution.comparing import company_key, prepare
from yiwang.data.resolution.models import PairRow, VerdictRow
from yiwang.security.access.api import SYSTEM, Actor, PermissionDenied

OFFICER = Actor("staff", "o1", "数据专员甲", department="civil", region="990100", roles=frozenset({"data_officer"}))
SECOND = dataclasses.replace(OFFICER, account_id="o2", name="数据专员乙")
ELSEWHERE = dataclasses.replace(OFFICER, account_id="o3", department="health")
FAR = dataclasses.replace(OFFICER, account_id="o4", region="980100")
CLERK = dataclasses.replace(OFFICER, account_id="o5", roles=frozenset({"clerk"}))
WHERE = {"kind": "person", "sources": ("甲册", "乙册"), "purpose": "人口库比对", "department": "civil", "region": "990100"}


def _row(key, name, birth, phone, address, sex="1"):
    return {"unique_id": key, "name": name, "sex": sex, "birth_date": birth, "phone": phone, "address": address}


LEFT = pa.Table.from_pylist([
    _row("a1", "陈望江", "1980-03-04", "13900001111", "云汀市河东区临江街道望江路12号3栋2单元501室"),
    _row("a2", "李采菱", "1991-07-09", "13900002222", "云汀市河西区西塘街道荷风街8号1栋1单元101室"),
    _row("a3", "王砚山", "1955-11-30", "", "云汀市新港区盐田镇渔歌路77号"),
])  # fmt: skip
RIGHT = pa.Table.from_pylist([
    _row("b1", "陈 望江", "1980-04-03", "13900001111", "望江路12号3幢501室"),
    _row("b2", "李彩玲", "1991-07-09", "", "河西区书院路3号", sex="2"),
    _row("b3", "赵枫林", "1955-11-30", "13700003333", "云汀市河东区东园街道梨花街1号"),
])  # fmt: skip


@pytest.fixture
def run(db):
    return resolution.resolve(LEFT, RIGHT, **WHERE, actor=OFFICER)


@pytest.fixture
def doubtful(run):
    """One doubtful pair, made so whatever the weights are."""
    if not PairRow.objects.filter(state="open").exists():
        made = {"kind": "person", "left_source": "甲册", "right_source": "乙册", "department": "civil", "region": "990100"}
        PairRow.objects.create(
            run_id=run.run.id, **made, left_key="a2", right_key="b2", weight=1.0, probability=0.66,
            left_values={"name": "李采菱", "sex": "1", "birth_date": "1991-07-09", "phone": "13900002222", "address": "云汀市河西区西塘街道荷风街8号"},
            right_values={"name": "李彩玲", "sex": "2", "birth_date": "1991-07-09", "phone": "", "address": "河西区书院路3号"},
            fields={"name": [9.0, 2], "sex": [-4.0, 0], "birth_date": [12.0, 4], "phone": [0.0, -1], "address": [-3.0, 0]},
        )  # fmt: skip
    return resolution.pairs(OFFICER)[0]


def test_ours_is_better_than_plain_splink_on_invented_sources():
    found = measuring.measure(2500, kind="person", seed=3)
    assert found["ours"]["f1"] >= 0.95
    assert found["ours"]["f1"] > found["plain_splink"]["f1"]
    assert found["sure"]["precision"] > 0.99


def test_companies():
    assert measuring.measure(2500, kind="company", seed=3)["ours"]["f1"] >= 0.95


def test_the_same_seed_gives_the_same_sources():
    assert generating.persons(200, seed=1) == generating.persons(200, seed=1)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("云汀市鹤鸣商贸有限公司", "鹤鸣商贸"),
        ("鹤鸣商贸\uff08云汀\uff09有限责任公司", "鹤鸣商贸"),
        ("鹤鸣 商贸", "鹤鸣商贸"),
        ("云汀", "云汀"),
        ("", ""),
    ],
)
def test_what_of_a_companys_name_is_its_own(name, key):
    assert company_key(name) == key


def test_a_small_run_links_what_is_sure_and_leaves_strangers(run):
    found = {(one.left, one.right): one.basis for one in run.links}
    assert found == {("a1", "b1"): "weight"}
    assert run.run.sure == 1


@pytest.mark.parametrize(
    ("table", "word"),
    [
        (pa.table({"unique_id": ["1"]}), "缺少列"),
        (LEFT.slice(0, 0), "没有任何记录"),
        (pa.concat_tables([LEFT, LEFT]), "重复"),
        (LEFT.set_column(0, "unique_id", pa.array(["x", None, "y"])), "为空"),
    ],
)
def test_a_bad_source_is_named(table, word):
    with pytest.raises(resolution.BadSource, match=word):
        prepare(table, kind="person", name="甲册")


def test_who_may_run(db):
    for actor in (ELSEWHERE, FAR, CLERK):
        with pytest.raises(PermissionDenied):
            resolution.resolve(LEFT, RIGHT, **WHERE, actor=actor)


def test_nobody_else_sees_a_pair(doubtful):
    for actor in (ELSEWHERE, FAR, CLERK):
        assert resolution.pairs(actor) == []
        assert resolution.runs(actor) == []
        with pytest.raises(resolution.NoSuchPair):
            resolution.pair(doubtful.id, actor=actor)
        with pytest.raises((resolution.NoSuchPair, PermissionDenied)):
            resolution.decide(doubtful.id, verdict="same", version=1, actor=actor)
        with pytest.raises((resolution.NoSuchPair, PermissionDenied)):
            resolution.reveal(doubtful.id, purpose="看看", legal_basis="无", actor=actor)


def test_values_are_masked_until_revealed_for_a_purpose(doubtful):
    shown = str(resolution.pair(doubtful.id, actor=OFFICER))
    assert "李采菱" not in shown
    assert "13900002222" not in shown
    with pytest.raises(resolution.BadVerdict):
        resolution.reveal(doubtful.id, purpose=" ", legal_basis="数据安全法", actor=OFFICER)
    assert "李采菱" in str(resolution.reveal(doubtful.id, purpose="核对人口库", legal_basis="统计法第七条", actor=OFFICER))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_record WHERE act = 'resolution.reveal'")
        assert cursor.fetchone()[0] == 1


def test_verdict_history_and_undo(doubtful):
    decided = resolution.decide(doubtful.id, verdict="different", note="性别不同", version=doubtful.version, actor=OFFICER)
    assert (decided.state, decided.may_undo) == ("different", True)
    with pytest.raises(resolution.PairChanged):  # somebody who still sees the old version
        resolution.decide(doubtful.id, verdict="same", version=doubtful.version, actor=SECOND)
    with pytest.raises(resolution.NotYourVerdict):
        resolution.undo(doubtful.id, version=decided.version, actor=SECOND)
    back = resolution.undo(doubtful.id, version=decided.version, actor=OFFICER)
    assert (back.state, back.may_undo) == ("open", False)
    assert [(one.after, one.undone) for one in back.history] == [("different", True)]
    with pytest.raises(resolution.BadVerdict):
        resolution.undo(doubtful.id, version=back.version, actor=OFFICER)
    with pytest.raises(resolution.BadVerdict):
        resolution.decide(doubtful.id, verdict="merge", version=back.version, actor=OFFICER)
    assert VerdictRow.objects.count() == 1


def test_what_is_decided_stands_in_the_next_run(doubtful):
    pair = resolution.decide(doubtful.id, verdict="same", version=1, actor=OFFICER)
    again = resolution.resolve(LEFT, RIGHT, **WHERE, actor=SYSTEM)
    row = PairRow.objects.get(id=pair.id)
    assert (row.left_key, row.right_key, "verdict") in {(one.left, one.right, one.basis) for one in again.links}
    assert PairRow.objects.filter(left_key=row.left_key, right_key=row.right_key).count() == 1
    shorter = resolution.resolve(LEFT.slice(0, 1), RIGHT, **WHERE, actor=SYSTEM)  # a row that is gone is not linked
    assert {one.left for one in shorter.links} <= {"a1"}


def test_verdicts_correct_doubtful_pairs_only():
    taught = [(1.0, {"name": 2, "sex": 0}, False)] * 30 + [(1.0, {"name": 2, "sex": 1}, True)] * 30
    correction = learning.learn(taught)
    assert correction["sex", 0] < 0 < correction["sex", 1]
    assert learning.learn(taught[:30]) == {}
    assert learning.learn(taught[:5]) == {}
    doubtful = linking.Pair("a", "b", 0.6, 0.6, {}, {"name": 2, "sex": 0})
    sure = dataclasses.replace(doubtful, probability=0.999, weight=10.0)
    changed = linking.corrected([doubtful, sure], correction)
    assert changed[0].probability < 0.5
    assert changed[1] == sure


def test_each_row_is_used_once_whatever_the_order():
    pairs = [
        linking.Pair(left, right, 0.9, weight, {}, {})
        for left, right, weight in (("a", "x", 5.0), ("a", "y", 9.0), ("b", "y", 7.0), ("b", "x", 1.0))
    ]
    wanted = [("a", "y"), ("b", "x")]
    for order in (pairs, pairs[::-1]):
        assert [(one.left, one.right) for one in linking.once(order)] == wanted
