"""Writing records: one INSERT for all of them and one for their leaves, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from yiwang.base.ciphers.api import merkle
from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.statements.api import insert
from yiwang.security.audit.words import AccessRecord, Record, access_bytes, record_bytes, row_digest
from yiwang.security.evidence.api import append_many
from yiwang.security.keys.api import pseudonym
from yiwang.standards import canonical

RECORD_COLUMNS = {
    "id": "uuid",
    "at": "timestamptz",
    "act": "text",
    "actor_kind": "text",
    "actor_id": "text",
    "actor_name": "text",
    "department": "text",
    "region": "text",
    "kind": "text",
    "ref": "text",
    "case_id": "uuid",
    "allowed": "boolean",
    "detail": "text",
    "row_digest": "text",
}
ACCESS_COLUMNS = {
    "id": "uuid",
    "at": "timestamptz",
    "case_id": "uuid",
    "actor_name": "text",
    "department": "text",
    "purpose": "text",
    "legal_basis": "text",
    "subject": "text",
    "subject_masked": "text",
    "elements": "text[]",
    "allowed": "boolean",
    "reason": "text",
}


def write_records(records: Sequence[Record]) -> list[UUID]:
    """Write audit records and their leaves; returns their ids in order."""
    return insert_records([columns_of(record) for record in records])


def columns_of(record: Record) -> dict[str, Any]:
    """The row that a record becomes, with ``detail`` still a value."""
    actor = record.actor
    return {
        "id": new_id(),
        "at": now(),
        "act": record.act,
        "actor_kind": actor.kind,
        "actor_id": actor.account_id,
        "actor_name": actor.name,
        "department": actor.department,
        "region": actor.region,
        "kind": record.kind,
        "ref": record.ref,
        "case_id": record.case_id,
        "allowed": record.allowed,
        "detail": dict(record.detail),
        "row_digest": row_digest(record.row),
    }


def insert_records(rows: Sequence[dict[str, Any]]) -> list[UUID]:
    """Insert rows as ``columns_of`` makes them."""
    leaves = [(merkle.leaf_hash(record_bytes(row, row["detail"])), f"audit:{row['id']}") for row in rows]
    stored = [{**row, "detail": canonical.dumps(row["detail"]).decode()} for row in rows]
    insert("audit_record", RECORD_COLUMNS, [[row[name] for name in RECORD_COLUMNS] for row in stored])
    append_many(leaves)
    return [row["id"] for row in rows]


def write_access(records: Sequence[AccessRecord]) -> list[UUID]:
    """Write access records and their leaves; returns their ids in order."""
    rows = [_access_columns(record) for record in records]
    leaves = [(merkle.leaf_hash(access_bytes(row)), f"access:{row['id']}") for row in rows]
    insert("audit_access", ACCESS_COLUMNS, [[row[name] for name in ACCESS_COLUMNS] for row in rows])
    append_many(leaves)
    return [row["id"] for row in rows]


def subject_digest(subject: object) -> str:
    """How a subject stands in the access log."""
    return pseudonym(str(subject), use="subject")


def _access_columns(record: AccessRecord) -> dict[str, Any]:
    return {
        "id": new_id(),
        "at": record.at,
        "case_id": record.case_id,
        "actor_name": record.actor_name,
        "department": record.department,
        "purpose": record.purpose,
        "legal_basis": record.legal_basis,
        "subject": subject_digest(record.subject),
        "subject_masked": record.subject.masked,
        "elements": list(record.elements),
        "allowed": record.allowed,
        "reason": record.reason,
    }
