"""Payment lists: a department's approved claims, frozen with their digest, approved by a second person, settled by the bank's receipts.

The lists of ``benefits`` pay persons month by month and know only its own awards; this is the little that claims of companies need.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.outbox.api import emit_many
from yiwang.business.policies import claiming, definitions, states
from yiwang.business.policies.errors import BadInput, ListChanged, NothingToPay, PolicyNotFound, SamePerson, WrongStep
from yiwang.business.policies.models import ClaimRow, EntryRow, ListRow, PaymentRow
from yiwang.business.policies.values import ReceiptLine
from yiwang.business.policies.writing import lines_digest, seal
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor, covers, require
from yiwang.security.keys import api as keys
from yiwang.standards.events import PolicyPaid
from yiwang.standards.money import yuan
from yiwang.standards.subjects import Subject

MOST_RECEIPTS: Final = 2_000_000
_RESULTS: Final = {"成功": "pay", "paid": "pay", "退票": "return", "returned": "return", "失败": "return"}


def prepare(department: str, *, actor: Actor) -> ListRow:
    """Make and freeze the list of the department's approved claims (and of those the bank returned)."""
    require(actor, "policy.handle", department=department)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 79))", [f"policies.list.{department}"])
        claims = list(
            ClaimRow.objects.select_for_update()
            .filter(department=department, state__in=("approved", "returned"))
            .order_by("claimed_at", "id")
        )
        claims = [one for one in claims if _here(actor, one)]
        accounts = [(one, _account(one, actor)) for one in claims]
        payable = [(one, account) for one, account in accounts if account is not None]
        if not payable:
            raise NothingToPay()
        row = ListRow(
            department=department,
            number=ListRow.objects.filter(department=department).count() + 1,
            count=len(payable),
            total_fen=sum(one.amount_fen for one, _ in payable),
            without_account=len(claims) - len(payable),
            prepared_by=actor.account_id,
            prepared_by_name=actor.name,
            prepared_at=now(),
        )
        payments = [_payment(row, number, one, account) for number, (one, account) in enumerate(payable, start=1)]
        row.digest = lines_digest(payments)
        row.save()
        PaymentRow.objects.bulk_create(payments)
        _move([one for one, _ in payable], "list", actor)
        seal("policy.list_prepare", actor, [row])
    return row


def _here(actor: Actor, row: ClaimRow) -> bool:
    return actor.kind == "system" or covers(actor.region, row.region)


def _account(row: ClaimRow, actor: Actor) -> tuple[str, str] | None:
    definition = definitions.get(row.policy)
    company = Subject("company", row.company)
    account, bank = exchange.verify(
        row.id,
        claims=[exchange.Claim(element, company) for element in definitions.ACCOUNT],
        purpose=definition.purpose,
        legal_basis=definition.legal_basis,
        actor=actor,
    )
    return (str(bank.value), str(account.value)) if account.usable and bank.usable else None


def _payment(row: ListRow, number: int, claim: ClaimRow, account: tuple[str, str]) -> PaymentRow:
    payment_id = new_id()
    return PaymentRow(
        id=payment_id,
        list=row,
        claim=claim,
        number=number,
        payee=claim.company_name,
        bank=account[0],
        account=keys.encrypt(account[1].encode(), context=f"policies.payment:{payment_id}"),
        amount_fen=claim.amount_fen,
    )


def _move(rows: Sequence[ClaimRow], act: str, actor: Actor) -> None:
    """The claims of a list go one step."""
    for row in rows:
        row.state, row.version = claiming.step(row, act).target, row.version + 1
        row.listed_at = now() if act == "list" else row.listed_at
        row.closed_at = now() if act == "pay" else row.closed_at
    ClaimRow.objects.bulk_update(rows, ["state", "version", "listed_at", "closed_at"])
    seal(f"policy.{act}", actor, rows)


def find(list_id: UUID, actor: Actor, permission: str, *, lock: bool = True) -> ListRow:
    """A list of the official's department; PolicyNotFound for another's."""
    rows = ListRow.objects.select_for_update() if lock else ListRow.objects
    row = rows.filter(id=list_id).first()
    if row is None or (actor.kind == "staff" and actor.department != row.department):
        raise PolicyNotFound()
    require(actor, permission, department=row.department)
    return row


def _intact(row: ListRow) -> list[PaymentRow]:
    payments = list(row.payments.order_by("number"))
    if lines_digest(payments) != row.digest:
        raise ListChanged()
    return payments


def decide(list_id: UUID, *, act: str, actor: Actor, note: str) -> ListRow:
    """Approve or refuse a frozen list, by a second person; the ledger opens with the approval."""
    if act not in ("approve", "refuse"):
        raise BadInput("请选择审批通过或退回。", field="act")
    with transaction.atomic():
        row = find(list_id, actor, "policy.approve")
        step = states.list_step(act)
        if row.state not in step.origins:
            raise WrongStep(f"这份清单现在是「{states.LISTS[row.state]}」,不能「{step.name}」。")
        if row.prepared_by == actor.account_id:
            raise SamePerson()
        if act == "refuse" and not note.strip():
            raise BadInput("请写明退回的理由。", field="note")
        payments = _intact(row)
        row.state, row.note = step.target, note.strip()[:1000]
        row.approved_by, row.approved_by_name = actor.account_id, actor.name
        row.save()
        if act == "refuse":
            row.payments.update(state="cancelled")
            _move(list(ClaimRow.objects.select_for_update().filter(payments__list=row).order_by("id")), "unlist", actor)
        else:
            for one in payments:
                _book(row, "approve", f"支出:{one.claim.policy}", f"应付:{one.bank}", one.amount_fen)
        seal(f"policy.list_{act}", actor, [row])
    return row


