"""Payment lists: made per department and month in bank batches, frozen, approved by a second person, settled by the bank's receipts."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.outbox.api import emit, emit_many
from yiwang.business.benefits import definitions, reporting, states
from yiwang.business.benefits.answering import members
from yiwang.business.benefits.errors import BadAnswer, BadReceipts, BenefitNotFound, ListChanged, NothingToPay, SamePerson, WrongStep
from yiwang.business.benefits.models import AwardRow, EntryRow, ListRow, PaymentRow
from yiwang.business.benefits.values import BatchView, ReceiptReport, ReceiptRow
from yiwang.business.benefits.writing import lines_digest, seal
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor, require
from yiwang.security.keys import api as keys
from yiwang.standards.events import BenefitPaid, PaymentListApproved
from yiwang.standards.money import yuan
from yiwang.standards.subjects import Subject

_PAID: Final = frozenset({"成功", "paid", "已到账"})
_RETURNED: Final = frozenset({"退票", "returned", "失败"})
MOST_RECEIPTS: Final = 5_000_000


def prepare(department: str, *, month: str, actor: Actor) -> ListRow:
    """Make and freeze the list of all confirmed awards not yet paid for the month; see the door."""
    require(actor, "benefit.handle", department=department)
    _check_month(month)
    with transaction.atomic():
        _hold(f"benefits.list.{department}")
        awards = _due(department, month)
        accounts = _accounts(awards, actor)
        payable = [(award, accounts[award.recipient]) for award in awards if award.recipient in accounts]
        if not payable:
            raise NothingToPay()
        row = ListRow(
            department=department,
            month=month,
            sequence=ListRow.objects.filter(department=department, month=month).count() + 1,
            count=len(payable),
            total_fen=sum(award.amount_fen for award, _ in payable),
            without_account=len(awards) - len(payable),
            prepared_by=actor.account_id,
            prepared_by_name=actor.name,
            prepared_at=now(),
        )
        payments = _payments(row, payable)
        row.digest = lines_digest(payments)
        row.save()
        PaymentRow.objects.bulk_create(payments)
        seal("benefit.list_freeze", actor, [row], digest=row.digest)
    return row


def _check_month(month: str) -> None:
    year, _, number = month.partition("-")
    if not (len(month) == 7 and year.isdigit() and number.isdigit() and 1 <= int(number) <= 12 and month <= f"{now():%Y-%m}"):
        raise BadAnswer("月份须写成 2026-01 的形式,且不晚于本月。", field="month")


def _hold(what: str) -> None:
    """Until the end of the transaction nobody else does the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 77))", [what])


def _due(department: str, month: str) -> list[AwardRow]:
    done = PaymentRow.objects.filter(month=month, state__in=["planned", "paid"]).values("award_id")
    confirmed = AwardRow.objects.select_for_update().filter(department=department, state="confirmed", amount_fen__gt=0)
    return list(confirmed.exclude(id__in=done).order_by("benefit", "id"))


def _accounts(awards: Sequence[AwardRow], actor: Actor) -> dict[str, tuple[str, str]]:
    """(bank, account) by recipient, verified at the register of accounts for each benefit's purpose."""
    found: dict[str, tuple[str, str]] = {}
    for code in sorted({award.benefit for award in awards}):
        definition = definitions.get(code)
        people = sorted({award.recipient for award in awards if award.benefit == code})
        claims = [exchange.Claim(element, Subject.read(one)) for one in people for element in definitions.ACCOUNT]
        facts = exchange.verify(None, claims=claims, purpose=definition.purpose, legal_basis=definition.legal_basis, actor=actor)
        for place, one in enumerate(people):
            account, bank = facts[2 * place], facts[2 * place + 1]
            if account.usable and bank.usable:
                found[one] = (str(bank.value), str(account.value))
    return found


def _payments(row: ListRow, payable: Sequence[tuple[AwardRow, tuple[str, str]]]) -> list[PaymentRow]:
    by_bank = sorted(payable, key=lambda one: (one[1][0], str(one[0].id)))
    payments = []
    for number, (award, (bank, account)) in enumerate(by_bank, start=1):
        payment_id = new_id()
        payments.append(
            PaymentRow(
                id=payment_id,
                list=row,
                award_id=award.id,
                benefit=award.benefit,
                month=row.month,
                number=number,
                recipient=award.recipient,
                recipient_name=award.recipient_name,
                bank=bank,
                account=keys.encrypt(account.encode(), context=f"benefits.payment:{payment_id}"),
                amount_fen=award.amount_fen,
            )
        )
    return payments


