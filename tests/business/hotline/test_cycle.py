"""The life of a ticket: from filing to rating, and every way aside."""

from datetime import datetime, timedelta

import pytest

from yiwang.base.clock.api import frozen, now
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import jobs, states
from yiwang.business.hotline.effects import EFFECTS
from yiwang.business.hotline.models import CorrectionRow, DutyRow, TicketRow
from yiwang.security.access.api import SYSTEM
from yiwang.standards.errors import Forbidden

from .conftest import AGENT, DISPATCHER, LAMPS, LAMPS_BOSS, LIGHT, REPLY, SUPERVISOR, WATER, act, citizen, file, sent, staff


def test_the_table_is_closed():
    known = set(states.STATES)
    assert {one.act for one in states.STEPS} == set(EFFECTS)
    assert all(set(one.origins) <= known and (not one.target or one.target in known) for one in states.STEPS)
    reached = {one.target for one in states.STEPS} | {"filed"}
    assert reached - {""} == known


def test_a_ticket_from_filing_to_rating(duties):
    me = citizen()
    made = file(actor=me)
    assert made.no and not made.code
    if made.state == "filed":
        act(made, "accept", AGENT)
        act(made, "dispatch", DISPATCHER, department="urban")
    view = act(made, "sign", LAMPS)
    assert view.line.state == "handling" and view.line.due and "城市市容" in view.duty
    act(made, "contact", LAMPS, note="电话联系,约定当晚维修")
    view = act(made, "answer", LAMPS, reply=REPLY, solved="solved")
    assert view.line.state == "answered" and view.quality > 0.45
    view = act(made, "call_back", AGENT, contacted="yes", solved="yes", satisfaction="5")
    assert view.line.state == "closed"
    view = act(made, "rate", me, contacted="yes", solved="yes", satisfaction="4")
    assert view.satisfaction == 4 and view.line.state == "closed"
    assert [one.act for one in view.steps][-3:] == ["answer", "call_back", "rate"]
    wall = hotline.wall(SUPERVISOR)
    urban = next(one for one in wall.league if one.department == "urban")
    assert (urban.response, urban.solution, urban.satisfaction, urban.total) == (100.0, 100.0, 100.0, 100.0)


def test_a_return_once_then_assigned_and_never_again(duties):
    made = sent()
    row = TicketRow.objects.get(id=made.id)
    with pytest.raises(hotline.BadTicket):
        act(made, "return", LAMPS)
    act(made, "return", LAMPS, note="路灯归住建局", proposed="housing")
    if row.automatic:
        assert DutyRow.objects.get(category="city").failed == 1
    with pytest.raises(Forbidden):
        act(made, "arbitrate", LAMPS, department="urban", note="x")
    view = act(made, "arbitrate", DISPATCHER, department="urban", note="路灯由城管负责")
    assert view.assigned and view.line.state == "dispatched"
    with pytest.raises(hotline.WrongTicketStep):
        act(made, "return", LAMPS, note="还是不归我们")
    assert "return" not in {one.act for one in hotline.get(made.id, actor=LAMPS).acts}


def test_an_extension_needs_another_person(duties):
    made = sent()
    due = act(made, "sign", LAMPS).line.due
    act(made, "ask_extension", LAMPS, note="要等配件")
    with pytest.raises(Forbidden):
        act(made, "approve_extension", LAMPS)
    both = staff("approver", "urban", number=9)
    view = act(made, "approve_extension", both)
    assert view.line.due > due
    with pytest.raises(hotline.WrongTicketStep):
        act(made, "ask_extension", LAMPS, note="再等等")


def test_who_asked_does_not_approve(duties):
    made = sent()
    act(made, "sign", LAMPS)
    both = staff("clerk", "urban", number=5)
    both = type(both)(**{**{name: getattr(both, name) for name in both.__slots__}, "roles": frozenset(["clerk", "approver"])})
    act(made, "ask_extension", both, note="要等配件")
    with pytest.raises(hotline.OtherPersonNeeded):
        act(made, "approve_extension", both)


def test_not_solved_goes_back_only_so_often(duties):
    me = citizen()
    made = sent(actor=me)
    act(made, "sign", LAMPS)
    for _ in range(2):
        act(made, "answer", LAMPS, reply=REPLY, solved="solved")
        assert act(made, "not_solved", me, note="还是不亮").line.state == "handling"
    act(made, "answer", LAMPS, reply=REPLY, solved="solved")
    with pytest.raises(hotline.WrongTicketStep):
        act(made, "not_solved", me, note="第三次了")
    view = act(made, "call_back", AGENT, contacted="yes", solved="no", satisfaction="1")
    assert view.line.state == "closed" and view.line.level == 2


