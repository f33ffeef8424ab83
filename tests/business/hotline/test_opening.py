"""Concerns that everybody may read: the reporter agrees, a person looks, others say that it happens to them too."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import patterns
from yiwang.business.hotline.models import EndorsementRow, OpenedRow, TicketRow
from yiwang.security.access.api import ANONYMOUS, PermissionDenied, SignInNeeded

from .conftest import AGENT, DISPATCHER, LAMPS, LIGHT, WATER, act, citizen, file, staff

OTHER = citizen("990103199001010027", "许明")
TEXT = f"{LIGHT}我是文小昌,电话13812345678。"


def shown(**given):
    """An opened concern that a person has let be read."""
    made = file(TEXT, public=True, name="文小昌", **given)
    act(made, "publish", AGENT)
    return made


def numbers(**asked):
    return [one.no for one in hotline.opened(ANONYMOUS, **asked)[0]]


def test_nobody_reads_it_before_a_person_has_looked_and_nobody_is_recognised(duties):
    made = file(TEXT, public=True, name="文小昌")
    assert numbers() == []
    assert hotline.get(made.id, actor=citizen()).opened == "waiting"
    assert [one.no for one in hotline.tickets(AGENT, queue="open")[0]] == [made.no]
    [offered] = [one for one in hotline.get(made.id, actor=AGENT).acts if one.act == "publish"]
    meant = {one.key: one.value for one in offered.inputs}
    assert "路灯" in meant["words"]
    assert "13812345678" not in meant["words"]
    assert meant["pictures"] == ""
    act(made, "publish", AGENT, title="文昌苑路灯")
    [one] = hotline.opened(OTHER)[0]
    assert (one.no, one.title, one.own, one.endorsed) == (made.no, "文昌苑路灯", False, 0)
    assert "13812345678" not in repr(one)
    assert "文小昌" not in repr(one)
    assert hotline.opened(citizen())[0][0].own
    assert hotline.tickets(AGENT, queue="open")[1] == 0


def test_what_is_not_opened_is_not_found(duties):
    kept = (
        file(TEXT),
        file("东园路井盖缺失破损", public=True, privacy="confidential"),
        file("砚山小区下水道堵塞", public=True, privacy="anonymous"),
    )
    for made in kept:
        with pytest.raises(hotline.TicketNotFound):
            hotline.opened_one(made.id, actor=OTHER)
        with pytest.raises(hotline.TicketNotFound):
            hotline.endorse(made.id, actor=OTHER)
        assert "publish" not in {one.act for one in hotline.get(made.id, actor=AGENT).acts}
        with pytest.raises(hotline.WrongTicketStep):
            act(made, "publish", AGENT)
    assert not OpenedRow.objects.exists()
    assert hotline.public(codes=[], since=TicketRow.objects.first().filed_at, until=TicketRow.objects.last().filed_at) == []


def test_the_reporter_takes_it_back_and_the_centre_may_refuse(duties):
    made = shown()
    act(made, "disagree", citizen())
    assert numbers() == []
    assert OpenedRow.objects.get().words == ""
    act(made, "agree", citizen())
    assert hotline.get(made.id, actor=citizen()).opened == "waiting"
    act(made, "conceal", AGENT, note="点名了邻居")
    view = hotline.get(made.id, actor=citizen())
    assert view.opened == "hidden"
    assert [one.note for one in view.steps if one.act == "conceal"] == ["点名了邻居"]


def test_only_the_centre_publishes(duties):
    made = file(TEXT, public=True)
    for actor in (LAMPS, WATER, staff("hotline_agent", region="110000")):
        with pytest.raises((hotline.TicketNotFound, PermissionDenied, Exception), match=r"."):
            act(made, "publish", actor)
    assert OpenedRow.objects.get().state == "waiting"
    with pytest.raises(Exception, match=r"."):
        act(made, "disagree", OTHER)


def test_one_person_endorses_once_and_may_take_it_back(duties):
    made = shown()
    for _ in range(2):
        assert hotline.endorse(made.id, actor=OTHER).endorsed == 1
    assert hotline.opened_one(made.id, actor=OTHER).mine
    assert not hotline.opened_one(made.id, actor=ANONYMOUS).mine
    assert len(patterns._endorsers(TicketRow.objects.filter(id=made.id))) == 1, "weighs the topic"
    assert "990103199001010027" not in EndorsementRow.objects.get().person
    for _ in range(2):
        assert hotline.endorse(made.id, actor=OTHER, on=False).endorsed == 0
    with pytest.raises(hotline.EndorsedOtherwise):
        hotline.endorse(made.id, actor=citizen())
    for actor in (ANONYMOUS, AGENT):
        with pytest.raises(SignInNeeded):
            hotline.endorse(made.id, actor=actor)
    with pytest.raises(hotline.TicketNotFound):
        hotline.endorse(uuid4(), actor=OTHER)


def test_what_is_done_is_not_endorsed_any_more(duties):
    made = shown()
    if "dispatch" in {one.act for one in hotline.get(made.id, actor=DISPATCHER).acts}:
        act(made, "answer_now", AGENT, reply="已修好。")
    else:
        act(made, "withdraw", citizen())
    with pytest.raises((hotline.EndorsedOtherwise, hotline.TicketNotFound)):
        hotline.endorse(made.id, actor=OTHER)


def test_lists_are_narrowed(duties):
    lamp = shown()
    drain = file("砚山小区后面下水道堵塞,污水冒水", actor=OTHER, public=True)
    act(drain, "publish", AGENT)
    hotline.endorse(lamp.id, actor=OTHER)
    assert numbers() == [drain.no, lamp.no]
    assert numbers(order="endorsed") == [lamp.no, drain.no]
    assert numbers(text="路灯") == [lamp.no]
    assert numbers(category="city.light") == [lamp.no]
    assert numbers(ended=True) == []
    assert numbers(page=10**9) == []
    assert len(numbers(text="\x00" * 100)) == 2


def test_a_reporter_says_what_it_is_about_before_it_is_sent(duties):
    made = file("没人管的事请看看")
    act(made, "recategorise", citizen(), category="city.light.lamp")
    view = hotline.get(made.id, actor=citizen())
    assert view.line.category == "city.light.lamp"
    assert view.path[-1] == view.line.category_name
    with pytest.raises(hotline.BadTicket):
        act(made, "recategorise", citizen(), category="city")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_once_each():
    hotline.ensure_duties()
    made = shown()
    actors = [citizen(f"99010319900101{n:04d}") for n in range(1, 5)] * 2
    refused = []

    def go(actor):
        try:
            hotline.endorse(made.id, actor=actor)
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(actor,)) for actor in actors]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert refused == []
    assert OpenedRow.objects.get().endorsed == EndorsementRow.objects.count() == 4
