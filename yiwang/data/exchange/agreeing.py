"""Agreements: made, ended, listed, and asked on the hot path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q

from yiwang.base.clock.api import today
from yiwang.base.statements.api import run
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange.models import AgreementRow
from yiwang.data.exchange.values import Agreement
from yiwang.standards.errors import InvalidInput


def agree(
    purpose: str, *, elements: Sequence[str], consumer_department: str, legal_basis: str, valid_until: date | None
) -> list[Agreement]:
    """Make or renew agreements; see the door."""
    if not purpose or not consumer_department or not legal_basis:
        raise InvalidInput("数据共享约定不完整:须写明用途(事项)、使用部门和法律依据。")
    catalogue.elements(elements)
    rows = [
        AgreementRow(
            purpose=purpose,
            element=element,
            consumer_department=consumer_department,
            legal_basis=legal_basis,
            valid_from=today(),
            valid_until=valid_until,
        )
        for element in dict.fromkeys(elements)
    ]
    AgreementRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["purpose", "element", "consumer_department"],
        update_fields=["legal_basis", "valid_until"],
    )
    return [_agreement(row) for row in rows]


def end(purpose: str, *, elements: Sequence[str] | None) -> int:
    """End agreements as of yesterday, so that today nothing is shared any more."""
    rows = AgreementRow.objects.filter(purpose=purpose)
    if elements is not None:
        rows = rows.filter(element__in=elements)
    return rows.filter(_in_force()).update(valid_until=today() - timedelta(days=1))


def listing(purpose: str, *, element: str, department: str, ended: bool) -> list[Agreement]:
    """Agreements by purpose, element and consumer; those in force unless ``ended``."""
    wanted = {"purpose": purpose, "element": element, "consumer_department": department}
    rows = AgreementRow.objects.filter(**{name: value for name, value in wanted.items() if value})
    if not ended:
        rows = rows.filter(_in_force())
    return [_agreement(row) for row in rows.order_by("purpose", "element", "consumer_department")]


def in_force(purpose: str) -> dict[str, set[str]]:
    """By element of a purpose, the departments that may see it today; one plain statement, because every case asks it."""
    rows = run(
        "SELECT element, consumer_department FROM exchange_agreement"
        " WHERE purpose = %s AND valid_from <= %s AND (valid_until IS NULL OR valid_until >= %s)",
        [purpose, today(), today()],
    )
    allowed: dict[str, set[str]] = {}
    for element, department in rows:
        allowed.setdefault(element, set()).add(department)
    return allowed


def _in_force() -> Q:
    return Q(valid_from__lte=today()) & (Q(valid_until__isnull=True) | Q(valid_until__gte=today()))


def _agreement(row: AgreementRow) -> Agreement:
    return Agreement(row.purpose, row.element, row.consumer_department, row.legal_basis, row.valid_from, row.valid_until)