def test_closed_reopens_within_days_only(duties):
    me = citizen()
    made = sent(actor=me)
    act(made, "sign", LAMPS)
    act(made, "answer", LAMPS, reply=REPLY, solved="solved")
    act(made, "call_back", AGENT, contacted="yes", solved="yes")
    with frozen(now() + timedelta(days=16)), pytest.raises(hotline.WrongTicketStep):
        act(made, "not_solved", me, note="又坏了")
    assert act(made, "not_solved", me, note="又坏了").line.state == "handling"


def test_other_endings(duties):
    assert act(file("请问几点下班"), "answer_now", AGENT, reply="工作日九点到十七点。").line.state == "closed"
    declined = act(file("法院判了我不服,请市长管管判决"), "decline", AGENT, ground="procedure", door="人民法院")
    assert declined.line.state == "declined" and "人民法院" in declined.reply
    urgent = file("楼上着火了有人被困在里面")
    assert urgent.state == "filed" and hotline.get(urgent.id, actor=AGENT).line.urgency == 3
    with pytest.raises(hotline.BadTicket):
        act(urgent, "transfer_urgent", AGENT, number="114")
    assert act(urgent, "transfer_urgent", AGENT, number="119").line.state == "transferred"
    mine = file("想咨询公积金提取")
    assert act(mine, "withdraw", citizen()).line.state == "withdrawn"


def test_a_thin_answer_is_sent_back_unless_insisted(duties):
    made = sent()
    act(made, "sign", LAMPS)
    with pytest.raises(hotline.ReplyTooThin) as refused:
        act(made, "answer", LAMPS, reply="您好,您的来电收悉,感谢您的支持与监督。", solved="solved")
    assert "客套话" in refused.value.message
    assert hotline.judge_reply(made.id, reply="收悉。", actor=LAMPS)[0] < 0.45
    view = act(made, "answer", LAMPS, reply="已修。", solved="solved", insist="诉求人在场,当面说清")
    assert view.line.state == "answered"


def test_help_of_another_department(duties):
    made = sent()
    with pytest.raises(hotline.TicketNotFound):
        hotline.get(made.id, actor=WATER)
    act(made, "sign", LAMPS)
    act(made, "ask_help", LAMPS, department="water", note="灯杆下漏水")
    act(made, "contribute", WATER, note="漏水已修")
    with pytest.raises(Forbidden):
        act(made, "answer", WATER, reply=REPLY, solved="solved")
    with pytest.raises(hotline.WrongTicketStep):
        act(made, "contribute", LAMPS, note="x")


def test_supervision_rises_and_overdue_is_urged_by_itself(duties):
    made = sent()
    with frozen(now() + timedelta(days=60)):
        assert jobs.overdue() == 1 and jobs.overdue() == 0
        assert hotline.tickets(LAMPS, queue="late")[1] == 1
        assert hotline.get(made.id, actor=LAMPS).line.level_name == "催办"
        with pytest.raises(hotline.BadTicket):
            act(made, "supervise", SUPERVISOR, level="1", note="快")
        assert act(made, "supervise", SUPERVISOR, level="3", note="快").line.level == 3
        act(made, "sign", LAMPS)
        with pytest.raises(hotline.WrongTicketStep):
            act(made, "ask_extension", LAMPS, note="晚了")


def test_limits_warn_before_they_urge(duties):
    made = sent()
    assert jobs.overdue() == 0
    with frozen(TicketRow.objects.get(id=made.id).sign_due + timedelta(minutes=1)):
        assert jobs.overdue() == 1 and jobs.overdue() == 0, "not signed in time: urged once"
        act(made, "sign", LAMPS)
        assert jobs.overdue() == 0
    with frozen(TicketRow.objects.get(id=made.id).due - timedelta(hours=1)):
        assert jobs.overdue() == 1 and jobs.overdue() == 0, "near the limit: reminded once"
        steps = [one.act for one in hotline.get(made.id, actor=LAMPS).steps]
        assert steps.count("sign_late") == steps.count("nearing") == 1
        act(made, "answer", LAMPS, reply=REPLY, solved="solved")
        act(made, "call_back", AGENT, contacted="yes", solved="no", satisfaction="2")
        assert jobs.overdue() == 0, "redone: a new count"


