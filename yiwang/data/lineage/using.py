"""Who used a field: the catalogue's source, the agreements in force and the looks of the access log, as far as the reader may know."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.clock.api import now
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue.api import Element
from yiwang.data.exchange import api as exchange
from yiwang.data.lineage.values import FieldLineage, FieldRow, FieldUse, Flow, LastUse, Step
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.standards.errors import InvalidInput

PERMISSION = "lineage.view"
LONGEST = 400
_DRAWN = 12


def fields(actor: Actor, *, days: int) -> list[FieldRow]:
    """See the door."""
    require(actor, PERMISSION)
    since = now() - timedelta(days=_days(days))
    used: dict[str, list[audit.Use]] = {}
    for one in audit.uses(since=since):
        used.setdefault(one.element, []).append(one)
    rows = []
    for element in catalogue.elements():
        seen = [one for one in used.get(element.code, ()) if _sees(actor, element) or one.department == actor.department]
        if _sees(actor, element) or seen:
            rows.append(_row(element, seen))
    return sorted(rows, key=lambda row: (-row.looks, row.element))


def field(code: str, *, actor: Actor, days: int) -> FieldLineage:
    """See the door."""
    require(actor, PERMISSION)
    element, since = catalogue.element(code), now() - timedelta(days=_days(days))
    complete = _sees(actor, element)
    department = "" if complete else actor.department
    seen = audit.uses(since=since, elements=[code], department=department)
    agreements = tuple(exchange.agreements(element=code, department=department))
    last = audit.last_uses(code, since=since, department=department)
    row = _row(element, seen)
    return FieldLineage(
        row=row,
        cross=tuple(f"{one.register}.{one.column}" for one in element.cross),
        agreements=agreements,
        uses=tuple(FieldUse(one.element, one.department, one.purpose, one.looks, one.refused, one.cases, one.last) for one in seen),
        last=tuple(LastUse(one.at, one.department, one.purpose, str(one.case_id)[-6:] if one.case_id else "", one.allowed) for one in last),
        since=since.date(),
        complete=complete,
        flow=_flow(row, seen),
    )


def _days(days: int) -> int:
    if not 1 <= days <= LONGEST:
        raise InvalidInput(f"天数应为 1 至 {LONGEST}。", field="days")
    return days


def _sees(actor: Actor, element: Element) -> bool:
    """Whether every department's uses of the field are the reader's business."""
    return may(actor, PERMISSION, department=element.department)


def _row(element: Element, seen: list[audit.Use]) -> FieldRow:
    return FieldRow(
        element=element.code,
        name=element.name,
        register=element.register,
        column=element.column,
        department=element.department,
        level=element.level,
        looks=sum(one.looks for one in seen),
        cases=sum(one.cases for one in seen),
        departments=len({one.department for one in seen}),
        last=max((one.last for one in seen), default=None),
    )


def _flow(row: FieldRow, seen: list[audit.Use]) -> Flow:
    """Source column → data element → department → purpose, the busiest uses only."""
    source = Step("source", row.register, row.column, "source")
    element = Step("element", row.name, row.element, "element")
    busiest = sorted(seen, key=lambda one: -one.looks)[:_DRAWN]
    ways = [
        [
            source,
            element,
            Step(f"d:{one.department}", one.department, "", "department"),
            Step(f"p:{one.purpose}", one.purpose, "", "purpose"),
        ]
        for one in busiest
    ]
    return Flow.of(ways or [[source, element]])
