"""How this room's acts are written down: what of a row is sealed in the evidence, and the records of an act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from yiwang.business.benefits.models import AwardRow, FindingRow, ListRow, PaymentRow, RecoveryRow
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record_many
from yiwang.standards import canonical

AWARD, LIST, FINDING, RECOVERY = "benefit_award", "benefit_list", "benefit_finding", "benefit_recovery"


def digest(value: object) -> str:
    """SHA-256 of a value's JSON."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def award_content(row: AwardRow) -> dict[str, Any]:
    """What of an award is sealed."""
    return {
        "benefit": row.benefit,
        "subject": row.subject,
        "recipient": row.recipient,
        "state": row.state,
        "amount_fen": row.amount_fen,
        "facts": digest(row.facts),
        "outcome": digest(row.outcome),
        "note": row.note,
        "version": row.version,
    }


def lines_digest(payments: Sequence[PaymentRow]) -> str:
    """The digest that freezes a list: every line with its account, in order."""
    lines = [
        {
            "number": one.number,
            "award": str(one.award_id),
            "month": one.month,
            "recipient": one.recipient,
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
        "month": row.month,
        "sequence": row.sequence,
        "state": row.state,
        "count": row.count,
        "total_fen": row.total_fen,
        "lines": lines_digest(list(row.payments.all())),
        "prepared_by": row.prepared_by,
        "approved_by": row.approved_by,
    }


def finding_content(row: FindingRow) -> dict[str, Any]:
    """What of a finding is sealed."""
    return {
        "source": row.source,
        "source_key": row.source_key,
        "cause": row.cause,
        "since": row.since.isoformat(),
        "wrong_fen": row.wrong_fen,
        "state": row.state,
        "note": row.note,
    }


def recovery_content(row: RecoveryRow) -> dict[str, Any]:
    """What of a recovery order is sealed."""
    return {
        "finding": str(row.finding_id),
        "debtor": row.debtor,
        "state": row.state,
        "owed_fen": row.owed_fen,
        "repaid_fen": row.repaid_fen,
        "waived_fen": row.waived_fen,
        "instalments": row.instalments,
        "note": row.note,
        "version": row.version,
    }


def seal(act: str, actor: Actor, rows: Sequence[AwardRow | ListRow | FindingRow | RecoveryRow], **detail: Any) -> None:
    """Record one act on rows of one kind, in the caller's transaction."""
    record_many([Record(act, actor, _kind(row), str(row.id), detail={**_told(row), **detail}, row=_content(row)) for row in rows])


def _kind(row: object) -> str:
    return {AwardRow: AWARD, ListRow: LIST, FindingRow: FINDING, RecoveryRow: RECOVERY}[type(row)]  # type: ignore[index]


def _content(row: AwardRow | ListRow | FindingRow | RecoveryRow) -> Mapping[str, Any]:
    if isinstance(row, AwardRow):
        return award_content(row)
    if isinstance(row, ListRow):
        return list_content(row)
    return finding_content(row) if isinstance(row, FindingRow) else recovery_content(row)


def _told(row: AwardRow | ListRow | FindingRow | RecoveryRow) -> dict[str, Any]:
    return {"department": row.department, "state": row.state}


def _loader(model: Any, content: Any) -> Any:
    return lambda refs: {str(row.id): content(row) for row in model.objects.filter(id__in=list(refs))}


LOADERS: Final = {
    AWARD: _loader(AwardRow, award_content),
    LIST: _loader(ListRow, list_content),
    FINDING: _loader(FindingRow, finding_content),
    RECOVERY: _loader(RecoveryRow, recovery_content),
}
