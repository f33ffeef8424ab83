"""Routes by duty, twins, topics, warnings, causes that come back."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from yiwang.base.clock.api import frozen, now
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import gathering, jobs, patterns, routing, twins
from yiwang.business.hotline.models import BandRow, DutyRow, SketchRow, StrandRow, TicketRow, TopicRow, WarningRow
from yiwang.security.access.api import PermissionDenied
from yiwang.support.ai import api as ai

from .conftest import AGENT, DISPATCHER, LAMPS, LIGHT, REPLY, SUPERVISOR, WATER, act, citizen, file, sent, staff


def people(number):
    return [citizen(f"9901031990010{n:05d}", f"人{n}") for n in range(number)]


def test_every_leaf_has_a_duty_but_the_unclear_one(duties):
    for leaf in (one for one in hotline.categories() if one.kind):
        duty = routing.duty_of(leaf.code, region="990103001")
        assert (duty is not None and duty.law and duty.clause) or leaf.code == "other.other.unclear", leaf.code
    assert routing.duty_of("street.life.dispute", region="990103001").department == "street2"


def test_a_new_duty_counts_from_the_next_ticket(duties):
    assert hotline.suggest(LIGHT).duty.department == "urban"
    hotline.set_duty(
        "city.light",
        given={"department": "housing", "law": "照明规定(演示)", "article": "第二条", "clause": "住建负责路灯"},
        actor=SUPERVISOR,
    )
    assert hotline.suggest(LIGHT).duty.department == "housing"
    given = {"department": "transport", "law": "照明规定(演示)", "article": "第三条", "clause": "海棠街道试点", "region": "990104001"}
    hotline.set_duty("city.light", given=given, actor=SUPERVISOR)
    assert hotline.suggest("海棠路路灯不亮").duty.department == "transport" and hotline.suggest(LIGHT).duty.department == "housing"
    for wrong in ({"department": "moon"}, {"law": ""}):
        with pytest.raises(hotline.BadTicket):
            hotline.set_duty("city.light", given={**given, **wrong}, actor=SUPERVISOR)


def test_returns_lower_the_trust_until_nothing_goes_by_itself(duties):
    assert hotline.suggest(LIGHT).send
    before = hotline.suggest(LIGHT).duty.trust
    DutyRow.objects.filter(category="city").update(failed=6)
    after = hotline.suggest(LIGHT)
    assert after.duty.trust < before and not after.send


def test_twins_are_one_matter_and_each_is_answered(duties):
    first, *others = people(4)
    lead = sent(actor=first)
    merged = [file(LIGHT + "谢谢" * n, actor=one) for n, one in enumerate(others, 1)]
    assert all(one.merged == lead.no for one in merged)
    far = file(LIGHT.replace("文昌苑", "砚山"), actor=others[0])
    assert not far.merged, "the same words about another place are another matter"
    act(lead, "sign", LAMPS)
    with pytest.raises(hotline.WrongTicketStep):
        act(merged[0], "answer", LAMPS, reply=REPLY, solved="solved")
    act(lead, "answer", LAMPS, reply=REPLY, solved="solved")
    for one, who in zip(merged, others, strict=True):
        view = hotline.get(one.id, actor=who)
        assert view.line.state == "answered" and view.reply == REPLY
    act(merged[1], "not_solved", others[1], note="我这里还不亮")
    assert hotline.get(merged[1].id, actor=LAMPS).line.state == "handling" and hotline.get(lead.id, actor=LAMPS).line.state == "answered"
    act(merged[0], "call_back", AGENT, contacted="no", solved="yes", satisfaction="3")


def burst(number):
    words = ("停水了没水用", "自来水没水,停水到现在", "又停水,水压低没水", "全楼停水断水", "从早上停水,没水做饭")
    return [file(f"{words[n % 5]},我家{n}单元,锦坊小区什么时候来水?", actor=one) for n, one in enumerate(people(number))]


def test_a_burst_becomes_a_topic_with_a_warning_and_an_incident(duties):
    burst(12)
    for n, one in enumerate(people(6)):
        file(f"咨询第{n}件互不相干的事:{['养老金', '疫苗', '护照', '公租房', '发票', '婚姻'][n]}怎么办", actor=one)
    assert hotline.find_topics() == 1
    (topic,) = hotline.topics(DISPATCHER)
    assert (topic.place, topic.category, topic.people, topic.state) == ("锦坊小区", "water.supply.cut", 12, "warned")
    assert topic.warned and topic.growth >= 1.5 and topic.department == "water"
    hotline.find_topics()
    told = {one.department: one.reason for one in WarningRow.objects.all()}
    assert set(told) == {"water", "data"} and "锦坊街道" in told["data"], "once a day; the street has no desk, so the centre calls it"
    assert [one.id for one in hotline.topics(WATER)] == [topic.id] and hotline.topics(LAMPS) == []
    with pytest.raises(hotline.BadTicket):
        hotline.open_incident(topic.id, note="", actor=DISPATCHER)
    made = hotline.open_incident(topic.id, note="请水务抢修并送水", actor=DISPATCHER)
    assert made.incident and made.state == "incident"
    assert hotline.open_incident(topic.id, note="再来", actor=SUPERVISOR).incident == made.incident
    with pytest.raises(hotline.TicketNotFound):
        hotline.topic(topic.id, actor=LAMPS)


def test_department_and_street_are_warned(duties):
    for one in people(9):
        file(f"望江花园停水了,{one.name}家没水用", actor=one)
    hotline.find_topics()
    assert {one.department for one in WarningRow.objects.all()} == {"water", "street1"}
    assert [one.place for one in hotline.topics(staff("clerk", "street1"))] == ["望江花园"]


def test_a_warning_is_seen_by_name_and_other_regions_see_no_topics(duties, django_assert_max_num_queries):
    for one in people(9):
        file(f"望江花园停水了,{one.name}家没水用", actor=one)
    hotline.find_topics()
    clerk = staff("clerk", "street1", region="990102001")
    (topic,) = hotline.topics(clerk)
    assert not any("已阅" in reason for _name, reason in hotline.topic(topic.id, actor=DISPATCHER)[0].warned), (
        "the centre is not the street"
    )
    assert any(f"{clerk.name}已阅" in reason for _name, reason in hotline.topic(topic.id, actor=clerk)[0].warned)
    assert WarningRow.objects.get(department="street1").seen_by_name == clerk.name
    far = staff("hotline_dispatcher", region="990103")
    assert hotline.topics(far) == []
    with pytest.raises(hotline.TicketNotFound):
        hotline.topic(topic.id, actor=far)
    with django_assert_max_num_queries(4):
        assert len(hotline.topics(DISPATCHER)) == 1


def test_only_causes_that_changed_are_read_again(duties, django_assert_max_num_queries):
    burst(12)
    hotline.find_topics()
    before = TopicRow.objects.get().version
    with frozen(now() + timedelta(days=8)):
        hotline.find_topics()
    cooled = TopicRow.objects.get()
    assert cooled.version == before + 1 and cooled.growth < 1
    with frozen(now() + timedelta(days=8)), django_assert_max_num_queries(2):
        assert hotline.find_topics() == 1
    with frozen(now() + timedelta(days=31)):
        assert hotline.find_topics() == 0


def test_a_cause_that_comes_back_reopens_itself(duties):
    burst(12)
    hotline.find_topics()
    (topic,) = hotline.topics(DISPATCHER)
    with pytest.raises(hotline.WrongTicketStep):
        hotline.close_topic(topic.id, remedy="换了主管", actor=DISPATCHER)
    TicketRow.objects.update(state="closed", closed_at=now())
    assert hotline.close_topic(topic.id, remedy="更换主水管", actor=DISPATCHER).state == "closed"
    with frozen(now() + timedelta(days=3)):
        old = TicketRow.objects.filter(state="closed").count()
        file("锦坊小区又停水了,没水", actor=citizen())
        (again,) = hotline.topics(DISPATCHER)
        assert again.state == "reopened" and again.recurrences == 1
        assert TicketRow.objects.filter(state="closed").count() == old, "the cause is open again, the old tickets are not"
        assert any("复发" in reason for _name, reason in again.warned)


def test_another_regions_centre_does_not_open_incidents(duties):
    burst(12)
    hotline.find_topics()
    (topic,) = hotline.topics(DISPATCHER)
    with pytest.raises(PermissionDenied):
        hotline.open_incident(topic.id, note="x", actor=staff("hotline_dispatcher", region="990102"))


def test_merged_tickets_share_every_ending_of_their_lead(duties):
    first, *others = people(3)
    sets = (
        ("answer_now", {"reply": "已答复:今晚修好。"}),
        ("decline", {"ground": "commercial", "door": "商家客服"}),
        ("transfer_urgent", {"number": "119"}),
    )
    for n, (name, inputs) in enumerate(sets):
        text = f"{('文昌苑', '砚山小区', '书院公寓')[n]}门口有人说要跳楼似的东西掉下来,请来看看怎么处理"
        lead = file(text, actor=first)
        twins = [file(text + "谢谢", actor=one) for one in others]
        assert all(one.merged == lead.no for one in twins)
        with pytest.raises(hotline.WrongTicketStep):
            act(twins[0], name, DISPATCHER, **inputs)
        ended = act(lead, name, AGENT, **inputs)
        for one, who in zip(twins, others, strict=True):
            view = hotline.get(one.id, actor=who)
            assert (view.line.state, view.reply) == (ended.line.state, ended.reply) and view.reply


def test_an_extension_and_a_correction_reach_the_merged_ones(duties):
    first, *others = people(3)
    lead = sent(actor=first)
    merged = file(LIGHT + "谢谢", actor=others[0])
    act(lead, "correct", AGENT, category="city.light.cover", place="砚山小区")
    assert hotline.get(merged.id, actor=AGENT).line.category == "city.light.cover"
    assert hotline.get(merged.id, actor=AGENT).line.place == "砚山小区"
    act(lead, "sign", LAMPS)
    act(lead, "ask_extension", LAMPS, note="等待配件")
    act(lead, "approve_extension", staff("approver", "urban"))
    due = {TicketRow.objects.get(id=one.id).due for one in (lead, merged)}
    assert len(due) == 1
    act(merged, "contact", LAMPS, note="也给这位打了电话")
    assert TicketRow.objects.get(id=lead.id).contacted_at is None, "each reporter is spoken with by himself"


def test_a_text_that_everybody_sends_still_finds_its_lead(duties):
    lead = sent(actor=citizen())
    for one in people(30):
        assert file(LIGHT, actor=one).merged == lead.no
    assert SketchRow.objects.count() == 1, "of a matter only the lead is filed"
    assert BandRow.objects.count() <= 20
    assert hotline.suggest(LIGHT).duplicates[0].no == lead.no


def test_old_sketches_are_dropped(duties):
    sent(actor=citizen())
    assert twins.forget() == 0
    with frozen(now() + timedelta(days=31)):
        fresh = file("砚山小区外墙渗水到屋里,漏水修了又漏", actor=citizen())
        assert twins.forget() == 1
        assert set(BandRow.objects.values_list("ticket", flat=True)) == {fresh.id}
        assert not hotline.suggest(LIGHT).duplicates


def test_a_ticket_sent_by_hand_and_returned_lowers_the_trust_of_its_route(duties):
    made = file("请帮忙看一下这个是不是路灯的事", actor=citizen())
    act(made, "correct", AGENT, category="city.light.lamp")
    act(made, "dispatch", DISPATCHER, department="urban")
    act(made, "return", LAMPS, note="不是我们的")
    duty = routing.duty_of("city.light.lamp", region="990103001")
    assert DutyRow.objects.get(id=duty.id).failed == 1


def said(words, *, categories, place="锦坊小区"):
    """Tickets of different people about one thing at a place; the category as somebody gave it."""
    pairs = enumerate(zip(words, categories, strict=True))
    return [file(f"{place}{text}", actor=people(len(words))[n], category=code) for n, (text, code) in pairs]


LIFT = (
    "三号楼电梯又停了,老人下不了楼", "电梯困人两次了,物业修不好电梯", "高层电梯停运,抱孩子爬楼梯", "三号楼电梯坏了一周没人修", "电梯停运老人下不了楼怎么办",
    "物业说电梯配件没到,电梯坏了一周", "楼里电梯停了三天爬楼梯", "三号楼电梯困人,没人修电梯", "电梯坏了,老人孩子爬楼梯",
)  # fmt: skip
SPREAD = ["home.fee.lift"] * 6 + ["home.fee.service", "fire.safe.exit", "other.other.unclear"]


def test_a_burst_with_a_third_of_its_categories_wrong_is_one_topic(duties):
    rows = said(LIFT, categories=SPREAD)
    hotline.find_topics()
    assert TopicRow.objects.get().people == 6 and not WarningRow.objects.exists(), "what an aggregate by category sees"
    jobs.topics()
    topic = TopicRow.objects.get()
    assert (topic.category, topic.tickets, topic.people, topic.state) == ("home.fee.lift", 9, 9, "warned")
    assert len(hotline.topic(topic.id, actor=DISPATCHER)[1]) == 9
    assert gathering.gather() == 0, "each ticket joins once"
    act(rows[8], "correct", AGENT, category="road.works.broken")
    jobs.topics()
    assert TopicRow.objects.get().tickets == 8, "a person's word stands"


def test_strands_are_the_same_after_a_stop(duties):
    said(LIFT[:4], categories=SPREAD[:4])
    gathering.gather()
    gathering._held.clear()
    said(LIFT[4:], categories=SPREAD[4:])
    gathering.gather()
    begun = list(StrandRow.objects.values_list("strand", flat=True))
    StrandRow.objects.all().delete()
    gathering.gather()
    assert list(StrandRow.objects.order_by("id").values_list("strand", flat=True)) == begun and len(set(begun)) == 1
    with frozen(now() + timedelta(days=31)):
        assert gathering.forget() == 9


def test_a_cause_that_comes_back_in_other_words_reopens_itself(duties):
    rows = said(LIFT, categories=SPREAD)
    jobs.topics()
    TicketRow.objects.update(state="closed")
    hotline.close_topic(TopicRow.objects.get().id, remedy="换了主板", actor=DISPATCHER)
    jobs.topics()
    assert TopicRow.objects.get().state == "closed" and len(rows) == 9
    with frozen(now() + timedelta(minutes=5)):
        file("锦坊小区三号楼电梯又停运了,老人下不了楼", actor=citizen("990103199901019999"), category="other.other.unclear")
        jobs.topics()
    again = TopicRow.objects.get()
    assert (again.state, again.recurrences) == ("reopened", 1) and again.tickets == 10


def test_what_was_said_in_confidence_is_counted_and_never_quoted(duties):
    for n, one in enumerate(people(9)):
        file(f"锦坊小区电梯坏了一周,我是{one.name},暗号芝麻{n}", actor=one, privacy="confidential", category="home.fee.lift")
    file("锦坊小区电梯坏了,打13800001234找我", actor=citizen("990103199901018888", "白小云"), name="白小云", category="home.fee.lift")
    jobs.topics()
    topic = TopicRow.objects.get()
    assert topic.people == 10 and topic.quotes
    assert not any(word in quote for quote in topic.quotes for word in ("芝麻", "1380000", "白小云"))


def test_a_warning_that_nobody_looks_at_is_urged_once(duties):
    said(LIFT, categories=["home.fee.lift"] * 9)
    jobs.topics()
    told = WarningRow.objects.count()
    assert all(one.due > one.at for one in WarningRow.objects.all()) and patterns.urge() == 0
    with frozen(now() + timedelta(days=3)):
        assert patterns.urge() == told and patterns.urge() == 0
        assert any("逾期未阅" in reason for _name, reason in hotline.topics(DISPATCHER)[0].warned)


def test_a_cause_that_trickles_is_no_warning_and_a_sudden_one_is(duties):
    at = now()

    def rise(days, last):
        return patterns.rise_of(
            [(at - timedelta(days=2 + n * 28 / days), f"p{n}") for n in range(days)] + [(at, f"q{n}") for n in range(last)], at=at
        )

    trickle, sudden = rise(20, 2), rise(20, 10)
    assert not patterns._rising(trickle) and patterns._rising(sudden)
    assert patterns.rise_of([(at, "the same person")] * 20, at=at).people == 1


def test_kept_sketches_are_filed_again_by_the_rule_of_today(duties):
    made = file()
    kept = set(BandRow.objects.values_list("key", flat=True))
    assert kept == set(ai.filed_keys(bytes(SketchRow.objects.get(ticket_id=made.id).sketch)))
    BandRow.objects.filter(key=min(kept)).delete()
    wider = importlib.import_module("yiwang.business.hotline.migrations.0008_wider_bands")
    wider.file_again(apps, connection.schema_editor())
    assert set(BandRow.objects.values_list("key", flat=True)) == kept
