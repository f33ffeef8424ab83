"""What stands behind a rate of the wall: every dispatched ticket is counted, missed or left out, and says why."""

import pytest

from yiwang.business.hotline import api as hotline
from yiwang.business.hotline.models import TicketRow
from yiwang.security.access.api import PermissionDenied

from .conftest import AGENT, LAMPS, LIGHT, REPLY, SUPERVISOR, act, citizen, sent, staff


def closed(number, *, contacted="yes", solved="yes", satisfaction="5", contact=True):
    made = sent(LIGHT + "第" * number, actor=citizen(f"9901031990010100{number:02d}"))
    act(made, "sign", LAMPS)
    if contact:
        act(made, "contact", LAMPS, note="已电话联系")
    act(made, "answer", LAMPS, reply=REPLY, solved="explained", insist="已说明")
    act(made, "call_back", AGENT, contacted=contacted, solved=solved, satisfaction=satisfaction)
    return made


def groups(rate, **asked):
    return {
        name: {one.line.no: one.why for one in hotline.counted(SUPERVISOR, rate=rate, group=name, **asked).rows}
        for name in ("in", "not", "out")
    }


@pytest.fixture
def day(duties):
    """One good, one whose reporter says that nobody was in touch, one that is excluded, one under way, one withdrawn."""
    TicketRow.objects.all().delete()
    made = {"good": closed(1), "silent": closed(2, contacted="no", solved="no", satisfaction="3"), "excluded": closed(3, solved="no")}
    act(made["excluded"], "ask_exclusion", LAMPS, note="于法无据")
    act(made["excluded"], "grant_exclusion", SUPERVISOR, note="核实属实")
    made["open"] = sent("云台家园的路灯坏了,晚上不敢出门", actor=citizen("990103199001010048"))
    made["gone"] = sent("书香里小区路灯不亮", actor=citizen("990103199001010056"))
    act(made["gone"], "withdraw", citizen("990103199001010056"))
    return {name: one.no for name, one in made.items()}


def test_the_tickets_behind_each_rate_are_those_that_the_wall_counts(day):
    city = hotline.wall(SUPERVISOR).city
    for rate, above, below, share in (
        ("response", city.responded, city.dispatched, city.response),
        ("solution", city.solved, city.asked, city.solution),
        ("satisfaction", city.satisfied, city.rated, city.satisfaction),
    ):
        found = hotline.counted(SUPERVISOR, rate=rate)
        assert (found.reached, found.reached + found.missed) == (above, below)
        assert share == round(above * 100 / below, 2)
        assert sorted(no for group in groups(rate).values() for no in group) == sorted(day.values()), "each stands in one group"


def test_each_says_why(day):
    response, solution, satisfaction = groups("response"), groups("solution"), groups("satisfaction")
    assert set(response["in"]) == {day["good"]} and "期限" in response["in"][day["good"]]
    assert response["not"] == {day["silent"]: "诉求人说没有联系过", day["open"]: response["not"][day["open"]]}
    assert "未到" in response["not"][day["open"]]
    assert "clerk1申请(于法无据)" in response["out"][day["excluded"]] and "核实属实" in response["out"][day["excluded"]]
    assert "撤回" in response["out"][day["gone"]]
    assert solution["not"] == {day["silent"]: "诉求人认定没有解决"}
    assert "还没有回访" in solution["out"][day["open"]]
    assert satisfaction["in"][day["silent"]] == "评价为基本满意"
    assert satisfaction["out"][day["open"]] == "不计入:没有评价"


def test_a_rate_is_traced_for_one_department_and_for_supervisors_of_the_region_alone(day):
    assert hotline.counted(SUPERVISOR, rate="response", department="water").rows == ()
    assert hotline.counted(SUPERVISOR, rate="response", department="urban").reached == 1
    assert hotline.counted(staff("hotline_supervisor", region="990102"), rate="response", group="out").rows == ()
    for who in (LAMPS, citizen()):
        with pytest.raises(PermissionDenied):
            hotline.counted(who, rate="response")
    with pytest.raises(hotline.BadTicket):
        hotline.counted(SUPERVISOR, rate="everything")
