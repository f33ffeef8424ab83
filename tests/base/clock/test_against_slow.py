"""The engine agrees with the slow, obvious implementation, whatever the start, limit, stops and extensions."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.base.clock.api import Extension, Limit, Stop, Unit, default_calendar, derive
from yiwang.base.clock.present import SHANGHAI

from . import slow

DAYS = st.dates(date(2019, 12, 1), date(2027, 2, 28))
AMOUNTS = {Unit.WORKDAY: 60, Unit.CALENDAR_DAY: 90, Unit.MONTH: 14, Unit.YEAR: 3}
LIMITS = st.sampled_from(list(AMOUNTS)).flatmap(lambda unit: st.builds(Limit, st.integers(0, AMOUNTS[unit]), st.just(unit)))


@st.composite
def terms(draw):
    start, limit = draw(DAYS), draw(LIMITS)
    stops = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + timedelta(days=draw(st.integers(-5, 60)))
        end = draw(st.none() | st.integers(0, 30).map(lambda length, begin=begin: begin + timedelta(days=length)))
        stops.append(Stop(begin, end, draw(st.sampled_from(["听证", "检验"])), "行政许可法第四十五条"))
    extensions = [Extension(amount, limit.unit, "局长", "案情复杂") for amount in draw(st.lists(st.integers(0, 10), max_size=2))]
    asof = start + timedelta(days=draw(st.integers(-3, 120)))
    return start, limit, stops, extensions, asof


@settings(max_examples=400, deadline=None)
@given(terms())
def test_due_used_and_explanation(term):
    start, limit, stops, extensions, asof = term
    total = slow.total_days(start, str(limit.unit), limit.amount + sum(extension.amount for extension in extensions))
    deadline = derive(start, limit=limit, stops=stops, extensions=extensions, asof=asof)
    assert deadline.total == total
    assert deadline.due == slow.due(start, str(limit.unit), total, stops)
    assert deadline.used == slow.used(start, str(limit.unit), total, stops, asof)
    assert deadline.used + deadline.remaining == total
    assert deadline.first_day == start + timedelta(days=1)
    late = deadline.due is not None and asof > deadline.due
    assert (deadline.light == "red") == late
    assert (deadline.light == "stopped") == (not late and slow.stopped(asof, stops))
    steps = deadline.explain()
    assert [step.date for step in steps] == [steps[0].date + timedelta(days=n) for n in range(len(steps))]
    assert steps[0].date == start
    assert sum(step.counted for step in steps if step.date <= asof) == deadline.used
    assert [step.number for step in steps if step.counted] == list(range(1, sum(step.counted for step in steps) + 1))
    assert all(step.why_zh and step.why_en and step.source for step in steps)
    if deadline.due and total:
        (last,) = [step for step in steps if step.date == deadline.due]
        assert last.number == total


@given(DAYS, st.integers(-400, 400))
def test_adding_working_days(start, amount):
    day, left = start, abs(amount)
    while left:
        day += timedelta(days=1 if amount > 0 else -1)
        left -= slow.worked(day)
    assert default_calendar().add_workdays(start, amount) == day


@given(DAYS, DAYS)
def test_counting_working_days(one, other):
    after, until = min(one, other), max(one, other)
    count = sum(slow.worked(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))
    assert default_calendar().workdays_between(after, until) == count
    assert default_calendar().workdays_between(until, after) == -count


@given(DAYS)
def test_every_day_of_the_years(day):
    assert default_calendar().is_workday(day) == slow.worked(day)
    assert default_calendar().day(day).is_workday == slow.worked(day)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 23), st.integers(0, 100), st.lists(st.tuples(st.integers(-2, 5), st.integers(0, 3)), max_size=2))
def test_hours_run_through(day, hour, amount, offsets):
    stops = [Stop(day + timedelta(days=a), day + timedelta(days=a + b), "检测", "行政许可法第四十五条") for a, b in offsets]
    start = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
    deadline = derive(start, limit=Limit(amount, Unit.HOUR), stops=stops, asof=start + timedelta(hours=7))
    slow_end = slow.hours_end(slow.moment(day, hour), amount, stops).replace(tzinfo=SHANGHAI)
    assert deadline.due_at == slow_end
    assert deadline.total == amount