def test_an_exclusion_is_granted_by_a_second_person_and_traced(duties):
    made = sent()
    act(made, "sign", LAMPS)
    act(made, "answer", LAMPS, reply=REPLY, solved="explained")
    act(made, "call_back", AGENT, contacted="yes", solved="no", satisfaction="1")
    assert hotline.wall(SUPERVISOR).city.solution == 0.0
    act(made, "ask_exclusion", LAMPS, note="要求拆除全部路灯,于法无据")
    with pytest.raises(Forbidden):
        act(made, "grant_exclusion", LAMPS_BOSS, note="同意")
    view = act(made, "grant_exclusion", SUPERVISOR, note="核实属实")
    assert "clerk1申请" in view.exclusion and "hotline_supervisor1同意" in view.exclusion
    city = hotline.wall(SUPERVISOR).city
    assert city.solution is None and city.excluded == 1


def test_corrections_are_kept(duties):
    made = file("小区里有点事想反映一下,请联系我")
    act(made, "correct", AGENT, category="home.fee.service", place="文昌苑")
    act(made, "dispatch", DISPATCHER, department="urban", co="housing")
    kept = set(CorrectionRow.objects.values_list("field", "corrected"))
    assert ("category", "home.fee.service") in kept
    assert hotline.get(made.id, actor=AGENT).line.place == "文昌苑"


def test_versions_and_unknown_acts(duties):
    made = sent()
    with pytest.raises(hotline.WrongTicketStep):
        hotline.act(made.id, name="sign", actor=LAMPS, version=99)
    with pytest.raises(hotline.BadTicket):
        act(made, "explode", LAMPS)
    with pytest.raises(hotline.WrongTicketStep):
        act(made, "answer", LAMPS, reply=REPLY, solved="solved")


def test_no_act_is_done_in_a_state_that_the_table_does_not_name(duties):
    made = file("没人管的事请回电")
    for state in hotline.STATES:
        TicketRow.objects.filter(id=made.id).update(state=state)
        for step in hotline.STEPS:
            if state not in step.origins:
                with pytest.raises(hotline.WrongTicketStep):
                    hotline.act(made.id, name=step.act, actor=SYSTEM, inputs={key: "x" for key, *_ in step.inputs})
    assert TicketRow.objects.get(id=made.id).version == 1


def test_limits_are_counted_on_the_clock(duties):
    start = datetime(2026, 9, 30, 10, tzinfo=now().tzinfo)
    with frozen(start):
        made = file("文昌苑路灯不亮,照明坏了,请维修路灯。", kind="help")
        if made.state == "filed":
            act(made, "dispatch", DISPATCHER, department="urban")
        due = hotline.get(made.id, actor=AGENT).line.due
    assert due >= datetime(2026, 10, 12, tzinfo=start.tzinfo), "the holiday of October does not count"
    urgent = hotline.file(hotline.NewTicket("文昌苑停水了", urgency=2), actor=citizen())
    act(urgent, "dispatch", DISPATCHER, department="water")
    line = hotline.get(urgent.id, actor=AGENT).line
    assert timedelta(hours=23) < line.due - now() <= timedelta(hours=24)


def test_silence_closes_and_time_archives(duties):
    made = sent()
    act(made, "sign", LAMPS)
    act(made, "answer", LAMPS, reply=REPLY, solved="solved")
    assert jobs.settle() == 0
    with frozen(now() + timedelta(days=8)):
        assert jobs.settle() == 1
        assert hotline.get(made.id, actor=AGENT).line.state == "closed"
    with frozen(now() + timedelta(days=45)):
        assert jobs.settle() == 1
    assert hotline.get(made.id, actor=AGENT).line.state == "archived"


def test_the_same_key_files_once(duties):
    first, again = file(LIGHT, key="abc"), file(LIGHT, key="abc")
    assert again.again and again.id == first.id


def test_a_queue_finds_a_number_and_counts_who_joined(duties, django_assert_max_num_queries):
    made = sent()
    file(LIGHT + "谢谢", actor=citizen("990103199001010027", "文小盛"))
    with django_assert_max_num_queries(3):
        rows, total = hotline.tickets(DISPATCHER, queue="all", text=f" {made.no.lower()} ")
    assert (total, rows[0].no, rows[0].followers) == (1, made.no, 1)
    assert hotline.tickets(DISPATCHER, queue="all", text="路灯")[1] == 2 and hotline.tickets(DISPATCHER, queue="all", text="没有")[1] == 0
    assert sum(count for _day, count in hotline.wall(SUPERVISOR).days) == 2
