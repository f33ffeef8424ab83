"""Imported days: a report per row, kept in memory, merged by region; the calendar itself never asks the database."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.base.clock import imported
from yiwang.base.clock.api import default_calendar, import_days, load_days
from yiwang.base.clock.models import CalendarDay

pytestmark = pytest.mark.django_db
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"


@pytest.fixture(autouse=True)
def _clean_memory():
    yield
    CalendarDay.objects.all().delete()
    load_days()


def test_rows_are_reported_one_by_one():
    rows = [
        {"date": "2027-02-11", "is_workday": "否", "source_doc": NOTICE},
        {"date": date(2027, 2, 20), "is_workday": True, "source_doc": NOTICE},
        {"date": "2027-13-01", "is_workday": "否", "source_doc": NOTICE},
        {"date": "2027-02-12", "is_workday": "也许", "source_doc": NOTICE},
        {"date": "2027-02-12", "is_workday": "否", "source_doc": ""},
        {"date": "2027-02-12", "is_workday": "否", "source_doc": NOTICE, "region": "99x"},
        {},
    ]
    reports = import_days(rows)
    assert [report.outcome for report in reports] == ["new", "new", "refused", "refused", "refused", "refused", "refused"]
    assert [report.number for report in reports] == [1, 2, 3, 4, 5, 6, 7]
    assert all(report.message for report in reports[2:])
    assert CalendarDay.objects.count() == 2
    again = import_days([rows[0], {"date": "2027-02-20", "is_workday": "0", "source_doc": NOTICE}])
    assert [report.outcome for report in again] == ["same", "changed"]
    assert again[1].message == f"原为上班({NOTICE})"


def test_a_day_given_twice_takes_the_last():
    day = {"date": "2027-02-11", "source_doc": NOTICE}
    reports = import_days([{**day, "is_workday": "是"}, {**day, "is_workday": "否"}])
    assert [report.outcome for report in reports] == ["new", "changed"]
    assert not CalendarDay.objects.get().is_workday


def test_imported_days_reach_the_calendar(django_capture_on_commit_callbacks):
    assert default_calendar().is_workday(date(2027, 2, 11))
    with django_capture_on_commit_callbacks(execute=True):
        import_days([{"date": "2027-02-11", "is_workday": "否", "source_doc": NOTICE}])
    assert not default_calendar().is_workday(date(2027, 2, 11))
    assert default_calendar().source(date(2027, 2, 11)) == NOTICE


def test_a_region_has_its_own_days_above_the_country():
    import_days(
        [
            {"date": "2027-03-03", "is_workday": "否", "source_doc": "市政府通知", "region": "990100"},
            {"date": "2027-03-04", "is_workday": "否", "source_doc": "区政府通知", "region": "990102"},
            {"date": "2027-03-05", "is_workday": "否", "source_doc": NOTICE},
        ]
    )
    assert load_days() == 3

    def off(region):
        return [day for day in (3, 4, 5) if not default_calendar(region).is_workday(date(2027, 3, day))]

    assert (off(""), off("990100"), off("990102"), off("990102001"), off("990103")) == ([5], [3, 5], [3, 4, 5], [3, 4, 5], [3, 5])


def test_the_calendar_asks_no_query():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        default_calendar().is_workday(date(2027, 3, 3))
        default_calendar("990102").is_workday(date(2027, 3, 3))
    assert len(queries) == 0


def test_without_a_table_the_package_alone_speaks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CalendarDay._meta, "db_table", "clock_not_made_yet")
        assert load_days() == 0
        assert connection.is_usable()
        assert not default_calendar().is_workday(date(2026, 10, 1))


def test_a_request_reads_the_table_again_after_a_minute(monkeypatch):
    CalendarDay.objects.create(date=date(2027, 3, 3), is_workday=False, source_doc=NOTICE)
    imported._on_request()
    assert default_calendar().is_workday(date(2027, 3, 3))
    monkeypatch.setattr(imported._Memory, "read_at", imported._Memory.read_at - 61)
    imported._on_request()
    assert not default_calendar().is_workday(date(2027, 3, 3))
