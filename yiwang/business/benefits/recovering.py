"""Recovery: a wrong payment is explained to who received it, then given back at once or in instalments, or waived by a person."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import Limit, Unit, derive, now
from yiwang.base.outbox.api import emit
from yiwang.business.benefits import states
from yiwang.business.benefits.errors import BadAnswer, BenefitNotFound, WrongStep
from yiwang.business.benefits.models import EntryRow, FindingRow, RecoveryRow
from yiwang.business.benefits.writing import seal
from yiwang.security.access.api import Actor, require
from yiwang.standards.events import RecoveryClosed, RecoveryOpened
from yiwang.standards.money import yuan

LIMIT = Limit(30, Unit.WORKDAY)
MOST_INSTALMENTS = 60


def open_recovery(finding_id: UUID, *, actor: Actor) -> RecoveryRow:
    """Explain an upheld finding and ask for the money; opening it again gives the same order."""
    with transaction.atomic():
        finding = FindingRow.objects.select_for_update().filter(id=finding_id).first()
        if finding is None or (actor.kind == "staff" and actor.department != finding.department):
            raise BenefitNotFound()
        require(actor, "benefit.handle", department=finding.department)
        standing = RecoveryRow.objects.filter(finding_id=finding.id).first()
        if standing is not None:
            return standing
        if finding.state != "upheld" or not finding.wrong_fen:
            raise WrongStep("只有确认错发且有错发金额的发现才能追回。")
        at = now()
        due = derive(at, limit=LIMIT).due
        assert due is not None  # nothing stops this clock
        row = RecoveryRow.objects.create(
            finding_id=finding.id,
            department=finding.department,
            debtor=finding.holder,
            owed_fen=finding.wrong_fen,
            explanation=f"{finding.explanation}核查意见:{finding.note}",
            opened_at=at,
            opened_by=actor.account_id,
            due=due,
        )
        _book(row, "recovery_open", [("应收:追回款", row.owed_fen, 0), (f"支出:{finding.benefit}", 0, row.owed_fen)])
        seal("benefit.recovery_open", actor, [row])
        emit(
            RecoveryOpened(
                at=at,
                recovery_id=str(row.id),
                department=row.department,
                recipient=row.debtor,
                title=finding.benefit,
                amount=yuan(row.owed_fen),
                explanation=row.explanation,
                due=due,
            )
        )
    return row


def perform(recovery_id: UUID, *, act: str, inputs: Mapping[str, str], actor: Actor, version: int) -> RecoveryRow:
    """agree_instalments (count), repay (amount in yuan, ref of the transfer), waive (note)."""
    if act not in {one.act for one in states.RECOVERY_STEPS}:
        raise BadAnswer("没有这一步。", field="act")
    step = states.recovery_step(act)
    with transaction.atomic():
        row = RecoveryRow.objects.select_for_update().filter(id=recovery_id).first()
        if row is None or (actor.kind == "staff" and actor.department != row.department):
            raise BenefitNotFound()
        require(actor, step.permission, department=row.department)
        if row.state not in step.origins or version != row.version:
            raise WrongStep(f"这张追回单现在是「{states.RECOVERIES[row.state]}」,或刚被他人修改,请刷新后再试。")
        _ACTS[act](row, inputs)
        row.handled_by_name, row.version = actor.name, row.version + 1
        row.save()
        seal(f"benefit.recovery_{act}", actor, [row])
        if row.state in ("repaid", "waived"):
            emit(
                RecoveryClosed(
                    at=now(),
                    recovery_id=str(row.id),
                    department=row.department,
                    recipient=row.debtor,
                    outcome=row.state,
                    amount=yuan(row.repaid_fen if row.state == "repaid" else row.waived_fen),
                    reason=row.note,
                )
            )
    return row


def _agree(row: RecoveryRow, inputs: Mapping[str, str]) -> None:
    count = inputs.get("instalments", "")
    if not count.isdecimal() or not 2 <= int(count) <= MOST_INSTALMENTS:
        raise BadAnswer(f"分期数须为 2 至 {MOST_INSTALMENTS} 的整数。", field="instalments")
    row.state, row.instalments = "instalments", int(count)


def _repay(row: RecoveryRow, inputs: Mapping[str, str]) -> None:
    whole, _, part = inputs.get("amount", "").strip().partition(".")
    if not whole.isdecimal() or len(whole) > 9 or (part and (not part.isdecimal() or len(part) > 2)):
        raise BadAnswer("请填写退回金额,例如 100.00。", field="amount")
    fen = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    left = row.owed_fen - row.repaid_fen
    if not 0 < fen <= left:
        raise BadAnswer(f"退回金额须大于 0,且不超过尚欠的 {yuan(left)} 元。", field="amount")
    row.repaid_fen += fen
    if row.repaid_fen == row.owed_fen:
        row.state = "repaid"
    _book(row, "repay", [("财政专户:追回", fen, 0), ("应收:追回款", 0, fen)])


def _waive(row: RecoveryRow, inputs: Mapping[str, str]) -> None:
    if not inputs.get("note", "").strip():
        raise BadAnswer("请写明免除的理由和依据。", field="note")
    left = row.owed_fen - row.repaid_fen
    row.state, row.waived_fen, row.note = "waived", left, inputs["note"].strip()
    _book(row, "waive", [("损失:免除追回", left, 0), ("应收:追回款", 0, left)])


_ACTS = {"agree_instalments": _agree, "repay": _repay, "waive": _waive}


def _book(row: RecoveryRow, act: str, lines: list[tuple[str, int, int]]) -> None:
    at = now()
    EntryRow.objects.bulk_create(
        [EntryRow(act=act, ref=row.id, account=name, debit_fen=debit, credit_fen=credit, at=at) for name, debit, credit in lines]
    )