def _book(row: ListRow, act: str, debit: str, credit: str, fen: int) -> None:
    """Two lines of the ledger, equal on both sides."""
    at = now()
    EntryRow.objects.bulk_create(
        [
            EntryRow(list=row, act=act, account=debit, debit_fen=fen, at=at),
            EntryRow(list=row, act=act, account=credit, credit_fen=fen, at=at),
        ]
    )


def bank_file(list_id: UUID, *, actor: Actor) -> bytes:
    """An approved list as CSV for the bank, with full account numbers; taking it is recorded."""
    with transaction.atomic():
        row = find(list_id, actor, "policy.handle")
        if row.state not in ("approved", "settled"):
            raise WrongStep("清单审批通过后才能导出给银行。")
        payments = _intact(row)
        seal("policy.list_export", actor, [row], lines=len(payments))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["流水号", "户名", "开户银行", "账号", "金额(元)"])
    for one in payments:
        account = keys.decrypt(bytes(one.account), context=f"policies.payment:{one.id}").decode()
        writer.writerow([one.number, f"'{one.payee}" if one.payee[:1] in "=+-@" else one.payee, one.bank, account, yuan(one.amount_fen)])
    return out.getvalue().encode("utf-8-sig")


def settle(list_id: UUID, *, data: bytes, actor: Actor) -> list[ReceiptLine]:
    """Take the bank's receipts (CSV 流水号,结果,原因): a report per row; the same file again changes nothing."""
    table = _read(data)
    with transaction.atomic():
        row = find(list_id, actor, "policy.handle")
        if row.state not in ("approved", "settled"):
            raise WrongStep("清单审批通过后才能导入回执。")
        waiting = {str(one.number): one for one in row.payments.select_for_update(of=("self",)).select_related("claim")}
        report = [_settle_one(line, cells, row, waiting, actor) for line, cells in enumerate(table, start=2)]
        if all(one.state != "planned" for one in waiting.values()):
            row.state = "settled"
            row.save(update_fields=["state"])
        seal("policy.receipts", actor, [row], lines=len(report))
        emit_many([_paid(waiting[one.number]) for one in report if one.outcome in ("paid", "returned")])
    return report


def _read(data: bytes) -> list[dict[str, str]]:
    if len(data) > MOST_RECEIPTS:
        raise BadInput("回执文件超过 2 MB,请分批导入。", field="file")
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        names = {name.strip() for name in reader.fieldnames or []}
        rows = [{(key or "").strip(): str(value or "").strip() for key, value in row.items()} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput("回执文件无法读取:须为 UTF-8 编码的 CSV。", field="file") from error
    if not {"流水号", "结果"} <= names:
        raise BadInput("回执文件首行须为 流水号,结果,原因。", field="file")
    return rows


def _settle_one(line: int, cells: dict[str, str], row: ListRow, waiting: dict[str, PaymentRow], actor: Actor) -> ReceiptLine:
    """One row of the file; a payment answered once is not changed by a second, different answer."""
    number, act, why = cells["流水号"], _RESULTS.get(cells["结果"], ""), cells.get("原因", "")[:200]
    payment = waiting.get(number)
    if payment is None:
        return ReceiptLine(line, number, "refused", "清单中没有这个流水号")
    if not act or (act == "return" and not why):
        return ReceiptLine(line, number, "refused", "结果请写 成功 或 退票;退票须写明原因")
    target = states.claim_step(act).target
    if payment.state == target:
        return ReceiptLine(line, number, "same", "")
    if payment.state != "planned":
        return ReceiptLine(line, number, "refused", "此前已登记为不同的结果")
    payment.state, payment.reason = target, why
    payment.save(update_fields=["state", "reason"])
    if act == "pay":
        claiming.release(payment.claim, spent=True)
        _book(row, "receipt", f"应付:{payment.bank}", "财政专户", payment.amount_fen)
    else:
        _book(row, "receipt", f"应付:{payment.bank}", f"支出:{payment.claim.policy}", payment.amount_fen)
    _move([payment.claim], act, actor)
    return ReceiptLine(line, number, target, why)


def _paid(payment: PaymentRow) -> PolicyPaid:
    definition = definitions.get(payment.claim.policy)
    return PolicyPaid(
        at=now(),
        claim_id=str(payment.claim_id),
        policy=definition.code,
        title=definition.title,
        title_en=definition.title_en,
        department=definition.department,
        recipient=f"company:{payment.claim.company}",
        amount=yuan(payment.amount_fen),
        outcome=payment.state,
        reason=payment.reason,
    )
