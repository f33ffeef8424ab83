"""One-click claims: facts fetched and checked again, stacking rules, budget reserved, a second look where the policy asks for one.

Order of locks: the company's claims first, then the policy's budget; so two claims never wait for each other in a circle.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Sum

from yiwang.base.clock.api import now, today
from yiwang.base.ids.api import new_id
from yiwang.base.outbox.api import emit
from yiwang.business.policies import definitions, states
from yiwang.business.policies.definitions import Definition
from yiwang.business.policies.errors import (
    AlreadyClaimed,
    BadInput,
    BudgetExhausted,
    NotACompany,
    PolicyNotFound,
    StackingRefused,
    WindowClosed,
    WrongStep,
)
from yiwang.business.policies.gathering import Gathered, gather
from yiwang.business.policies.judging import Draft, Judged
from yiwang.business.policies.models import BudgetRow, ClaimRow
from yiwang.business.policies.writing import seal
from yiwang.security.access.api import Actor, require
from yiwang.standards.events import PolicyDecided
from yiwang.standards.money import yuan
from yiwang.standards.subjects import Subject
from yiwang.support.licences import api as licences


def company_of(actor: Actor) -> Subject:
    """The company an actor acts for; NotACompany for everybody else."""
    if actor.kind != "citizen" or actor.represents is None or actor.represents.kind != "company":
        raise NotACompany()
    return actor.represents


def claim(code: str, *, actor: Actor) -> ClaimRow:
    """Claim a policy for the actor's company; see the door. A claim that is refused on its facts is kept with reason and remedy."""
    definition, company, day = definitions.get(code), company_of(actor), today()
    if not definition.open_on(day):
        raise WindowClosed(policy=code)
    with transaction.atomic():
        _hold(company)
        if ClaimRow.objects.filter(policy=code, company=company.key, year=day.year, state__in=states.HOLDING).exists():
            raise AlreadyClaimed(policy=code)
        claim_id = new_id()
        found = gather(definition, company, case_id=claim_id, actor=actor)
        judged = Draft.of(definition).judge(found.values)
        row = _row(claim_id, definition, company, found, judged, actor)
        if row.state != "refused":
            _stacking(definition, row)
            reserve(definition, row.year, row.amount_fen)
        row.save(force_insert=True)
        seal("policy.claim", actor, [row])
        if row.state != "review":
            emit(decided(row))
    return row


