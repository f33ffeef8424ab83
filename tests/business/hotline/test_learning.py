"""The category model: the live version answers and is counted, people's corrections too, nightly training waits for approval."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.business.hotline.conftest import AGENT, LAMPS, REPLY, act, citizen, file, sent
from yiwang.base.clock.api import frozen, now
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import learning, replying, starting, tree, understanding
from yiwang.business.hotline.models import TicketRow
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.identifiers import id_card
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models
from yiwang.support.models import keys, loading
from yiwang.support.models.models import Prediction

pytestmark = pytest.mark.django_db
APPROVER = Actor("staff", "model.approver", "审核员", department="data", region="990100", roles=frozenset(["model_approver"]))
OFFICER = Actor("staff", "model.officer", "管理员", department="data", region="990100", roles=frozenset(["model_officer"]))
CODES = ("city.light.lamp", "water.supply.cut", "noise.noise.site")


def small():
    rows = [row for row in starting.concerns() if row[2] in CODES]
    texts = [f"{before}{text}" for before in ("您好,", "我要反映:") for _id, text, _code in rows]
    return texts, [code for _id, _text, code in rows] * 2


def judged(texts, labels, model):
    answers = list(model.classify(texts))
    return models.judge_answers(
        "自测", answers, how="held_out", fingerprint="0" * 64, truth=labels, ids=[str(n) for n in range(len(texts))]
    )


@pytest.fixture
def live(duties, settings, tmp_path, monkeypatch):
    """A small model of three categories, in use; so few rows calibrate badly."""
    monkeypatch.setitem(keys.model(learning.KEY).floors, "calibration_error", ("most", 1.0))
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()
    texts, labels = small()
    model = ai.train_classifier(texts, labels=labels)
    made = models.add_trained(learning.KEY, starting.written(model), source="测试", judged=judged(texts, labels, model))
    for step in ("approve", "activate"):
        models.step(learning.KEY, made.number, act=step, actor=APPROVER)
    yield made.number
    loading.forget()


def test_the_live_version_answers_and_what_it_says_is_counted(live):
    made = file("文昌苑小区门口路灯不亮了")
    row = TicketRow.objects.get(id=made.id)
    assert (row.suggested["by"], row.suggested["model"]) == ("model", live)
    counted = Prediction.objects.get()
    assert (counted.number, counted.label, counted.corrected) == (live, "city.light.lamp", False)
    assert counted.pieces >= 0
    understanding.suggest("文昌苑小区门口路灯不亮了")  # typing is not counted
    assert Prediction.objects.count() == 1


def test_without_a_live_version_words_answer_and_nothing_is_counted(duties):
    loading.forget()
    row = TicketRow.objects.get(id=file("文昌苑小区门口路灯不亮了").id)
    assert row.suggested["by"] == "words" and Prediction.objects.count() == 0


def test_a_corrected_category_counts_once(live):
    made = file("文昌苑小区门口路灯不亮了")
    for code in ("city.light.cover", "city.green.tree"):
        act(made, "correct", AGENT, category=code)
    assert Prediction.objects.filter(corrected=True).count() == 1


def test_a_returned_ticket_counts(live):
    made = sent("文昌苑小区门口路灯不亮了")
    act(made, "return", LAMPS, note="不是我们的灯", proposed="water")
    assert Prediction.objects.filter(corrected=True, number=live).count() == 1


def test_whoever_chooses_another_category_while_filing_corrects_it(live):
    file("文昌苑小区门口路灯不亮了", actor=AGENT, channel="phone", category="city.light.cover")
    assert Prediction.objects.filter(corrected=True).count() == 1


def closed(texts, labels):
    for text, code in zip(texts, labels, strict=True):
        made = file(text, key=f"{code}-{text}"[:80])
        TicketRow.objects.filter(id=made.id).update(state="closed", category=code, lead=None)


def test_a_night_makes_a_version_that_waits_and_never_goes_live(duties, settings, tmp_path, monkeypatch):
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()
    assert learning.learn()["version"] == 0
    monkeypatch.setitem(tree.load("routing"), "model_least", 20)
    monkeypatch.setattr(starting, "baseline", lambda texts: [""] * len(texts))
    closed(*small())
    found = learning.learn()
    assert found["version"] == 1 and found["rows"] == 42
    seen = models.version(learning.KEY, 1, actor=OFFICER)
    assert (seen.state, seen.origin, seen.made_by_name) == ("evaluated", "trained", SYSTEM.name)
    held = seen.evaluations[0]
    assert held.how == "cross_validation" and {one.name for one in held.groups} == {"网页"} and held.regions
    assert models.live(learning.KEY) is None
    assert learning.learn() | {"reason": ""} == {"rows": 42, "version": 0, "reason": ""}

    closed(["夜里又停水了没有通知大家", "小区路灯灭了两盏"], ["water.supply.cut", "city.light.lamp"])
    assert learning.learn()["version"] == 2
    assert [models.version(learning.KEY, n, actor=OFFICER).state for n in (1, 2)] == ["retired", "evaluated"]


def test_nobody_teaches_alone(duties, settings, tmp_path, monkeypatch):
    """One person moves everything into one category, and one text comes a hundred times: little of it is learned, and the version says so."""
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()
    monkeypatch.setitem(tree.load("routing"), "model_least", 20)
    monkeypatch.setattr(starting, "baseline", lambda texts: [""] * len(texts))
    closed(*small())
    heard = (
        "路灯",
        "公交",
        "噪声",
        "停水",
        "物业",
        "学区",
        "医保",
        "工资",
        "树木",
        "河道",
        "井盖",
        "电梯",
        "养老",
        "食堂",
        "车位",
        "公园",
        "快递",
        "垃圾",
    )
    for n, word in enumerate(heard):
        made = file(f"{word}的事第{n}次来问,{heard[n - 1]}那边也说不清楚,{heard[n - 5]}更没人管", key=f"voice-{n}")
        act(made, "correct", AGENT, category="city.light.lamp")
        TicketRow.objects.filter(id=made.id).update(state="closed", lead=None)
    closed([f"同一句话反复来,路灯全坏了{'!' * n}" for n in range(12)], ["city.light.lamp"] * 12)
    found = learning.learn()
    assert found["left_out"]["copies"] >= 9 and found["left_out"]["one_person"] >= 10
    source = models.version(learning.KEY, found["version"], actor=OFFICER).source
    assert f"{AGENT.name}一人改为" in source and "同样的内容" in source


def test_an_answer_is_counted_under_region_age_and_gender(live):
    with frozen(datetime(2026, 3, 4, tzinfo=UTC)):
        file("文昌苑小区门口路灯不亮了", actor=citizen(id_card.make("990103", date(1980, 1, 1), 13)))
    row = Prediction.objects.get()
    assert row.region in ("990102", "990103", "990104", "990100") and row.group == "35至59岁|男"
    file("砚山小区外面路灯也不亮了", privacy="anonymous")
    assert sorted(one.group for one in Prediction.objects.all()) == ["", "35至59岁|男"]


def test_texts_of_another_world_are_told_to_the_officer_once(live, monkeypatch):
    """English, numbers and foreign matters instead of lamps and water: unknown pieces and another mix, one finding each."""
    monkeypatch.setitem(keys.model(learning.KEY).drift, "least", 20)
    for n in range(24):
        file(f"{n} parking permit lost please advise {n * 37}", key=f"odd-{n}")
    assert {"pieces", "labels"} <= {one.measure for one in models.watch()}
    assert models.watch() == [] and models.waiting(OFFICER)[1] >= 2


def test_an_answer_is_judged_by_its_time_and_against_answers_to_others(live, monkeypatch):
    models.start(replying.KEY)
    for step in ("approve", "activate"):
        models.step(replying.KEY, 1, act=step, actor=APPROVER)
    first, other = sent("文昌苑小区门口路灯不亮了"), sent("砚山小区门口井盖破损凹陷", category="city.light.cover")
    for made in (first, other):
        act(made, "sign", LAMPS)
    act(first, "answer", LAMPS, reply=REPLY, solved="solved")
    mark, missing = hotline.judge_reply(other.id, reply=REPLY, actor=LAMPS)
    assert mark <= 0.2 and "几乎相同" in missing[-1] + missing[0]
    with pytest.raises(hotline.ReplyTooThin, match="几乎相同"):
        act(other, "answer", LAMPS, reply=REPLY, solved="solved")
    with frozen(now() + timedelta(days=40)):
        assert any("才答复" in one for one in hotline.judge_reply(other.id, reply=f"{REPLY}井盖也已更换。", actor=LAMPS)[1])
    act(other, "answer", LAMPS, reply=REPLY, solved="solved", insist="同一班组一起修好")
    rows = Prediction.objects.filter(key=replying.KEY)
    assert (rows.filter(corrected=False).count(), rows.filter(corrected=True).count()) == (2, 1)


def test_every_leaf_has_invented_concerns_and_no_text_is_given_twice():
    rows = starting.concerns()
    assert {code for _id, _text, code in rows} == {one.code for one in tree.leaves()}
    assert len({text for _id, text, _code in rows}) == len(rows)


def test_labels_that_are_no_leaves_are_refused(duties, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path / "var"
    texts, labels = small()
    model = ai.train_classifier(texts, labels=[f"x.{one}" for one in labels])
    with pytest.raises(models.WrongModelLabels, match=r"x\.city"):
        models.register(learning.KEY, starting.written(model), source="外来", actor=OFFICER)
