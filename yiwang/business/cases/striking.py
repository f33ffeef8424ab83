"""What the clock does when a day has passed: found by index, looked at again under the row lock, then done through the table.

Nothing is done twice: what was done has changed the state or the mark that the statement looks for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit_many
from yiwang.business.cases import announcing, journey, writing
from yiwang.business.cases.states import ACTIONS, STATES
from yiwang.business.cases.values import TickReport
from yiwang.business.cases.writing import File
from yiwang.security.access.api import SYSTEM

_BATCH: Final = 200
Strike = Callable[[str, date], bool]


def step_due(case_id: str, on: date) -> bool:
    """The state's own term has passed: deemed accepted, lapsed, or the special procedure's time is over."""
    file = _held(case_id)
    if file is None or not file.case["step_due_on"] or file.case["step_due_on"] >= on.isoformat():
        return False
    name = STATES[file.case["state"]].when_due
    if name not in ACTIONS:
        return False
    journey.advance(file, ACTIONS[name], SYSTEM, {})
    return True


def deferred_due(case_id: str, on: date) -> bool:
    """A deferred material has not come by its day."""
    file = _held(case_id)
    late = file is not None and any(row["state"] == "deferred" and row["due_on"] < on.isoformat() for row in file.materials)
    if file is None or not late or file.case["state"] not in ACTIONS["deferred_lapse"].before:
        return False
    journey.advance(file, ACTIONS["deferred_lapse"], SYSTEM, {})
    return True


def tell_late(case_id: str, on: date) -> bool:
    """The decision or the delivery is late: told once, nothing else changes."""
    file = _held(case_id)
    if file is None or file.case["told_late"]:
        return False
    step, due = ("delivery", file.case["step_due_on"]) if file.case["decided_at"] else ("decision", file.case["due_on"])
    if not due or due >= on.isoformat():
        return False
    file.put(told_late=True)
    writing.save(file)
    more = {"step": step, "due": date.fromisoformat(due)}
    emit_many([announcing.event("case.overdue.v1", file.case, at=now(), more=more)])
    return True


def _held(case_id: str) -> File | None:
    files = writing.load([UUID(case_id)], lock=True)
    return files[0] if files else None


_CLOSING: Final = "closed_at IS NULL AND NOT told_late"
_FOUND_BY: Final[dict[str, tuple[str, Strike]]] = {
    "step_due": (
        "step_due_on < %(on)s::date AND state = ANY('{submitted,received,returned,awaiting_supplement,stopped}')",
        step_due,
    ),
    "deferred_due": (
        "closed_at IS NULL AND id IN (SELECT case_id FROM cases_material WHERE state = 'deferred' AND due_on < %(on)s::date)",
        deferred_due,
    ),
    "late_decision": (f"due_on < %(on)s::date AND decided_at IS NULL AND {_CLOSING} AND state <> 'stopped'", tell_late),
    "late_delivery": (f"step_due_on < %(on)s::date AND decided_at IS NOT NULL AND {_CLOSING}", tell_late),
}


def tick(at: datetime) -> TickReport:
    """See ``api.tick``: each case in a transaction of its own, its row held, so that two ticks at once do the work once."""
    on = at.astimezone(now().tzinfo).date()
    done: dict[str, int] = {}
    for name, (condition, strike) in _FOUND_BY.items():
        after: str | None = None
        while ids := _due(condition, on, after):
            after = ids[-1]
            for case_id in ids:
                with transaction.atomic():
                    done[name] = done.get(name, 0) + int(strike(case_id, on))
    return TickReport({name: number for name, number in done.items() if number})


def _due(condition: str, on: date, after: str | None) -> list[str]:
    with writing.raw_cursor() as cursor:
        rows = cursor.execute(
            f"SELECT id FROM cases_case WHERE {condition} AND id > %(after)s::uuid ORDER BY id LIMIT %(most)s",  # noqa: S608 - conditions of ours
            {"on": on, "after": after or "00000000-0000-0000-0000-000000000000", "most": _BATCH},
        ).fetchall()
    return [str(row[0]) for row in rows]