def _hold(company: Subject) -> None:
    """Claims of one company wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 79))", [f"policies.claim.{company.key}"])


def _row(claim_id: UUID, definition: Definition, company: Subject, found: Gathered, judged: Judged, actor: Actor) -> ClaimRow:
    state, why, remedy = _answer(definition, found, judged)
    at = now()
    return ClaimRow(
        id=claim_id,
        policy=definition.code,
        department=definition.department,
        company=company.key,
        company_name=found.name,
        region=found.region,
        year=today().year,
        state=state,
        amount_fen=judged.amount_fen,
        facts=list(found.lines),
        outcome=judged.outcome.to_json(),
        reason=why,
        remedy=remedy,
        claimed_by=actor.account_id,
        claimed_by_name=actor.name,
        claimed_at=at,
        approved_at=at if state == "approved" else None,
        closed_at=at if state == "refused" else None,
    )


def _answer(definition: Definition, found: Gathered, judged: Judged) -> tuple[str, str, str]:
    """(state, reason, remedy): approved at once, waiting for an official, or refused."""
    if judged.result == "yes" and not found.lacking:
        return ("review" if definition.second_look else "approved"), "", ""
    if judged.result == "yes":
        names = "、".join(licences.kind(one.licence).name for one in found.lacking)
        return "refused", f"没有查到有效的{names}。", "请先办理该证照,取得后可再次申领。"
    if judged.result == "undetermined":
        missing = "、".join(judged.missing)
        return "refused", f"登记中查不到:{missing}。", "请来源部门补登后再次申领;登记补全时系统会自动重新匹配。"
    remedies = ";".join(dict.fromkeys(one.remedy for one in judged.short if one.remedy))
    return "refused", f"{judged.outcome.reason}。", remedies


def _stacking(definition: Definition, row: ClaimRow) -> None:
    """Policies that exclude each other, and what a group gives together at most in a year."""
    held = ClaimRow.objects.filter(company=row.company, year=row.year, state__in=states.HOLDING)
    barred = {one.code for one in definitions.load().values() if definition.code in one.exclusive} | set(definition.exclusive)
    clash = held.filter(policy__in=barred).first()
    if clash is not None:
        title = definitions.get(clash.policy).title
        raise StackingRefused(f"本年度已申领「{title}」,与「{definition.title}」只能选一项;可先撤回未拨付的申领。", policy=definition.code)
    if not definition.group:
        return
    group = definitions.groups()[definition.group]
    members = [one.code for one in definitions.load().values() if one.group == definition.group]
    had = held.filter(policy__in=members).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    left = int(group["cap_yuan"]) * 100 - had
    if left <= 0:
        raise StackingRefused(f"本年度「{group['name']}」合计已达上限 {group['cap_yuan']} 元。", policy=definition.code)
    row.amount_fen = min(row.amount_fen, left)


def reserve(definition: Definition, year: int, fen: int) -> None:
    """Set money aside in the policy's budget of the year, in the caller's transaction; BudgetExhausted when it does not suffice."""
    BudgetRow.objects.bulk_create([BudgetRow(policy=definition.code, year=year, total_fen=definition.budget_fen)], ignore_conflicts=True)
    budget = BudgetRow.objects.select_for_update().get(policy=definition.code, year=year)
    if budget.reserved_fen + budget.spent_fen + fen > budget.total_fen:
        left = yuan(budget.total_fen - budget.reserved_fen - budget.spent_fen)
        raise BudgetExhausted(f"「{definition.title}」本年度资金只剩 {left} 元,不足以支付本次申领,请留意下一年度。", policy=definition.code)
    BudgetRow.objects.filter(id=budget.id).update(reserved_fen=F("reserved_fen") + fen)


def release(row: ClaimRow, *, spent: bool = False) -> None:
    """What was reserved for a claim is free again, or spent."""
    changes: dict[str, Any] = {"reserved_fen": F("reserved_fen") - row.amount_fen}
    if spent:
        changes["spent_fen"] = F("spent_fen") + row.amount_fen
    BudgetRow.objects.filter(policy=row.policy, year=row.year).update(**changes)


def step(row: ClaimRow, act: str, *, version: int = 0) -> states.Step:
    """The step if the state and the version allow it; WrongStep otherwise."""
    found = states.claim_step(act)
    if row.state not in found.origins or (version and version != row.version):
        raise WrongStep(f"这笔申领现在是「{states.CLAIMS[row.state]}」,不能「{found.name}」,请刷新页面后再看。")
    return found


def withdraw(claim_id: UUID, *, actor: Actor, version: int) -> ClaimRow:
    """The company takes its claim back; the money set aside is free again."""
    company = company_of(actor)
    with transaction.atomic():
        row = ClaimRow.objects.select_for_update().filter(id=claim_id, company=company.key).first()
        if row is None:
            raise PolicyNotFound()
        row.state, row.closed_at = step(row, "withdraw", version=version).target, now()
        release(row)
        _write(row, "policy.withdraw", actor, ["closed_at"])
    return row


def review(claim_id: UUID, *, act: str, actor: Actor, note: str, remedy: str, version: int) -> ClaimRow:
    """The official's second look: approve, or refuse with reason and remedy."""
    if act not in ("approve", "refuse"):
        raise BadInput("请选择通过或不通过。", field="act")
    with transaction.atomic():
        row = own(claim_id, actor, "policy.handle")
        row.state = step(row, act, version=version).target
        if act == "refuse":
            if not note.strip():
                raise BadInput("请写明不通过的理由。", field="note")
            row.reason, row.remedy, row.closed_at = note.strip()[:1000], remedy.strip()[:1000], now()
            release(row)
        else:
            row.approved_at = now()
        row.reviewed_by_name = actor.name
        _write(row, f"policy.{act}", actor, ["reason", "remedy", "closed_at", "approved_at", "reviewed_by_name"])
        emit(decided(row))
    return row


def own(claim_id: UUID, actor: Actor, permission: str) -> ClaimRow:
    """A claim of the official's department and region, locked; PolicyNotFound for another's."""
    row = ClaimRow.objects.select_for_update().filter(id=claim_id).first()
    if row is None or (actor.kind == "staff" and actor.department != row.department):
        raise PolicyNotFound()
    require(actor, permission, department=row.department, region=row.region)
    return row


def decided(row: ClaimRow) -> PolicyDecided:
    """The event of a claim approved or refused."""
    definition = definitions.get(row.policy)
    return PolicyDecided(
        at=now(),
        claim_id=str(row.id),
        policy=row.policy,
        title=definition.title,
        title_en=definition.title_en,
        department=row.department,
        recipient=f"company:{row.company}",
        amount=yuan(row.amount_fen),
        outcome=row.state,
        reason=row.reason,
        remedy=row.remedy,
    )


def _write(row: ClaimRow, act: str, actor: Actor, fields: list[str]) -> None:
    row.version += 1
    row.save(update_fields=["state", "version", *fields])
    seal(act, actor, [row])
