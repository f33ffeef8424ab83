"""A version's life: registered, measured, approved by another person, live, retired, brought back; what is refused on the way."""

import datetime
import threading
import time

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.support.models.conftest import (
    APPROVER,
    BOTH,
    CITIZEN,
    KEY,
    OFFICER,
    OTHER_OFFICE,
    OTHER_REGION,
    evaluated,
    put_live,
    registered,
    staff,
    table,
)
from yiwang.base.clock.api import frozen, now
from yiwang.security.access.api import ANONYMOUS, PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence
from yiwang.support.models import api as models
from yiwang.support.models import loading, registering, rows
from yiwang.support.models.models import Evaluation, Version

pytestmark = pytest.mark.django_db


def test_the_whole_way_and_back(file, another):
    made = registered(file)
    assert (made.state, made.number, made.labels) == ("draft", 1, 3)
    assert made.fingerprint and made.card["rows"] == 54 and made.made_by_name == OFFICER.name
    assert models.live(KEY) is None
    seen = models.evaluate(KEY, 1, name="自编评测集", table=table(), actor=OFFICER)
    assert seen.scores["accuracy"] > 0.9 and set(seen.scores) >= {"macro_f1", "coverage", "automatic_precision", "calibration_error"}
    assert models.step(KEY, 1, act="approve", actor=APPROVER).state == "approved"
    loading.forget()
    assert models.step(KEY, 1, act="activate", actor=APPROVER).live_at
    first = models.live(KEY)
    assert first.number == 1 and next(first.model.classify(["路灯不亮"])).label == "city.light.lamp"

    second = put_live(another)
    assert second.number == 2 and second.parent == 1
    assert models.version(KEY, 1, actor=OFFICER).reason == "由第 2 版替换"
    assert models.live(KEY).number == 2
    with pytest.raises(models.ModelNeedsReason):
        models.step(KEY, 1, act="roll_back", actor=APPROVER)
    models.step(KEY, 1, act="roll_back", actor=APPROVER, reason="新版把停水都认成路灯")
    loading.forget()
    assert models.live(KEY).number == 1
    assert models.version(KEY, 2, actor=OFFICER).state == "retired"
    models.step(KEY, 1, act="retire", actor=APPROVER, reason="先用规则")
    loading.forget()
    assert models.live(KEY) is None


