"""Indicators: facts once per event, figures without staleness, recomputable, each with its definition."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.base.clock.present import SHANGHAI
from yiwang.business.cases.api import LedgerRow
from yiwang.evaluation.indicators import api as indicators
from yiwang.evaluation.indicators.models import CaseLine, Fact
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.access.api import SYSTEM, PermissionDenied
from yiwang.standards import events
from yiwang.support.identity.api import UnknownDepartment

from ..conftest import citizen, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LEADER = staff("leader", department="data")
SINCE, UNTIL = date(2026, 3, 1), date(2026, 3, 31)


def at(day, hour=9):
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def happened(kind, case_id, when, department="police", **more):
    shared = {"case_id": str(case_id), "matter": "m", "department": department, "applicant": "person:x", "region": "990100"}
    event = kind(at=when, **shared, **more)
    indicators.on_event(event.to_json())
    return event


def a_case(*, department="police", day=2, decided=4, outcome="yes", automatic=False, days_used=2, on_time=True, closed=True):
    case_id = uuid4()
    happened(events.CaseSubmitted, case_id, at(day), department)
    happened(events.CaseAccepted, case_id, at(day, 10), department)
    if decided:
        more = {"outcome": outcome, "automatic": automatic, "days_used": days_used, "on_time": on_time}
        happened(events.CaseDecided, case_id, at(decided), department, **more)
        if closed:
            happened(events.CaseClosed, case_id, at(decided, 11), department, outcome=outcome)
    return case_id


def values(actor=LEADER, **more):
    return {one.code: one.value for one in indicators.figures(actor, since=SINCE, until=UNTIL, **more)}


def test_every_figure_says_what_it_means():
    counted = {"submitted", "accepted", "decided", "not_accepted", "ended", "overdue_now"}
    for one in indicators.definitions():
        assert one.name and one.name_en and one.definition and one.definition_en
        assert one.unit in ("件", "%", "工作日", "小时")
        assert bool(one.denominator) != (one.numerator in counted)
    assert len({one.code for one in indicators.definitions()}) == len(indicators.definitions())


def test_figures_of_a_department():
    a_case()
    a_case(automatic=True, days_used=0, decided=2)
    a_case(outcome="no", days_used=7, on_time=False, decided=12)
    a_case(decided=0)
    refused = uuid4()
    happened(events.CaseSubmitted, refused, at(3))
    happened(events.SupplementRequested, refused, at(4))
    happened(events.CaseNotAccepted, refused, at(5))
    found = values(department="police")
    assert (found["received"], found["accepted"], found["decided"], found["not_accepted"]) == (5, 4, 3, 1)
    assert (found["on_time_rate"], found["automatic_share"], found["granted_share"]) == (66.67, 33.33, 66.67)
    assert found["days_used"] == 3.0
    assert found["hours_waited"] == pytest.approx((48 + 0 + 240) / 3)
    assert found["supplement_share"] == 0.0
    assert found["good_rating_rate"] is None
    on_time = next(one for one in indicators.figures(LEADER, since=SINCE, until=UNTIL) if one.code == "on_time_rate")
    assert (on_time.numerator, on_time.denominator, on_time.department) == (2, 3, "")
    assert "承诺期限" in on_time.definition


def test_the_period_has_two_days_included():
    a_case(day=1, decided=1)
    a_case(day=31, decided=31)
    happened(events.CaseSubmitted, uuid4(), datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI))
    happened(events.CaseSubmitted, uuid4(), datetime(2026, 4, 1, 0, 0, tzinfo=SHANGHAI))
    assert values()["received"] == 3
    assert values()["decided"] == 2
    with pytest.raises(indicators.BadPeriod):
        indicators.figures(LEADER, since=UNTIL, until=SINCE)
    month = indicators.figures(LEADER)[0]
    assert (month.since, month.until) == (date(2026, 2, 2), date(2026, 3, 3))


def test_an_event_counts_once_and_in_any_order():
    case_id = uuid4()
    decided = happened(events.CaseDecided, case_id, at(4), outcome="no", on_time=False)
    happened(events.CaseSubmitted, case_id, at(2))
    indicators.on_event(decided.to_json())
    assert Fact.objects.count() == 2
    indicators.fold()
    happened(events.CaseDecided, case_id, at(6), outcome="yes", on_time=True)
    assert (values()["decided"], values()["granted_share"]) == (1, 100.0)
    indicators.on_event(events.MatterPublished(at=at(2), matter="m", version=1, department="police").to_json())
    assert Fact.objects.count() == 3


def test_no_word_about_the_person_is_kept():
    case_id = uuid4()
    happened(events.CaseSubmitted, case_id, at(2), applicant_name="李晓")
    happened(events.CaseWithdrawn, case_id, at(3), reason="不想办了")
    kept = str(list(Fact.objects.values()))
    assert "李晓" not in kept
    assert "person:x" not in kept
    assert "不想办了" not in kept


def test_folding_changes_no_figure():
    randomly = random.Random(7)
    for _ in range(60):
        a_case(
            department=randomly.choice(["police", "health"]),
            day=randomly.randint(1, 9),
            decided=randomly.choice([0, 10, 15]),
            automatic=randomly.random() < 0.5,
            on_time=randomly.random() < 0.9,
            days_used=randomly.randint(0, 9),
        )
    before = values()
    assert indicators.fold() == 60
    assert indicators.fold() == 0
    assert values() == before
    CaseLine.objects.filter(on_time=False).update(on_time=True)
    assert values() != before
    changed = [one for one in indicators.recompute(LEADER, since=SINCE, until=UNTIL) if not one.equal]
    assert {one.code for one in changed} == {"on_time_rate"}
    assert indicators.rebuild() == 60
    assert values() == before
    assert all(one.equal for one in indicators.recompute(LEADER, since=SINCE, until=UNTIL))


def test_ledgers_are_counted_from_the_door_of_cases(office):
    case_id = a_case()
    lost = a_case()

    def row(kind, key, asked, origin):
        return LedgerRow(kind, key, key, asked, origin, None, "")

    office.ledgers[case_id] = [
        row("field", "a", False, "register"), row("field", "b", False, "licence"), row("field", "c", True, "applicant"),
        row("material", "d", False, "licence"), row("material", "e", True, "missing"), row("material", "f", False, "not_needed"),
    ]  # fmt: skip
    assert indicators.count_ledgers() == 0
    indicators.fold()
    assert indicators.count_ledgers() == 1
    assert (values()["fields_not_asked"], values()["materials_not_asked"]) == (66.67, 50.0)
    indicators.fold()
    assert indicators.count_ledgers() == 0
    assert CaseLine.objects.get(case_id=lost).fields_total is None


def test_ratings_join_the_figures(office):
    for level in ("very_satisfied", "satisfied", "dissatisfied"):
        ratings.rate(office.add(), level=level, actor=citizen())
    for _ in range(4):
        a_case()
    found = values(department="police")
    assert (found["good_rating_rate"], found["rated_share"], found["bad_ratings_answered"]) == (66.67, 75.0, 0.0)


def test_overdue_now():
    case_id = uuid4()
    happened(events.CaseSubmitted, case_id, datetime(2026, 1, 5, tzinfo=SHANGHAI))
    happened(events.CaseOverdue, case_id, at(2))
    assert values()["overdue_now"] == 1
    happened(events.CaseDecided, case_id, at(5), outcome="yes", on_time=False)
    assert values()["overdue_now"] == 0


def test_who_sees_which_department():
    a_case()
    a_case(department="health")
    officer = staff("approver")
    assert values(officer)["decided"] == 1
    assert values(officer, department="police")["decided"] == 1
    assert values(LEADER)["decided"] == 2
    assert values(SYSTEM)["decided"] == 2
    with pytest.raises(PermissionDenied):
        indicators.figures(officer, department="health")
    with pytest.raises(PermissionDenied):
        indicators.figures(staff("clerk"))
    with pytest.raises(PermissionDenied):
        indicators.figures(citizen())
    with pytest.raises(UnknownDepartment):
        indicators.figures(LEADER, department="moon")
    assert [one.department for one in indicators.by_department(officer)] == ["police"]
    by_name = {one.name: one for one in indicators.by_department(LEADER, since=SINCE, until=UNTIL)}
    assert next(one for one in by_name["市公安局"].figures if one.code == "decided").value == 1


def test_a_trend_for_a_chart():
    a_case(day=2, decided=2)
    a_case(day=9, decided=9)
    a_case(day=9, decided=9)
    points = indicators.trend(LEADER, code="decided", until=date(2026, 3, 14), days=7, periods=3)
    assert [(point.since.day, point.until.day, point.value) for point in points] == [(22, 28, 0), (1, 7, 1), (8, 14, 2)]
    with pytest.raises(indicators.UnknownFigure, match="on_time_rate"):
        indicators.trend(LEADER, code="beauty")


def test_figures_cost_two_statements_and_write_nothing():
    a_case()
    with CaptureQueriesContext(connection) as queries:
        indicators.figures(LEADER)
    assert len(queries) == 2
    assert all(query["sql"].strip().upper().startswith("SELECT") for query in queries)


def test_the_job_folds_and_counts(office):
    from yiwang.evaluation.indicators.jobs import fold

    case_id = a_case()
    office.ledgers[case_id] = [LedgerRow("field", "a", "a", False, "register", None, "")]
    fold()
    line = CaseLine.objects.get(case_id=UUID(str(case_id)))
    assert (line.fields_total, line.outcome, line.days_used) == (1, "yes", 2)
    assert not Fact.objects.filter(folded=False).exists()
    assert line.ended_at - line.decided_at == timedelta(hours=2)
