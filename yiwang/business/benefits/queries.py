"""What may be seen: citizens their own, officials their department's; views are made here from rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from yiwang.base.clock.api import today
from yiwang.business.benefits import definitions, paying, states
from yiwang.business.benefits.answering import own
from yiwang.business.benefits.asking import fact_line
from yiwang.business.benefits.errors import BenefitNotFound
from yiwang.business.benefits.models import AwardRow, FindingRow, ListRow, PaymentRow, RecoveryRow, RehearsalRow, RunRow
from yiwang.business.benefits.values import (
    AwardView,
    BenefitParameter,
    BenefitView,
    FindingView,
    ListView,
    PaymentView,
    RecoveryView,
    RehearsalView,
    RunView,
)
from yiwang.business.benefits.writing import lines_digest
from yiwang.data.laws import api as laws
from yiwang.security.access.api import Actor, may, require
from yiwang.security.keys import api as keys
from yiwang.security.masking.api import mask
from yiwang.standards.money import yuan

SEEN = 100
_VIEW = "benefit.view"


def benefits() -> list[BenefitView]:
    """All benefits with the parameters in force today."""
    return [_benefit(one) for one in definitions.load().values()]


def benefit(code: str) -> BenefitView:
    """One benefit with the parameters in force today."""
    return _benefit(definitions.get(code))


def _benefit(one: definitions.Definition) -> BenefitView:
    rows = tuple(_parameter(name, one.parameters[name], held) for name, held in one.sourced(today()).items())
    return BenefitView(one.code, one.name, one.name_en, one.department, one.legal_basis, one.summary, one.summary_en, one.matter, rows)


def _parameter(name: str, named: definitions.Named, held: laws.Parameter) -> BenefitParameter:
    unit = f"{held.unit}(按 {named.divided_by} 个月折算)" if named.divided_by > 1 else held.unit
    return BenefitParameter(name, held.name, str(named.value(held)), unit, held.source, held.valid_from, held.code)


def mine(actor: Actor) -> list[AwardView]:
    """Awards of the actor's own, newest first; not those that are found but not told yet."""
    if actor.kind != "citizen":
        return []
    rows = AwardRow.objects.filter(recipient=str(actor.represents)).exclude(state="found").order_by("-found_at", "id")
    return [award(row, who="citizen") for row in rows[:SEEN]]


def get(award_id: UUID, *, actor: Actor) -> AwardView:
    """One award of the actor's own; BenefitNotFound otherwise."""
    return award(own(award_id, actor=actor), who="citizen")


def payments_of(award_id: UUID, *, actor: Actor) -> list[PaymentView]:
    """Payments of an award of the actor's own, newest month first."""
    row = own(award_id, actor=actor)
    return payments(PaymentRow.objects.filter(award_id=row.id).exclude(state="cancelled").order_by("-month", "-id")[:SEEN])


def my_recoveries(actor: Actor) -> list[RecoveryView]:
    """Orders to give back that concern the actor."""
    if actor.kind != "citizen":
        return []
    return [recovery(row) for row in RecoveryRow.objects.filter(debtor=str(actor.represents)).order_by("-opened_at")[:SEEN]]


def award(row: AwardRow, *, who: str) -> AwardView:
    """The view of an award; ``acts``: what this kind of actor may do now."""
    definition = definitions.get(row.benefit)
    value = row.outcome.get("value") if isinstance(row.outcome, dict) else None
    labels = {one.name: one.label for one in definition.inputs}
    return AwardView(
        row.id,
        row.benefit,
        definition.name,
        definition.name_en,
        row.department,
        row.recipient,
        row.recipient_name,
        row.state,
        states.AWARDS[row.state],
        row.amount_fen,
        yuan(row.amount_fen),
        str(value.get("reason", "")) if isinstance(value, dict) else "",
        row.told_at,
        row.answer_due,
        tuple(labels.get(name, name) for name in row.missing),
        row.note,
        row.correction_id,
        row.version,
        tuple(fact_line(line) for line in row.facts),
        tuple(str(one) for one in row.outcome.get("clauses", ())),
        tuple(one.act for one in states.AWARD_STEPS if row.state in one.origins and who in one.who),
    )


def payments(rows: Iterable[PaymentRow]) -> list[PaymentView]:
    """Views of payments with masked accounts."""
    return [
        PaymentView(
            one.id,
            one.number,
            one.benefit,
            definitions.get(one.benefit).name,
            one.month,
            one.recipient_name,
            one.bank,
            mask(keys.decrypt(bytes(one.account), context=f"benefits.payment:{one.id}").decode(), "bank_account"),
            yuan(one.amount_fen),
            one.state,
            states.PAYMENTS[one.state],
            one.reason,
        )
        for one in rows
    ]


def _departments(actor: Actor) -> list[str]:
    """Departments whose benefits this official may see."""
    require(actor, _VIEW)
    known = sorted({one.department for one in definitions.load().values()} | {one["department"] for one in definitions.watched()})
    return [one for one in known if may(actor, _VIEW, department=one)]


def runs(actor: Actor) -> list[RunView]:
    """Runs and rechecks of the actor's department, newest first."""
    rows = RunRow.objects.filter(department__in=_departments(actor)).order_by("-started_at")[:SEEN]
    return [run(row) for row in rows]