def decide(list_id: UUID, *, act: str, actor: Actor, note: str) -> ListRow:
    """Approve or refuse a frozen list, by a second person; the ledger opens with the approval."""
    with transaction.atomic():
        row = _list(list_id, actor, "benefit.approve")
        step = states.list_step(act)
        if row.state not in step.origins:
            raise WrongStep(f"这份清单现在是「{states.LISTS[row.state]}」,不能「{step.name}」。")
        if row.prepared_by == actor.account_id:
            raise SamePerson()
        if act == "refuse" and not note.strip():
            raise BadAnswer("请写明退回的理由。", field="note")
        payments = list(row.payments.all())
        if lines_digest(payments) != row.digest:
            raise ListChanged()
        row.state, row.note, row.approved_at = step.target, note.strip(), now()
        row.approved_by, row.approved_by_name = actor.account_id, actor.name
        row.save()
        if act == "refuse":
            row.payments.update(state="cancelled")
        else:
            _book(_promised(row, payments), row, "approve")
            emit(
                PaymentListApproved(
                    at=now(), list_id=str(row.id), department=row.department, month=row.month, count=row.count, total=yuan(row.total_fen)
                )
            )
        seal(f"benefit.list_{act}", actor, [row])
    return row


def _list(list_id: UUID, actor: Actor, permission: str) -> ListRow:
    row = ListRow.objects.select_for_update().filter(id=list_id).first()
    if row is None or (actor.kind == "staff" and actor.department != row.department):
        raise BenefitNotFound()
    require(actor, permission, department=row.department)
    return row


def _promised(row: ListRow, payments: Iterable[PaymentRow]) -> list[tuple[str, int, int]]:
    """What approval owes: each benefit's expense against each bank's batch."""
    expense: dict[str, int] = defaultdict(int)
    owed: dict[str, int] = defaultdict(int)
    for one in payments:
        expense[one.benefit] += one.amount_fen
        owed[one.bank] += one.amount_fen
    return [(f"支出:{code}", fen, 0) for code, fen in expense.items()] + [(f"应付:{bank}", 0, fen) for bank, fen in owed.items()]


def _book(lines: Sequence[tuple[str, int, int]], row: ListRow, act: str) -> None:
    at = now()
    EntryRow.objects.bulk_create(
        [
            EntryRow(act=act, ref=row.id, list_id=row.id, account=name, debit_fen=debit, credit_fen=credit, at=at)
            for name, debit, credit in lines
        ]
    )


def batches(row: ListRow) -> list[BatchView]:
    """The bank batches of a list: lines and sum per bank, what came back, from the lines themselves."""
    found: dict[str, list[PaymentRow]] = defaultdict(list)
    for one in row.payments.order_by("number"):
        found[one.bank].append(one)
    return [
        BatchView(
            bank,
            len(lines),
            sum(one.amount_fen for one in lines),
            sum(one.amount_fen for one in lines if one.state == "paid"),
            sum(one.amount_fen for one in lines if one.state == "returned"),
        )
        for bank, lines in found.items()
    ]


def balance(row: ListRow) -> tuple[int, int]:
    """(debit, credit) of all ledger lines of a list; equal, or somebody has changed the ledger."""
    sums = EntryRow.objects.filter(list_id=row.id).aggregate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
    return sums["debit"] or 0, sums["credit"] or 0


def bank_file(list_id: UUID, *, bank: str, actor: Actor) -> bytes:
    """The batch as CSV for the bank, with full account numbers; taking it is recorded."""
    with transaction.atomic():
        row = _list(list_id, actor, "benefit.handle")
        if row.state not in ("approved", "settled"):
            raise WrongStep("清单审批通过后才能导出给银行。")
        if lines_digest(list(row.payments.all())) != row.digest:
            raise ListChanged()
        lines = list(row.payments.filter(bank=bank).order_by("number"))
        if not lines:
            raise BenefitNotFound(f"这份清单没有「{bank}」的批次。", bank=bank)
        seal("benefit.list_export", actor, [row], bank=bank, lines=len(lines))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["流水号", "户名", "账号", "金额(元)", "用途"])
    for one in lines:
        account = keys.decrypt(bytes(one.account), context=f"benefits.payment:{one.id}").decode()
        purpose = f"{definitions.get(one.benefit).name}{row.month}"
        writer.writerow([one.number, _safe(one.recipient_name), account, yuan(one.amount_fen), purpose])
    return out.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


