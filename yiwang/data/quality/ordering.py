"""Correction orders that rules raise: in bulk, once for each row, at who brought the row; closed when the row passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import derive, now
from yiwang.data.catalogue import api as catalogue
from yiwang.data.quality import journey, rulebook, sources, states
from yiwang.data.quality.models import CorrectionRow, FailingRow
from yiwang.data.quality.report import OrdersInvalid, Raised
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Key
from yiwang.security.access.api import SYSTEM, Actor, require

MOST: Final = 500


def raise_orders(resource: str, *, rule: str, failing: Sequence[UUID], actor: Actor) -> Raised:
    """An order for each of the failing rows; see the door."""
    book = rulebook.book(resource)
    require(actor, "quality.edit", department=book.department)
    if not failing or len(failing) > MOST:
        raise OrdersInvalid()
    at = now()
    due = derive(at, limit=states.LIMIT).due
    assert due is not None  # only an open stop leaves a deadline open, and there is none
    with transaction.atomic():
        rows = list(
            FailingRow.objects.select_related("result")
            .filter(id__in=failing, result__run__resource=resource, result__code=rule)
            .order_by("place")
        )
        held = known(resource, rule, [row.key for row in rows])
        owners = sources.owners(resource, [row.key for row in rows])
        opened = 0
        for row in rows:
            column = row.result.columns[-1]
            before = held.get(row.key)
            if before is not None and (before.state in journey.OPEN or before.held_value == row.values.get(column, "")):
                continue
            order = CorrectionRow.objects.create(
                element=element_of(resource, column), key=str(key_of(resource, row.key)),
                department=owners.get(row.key, book.department),
                held_value=row.values.get(column, ""), claimed_value="", reason=f"质量规则:{row.result.title}",
                opened_by=f"rule:{resource}/{rule}"[:120], opened_by_name=f"数据质量检查({actor.name})"[:100], opened_at=at, due=due,
                resource=resource, rule=rule, row_key=row.key, suggestions=row.suggestions,
            )  # fmt: skip
            journey.opened(order, actor)
            held[row.key] = order
            opened += 1
    return Raised(opened, len(rows) - opened)


def known(resource: str, rule: str, keys: Sequence[str]) -> dict[str, CorrectionRow]:
    """By row number the order that keeps a row from a new one: open, or upheld."""
    rows = CorrectionRow.objects.filter(resource=resource, rule=rule, row_key__in=keys, state__in=(*journey.OPEN, "upheld"))
    return {row.row_key: row for row in rows.order_by("opened_at")}


def close_passing(resource: str, failing: Mapping[str, set[str]], *, run: str) -> int:
    """Close the open orders of rules that ran, whose row no longer fails; returns how many. In the caller's transaction."""
    rows = list(CorrectionRow.objects.select_for_update().filter(resource=resource, rule__in=list(failing), state__in=journey.OPEN))
    closed = [row for row in rows if row.row_key not in failing[row.rule]]
    for row in closed:
        row.state, row.note, row.answered_by, row.answered_at = "corrected", f"复检通过,自动办结(检查 {run})", "数据质量检查", now()
        row.save(update_fields=["state", "note", "answered_by", "answered_at"])
        journey.closed(row, "corrected", SYSTEM)
    return len(closed)


def element_of(resource: str, column: str) -> str:
    """The catalogue's code of a register's column, or ``register.column`` where it has none."""
    found = next((one.code for one in catalogue.elements() if one.register == resource and one.column == column), "")
    return found or f"{resource}.{column}"


def key_of(resource: str, key: str) -> Key:
    """How an order names a row: by the register's own kind of key where it is found by its number, else as a row."""
    if sources.source(resource).dataset:
        return Key("row", key)
    register = registers.register(resource)
    kind = next((one.kind for one in register.lookups if one.column == register.key_column and one.source == register.name), "row")
    return Key(kind, key)