def run(row: RunRow) -> RunView:
    """The view of a run."""
    name = definitions.get(row.benefit).name if row.benefit else "复核"
    members = ("id", "kind", "benefit", "department", "by_name", "started_at", "finished_at")
    counts = ("scanned", "entitled", "undetermined", "receiving", "told", "seconds")
    known: dict[str, Any] = {"state": row.state, "state_name": states.RUNS[row.state], "total": row.total, "error": row.error}
    return RunView(name=name, **known, **{one: getattr(row, one) for one in (*members, *counts)})


def awards(actor: Actor, *, state: str) -> list[AwardView]:
    """Awards of the actor's department, with a state if given; the first hundred."""
    rows = AwardRow.objects.filter(department__in=_departments(actor))
    rows = rows.filter(state=state) if state else rows
    return [award(row, who="staff") for row in rows.order_by("-found_at", "id")[:SEEN]]


def counts(actor: Actor) -> dict[str, int]:
    """How many awards of the actor's department are in each state."""
    rows = AwardRow.objects.filter(department__in=_departments(actor)).values("state").annotate(n=Count("id"))
    return {row["state"]: row["n"] for row in rows}


def lists(actor: Actor) -> list[ListView]:
    """Payment lists of the actor's department, newest first."""
    rows = ListRow.objects.filter(department__in=_departments(actor)).order_by("-prepared_at")
    return [payment_list(row, actor) for row in rows[:SEEN]]


def list_of(list_id: UUID, *, actor: Actor) -> tuple[ListView, list[PaymentView]]:
    """One list with its lines; BenefitNotFound for another department's."""
    row = ListRow.objects.filter(id=list_id, department__in=_departments(actor)).first()
    if row is None:
        raise BenefitNotFound()
    return payment_list(row, actor), payments(row.payments.order_by("number"))


def payment_list(row: ListRow, actor: Actor) -> ListView:
    """The view of a list, with its ledger's sums and whether its lines are as frozen."""
    debit, credit = paying.balance(row)
    return ListView(
        row.id,
        row.department,
        row.month,
        row.sequence,
        row.state,
        states.LISTS[row.state],
        row.count,
        row.total_fen,
        yuan(row.total_fen),
        row.without_account,
        row.digest,
        row.prepared_by_name,
        row.prepared_at,
        row.approved_by_name,
        row.note,
        tuple(paying.batches(row)),
        debit,
        credit,
        lines_digest(list(row.payments.all())) == row.digest,
        row.state == "frozen" and row.prepared_by != actor.account_id and may(actor, "benefit.approve", department=row.department),
    )


def findings(actor: Actor, *, state: str) -> list[FindingView]:
    """Findings of the actor's department, newest first."""
    rows = FindingRow.objects.filter(department__in=_departments(actor))
    rows = rows.filter(state=state) if state else rows
    found = list(rows.order_by("-found_at", "id")[:SEEN])
    orders = dict(RecoveryRow.objects.filter(finding_id__in=[one.id for one in found]).values_list("finding_id", "id"))
    return [finding(one, orders.get(one.id)) for one in found]


def finding(row: FindingRow, recovery_id: UUID | None = None) -> FindingView:
    """The view of a finding."""
    return FindingView(
        row.id,
        row.source,
        row.benefit,
        row.department,
        mask(row.holder.partition(":")[2], "id_number"),
        row.holder_name,
        row.cause,
        states.CAUSES[row.cause],
        row.since,
        row.months,
        row.wrong_fen,
        yuan(row.wrong_fen),
        row.explanation,
        row.state,
        states.FINDINGS[row.state],
        row.note,
        row.found_at,
        recovery_id,
    )


def recoveries(actor: Actor) -> list[RecoveryView]:
    """Recovery orders of the actor's department, newest first."""
    return [recovery(row) for row in RecoveryRow.objects.filter(department__in=_departments(actor)).order_by("-opened_at")[:SEEN]]


def recovery(row: RecoveryRow) -> RecoveryView:
    """The view of a recovery order."""
    left = row.owed_fen - row.repaid_fen - row.waived_fen
    return RecoveryView(
        row.id,
        row.department,
        mask(row.debtor.partition(":")[2], "id_number"),
        row.state,
        states.RECOVERIES[row.state],
        row.owed_fen,
        yuan(row.owed_fen),
        row.repaid_fen,
        row.waived_fen,
        left,
        yuan(left),
        row.instalments,
        row.explanation,
        row.due,
        row.note,
        row.version,
    )


def rehearsals(actor: Actor, *, code: str) -> list[RehearsalView]:
    """Rehearsals of the actor's department, newest first."""
    rows = RehearsalRow.objects.filter(department__in=_departments(actor))
    rows = rows.filter(benefit=code) if code else rows
    return [rehearsal(row) for row in rows.order_by("-at")[:SEEN]]


def rehearsal(row: RehearsalRow) -> RehearsalView:
    """The view of a rehearsal."""
    name = definitions.get(row.benefit).name
    return RehearsalView(row.id, row.benefit, name, row.department, row.at, row.by_name, row.draft, row.summary)
