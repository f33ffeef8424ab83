"""The guide's answerer comes from the register: what is shipped, what is in use, what readers say of it."""

import json

import pytest

from yiwang.business.guide import answerer, learning
from yiwang.business.guide.models import Turn
from yiwang.security.access.api import Actor
from yiwang.support.models import api as models
from yiwang.support.models import loading
from yiwang.support.models.models import Prediction
from yiwang.support.retrieval import api as retrieval

pytestmark = pytest.mark.django_db
OFFICER = Actor("staff", "model.officer", "管理员", department="data", region="990100", roles=frozenset(["model_officer"]))
APPROVER = Actor("staff", "model.approver", "审核员", department="data", region="990100", roles=frozenset(["model_approver"]))
INDEX = retrieval.Index.build([retrieval.Document("pool", "游泳馆每周一闭馆检修,其余各日8时至21时开放。咨询电话0999-5550101。")])


@pytest.fixture
def started(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path / "var"
    loading.forget()
    yield models.start(answerer.KEY)
    loading.forget()


def test_the_shipped_weights_are_version_one_with_their_evaluation(started):
    assert (started.number, started.state, started.origin) == (1, "evaluated", "shipped")
    found = models.version(answerer.KEY, 1, actor=OFFICER).evaluations[0]
    assert found.rows == 50 and {"right_first", "held", "auroc"} <= set(found.scores) and found.groups
    assert found.failed == len(found.failing) and all(one[0] in "qn" for one in found.failing)
    with pytest.raises(models.ModelKnown):
        models.start(answerer.KEY)


def test_the_live_version_reads_and_is_counted(started):
    before = answerer.read(INDEX, "游泳馆哪天闭馆?")
    assert Prediction.objects.count() == 0
    for act in ("approve", "activate"):
        models.step(answerer.KEY, 1, act=act, actor=APPROVER)
    loading.forget()
    assert answerer.read(INDEX, "游泳馆哪天闭馆?") == before
    assert Prediction.objects.get().label in ("answered", "refused")

    other = retrieval.committed().to_json() | {"threshold": 2.0}
    made = models.register(answerer.KEY, json.dumps(other).encode(), source="总是拒答的权重", actor=OFFICER)
    assert made.number == 2
    loading._held[answerer.KEY].live = models.Live(answerer.KEY, 2, retrieval.Weights.read(other))
    assert answerer.read(INDEX, "游泳馆哪天闭馆?").refused


def test_an_answer_that_did_not_help_is_a_correction_once(started):
    from yiwang.base.clock.api import now

    for act in ("approve", "activate"):
        models.step(answerer.KEY, 1, act=act, actor=APPROVER)
    loading.forget()
    read = Turn.objects.create(at=now(), question="游泳馆", outcome="answer", entry="article:x", confidence=0.5)
    written = Turn.objects.create(at=now(), question="身份证", outcome="answer", entry="matter:police.id_card_first", confidence=0.5)
    for turn in (read, read, written):
        learning.judge(turn.id, helpful=False)
    assert Prediction.objects.filter(corrected=True).count() == 1

    models.start(answerer.CHOOSING)
    for act in ("approve", "activate"):
        models.step(answerer.CHOOSING, 1, act=act, actor=APPROVER)
    loading.forget()
    for entry, score in (("matter:police.id_card_first", 0.8), ("", 0.1), ("law:x", 1.0)):
        answerer.chosen(entry, score)
    answerer.unhelpful("matter:police.id_card_first")
    counted = Prediction.objects.filter(key=answerer.CHOOSING)
    assert sorted(one.label for one in counted) == ["", "matter", "unknown"] and counted.filter(corrected=True).count() == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"threshold": NaN}',
        b"\xff\xfe",
        b"PK\x03\x04",
        b'{"rank": {"means": [1], "spreads": [1], "layers": []}}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_holds_no_weights_is_refused(data, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path / "var"
    with pytest.raises(models.NotAModel):
        models.register(answerer.KEY, data, source="x", actor=OFFICER)


def test_weights_without_their_origin_are_refused(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path / "var"
    bare = retrieval.committed().to_json() | {"provenance": {}}
    with pytest.raises(models.ModelLacksCard):
        models.register(answerer.KEY, json.dumps(bare).encode(), source="x", actor=OFFICER)
