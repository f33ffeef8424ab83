"""Drift: counts of days, what chance explains, what crosses the limit, findings and their settling."""

import datetime
import threading

import pytest
from django.db import connection, connections

from tests.support.models.conftest import APPROVER, KEY, OFFICER, OTHER_OFFICE, put_live
from yiwang.base.clock.api import frozen, now
from yiwang.security.access.api import PermissionDenied
from yiwang.support.models import api as models
from yiwang.support.models import counting, drifting, keys
from yiwang.support.models.measuring import PIECES
from yiwang.support.models.models import Day, Finding, Prediction, Version

pytestmark = pytest.mark.django_db
LABELS = ("city.light.lamp", "water.supply.cut", "work.wage.unpaid")


def say(count, labels=LABELS, *, probability=None, number=1):
    held = models.version(KEY, 1, actor=OFFICER)
    assert held
    reference = Version.objects.get(number=1).evaluation.reference
    bands = [int(band) for band, n in reference["bands"].items() for _ in range(n)]
    pieces = [int(band) for band, n in reference["pieces"].items() for _ in range(n)]
    for n in range(count):
        chance = probability if probability is not None else (bands[n * 7 % len(bands)] + 0.5) / 10
        known = PIECES[pieces[n * 7 % len(pieces)]]
        models.predicted(KEY, number=number, label=labels[n % len(labels)], probability=chance, pieces=known)


def test_answers_like_the_test_set_are_no_drift(file):
    put_live(file)
    say(300)
    assert models.watch() == [] and Prediction.objects.count() == 0
    day = Day.objects.get()
    assert day.answers == 300 and day.labels == dict.fromkeys(LABELS, 100) and sum(day.bands.values()) == 300
    seen = models.drift(KEY, actor=OFFICER)
    assert seen.enough and seen.answers == 300 and not any(one.crossed for one in seen.measures)
    assert {one.measure for one in seen.measures} == {"labels", "bands", "pieces", "corrections"}


def test_another_world_raises_a_finding_once_and_it_is_settled(file):
    put_live(file)
    say(300, labels=("work.wage.unpaid",), probability=0.35)
    raised = models.watch()
    assert {one.measure for one in raised} >= {"labels", "bands"} and raised[0].value > raised[0].limit
    assert models.watch() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_event WHERE name = 'model.drifted.v1'")
        assert cursor.fetchone()[0] == len(raised)
    assert models.waiting(OFFICER) == (0, len(raised))
    with pytest.raises(models.NoSuchModel):
        models.settle(raised[0].id, note="x", actor=OTHER_OFFICE)
    with pytest.raises(PermissionDenied):
        models.settle(raised[0].id, note="x", actor=APPROVER)
    with pytest.raises(models.ModelNeedsReason):
        models.settle(raised[0].id, note=" ", actor=OFFICER)
    done = models.settle(raised[0].id, note="年底讨薪集中,已安排补充训练", actor=OFFICER)
    assert (done.state, done.by_name) == ("settled", OFFICER.name)
    with pytest.raises(models.NoSuchFinding):
        models.settle(raised[0].id, note="x", actor=OFFICER)
    assert models.watch() == []  # a settled one does not come back the same week
    with frozen(now() + datetime.timedelta(days=8)):
        say(300, labels=("work.wage.unpaid",), probability=0.35)
        assert raised[0].measure in {one.measure for one in models.watch()}


def test_too_few_answers_say_nothing(file):
    put_live(file)
    say(60, labels=("work.wage.unpaid",))
    assert models.watch() == []
    seen = models.drift(KEY, actor=OFFICER)
    assert not seen.enough and seen.answers == 60


def test_people_who_correct_are_heard(file):
    put_live(file)
    say(200)
    for _ in range(40):
        models.corrected(KEY, number=1)
    assert [one.measure for one in models.watch()] == ["corrections"]
    assert Finding.objects.get().value == 0.2


