"""The operator's own days: imported row by row, kept in memory, merged into the default calendar.

Reading the calendar must never cost a query or need a database, so the table is copied into memory when a connection opens,
after an import, and at most once a minute when a request starts. A process without a database uses the package alone.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from yiwang.base.clock.calendar import Calendar
from yiwang.base.clock.china import china
from yiwang.base.clock.errors import BadCalendar
from yiwang.standards.identifiers import division
from yiwang.standards.identifiers.errors import BadIdentifier

_FRESH_SECONDS: Final = 60.0
_YES: Final = frozenset({"1", "true", "yes", "是", "上班", "工作日"})
_NO: Final = frozenset({"0", "false", "no", "否", "放假", "休息"})


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one imported row; ``number`` counts from 1."""

    number: int
    date: date | None
    outcome: str  # 'new', 'changed', 'same' or 'refused'
    message: str


class _Memory:
    """What this process knows of the table."""

    days: Mapping[str, tuple[tuple[date, bool, str], ...]] = {}
    calendars: dict[str, Calendar] = {}
    read_at: float | None = None


def default_calendar(region: str = "") -> Calendar:
    """China with the imported days of the country, then of the regions above, then of the region itself."""
    calendar = _Memory.calendars.get(region)
    return calendar if calendar is not None else _compose(region)


def _compose(region: str) -> Calendar:
    calendar = china() if not region else default_calendar()
    regions = (*division.ancestors(region), region) if region else ("",)
    for name in regions:
        days = _Memory.days.get(name)
        if days:
            calendar = calendar.with_days(days)
    _Memory.calendars[region] = calendar
    return calendar


def load_days() -> int:
    """Read the table into this process; the number of days read (0 where the table is not made yet)."""
    from django.db import connection

    from yiwang.base.clock.models import CalendarDay

    _Memory.read_at = time.monotonic()
    days: dict[str, list[tuple[date, bool, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        # asked first, because a failed SELECT would spoil the caller's transaction
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [CalendarDay._meta.db_table])
        (exists,) = cursor.fetchone()
    rows = list(CalendarDay.objects.order_by("date").values_list("region", "date", "is_workday", "source_doc")) if exists else []
    for region, day, is_workday, source in rows:
        days[region].append((day, is_workday, source))
    fresh = {region: tuple(those) for region, those in days.items()}
    if fresh != _Memory.days:
        _Memory.days = fresh
        _Memory.calendars = {}
    return len(rows)


def import_days(rows: Iterable[Mapping[str, Any]]) -> list[RowReport]:
    """See ``api.import_days``."""
    from django.db import transaction

    from yiwang.base.clock.models import CalendarDay

    reports: list[RowReport] = []
    good: dict[tuple[date, str], CalendarDay] = {}
    with transaction.atomic():
        held = {(day.date, day.region): (day.is_workday, day.source_doc) for day in CalendarDay.objects.all()}
        for number, row in enumerate(rows, 1):
            try:
                day = CalendarDay(**_read(row))
            except (BadCalendar, BadIdentifier) as error:
                reports.append(RowReport(number, None, "refused", error.message))
                continue
            key = (day.date, day.region)
            before = held.get(key)
            held[key] = (day.is_workday, day.source_doc)
            outcome = "new" if before is None else "same" if before == held[key] else "changed"
            good[key] = day
            reports.append(RowReport(number, day.date, outcome, "" if outcome != "changed" else f"原为{_said(before)}"))
        CalendarDay.objects.bulk_create(
            good.values(),
            update_conflicts=True,
            unique_fields=["date", "region"],
            update_fields=["is_workday", "source_doc", "imported_at"],
        )
        transaction.on_commit(load_days)
    return reports


def _said(before: tuple[bool, str] | None) -> str:
    assert before is not None
    return f"{'上班' if before[0] else '放假'}({before[1]})"


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    given = row.get("date")
    try:
        day = given if isinstance(given, date) else date.fromisoformat(str(given).strip())
    except ValueError:
        raise BadCalendar(f"日期「{given}」不对:应形如 2027-01-01。") from None
    word = str(row.get("is_workday", "")).strip().lower()
    if word not in _YES | _NO:
        raise BadCalendar(f"{day} 的「是否上班」写作「{word}」,看不懂:应为 是/否、1/0 或 true/false。")
    source = str(row.get("source_doc") or "").strip()
    if not source or len(source) > 200:
        raise BadCalendar(f"{day} 的来源文件须填写,且不超过 200 字。")
    region = str(row.get("region") or "").strip()
    if region:
        division.parse(region)
    return {"date": day, "is_workday": word in _YES, "source_doc": source, "region": region}


def listen() -> None:
    """Read the table when this process opens its first connection, and again now and then when a request starts."""
    from django.core.signals import request_started
    from django.db.backends.signals import connection_created

    connection_created.connect(_on_connection, dispatch_uid="clock.days.connection")
    request_started.connect(_on_request, dispatch_uid="clock.days.request")


def _on_connection(connection: Any, **_: object) -> None:
    if _Memory.read_at is None and connection.alias == "default":
        load_days()


def _on_request(**_: object) -> None:
    if _Memory.read_at is not None and time.monotonic() - _Memory.read_at > _FRESH_SECONDS:
        load_days()
