"""Notices: told once, in both languages, read by whom they are for, pushed outside quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.base.clock.api import frozen
from yiwang.base.clock.present import SHANGHAI
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.standards import events
from yiwang.standards.subjects import Subject
from yiwang.support.notices import api as notices
from yiwang.support.notices import channels, wording
from yiwang.support.notices.models import Delivery, Notice

pytestmark = pytest.mark.django_db

MOTHER = Subject("person", "11010519491231002X")
FATHER = Subject("person", "440524188001010014")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI)
CASE = {"case_id": "018f0000-0000-7000-8000-000000000001", "matter": "newborn.household", "department": "police", "case_no": "YT1"}


def citizen(subject=MOTHER):
    return Actor("citizen", f"account-{subject.key}", "测试", subject=subject)


def event(kind, **more):
    shared = {"at": NOON, "applicant": str(MOTHER), "matter_name": "出生登记", "region": "990100"}
    return kind(**{**CASE, **shared, **more})


@pytest.fixture
def outbox():
    sent = []
    notices.register_channel("sms", name="短信", send=sent.append)
    yield sent
    channels.forget("sms")


def choose(**more):
    notices.set_preferences(citizen(), chosen=notices.Preferences(channels=("sms",), **more))


def test_every_template_is_worded_in_both_languages():
    assert {route.template for route in wording.routes().values()} <= set(wording.templates())
    known = {category.code for category in notices.categories()}
    for template in wording.templates().values():
        assert template.category in known
        assert all(template.texts)
        assert any("一" <= letter <= "鿿" for letter in template.texts[0] + template.texts[1])
        assert not any("一" <= letter <= "鿿" for letter in template.texts[2] + template.texts[3])


def sample(kind):
    values = {
        "case_id": CASE["case_id"], "applicant": str(MOTHER), "holder": str(MOTHER), "recipient": str(MOTHER), "department": "police", "at": NOON,
        "valid_to": date(2030, 1, 2), "due": date(2026, 3, 9), "matter": "m",
    }  # fmt: skip
    made = {}
    for name, field in kind.__dataclass_fields__.items():
        if name in values:
            made[name] = values[name]
        elif name != "event_id" and field.default.__class__.__name__ == "_MISSING_TYPE":
            made[name] = {"int": 1, "bool": True}.get(field.type, "甲") if "tuple" not in field.type else ("甲",)
    return kind(**made)


@pytest.mark.parametrize("name", sorted(wording.routes()))
def test_every_event_of_the_table_can_be_told(name):
    kind = events.REGISTRY[name]
    notices.on_event(sample(kind).to_json())
    row = Notice.objects.get()
    assert row.recipient == str(MOTHER)
    assert "{" not in row.title + row.body + row.title_en + row.body_en
    assert row.ref


def test_an_event_is_told_once():
    one = event(events.CaseAccepted, due=date(2026, 3, 23))
    notices.on_event(one.to_json())
    notices.on_event(one.to_json())
    (row,) = notices.inbox(citizen()).rows
    assert row.title == "已受理:出生登记"
    assert "2026年3月23日" in row.body
    assert "市公安局" in row.body
    assert (row.about, row.ref, str(row.case_id)) == ("case", CASE["case_id"], CASE["case_id"])
    english = notices.get(row.id, actor=citizen(), language="en")
    assert english.title == "Accepted: 出生登记"
    assert "2026-03-23" in english.body


def test_a_case_of_a_life_event_tells_only_what_matters():
    for kind in (events.CaseSubmitted, events.CaseReceived, events.CaseAccepted, events.CaseClosed):
        notices.on_event(event(kind, life_event_id="x").to_json())
    assert Notice.objects.count() == 0
    notices.on_event(event(events.SupplementRequested, life_event_id="x", items=("出生医学证明", "户口簿")).to_json())
    notices.on_event(event(events.CaseDecided, life_event_id="x", outcome="yes").to_json())
    titles = [row.title for row in notices.inbox(citizen()).rows]
    assert titles == ["准予:出生登记", "请补正:出生登记"]
    assert "出生医学证明;户口簿" in Notice.objects.get(template="case_supplement").body


def test_a_case_decided_at_once_tells_its_result_only(outbox):
    choose()
    with frozen(NIGHT) as hands:
        for kind, more in (
            (events.CaseSubmitted, {}),
            (events.CaseAccepted, {}),
            (events.CaseDecided, {"outcome": "yes"}),
            (events.CaseClosed, {}),
        ):
            notices.on_event(event(kind, **more).to_json())
        assert [row.template for row in notices.inbox(citizen()).rows] == ["case_closed", "case_decided"]
        assert notices.unread_count(citizen()) == 2
        assert Notice.objects.count() == 4
        assert set(Delivery.objects.filter(state="dropped").values_list("notice__template", flat=True)) == {
            "case_submitted",
            "case_accepted",
        }
        hands.advance(timedelta(minutes=5))
        notices.on_event(event(events.CaseReceived).to_json())
        hands.advance(timedelta(minutes=5))
        notices.on_event(event(events.CaseDelivered).to_json())
        assert notices.unread_count(citizen()) == 4


def test_an_event_nobody_is_told_of():
    notices.on_event(events.MatterPublished(at=NOON, matter="m", version=1, department="police").to_json())
    assert Notice.objects.count() == 0


def test_only_the_recipient_reads():
    notice_id = notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": "出生登记", "case_no": "1"}, case_id=uuid4())
    assert notices.unread_count(citizen()) == 1
    assert notices.unread_count(citizen(FATHER)) == 0
    official = Actor("staff", "s1", "王某", department="police", region="990100", roles=frozenset({"clerk"}))
    for stranger in (citizen(FATHER), official):
        assert notices.inbox(stranger).rows == ()
        with pytest.raises(notices.NoticeNotFound):
            notices.get(notice_id, actor=stranger)
        with pytest.raises(notices.NoticeNotFound):
            notices.mark_read(notice_id, actor=stranger)
        assert notices.mark_all_read(stranger) == 0
    proxy = Actor("citizen", "a2", "亲友", subject=FATHER, acting_for=MOTHER)
    assert notices.unread_count(proxy) == 1


def test_reading_is_marked_and_recorded():
    ids = [notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": name, "case_no": "1"}) for name in "甲乙丙"]
    read = notices.mark_read(ids[0], actor=citizen())
    assert (read.state, notices.unread_count(citizen())) == ("read", 2)
    assert notices.mark_read(ids[0], actor=citizen()).read_at == read.read_at
    assert len(notices.inbox(citizen(), unread=True).rows) == 2
    assert notices.mark_all_read(citizen()) == 2
    page = notices.inbox(citizen())
    assert (page.total, page.unread, page.pages) == (3, 0, 1)
    assert [view.state for view in notices.deliveries(ids[0], actor=citizen())] == ["read"]


def test_every_notice_leaves_proven_content():
    case_id = uuid4()
    notice_id = notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": "甲", "case_no": "1"}, case_id=case_id)
    (record,) = audit.of_case(case_id)
    assert (record.act, record.ref) == ("notice.sent", str(notice_id))
    from yiwang.support.notices.sending import contents

    assert audit.row_digest(contents([str(notice_id)])[str(notice_id)]) == record.row_digest
    notices.mark_read(notice_id, actor=citizen())
    last = audit.of_case(case_id)[-1]
    assert audit.row_digest(contents([str(notice_id)])[str(notice_id)]) == last.row_digest


def test_the_inbox_has_pages():
    notices.notify_many([notices.NewNotice("case_withdrawn", MOTHER, {"matter_name": str(number), "case_no": "1"}) for number in range(45)])
    assert [len(notices.inbox(citizen(), page=page).rows) for page in (1, 2, 3, 99, 0)] == [20, 20, 5, 5, 20]
    assert notices.inbox(citizen()).rows[0].title.endswith("44")


def test_many_are_told_with_few_statements():
    def cost(amount):
        batch = [
            notices.NewNotice("case_withdrawn", MOTHER, {"matter_name": "甲", "case_no": "1"}, key=str(uuid4())) for _ in range(amount)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert len(notices.notify_many(batch)) == amount
        return len(queries)

    assert cost(200) == cost(2)
    assert notices.notify_many([]) == []


def test_what_is_missing_is_named():
    with pytest.raises(notices.BadNotice, match="case_no"):
        notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": "甲"})
    with pytest.raises(notices.UnknownTemplate, match="no_such"):
        notices.notify("no_such", recipient=MOTHER, data={})


def test_a_muted_category_is_not_told_but_the_law_is():
    notices.set_preferences(citizen(), chosen=notices.Preferences(muted=("progress",)))
    notices.on_event(event(events.CaseReceived).to_json())
    notices.on_event(event(events.CaseDecided, outcome="no", reasons=("不符合条件",)).to_json())
    assert [row.category for row in notices.inbox(citizen()).rows] == ["decision"]
    with pytest.raises(notices.BadPreference, match="不能关闭"):
        notices.set_preferences(citizen(), chosen=notices.Preferences(muted=("decision",)))
    assert notices.preferences(citizen()).muted == ("progress",)
    assert notices.preferences(citizen(FATHER)) == notices.Preferences()


@pytest.mark.parametrize("chosen", [{"muted": ("colour",)}, {"channels": ("pigeon",)}, {"language": "fr"}])
def test_unknown_choices_are_refused(chosen):
    with pytest.raises(notices.BadPreference):
        notices.set_preferences(citizen(), chosen=notices.Preferences(**chosen))
    with pytest.raises(notices.BadPreference):
        notices.set_preferences(Actor("staff", "s", "王某", department="police"), chosen=notices.Preferences())


def test_outer_channels_carry_the_notice_in_the_chosen_language(outbox):
    choose(language="en")
    with frozen(NOON):
        notice_id = notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": "甲", "case_no": "1"})
        assert notices.deliver_due() == 1
    assert [message.title for message in outbox] == ["Withdrawn: 甲"]
    assert [(view.channel, view.state) for view in notices.deliveries(notice_id, actor=citizen())] == [
        ("in_app", "delivered"),
        ("sms", "sent"),
    ]
    assert notices.deliver_due() == 0
    assert [channel.code for channel in notices.outer_channels()] == ["sms"]


def test_quiet_hours_hold_what_is_not_urgent(outbox):
    choose()
    with frozen(NIGHT) as hands:
        quiet = notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": "甲", "case_no": "1"})
        notices.on_event(event(events.SupplementRequested, items=("甲",)).to_json())
        assert notices.deliver_due() == 1
        assert outbox[0].urgent
        assert notices.deliveries(quiet, actor=citizen())[1].state == "held"
        hands.advance(timedelta(hours=8, minutes=29))
        assert notices.deliver_due() == 0
        hands.advance(timedelta(minutes=1))
        assert notices.deliver_due() == 1
    assert len(outbox) == 2


@pytest.mark.parametrize(
    ("begin", "end", "hour", "until"),
    [
        (time(22), time(8), 23, datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)),
        (time(22), time(8), 3, datetime(2026, 3, 2, 8, tzinfo=SHANGHAI)),
        (time(22), time(8), 8, None),
        (time(22), time(8), 12, None),
        (time(12), time(14), 13, datetime(2026, 3, 2, 14, tzinfo=SHANGHAI)),
        (time(12), time(14), 14, None),
        (time(9), time(9), 9, None),
    ],
)
def test_quiet_hours(begin, end, hour, until):
    chosen = notices.Preferences(quiet_from=begin, quiet_until=end)
    assert channels.quiet_until(chosen, datetime(2026, 3, 2, hour, tzinfo=SHANGHAI)) == until


def test_a_failing_gateway_is_tried_again_and_then_shown(outbox):
    def broken(message):
        raise OSError("gateway down")

    choose()
    notices.register_channel("sms", name="短信", send=broken)
    with frozen(NOON) as hands:
        notice_id = notices.notify("case_withdrawn", recipient=MOTHER, data={"matter_name": "甲", "case_no": "1"})
        for _ in range(10):
            assert notices.deliver_due() == 0
            hands.advance(timedelta(hours=2))
    (_, view) = notices.deliveries(notice_id, actor=citizen())
    assert (view.state, view.attempts, view.error) == ("failed", 8, "gateway down")
    channels.forget("sms")
    Delivery.objects.update(state="waiting", attempts=0, due_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert notices.deliver_due() == 0
    assert "没有接入" in notices.deliveries(notice_id, actor=citizen())[1].error


def test_a_dispute_is_told_with_the_name_of_the_data_not_its_code():
    opened = events.CorrectionOpened(
        at=NOON, correction_id="1", element="person.name", department="police", applicant=str(MOTHER), due=date(2026, 3, 16)
    )
    found = wording.from_event(opened)
    said = wording.words(wording.template(found.template), found.data)
    assert "「姓名」" in said.body and "person.name" not in said.body + said.body_en
