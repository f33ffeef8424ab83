"""Counts that the database keeps up: exact after every act, folded or not, and the same for whoever may count."""

from datetime import timedelta

import pytest

from tests.business.hotline.conftest import AGENT, DISPATCHER, LAMPS, LIGHT, REPLY, SUPERVISOR, WATER, act, citizen, file, sent, staff
from yiwang.base.clock.api import frozen, now
from yiwang.base.statements.api import run
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import jobs

pytestmark = pytest.mark.django_db
COUNTED = "SELECT c.*, count(*) FROM hotline_ticket t, hotline_cells(t) c GROUP BY 1, 2, 3, 4, 5"
KEPT = """
    SELECT day, region, department, kind, name, sum(n) FROM (
        SELECT day, region, department, kind, name, n FROM hotline_tally
        UNION ALL SELECT day, region, department, kind, name, n FROM hotline_delta
    ) c GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
"""


def live_through():
    """Tickets on their ways: answered and rated, returned, withdrawn, merged, corrected, overdue, not counted."""
    yes = {"contacted": "yes", "solved": "yes", "satisfaction": "2"}
    first = sent()
    second = file(actor=citizen("990103199001010027", "林小望"))
    assert second.merged
    act(first, "correct", AGENT, category="city.light.cover", place="白沙花园")
    for name, inputs in (("sign", {}), ("contact", {"note": "已联系"}), ("answer", {"reply": REPLY, "solved": "solved"})):
        act(first, name, LAMPS, **inputs)
    act(first, "call_back", AGENT, **yes)
    act(second, "not_solved", citizen("990103199001010027", "林小望"), note="还是不亮")
    act(first, "ask_exclusion", LAMPS, note="诉求已解决")
    act(first, "grant_exclusion", SUPERVISOR, note="同意")
    third = sent("南桥街的井盖翘起来一角,电动车骑过去要摔跤。", "water")
    act(third, "return", WATER, note="不是我们的")
    act(third, "arbitrate", DISPATCHER, department="urban", note="裁定")
    fourth = file("问一下社保卡丢了去哪里补办。")
    act(fourth, "withdraw", citizen())


def test_every_act_leaves_the_counts_exact_folded_or_not(duties):
    live_through()
    assert sorted(run(KEPT)) == sorted(run(COUNTED))
    before = hotline.wall(SUPERVISOR)
    jobs.fold()
    assert run("SELECT count(*) FROM hotline_delta") == [(0,)] and hotline.wall(SUPERVISOR) == before
    with frozen(now() + timedelta(days=40)):
        jobs.overdue()
        jobs.settle()
        assert sorted(run(KEPT)) == sorted(run(COUNTED))
        jobs.fold()
        assert sorted(run(KEPT)) == sorted(run(COUNTED)) and hotline.wall(SUPERVISOR, days=60).city.overdue


def test_counts_are_those_of_the_reader(duties):
    live_through()
    mine = {one.place: one.tickets for one in hotline.by_place(LAMPS)}
    assert mine and hotline.by_place(WATER) == [] and hotline.by_place(staff("hotline_agent", region="990102")) == []
    assert sum(mine.values()) < sum(one.tickets for one in hotline.by_place(AGENT)) + 1
    assert hotline.wall(staff("leader", region="990102")).days == ()


def test_a_queue_says_that_it_holds_more_than_it_pages_through(duties, monkeypatch):
    monkeypatch.setattr("yiwang.business.hotline.listing.MOST", 2)
    monkeypatch.setattr("yiwang.business.hotline.listing.PAGE", 1)
    for number in range(4):
        file(f"第 {number} 件:{LIGHT}", actor=citizen(f"99010319900101{number:03}9"))
    rows, total = hotline.tickets(DISPATCHER, queue="all")
    assert len(rows) == 1 and total == 3 and hotline.tickets(DISPATCHER, queue="all", page=3) == ([], 3)
    monkeypatch.setattr("yiwang.business.hotline.listing.LOOKED", 1)
    assert (
        hotline.tickets(DISPATCHER, queue="all", text="第 3 件")[1] == 1
        and hotline.tickets(DISPATCHER, queue="all", text="第 0 件")[1] == 0
    )
