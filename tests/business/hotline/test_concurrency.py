"""Several people at the same ticket, or with the same words, at the same moment."""

import os
import signal
import threading
import time

import pytest
from django.db import connections

from yiwang.base.statements.api import run
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.models import SketchRow, StepRow, TicketRow

from .conftest import AGENT, DISPATCHER, LAMPS, LIGHT, REPLY, act, citizen, file, sent

pytestmark = pytest.mark.django_db(transaction=True)
THINGS = (("文昌苑", "路灯不亮"), ("白沙花园", "井盖翘起来了"), ("南桥街", "垃圾三天没人收"), ("晴川路", "摊贩占了人行道"))


def at_once(*works):
    """Run all at the same moment; what each returned or raised."""
    said, start = [None] * len(works), threading.Barrier(len(works))

    def one(number, work):
        try:
            start.wait()
            said[number] = work()
        except Exception as refused:  # the test looks at what it was
            said[number] = refused
        finally:
            connections.close_all()

    hands = [threading.Thread(target=one, args=each) for each in enumerate(works)]
    [hand.start() for hand in hands]
    [hand.join() for hand in hands]
    return said


def test_whoever_joins_while_the_lead_is_answered_is_answered_too_or_stands_alone():
    hotline.ensure_duties()
    lead = sent(actor=citizen())
    act(lead, "sign", LAMPS)
    others = [citizen(f"9901031990010{n:05d}", f"人{n}") for n in range(5)]
    said = at_once(
        *(lambda one=one: file(LIGHT + "谢谢", actor=one) for one in others[:3]),
        lambda: act(lead, "answer", LAMPS, reply=REPLY, solved="solved"),
        *(lambda one=one: file(LIGHT, actor=one) for one in others[3:]),
    )
    assert not [one for one in said if isinstance(one, Exception)], said
    assert TicketRow.objects.get(id=lead.id).state == "answered"
    for row in TicketRow.objects.filter(lead=lead.id):
        assert (row.state, row.reply) == ("answered", REPLY), "nobody is left waiting at a lead that has its answer"
    assert TicketRow.objects.exclude(id=lead.id).count() == 5


def test_of_two_who_act_at_once_one_is_told_so():
    hotline.ensure_duties()
    made = file("没人管的事请回电")
    said = at_once(
        *(lambda code=code: act(made, "dispatch", DISPATCHER, department=code) for code in ("urban", "water", "police", "urban"))
    )
    assert sum(isinstance(one, hotline.WrongTicketStep) for one in said) == 3
    assert [one.act for one in hotline.get(made.id, actor=AGENT).steps].count("dispatch") == 1


def test_the_same_key_at_once_is_one_ticket():
    hotline.ensure_duties()
    who = citizen()
    said = at_once(*(lambda: file(LIGHT, actor=who, key="k-1") for _ in range(4)))
    assert not [one for one in said if isinstance(one, Exception)], said
    assert len({one.no for one in said}) == 1 and TicketRow.objects.count() == 1


def test_an_import_killed_half_way_and_read_again_loses_and_doubles_nothing():
    hotline.ensure_duties()
    table = "内容\n" + "\n".join(f"{place}{number}号门口的{what}" for number in range(8) for place, what in THINGS)
    connections.close_all()  # the child opens its own
    child = os.fork()
    if not child:
        hotline.import_file(table.encode(), name="day.csv", actor=AGENT)
        os.kill(os.getpid(), signal.SIGKILL)
    waited = 0
    while TicketRow.objects.count() < 5 and waited < 3_000:
        time.sleep(0.01)
        waited += 1
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    there = TicketRow.objects.count()
    assert there >= 5
    report = hotline.import_file(table.encode(), name="day.csv", actor=AGENT)
    assert all(one.no for one in report) and sum(bool(one.reason) for one in report) == there
    assert TicketRow.objects.count() == len(report) == 8 * len(THINGS)
    assert StepRow.objects.filter(act="file").count() == len(report)
    assert SketchRow.objects.count() == TicketRow.objects.filter(lead=None).count()
    assert run("SELECT count(*) FROM audit_record WHERE act = 'ticket.file'") == [(len(report),)]
