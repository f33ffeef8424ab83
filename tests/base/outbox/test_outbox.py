"""An event exists exactly when its act was committed, and reaches every handler at least once."""

import threading
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from yiwang.base.outbox import api as outbox

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Happened:
    number: int

    def to_json(self):
        return {"name": "test.happened.v1", "number": self.number}


def test_a_rolled_back_act_leaves_no_event():
    class Stop(Exception):
        pass

    def act():
        with transaction.atomic():
            outbox.emit(Happened(1))
            raise Stop

    with pytest.raises(Stop):
        act()
    assert outbox.pending() == 0
    outbox.emit_many([])
    assert outbox.pending() == 0


def test_every_handler_gets_every_event_in_order():
    seen, others = [], []
    outbox.emit_many([Happened(n) for n in range(120)])

    def one(event):
        seen.append(event["number"])

    def other(event):
        others.append(event["number"])

    taken = outbox.relay({"test.happened.v1": [one, other]})
    assert taken == 120
    assert seen == others == list(range(120))
    assert outbox.pending() == 0


def test_one_that_fails_is_tried_again_without_repeating_the_others():
    good, tries = [], []

    def well(event):
        good.append(event["number"])

    def badly(event):
        tries.append(event["number"])
        raise ValueError("今天不行")

    outbox.emit(Happened(7))
    outbox.relay({"test.happened.v1": [well, badly]})
    assert outbox.pending() == 1
    _make_due()
    outbox.relay({"test.happened.v1": [well, badly]})
    assert good == [7]
    assert tries == [7, 7]


def test_a_hopeless_one_dies_visibly_and_can_be_revived():
    def badly(event):
        raise ValueError("永远不行")

    outbox.emit(Happened(8))
    for _ in range(outbox.MAX_ATTEMPTS):
        _make_due()
        outbox.relay({"test.happened.v1": [badly]})
    assert outbox.pending() == 0
    (one,) = outbox.dead()
    assert "永远不行" in one.error
    assert outbox.revive([one.id]) == 1
    assert outbox.relay({}) == 1
    assert outbox.dead() == []


def test_a_handler_that_breaks_its_transaction_does_not_break_the_relay():
    def broken(event):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    seen = []
    outbox.emit_many([Happened(1), Happened(2)])
    assert outbox.relay({"test.happened.v1": [broken, lambda e: seen.append(e["number"])]}) == 2
    assert seen == [1, 2]


def test_two_workers_never_serve_one_event_twice_at_once():
    outbox.emit_many([Happened(n) for n in range(200)])
    seen, lock = [], threading.Lock()

    def note(event):
        with lock:
            seen.append(event["number"])

    def work():
        try:
            while outbox.relay({"test.happened.v1": [note]}, limit=10):
                continue
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(seen) == list(range(200))


def _make_due():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_event SET due_at = now()")


def test_many_are_served_together_and_one_by_one_when_that_fails():
    seen, rounds = [], []

    def one(event):
        seen.append(event["number"])

    def many(events):
        rounds.append(len(events))
        if any(event["number"] == 7 for event in events):
            raise ValueError("seven")
        seen.extend(event["number"] for event in events)

    outbox.emit_many([Happened(number) for number in range(3)])
    assert outbox.relay({"test.happened.v1": [one]}, together={one: many}) == 3
    outbox.emit_many([Happened(number) for number in (6, 7)])
    assert outbox.relay({"test.happened.v1": [one]}, together={one: many}) == 2
    assert seen == [0, 1, 2, 6, 7]
    assert rounds == [3, 2]
    assert outbox.pending() == 0