def test_every_act_is_a_record_a_leaf_and_an_event(file):
    put_live(file)
    row = Version.objects.get()
    acts = [one.act for one in audit.search(staff("auditor"), ref=str(row.id)).rows]
    assert sorted(acts) == ["model.activate", "model.approve", "model.evaluate", "model.register"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_event WHERE name = 'model.stepped.v1'")
        assert cursor.fetchone()[0] == 4
    evidence.sequence()
    assert evidence.verify_all().sound
    Version.objects.update(fingerprint="0" * 64)
    assert not evidence.verify_all().sound
    assert rows.LOADERS[rows.VERSION]([str(row.id)])


def test_nothing_goes_live_without_its_evaluation(file):
    registered(file)
    with pytest.raises(models.WrongModelStep):
        models.step(KEY, 1, act="approve", actor=APPROVER)
    with pytest.raises(models.WrongModelStep):
        models.step(KEY, 1, act="activate", actor=APPROVER)
    for state in ("approved", "live"):
        with pytest.raises(IntegrityError, match="model_nothing_without_evaluation"), transaction.atomic():
            Version.objects.update(state=state, approved_by="x")


def test_the_database_wants_two_people_and_one_live_version(file, another):
    evaluated(file)
    evaluation = Evaluation.objects.get()
    with pytest.raises(IntegrityError, match="model_two_people"), transaction.atomic():
        Version.objects.update(approved_by=OFFICER.account_id)
    registered(another)
    with pytest.raises(IntegrityError, match="model_one_live"), transaction.atomic():
        Version.objects.update(state="live", approved_by="x", evaluation=evaluation)


def test_whoever_made_it_may_not_approve_it(file):
    evaluated(file, actor=BOTH)
    assert "approve" not in models.version(KEY, 1, actor=BOTH).acts
    with pytest.raises(models.SameModelMaker):
        models.step(KEY, 1, act="approve", actor=BOTH)
    models.step(KEY, 1, act="approve", actor=APPROVER)
    with pytest.raises(models.SameModelMaker):
        models.step(KEY, 1, act="activate", actor=BOTH)


def test_an_old_evaluation_does_not_count(file):
    evaluated(file)
    with frozen(now() + datetime.timedelta(days=181)):
        assert any("天前" in one for one in models.version(KEY, 1, actor=OFFICER).missing)
        with pytest.raises(models.ModelNotGoodEnough, match="天前"):
            models.step(KEY, 1, act="approve", actor=APPROVER)
    models.step(KEY, 1, act="approve", actor=APPROVER)
    with frozen(now() + datetime.timedelta(days=181)), pytest.raises(models.ModelNotGoodEnough):
        models.step(KEY, 1, act="activate", actor=APPROVER)


def test_scores_below_the_floors_are_refused_by_name(file):
    registered(file)
    wrong = [(f"w{n}", "路灯不亮已经三天", label, "", "") for n, label in enumerate(["water.supply.cut", "work.wage.unpaid"] * 15)]
    seen = models.evaluate(KEY, 1, name="都不对", table=table(wrong), actor=OFFICER)
    assert seen.failed == 30 and seen.failing[0] == "w0"
    with pytest.raises(models.ModelNotGoodEnough, match=r"准确率 0\.000"):
        models.step(KEY, 1, act="approve", actor=APPROVER)


def test_a_group_far_behind_is_refused_and_the_smallest_is_named(file):
    registered(file)
    good = [(f"g{n}", "路灯不亮已经三天", "city.light.lamp", "990102", "其他") for n in range(60)]
    bad = [(f"b{n}", "路灯不亮已经三天", "water.supply.cut", "990103", "老年人") for n in range(12)]
    few = [(f"f{n}", "路灯不亮已经三天", "water.supply.cut", "990104", "其他") for n in range(3)]
    seen = models.evaluate(KEY, 1, name="分组", table=table([*good, *bad, *few]), actor=OFFICER)
    behind = {one.name: one for one in (*seen.regions, *seen.groups)}
    assert behind["老年人"].rows == 12 and behind["老年人"].score == 0 and behind["老年人"].difference < -0.5
    assert behind["990104"].few and not behind["990103"].few
    assert seen.smallest == "990104(3)"
    with pytest.raises(models.ModelNotGoodEnough, match="老年人"):
        models.step(KEY, 1, act="approve", actor=APPROVER)


@pytest.mark.parametrize("actor", [OTHER_OFFICE, OTHER_REGION, CITIZEN, ANONYMOUS, staff("clerk"), staff("admin")])
def test_for_strangers_there_is_no_model(file, actor):
    evaluated(file)
    for act in (
        lambda: models.model(KEY, actor=actor),
        lambda: models.version(KEY, 1, actor=actor),
        lambda: models.register(KEY, file, source="x", actor=actor),
        lambda: models.evaluate(KEY, 1, name="x", table=table(), actor=actor),
        lambda: models.step(KEY, 1, act="approve", actor=actor),
        lambda: models.drift(KEY, actor=actor),
        lambda: models.record_filing(KEY, kind="internal", number="", on=None, responsible="x", actor=actor),
    ):
        with pytest.raises(models.NoSuchModel):
            act()
    try:
        assert models.models(actor) == []
    except PermissionDenied:
        assert actor not in (OTHER_OFFICE, OTHER_REGION)


def test_an_officer_does_not_approve_and_an_approver_does_not_register(file):
    evaluated(file)
    with pytest.raises(PermissionDenied):
        models.step(KEY, 1, act="approve", actor=OFFICER)
    with pytest.raises(PermissionDenied):
        registered(file, actor=APPROVER)
    assert models.version(KEY, 1, actor=OFFICER).acts == ("evaluate",)
    assert models.version(KEY, 1, actor=APPROVER).acts == ("approve", "retire")


def test_a_page_that_is_out_of_date_changes_nothing(file):
    seen = evaluated(file)
    models.evaluate(KEY, 1, name="第二份", table=table(), actor=OFFICER)
    with pytest.raises(models.StaleModel):
        models.step(KEY, 1, act="approve", lock=seen.lock, actor=APPROVER)


def test_the_same_file_is_registered_once(file):
    registered(file)
    with pytest.raises(models.ModelKnown, match="第 1 版"):
        registered(file)


def test_killed_half_way_nothing_is_half_done(file, another, monkeypatch):
    put_live(file)
    evaluated(another)
    models.step(KEY, 2, act="approve", actor=APPROVER)

    def dies(*_given):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(registering.outbox, "emit", dies)
        with pytest.raises(RuntimeError), transaction.atomic():
            models.step(KEY, 2, act="activate", actor=APPROVER)
    assert [models.version(KEY, n, actor=OFFICER).state for n in (1, 2)] == ["live", "approved"]
    assert models.step(KEY, 2, act="activate", actor=APPROVER).state == "live"


@pytest.mark.django_db(transaction=True)
def test_two_activations_at_once_leave_one_live(file, another):
    for data in (file, another):
        made = evaluated(data)
        models.step(KEY, made.number, act="approve", actor=APPROVER)
    said, start = [], threading.Barrier(4)

    def activate(number):
        try:
            start.wait()
            said.append(models.step(KEY, number, act="activate", actor=APPROVER).number)
        except models.WrongModelStep as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    hands = [threading.Thread(target=activate, args=(number,)) for number in (1, 2, 1, 2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert Version.objects.filter(state="live").count() == 1
    assert len(said) == 4 and "wrong_model_step" in said
    assert Version.objects.filter(state="retired").count() == 1


def test_filing_is_due_after_going_live_and_kept_once_written(file):
    put_live(file)
    line = models.models(OFFICER)[0]
    assert line.filing_due and line.filing_due > now().date() + datetime.timedelta(days=10)
    day = now().date()
    given = {"kind": "algorithm", "number": "网信算备990100001号", "on": day, "responsible": "李主任"}
    for wrong in (
        {"kind": "x"},
        {"number": ""},
        {"on": None},
        {"on": day + datetime.timedelta(days=2)},
        {"responsible": " "},
        {"link": "javascript:x"},
    ):
        with pytest.raises(models.BadFiling):
            models.record_filing(KEY, **{**given, **wrong}, actor=OFFICER)
    models.record_filing(KEY, **given, link="https://beian.cac.gov.cn", actor=OFFICER)
    seen = models.model(KEY, actor=APPROVER)
    assert seen.line.filed == "算法备案 网信算备990100001号" and seen.line.filing_due is None
    models.record_filing(KEY, kind="internal", number="", on=day, responsible="李主任", note="只在内部派单使用", actor=OFFICER)
    assert len(models.model(KEY, actor=OFFICER).filings) == 2


def test_a_roll_back_reaches_a_process_that_holds_the_other_version(file, another):
    """Nothing is told to it: it looks by itself, at most a second after its last look."""
    put_live(file)
    models.step(KEY, evaluated(another).number, act="approve", actor=APPROVER)
    models.step(KEY, 2, act="activate", actor=APPROVER)
    held = loading.Held(KEY)
    assert held.current().number == 2
    models.step(KEY, 1, act="roll_back", reason="错得多", actor=APPROVER)
    until = time.monotonic() + 30
    while held.current().number != 1 and time.monotonic() < until:
        time.sleep(0.1)
    assert held.current().number == 1
    with pytest.raises(PermissionDenied):
        models.step(KEY, 2, act="roll_back", reason="再换回去", actor=OFFICER)
    with pytest.raises(models.NoSuchModel):
        models.step(KEY, 2, act="roll_back", reason="再换回去", actor=OTHER_REGION)
