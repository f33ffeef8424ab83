"""The legal days of the catalogue: a review or an update that took too long is told once, and stands in the lists until it is done."""

from __future__ import annotations

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox import api as outbox
from yiwang.data.catalogue import queries, rows
from yiwang.data.catalogue.models import ResourceVersion as Row
from yiwang.data.catalogue.states import CLOCKS, OPEN
from yiwang.data.catalogue.values import Overdue
from yiwang.security.access.api import SYSTEM, Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.events import ResourceStepped


def see_to_clocks() -> int:
    """Record and tell every clock that ran out since the last look; returns how many. Repeatable."""
    found = 0
    with transaction.atomic():
        for row in Row.objects.select_for_update(skip_locked=True).filter(state__in=OPEN):
            late = [name for name, (_due, light) in queries.clocks(row).items() if light == "red" and name not in row.overdue]
            if not late:
                continue
            row.overdue = [*row.overdue, *late]
            row.save(update_fields=["overdue"])
            for name in late:
                _tell(row, name)
            found += len(late)
    return found


def _tell(row: Row, name: str) -> None:
    due = queries.clocks(row)[name][0]
    assert due is not None  # a red light has a day
    detail = {"code": row.code, "number": row.number, "clock": name, "due": due.isoformat(), "department": row.department}
    audit.record(Record(f"resource.{name}_overdue", SYSTEM, rows.VERSION, str(row.id), detail=detail))
    title = str(row.body.get("title", ""))
    outbox.emit(
        ResourceStepped(
            at=now(), resource=row.code, version=row.number, step=f"{name}_overdue", department=row.department, title=title,
            reason=f"{CLOCKS[name]}应于 {due.isoformat()} 前完成",
        )
    )  # fmt: skip


def overdue(actor: Actor) -> list[Overdue]:
    """See the door."""
    require(actor, "catalogue.view")
    told = []
    for row in Row.objects.filter(state__in=OPEN):
        place = {"department": row.department, "region": row.region}
        if not (may(actor, "catalogue.publish", **place) or may(actor, "catalogue.edit", **place)):
            continue
        title = str(row.body.get("title", ""))
        told += [
            Overdue(row.code, title, row.department, row.state, name, due)
            for name, (due, light) in queries.clocks(row).items()
            if light == "red" and due is not None
        ]
    return sorted(told, key=lambda one: (one.due, one.code))