def settle(list_id: UUID, *, data: bytes, actor: Actor) -> ReceiptReport:
    """Take the bank's receipts; a report per row, nothing is lost silently. The same file again changes nothing."""
    table = _read(data)
    with transaction.atomic():
        row = _list(list_id, actor, "benefit.handle")
        if row.state not in ("approved", "settled"):
            raise WrongStep("清单审批通过后才能导入回执。")
        waiting = {one.number: one for one in row.payments.select_for_update()}
        report = [_settle_one(number, cells, waiting) for number, cells in enumerate(table, start=2)]
        changed = [waiting[int(one.number)] for one in report if one.outcome in ("paid", "returned")]
        PaymentRow.objects.bulk_update(changed, ["state", "reason", "settled_at"])
        _book(_settled(changed), row, "receipt")
        if all(one.state != "planned" for one in waiting.values()):
            row.state = "settled"
            row.save(update_fields=["state"])
        counts: dict[str, Any] = {name: sum(one.outcome == name for one in report) for name in ("paid", "returned", "same", "refused")}
        seal("benefit.receipts", actor, [row], **counts)
        awards = AwardRow.objects.in_bulk([one.award_id for one in changed])
        reporting.paid([awards[one.award_id] for one in changed if one.state == "paid"], actor=actor)
        emit_many(
            [
                BenefitPaid(
                    at=now(),
                    outcome=one.state,
                    month=one.month,
                    reason=one.reason,
                    **{**members(awards[one.award_id]), "amount": yuan(one.amount_fen)},
                )
                for one in changed
            ]
        )
    return ReceiptReport(rows=tuple(report), **counts)


def _read(data: bytes) -> list[dict[str, str]]:
    if len(data) > MOST_RECEIPTS:
        raise BadReceipts("回执文件超过 5 MB,请分批导入。")
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        names = [name.strip() for name in reader.fieldnames or []]
        rows = [{(key or "").strip(): str(value or "").strip() for key, value in row.items()} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadReceipts() from error
    if not {"流水号", "结果"} <= set(names):
        raise BadReceipts()
    return rows


def _settle_one(line: int, cells: dict[str, str], waiting: dict[int, PaymentRow]) -> ReceiptRow:
    """One row of the file; a payment answered once is not changed by a second, different answer."""
    number, result, reason = cells["流水号"], cells["结果"], cells.get("原因", "")[:200]
    payment = waiting.get(int(number)) if number.isdecimal() and len(number) < 10 else None
    if payment is None:
        return ReceiptRow(line, number, "refused", "清单中没有这个流水号")
    state = "paid" if result in _PAID else "returned" if result in _RETURNED else ""
    if not state:
        return ReceiptRow(line, number, "refused", f"结果「{result}」不认识,请写 成功 或 退票")
    if state == "returned" and not reason:
        return ReceiptRow(line, number, "refused", "退票须写明原因")
    if payment.state == state:
        return ReceiptRow(line, number, "same", "")
    if payment.state != "planned":
        return ReceiptRow(line, number, "refused", f"此前已登记为「{states.PAYMENTS[payment.state]}」")
    payment.state, payment.reason, payment.settled_at = state, reason, now()
    return ReceiptRow(line, number, state, reason)


def _settled(changed: Iterable[PaymentRow]) -> list[tuple[str, int, int]]:
    """What receipts move: paid leaves the treasury; returned is no expense any more and can be paid again."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in changed:
        sums["应付", one.bank][0] += one.amount_fen
        other = ("财政专户", one.bank) if one.state == "paid" else ("支出", one.benefit)
        sums[other][1] += one.amount_fen
    return [(f"{kind}:{name}", debit, credit) for (kind, name), (debit, credit) in sums.items()]
