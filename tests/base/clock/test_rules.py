"""The rules one by one, on days that can be looked up in the published arrangements."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yiwang.base.clock.api import (
    BadCalendar,
    BadTerm,
    Calendar,
    Extension,
    Limit,
    Stop,
    Unit,
    default_calendar,
    derive,
    frozen,
    now,
    today,
)  # fmt: skip
from yiwang.base.clock.present import SHANGHAI

HEARING = "行政许可法第四十五条"


def due(start, text, **more):
    return derive(start, limit=Limit.parse(text), asof=start, **more).due


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        (date(2026, 9, 30), "5工作日", date(2026, 10, 13)),  # over National Day; Saturday 10 October is worked
        (date(2026, 9, 17), "2工作日", date(2026, 9, 20)),  # ends on a Sunday that is worked
        (date(2026, 2, 13), "1工作日", date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 14), "1工作日", date(2026, 2, 24)),  # then the Spring Festival
        (date(2025, 12, 31), "1工作日", date(2026, 1, 4)),  # year end; Sunday 4 January is worked
        (date(2018, 12, 28), "1工作日", date(2018, 12, 29)),  # worked for a holiday of the next year
        (date(2026, 10, 1), "5工作日", date(2026, 10, 13)),  # starts on a holiday: the same days count
        (date(2024, 2, 28), "1工作日", date(2024, 2, 29)),  # leap day
        (date(2026, 11, 20), "1工作日", date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 8, 2), "60自然日", date(2026, 10, 8)),  # nominal end 1 October moves behind the holiday
        (date(2026, 11, 18), "3自然日", date(2026, 11, 23)),  # nominal end on a Saturday
        (date(2026, 2, 12), "2自然日", date(2026, 2, 14)),  # a worked Saturday does not move
        (date(2026, 1, 31), "1个月", date(2026, 2, 28)),  # no 31 February; 28 February 2026 is a worked Saturday
        (date(2024, 2, 29), "1年", date(2025, 2, 28)),
        (date(2023, 1, 31), "13个月", date(2024, 2, 29)),
        (date(2026, 3, 16), "6个月", date(2026, 9, 16)),
        (date(2026, 11, 21), "即办", date(2026, 11, 23)),  # Saturday: the next working day
        (date(2026, 11, 20), "0工作日", date(2026, 11, 20)),
        (date(2026, 11, 22), "0自然日", date(2026, 11, 23)),
    ],
)
def test_last_days(start, limit, last):
    assert due(start, limit) == last


def test_a_moved_last_day_is_explained():
    deadline = derive(date(2026, 11, 18), limit=Limit.parse("3自然日"), asof=date(2026, 11, 22))
    assert [(step.date.day, step.counted, step.number) for step in deadline.explain()] == [
        (18, False, None), (19, True, 1), (20, True, 2), (21, False, None), (22, False, None), (23, True, 3),
    ]  # fmt: skip
    assert "顺延" in deadline.explain()[3].why_zh
    assert deadline.explain()[3].source == "民法典第二百零三条"
    assert (deadline.used, deadline.remaining, deadline.light) == (2, 1, "green")
    assert derive(date(2026, 11, 18), limit=Limit.parse("3自然日"), asof=date(2026, 11, 23)).light == "yellow"
    assert derive(date(2026, 11, 18), limit=Limit.parse("3自然日"), asof=date(2026, 11, 24)).light == "red"


def test_a_make_up_day_is_explained_with_its_source():
    (step,) = [s for s in derive(date(2026, 9, 17), limit=Limit.parse("5工作日"), asof=date(2026, 9, 18)).explain() if s.date.day == 20]
    assert (step.counted, step.number) == (True, 2)
    assert "调休上班" in step.why_zh
    assert "2026年部分节假日安排" in step.source


def test_stops_do_not_count():
    stops = [Stop(date(2026, 3, 4), date(2026, 3, 10), "听证", HEARING)]
    assert due(date(2026, 3, 2), "5工作日") == date(2026, 3, 9)
    assert due(date(2026, 3, 2), "5工作日", stops=stops) == date(2026, 3, 16)
    deadline = derive(date(2026, 3, 2), limit=Limit.parse("5工作日"), stops=stops, asof=date(2026, 3, 6))
    assert (deadline.used, deadline.remaining, deadline.light) == (1, 4, "stopped")
    (step,) = [s for s in deadline.explain() if s.date == date(2026, 3, 5)]
    assert (step.why_zh, step.source) == ("停止计时:听证", HEARING)


def test_overlapping_and_adjoining_stops_are_one():
    stops = [
        Stop(date(2026, 3, 9), date(2026, 3, 12), "检验", "标准甲"),
        Stop(date(2026, 3, 4), date(2026, 3, 10), "听证", HEARING),
        Stop(date(2026, 3, 13), date(2026, 3, 13), "听证", HEARING),
    ]
    (joined,) = derive(date(2026, 3, 2), limit=Limit.parse("5工作日"), stops=stops).stops
    assert (joined.start, joined.end, joined.reason) == (date(2026, 3, 4), date(2026, 3, 13), "听证、检验")
    assert due(date(2026, 3, 2), "5工作日", stops=stops) == date(2026, 3, 19)


def test_an_open_stop_makes_the_last_day_unknowable():
    stops = [Stop(date(2026, 3, 4), None, "鉴定", HEARING), Stop(date(2026, 3, 20), date(2026, 3, 21), "听证", HEARING)]
    deadline = derive(date(2026, 3, 2), limit=Limit.parse("5工作日"), stops=stops, asof=date(2026, 6, 1))
    assert (deadline.due, deadline.due_at, deadline.used, deadline.light) == (None, None, 1, "stopped")
    assert deadline.to_json()["due"] is None
    assert len(deadline.explain()) == 92
    # a stop that begins after the term was over changes nothing
    assert due(date(2026, 3, 2), "1工作日", stops=stops) == date(2026, 3, 3)


def test_a_stop_from_before_the_start():
    stops = [Stop(date(2026, 2, 1), date(2026, 3, 3), "检测", HEARING)]
    assert due(date(2026, 3, 2), "2工作日", stops=stops) == date(2026, 3, 5)


def test_a_last_day_is_not_moved_into_a_stop():
    stops = [Stop(date(2026, 11, 23), date(2026, 11, 25), "检测", HEARING)]
    assert due(date(2026, 11, 18), "3自然日", stops=stops) == date(2026, 11, 26)
    assert due(date(2026, 11, 18), "3自然日", stops=[Stop(date(2026, 11, 23), None, "检测", HEARING)]) is None


def test_an_extension_adds_days_and_names_its_approver():
    ten = Extension(10, Unit.WORKDAY, "王局长", "案情复杂")
    deadline = derive(date(2026, 3, 2), limit=Limit.parse("20工作日"), extensions=[ten], asof=date(2026, 4, 3))
    assert deadline.total == 30
    assert deadline.due == default_calendar().add_workdays(date(2026, 3, 2), 30)
    assert "王局长" in deadline.explain()[-1].why_zh
    months = derive(date(2026, 1, 30), limit=Limit.parse("1个月"), extensions=[Extension(1, Unit.MONTH, "王局长", "")])
    assert months.due == date(2026, 3, 30)
    mixed = derive(date(2026, 1, 30), limit=Limit.parse("1个月"), extensions=[Extension(3, Unit.CALENDAR_DAY, "王局长", "")])
    assert mixed.due == date(2026, 3, 3)
    with pytest.raises(BadTerm, match="不能相加"):
        derive(date(2026, 3, 2), limit=Limit.parse("20工作日"), extensions=[Extension(1, Unit.MONTH, "王局长", "")])


def test_lights():
    def light(day, share=0.2):
        return derive(date(2026, 3, 2), limit=Limit.parse("10工作日"), asof=day, yellow_share=share).light

    assert light(date(2026, 3, 11)) == "green"  # 3 left
    assert light(date(2026, 3, 12)) == "yellow"  # 2 left
    assert light(date(2026, 3, 16)) == "yellow"  # the last day itself
    assert light(date(2026, 3, 17)) == "red"
    assert light(date(2026, 3, 11), share=0.3) == "yellow"
    assert light(date(2026, 2, 1)) == "green"


def test_hours_run_through():
    start = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)  # 06:00 in Shanghai on National Day
    deadline = derive(start, limit=Limit.parse("24小时"), asof=datetime(2026, 10, 1, 12, 0, tzinfo=SHANGHAI))
    assert deadline.due_at == datetime(2026, 10, 2, 6, 0, tzinfo=SHANGHAI)
    assert (deadline.start, deadline.due, deadline.used, deadline.remaining) == (date(2026, 10, 1), date(2026, 10, 2), 6, 18)
    assert deadline.light == "green"
    assert [step.number for step in deadline.explain()] == [18, 24]
    assert derive(start, limit=Limit.parse("24小时"), asof=datetime(2026, 10, 2, 6, 0, 1, tzinfo=SHANGHAI)).light == "red"
    assert derive(start, limit=Limit.parse("24小时"), asof=date(2026, 10, 1)).used == 17
    stopped = derive(start, limit=Limit.parse("24小时"), stops=[Stop(date(2026, 10, 2), None, "检测", HEARING)])
    assert (stopped.due, stopped.light) == (None, "stopped")
    assert stopped.explain()[1].why_zh == "停止计时:检测"
    with pytest.raises(BadTerm, match="时刻"):
        derive(date(2026, 10, 1), limit=Limit.parse("24小时"))


def test_a_moment_counts_as_its_day_in_shanghai():
    late = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 01:00 on 3 March in Shanghai
    assert derive(late, limit=Limit.parse("1工作日")).start == date(2026, 3, 3)
    assert derive(late, limit=Limit.parse("1工作日")).due_at == datetime(2026, 3, 5, 0, 0, tzinfo=SHANGHAI)


def test_huge_amounts():
    assert due(date(2026, 1, 1), "5000工作日").year == 2046
    for text in ("10000年", "100000个月", "9999999自然日", "9999999工作日"):
        with pytest.raises(BadTerm, match="9999"):
            due(date(2026, 1, 1), text)
    with pytest.raises(BadTerm, match="9999"):
        derive(datetime(2026, 1, 1, tzinfo=UTC), limit=Limit.parse("99999999小时"))
    with pytest.raises(BadTerm):
        due(date(9999, 12, 31), "0自然日")
    with pytest.raises(BadTerm):
        default_calendar().add_workdays(date(1, 1, 2), -5)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("5工作日", Limit(5, Unit.WORKDAY)), ("20 个工作日", Limit(20, Unit.WORKDAY)), ("60自然日", Limit(60, Unit.CALENDAR_DAY)),
        ("3个月", Limit(3, Unit.MONTH)), ("3月", Limit(3, Unit.MONTH)), ("1年", Limit(1, Unit.YEAR)), ("24小时", Limit(24, Unit.HOUR)),
        ("即办", Limit(0, Unit.WORKDAY)), ("20 workday", Limit(20, Unit.WORKDAY)),
    ],
)  # fmt: skip
def test_limits_are_read_and_written(text, limit):
    assert Limit.parse(text) == limit
    assert Limit.parse(str(limit)) == limit
    assert limit.zh


@pytest.mark.parametrize("text", ["", "工作日", "5", "五工作日", "-5工作日", "5.5工作日", "5日", "5天", "5 weeks"])
def test_nonsense_limits_are_refused(text):
    with pytest.raises(BadTerm):
        Limit.parse(text)


def test_a_bare_day_asks_which_kind():
    with pytest.raises(BadTerm, match="工作日还是自然日"):
        Limit.parse("20日")


def test_other_nonsense_is_refused():
    with pytest.raises(BadTerm):
        Limit(-1, Unit.WORKDAY)
    with pytest.raises(BadTerm):
        Limit(True, Unit.WORKDAY)
    with pytest.raises(BadTerm):
        Limit(1, "weeks")
    with pytest.raises(BadTerm, match="早于"):
        Stop(date(2026, 3, 2), date(2026, 3, 1), "听证", HEARING)
    with pytest.raises(BadTerm):
        Extension(-1, Unit.WORKDAY, "王局长", "")
    with pytest.raises(BadTerm, match="时区"):
        derive(datetime(2026, 3, 2, 10), limit=Limit.parse("1工作日"))


def test_the_clock_can_be_held():
    at = datetime(2026, 2, 28, 23, 59, tzinfo=SHANGHAI)
    with frozen(at) as hands:
        assert now() == at
        assert today() == date(2026, 2, 28)
        hands.advance(timedelta(minutes=1))
        assert today() == date(2026, 3, 1)
        with frozen(datetime(2020, 1, 1, tzinfo=UTC)):
            assert now().hour == 8
        assert derive(date(2026, 2, 27), limit=Limit.parse("10工作日")).asof == date(2026, 3, 1)
    assert now() > at
    assert now().tzinfo is SHANGHAI
    with pytest.raises(BadTerm, match="时区"), frozen(datetime(2026, 1, 1)):
        pass


def test_years_not_announced_are_marked():
    calendar = default_calendar()
    assert calendar.is_announced(2026)
    assert not calendar.is_announced(2030)
    assert "尚未载入" in calendar.source(date(2030, 1, 1))
    assert "2026年部分节假日安排" in calendar.source(date(2026, 10, 1))
    assert "174" in calendar.source(date(2026, 11, 21))
    assert derive(date(2029, 12, 20), limit=Limit.parse("20工作日")).provisional
    assert not derive(date(2026, 3, 2), limit=Limit.parse("20工作日"), asof=date(2026, 3, 2)).provisional


def test_own_days_stand_above_everything():
    calendar = default_calendar()
    assert calendar.is_workday(date(2026, 11, 23))
    other = calendar.with_days([(date(2026, 11, 23), False, "县政府通知"), (date(2026, 11, 22), True, "县政府通知")])
    assert not other.is_workday(date(2026, 11, 23))
    assert other.is_workday(date(2026, 11, 22))
    assert other.source(date(2026, 11, 23)) == "县政府通知"
    assert calendar.is_workday(date(2026, 11, 23))
    assert derive(date(2026, 11, 20), limit=Limit.parse("1工作日"), calendar=other).due == date(2026, 11, 22)
    with pytest.raises(BadCalendar):
        calendar.with_days([(date(2026, 11, 23), False, "")])


def test_a_calendar_without_holidays():
    plain = Calendar()
    assert plain.is_workday(date(2026, 10, 1))
    assert not plain.is_workday(date(2026, 10, 3))
    assert plain.next_workday(date(2026, 10, 3)) == date(2026, 10, 5)
