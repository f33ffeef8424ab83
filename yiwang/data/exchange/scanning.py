"""Scanning a register for a stated purpose: agreement first, one audit record per chunk, nobody shown to anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import agreeing
from yiwang.data.exchange.values import ScanRefused, ScanRow
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Value
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record, record_denial


def scan(
    purpose: str,
    *,
    register: str,
    elements: Sequence[str],
    legal_basis: str,
    actor: Actor,
    keys: Sequence[str] | None,
    by: str,
    chunk: int,
) -> Iterator[tuple[ScanRow, ...]]:
    """Rows chunk by chunk; see the door. The refusal comes at once, not with the first chunk."""
    codes = tuple(dict.fromkeys(elements))
    refusal = _refusal(purpose, register, codes, actor)
    told: dict[str, object] = {"purpose": purpose, "legal_basis": legal_basis, "elements": list(codes)}
    if refusal:
        record_denial(Record("exchange.scan", actor, "register", register, detail={**told, "reason": refusal}))
        raise ScanRefused(f"不能为「{purpose}」批量读取登记册「{register}」:{refusal}。", purpose=purpose, register=register)
    return _chunks(register, codes, keys, by, chunk, actor, told)


def _chunks(
    register: str, codes: tuple[str, ...], keys: Sequence[str] | None, by: str, chunk: int, actor: Actor, told: dict[str, object]
) -> Iterator[tuple[ScanRow, ...]]:
    columns = [catalogue.element(code).column for code in codes]
    after = ""
    while True:
        found = registers.sweep(register, columns=columns, after=after, limit=chunk, keys=keys, by=by)
        if found or keys is not None:
            record(Record("exchange.scan", actor, "register", register, detail={**told, "rows": len(found), "after": bool(after)}))
            yield tuple(ScanRow(one[0], one[1], one[2], dict(zip(codes, one[3], strict=True)), one[4]) for one in found)
        if keys is not None or len(found) < chunk:
            return
        after = found[-1][0]


def _refusal(purpose: str, register: str, codes: Sequence[str], actor: Actor) -> str:
    """Why not, or ''."""
    if actor.kind not in ("system", "machine", "staff"):
        return "个人账户不能批量读取"
    allowed = agreeing.in_force(purpose)
    for code in codes:
        element = catalogue.element(code)
        if element.register != register:
            return f"数据元「{element.name}」不属于该登记册"
        departments = allowed.get(code)
        if not departments:
            return f"数据元「{element.name}」没有数据共享约定"
        if actor.kind != "system" and actor.department not in departments:
            return "本部门不在共享约定的使用部门之内"
    return ""


def changed(
    purpose: str, *, register: str, since: datetime, legal_basis: str, actor: Actor, by: str, limit: int
) -> tuple[list[str], datetime]:
    """Keys of rows written after a moment; see the door."""
    shared = [code for code in agreeing.in_force(purpose) if catalogue.element(code).register == register]
    refusal = _refusal(purpose, register, shared, actor) if shared else "该登记册没有数据共享约定"
    told: dict[str, object] = {"purpose": purpose, "legal_basis": legal_basis, "changed_since": since.isoformat()}
    if refusal:
        record_denial(Record("exchange.scan", actor, "register", register, detail={**told, "reason": refusal}))
        raise ScanRefused(f"不能为「{purpose}」查看登记册「{register}」的变动:{refusal}。", purpose=purpose, register=register)
    keys, at = registers.changed(register, since=since, by=by, limit=limit)
    if keys:
        record(Record("exchange.scan", actor, "register", register, detail={**told, "rows": len(keys)}))
    return keys, at


def cross_values(purpose: str, *, element: str, legal_basis: str, actor: Actor, keys: Sequence[str]) -> dict[str, Value]:
    """What the other registers named by the catalogue hold for an element, by key; see the door."""
    one = catalogue.element(element)
    refusal = _refusal(purpose, one.register, [element], actor)
    told = {"purpose": purpose, "legal_basis": legal_basis, "elements": [element], "comparison": True}
    if refusal:
        record_denial(Record("exchange.scan", actor, "register", one.register, detail={**told, "reason": refusal}))
        raise ScanRefused(f"不能为「{purpose}」比对数据元「{one.name}」:{refusal}。", purpose=purpose, element=element)
    found: dict[str, Value] = {}
    for cross in one.cross:
        if registers.register(cross.register).lookup(one.subject) is None:
            continue
        rows = registers.sweep(cross.register, columns=[cross.column], keys=keys, by=one.subject)
        record(Record("exchange.scan", actor, "register", cross.register, detail={**told, "rows": len(rows)}))
        found.update({by_key: values[0] for _, by_key, _, values, _ in rows if values[0] not in (None, "")})
    return found
