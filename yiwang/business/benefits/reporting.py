"""What is paid here is told to the register of benefit payments, so that everybody who pays sees it, and stops there when it stops here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yiwang.base.clock.api import today
from yiwang.business.benefits import definitions
from yiwang.business.benefits.definitions import Definition
from yiwang.business.benefits.models import AwardRow, PaymentRow
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor

_REGISTER: Final = "benefit_payment"
PAYING, SUSPENDED, ENDED = "1", "2", "3"


def number(row: AwardRow) -> str:
    """The payment number under which an award stands in the register."""
    return f"{definitions.OURS}{row.id.hex.upper()}"


def paid(rows: Iterable[AwardRow], *, actor: Actor) -> None:
    """Awards that have been paid stand in the register as being paid; in the caller's transaction. Again changes nothing."""
    for row in rows:
        _write(row, PAYING, actor)


def changed(row: AwardRow, status: str, *, actor: Actor) -> None:
    """An award that was paid before is suspended, restored or ended in the register too."""
    if PaymentRow.objects.filter(award_id=row.id, state="paid").exists():
        _write(row, status, actor)


def _write(row: AwardRow, status: str, actor: Actor) -> None:
    definition = definitions.get(row.benefit)
    person = _person(definition, row)
    if not definition.benefit_kind or not person:
        return
    first = PaymentRow.objects.filter(award_id=row.id, state="paid").order_by("month").values_list("month", flat=True).first()
    exchange.report_back(
        row.id,
        register=_REGISTER,
        key=exchange.Key("benefit", number(row)),
        values={
            "id_number": person,
            "benefit.kind": definition.benefit_kind,
            "benefit.monthly_yuan": f"{row.amount_fen / 100:.2f}",
            "benefit.status": status,
            "started_on": f"{first}-01" if first else today().replace(day=1).isoformat(),
        },
        department=row.department,
        actor=actor,
    )


def _person(definition: Definition, row: AwardRow) -> str:
    """Whom the benefit is for: the row's own key, or the person that a fact of the award names."""
    if not definition.subject:
        return row.subject.partition(":")[2]
    facts = (line["fact"] or {} for line in row.facts)
    return next((str(fact["value"]) for fact in facts if fact.get("element") == definition.subject and fact.get("value")), "")
