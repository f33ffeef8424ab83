"""How this room's acts are written down: what of a row is sealed in the evidence, and the records of an act."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from yiwang.business.policies.models import ClaimRow, ListRow, PaymentRow
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record_many
from yiwang.standards import canonical

CLAIM, LIST = "policy_claim", "policy_list"


def digest(value: object) -> str:
    """SHA-256 of a value's JSON."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def claim_content(row: ClaimRow) -> dict[str, Any]:
    """What of a claim is sealed."""
    return {
        "policy": row.policy,
        "company": row.company,
        "year": row.year,
        "state": row.state,
        "amount_fen": row.amount_fen,
        "facts": digest(row.facts),
        "outcome": digest(row.outcome),
        "reason": row.reason,
        "version": row.version,
    }


def lines_digest(payments: Sequence[PaymentRow]) -> str:
    """The digest that freezes a list: every line with its account, in order."""
    lines = [
        {
            "number": one.number,
            "claim": str(one.claim_id),
            "payee": one.payee,
            "bank": one.bank,
            "account": sha256(bytes(one.account)).hexdigest(),
            "amount_fen": one.amount_fen,
        }
        for one in sorted(payments, key=lambda one: one.number)
    ]
    return sha256(canonical.dumps(lines)).hexdigest()


def list_content(row: ListRow) -> dict[str, Any]:
    """What of a payment list is sealed; its lines are computed anew."""
    return {
        "department": row.department,
        "number": row.number,
        "state": row.state,
        "count": row.count,
        "total_fen": row.total_fen,
        "lines": lines_digest(list(row.payments.all())),
        "prepared_by": row.prepared_by,
        "approved_by": row.approved_by,
    }


def seal(act: str, actor: Actor, rows: Sequence[ClaimRow | ListRow], **detail: Any) -> None:
    """Record one act on rows of one kind, in the caller's transaction."""
    record_many([_record(act, actor, row, detail) for row in rows])


def _record(act: str, actor: Actor, row: ClaimRow | ListRow, detail: dict[str, Any]) -> Record:
    told = {"department": row.department, "state": row.state, **detail}
    if isinstance(row, ClaimRow):
        return Record(act, actor, CLAIM, str(row.id), detail={**told, "policy": row.policy}, row=claim_content(row))
    return Record(act, actor, LIST, str(row.id), detail=told, row=list_content(row))


def _loader(model: Any, content: Any) -> Any:
    return lambda refs: {str(row.id): content(row) for row in model.objects.filter(id__in=list(refs))}


LOADERS: Final = {CLAIM: _loader(ClaimRow, claim_content), LIST: _loader(ListRow, list_content)}
