"""The clock of a case: its deadlines, and what happens because nobody did anything."""

from __future__ import annotations

from datetime import date, datetime
from math import ceil
from typing import Final
from uuid import UUID

from yiwang.base.clock.api import BadTerm as BadLimit
from yiwang.base.clock.api import Calendar, Deadline, Extension, Limit, Stop, Unit, default_calendar, derive, now
from yiwang.business.cases import writing
from yiwang.business.cases.states import SPECIAL_PROCEDURES, UNDECIDED
from yiwang.business.cases.values import Light
from yiwang.business.cases.writing import File, Row

STATUTORY: Final = Limit(20, Unit.WORKDAY)


def limit_of(text: str) -> Limit:
    """A matter's limit; a bare 日 means calendar days there; the statutory twenty working days where nothing readable stands."""
    try:
        plain = text.strip()
        if plain.endswith(("日", "天")) and plain[:-1].strip().isdigit():
            plain = f"{plain[:-1].strip()}自然日"
        return Limit.parse(plain)
    except BadLimit:
        return STATUTORY


def derive_for(file: File, *, limit: str = "promised_limit", asof: date | None = None) -> Deadline | None:
    """The deadline of a file from its own rows; None before acceptance. A running stop counts until its stated day."""
    accepted = file.case["accepted_at"]
    if not accepted:
        return None
    start = moment(accepted)
    term = limit_of(file.case[limit] or file.case["legal_limit"])
    begin: date | datetime = start if term.unit is Unit.HOUR else start.date()
    return derive(begin, limit=term, stops=_stops(file), extensions=_extensions(file, term), asof=asof, calendar=calendar_of(file.case))


def deadline(case_id: UUID) -> Deadline | None:
    """See ``api.deadline``; a decided case is looked at as of the day of its decision."""
    files = writing.load([case_id])
    if not files:
        return None
    decided = files[0].case["decided_at"]
    return derive_for(files[0], asof=moment(decided).date() if decided else None)


def calendar_of(case: Row) -> Calendar:
    """The working days of the case's region."""
    return default_calendar(case["region"])


def set_due(file: File) -> None:
    """Put the promised day and the day on which a fifth of the time is left into the case's columns."""
    term = derive_for(file)
    if term is None:
        return
    file.put(due_on=term.due, warn_on=_warn_on(file, term))


def _warn_on(file: File, term: Deadline) -> date | None:
    if term.due is None:
        return None
    if term.limit.unit is Unit.WORKDAY and term.total:
        part = Limit(ceil(term.total * 4 / 5), Unit.WORKDAY)
        return derive(term.start, limit=part, stops=term.stops, calendar=term.calendar).due
    return term.due - (term.due - term.start) // 5


def light(case: Row, on: date) -> Light:
    """Green, yellow (a fifth of the time left) or red (overdue) while undecided; nothing before acceptance and after."""
    if not case["due_on"] or case["decided_at"] or case["state"] not in UNDECIDED:
        return ""
    day = on.isoformat()
    if day > case["due_on"]:
        return "red"
    return "yellow" if case["warn_on"] and day >= case["warn_on"] else "green"


def _stops(file: File) -> list[Stop]:
    names, clauses = dict(SPECIAL_PROCEDURES), [one["clause"] for one in file.steps if one["action"] == "stop"]
    return [
        Stop(
            date.fromisoformat(one["started_on"]),
            date.fromisoformat(one["ended_on"] or one["until"]),
            str(names.get(one["procedure"], one["procedure"])),
            next(iter(clauses[place:]), ""),  # the step of the one being ordered is not written yet
        )
        for place, one in enumerate(file.specials)
    ]


def _extensions(file: File, limit: Limit) -> list[Extension]:
    given = file.case["extension"]
    if not given:
        return []
    unit = limit.unit if limit.unit in (Unit.WORKDAY, Unit.HOUR) else Unit.CALENDAR_DAY
    return [Extension(given["days"] * (24 if unit is Unit.HOUR else 1), unit, given["approver"], given["reason"])]


def moment(text: str) -> datetime:
    """A kept moment, as the clock on the wall shows it."""
    return datetime.fromisoformat(text).astimezone(now().tzinfo)