def test_counts_of_another_version_do_not_matter(file):
    put_live(file)
    say(300, labels=("work.wage.unpaid",), number=7)
    assert models.watch() == []
    assert models.drift(KEY, actor=OFFICER).answers == 0


def test_without_a_live_version_nothing_is_watched():
    assert models.drift(KEY, actor=OFFICER) is None and models.watch() == []


def test_days_stay_apart(file):
    put_live(file)
    with frozen(now() - datetime.timedelta(days=3)):
        say(150)
    say(120)
    models.watch()
    assert [one.answers for one in Day.objects.order_by("day")] == [150, 120]
    assert [day[1] for day in models.drift(KEY, actor=OFFICER).days if day[1]] == [150, 120]


@pytest.mark.parametrize("size", [100, 400, 4_000])
def test_what_chance_does_is_allowed_for(size):
    """Samples of the reference itself cross the limit in about one of twenty draws at most, whatever their size."""
    import numpy as np

    random = np.random.default_rng(3)
    shares = random.dirichlet(np.ones(60))
    before = dict(zip(map(str, range(60)), random.multinomial(500, shares).tolist(), strict=True))
    threshold = keys.model(KEY).drift["psi"]
    crossed = 0
    for _ in range(100):
        after = dict(zip(map(str, range(60)), random.multinomial(size, shares).tolist(), strict=True))
        value, chance, _rows = drifting.stability(before, after, rare=0.01)
        crossed += value > threshold + chance
    assert crossed <= 5


def test_odd_counts_do_not_break_the_index():
    for before, after in (({"a": 1}, {"a": 1}), ({"a": 1}, {"b": 5}), ({"a": 5, "b": 0}, {"c": 1})):
        value, chance, rows = drifting.stability(before, after, rare=0.01)
        assert value >= 0 and chance > 0 and rows


@pytest.mark.django_db(transaction=True)
def test_two_workers_count_every_answer_once(file):
    put_live(file)
    say(400)
    start, done = threading.Barrier(2), []

    def work():
        try:
            start.wait()
            done.append(counting.fold())
        finally:
            connections.close_all()

    hands = [threading.Thread(target=work) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    counting.fold()
    assert sum(done) <= 400 and sum(Day.objects.values_list("answers", flat=True)) == 400


def of(count, wrong, *parts):
    for n in range(count):
        models.predicted(KEY, number=1, label=LABELS[n % 3], probability=0.9, of=parts)
        if n < wrong:
            models.corrected(KEY, number=1, of=parts)


def test_what_came_of_answers_by_region_and_group(file):
    put_live(file)
    of(200, 10, "990102", "35至59岁", "男")
    of(60, 30, "990103", "60岁及以上", "女")
    of(3, 3, "990104", "未满35岁", "女")
    raised = [one for one in models.watch() if one.measure == "fairness"]
    assert len(raised) == 1 and raised[0].measure_name == "地区或人群之间的差别"
    assert not [one for one in models.watch() if one.measure == "fairness"]
    seen = models.model(KEY, actor=OFFICER).outcome
    assert (seen.answers, seen.corrections, seen.least) == (263, 43, 20)
    shown = {one.name: one for one in (*seen.regions, *seen.groups)}
    assert set(shown) == {"990102", "35至59岁", "男", "女"} and seen.hidden == 4  # with the small one the next smallest is hidden
    assert shown["女"].worse and not shown["男"].worse
    assert (shown["女"].answers, shown["女"].corrections) == (63, 33) and 0.39 < shown["女"].low < 33 / 63 < shown["女"].high < 0.65


def test_nothing_of_a_person_is_kept(file):
    put_live(file)
    of(1, 1, "990102", "60岁及以上", "女")
    counting.fold()
    assert Day.objects.get().parts == {"region": {"990102": [1, 1]}, "group": {"60岁及以上": [1, 1], "女": [1, 1]}}
    assert Prediction.objects.count() == 0 and models.model(KEY, actor=OFFICER).outcome.regions == ()
