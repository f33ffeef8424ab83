"""Reading licences: rows opened into values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.base.statements.api import run
from yiwang.security.keys.api import decrypt, pseudonym
from yiwang.standards.subjects import Subject
from yiwang.support.licences.kinds import kind
from yiwang.support.licences.states import NAMES
from yiwang.support.licences.words import Licence

COLUMNS = (
    "id, number, kind, department, document, signature, key_name, key_version, valid_from, valid_to, version, replaces,"
    " state, state_reason, case_id, issued_at, holder_name"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A licence with what only its verification needs."""

    licence: Licence
    document: bytes
    signature: bytes
    key_name: str
    key_version: int
    masked_name: str


def context(number: str) -> str:
    """What a stored document is bound to."""
    return f"licence {number}"


def holder_digest(holder: Subject) -> str:
    """How a holder stands in the table."""
    return pseudonym(str(holder), use="licence holder")


def stored(condition: str, parameters: Sequence[Any]) -> list[Stored]:
    """Licences by an SQL condition."""
    return [_open(row) for row in run(f"SELECT {COLUMNS} FROM licence WHERE {condition}", parameters)]  # noqa: S608


def by_id(licence_id: UUID, *, lock: bool = False) -> Stored | None:
    """One licence, locked for a change of state if asked."""
    found = stored(f"id = %s{' FOR UPDATE' if lock else ''}", [licence_id])
    return found[0] if found else None


def in_force(holder: Subject, kinds: Sequence[str]) -> list[Licence]:
    """Valid licences of a holder within their term, newest first: one SELECT."""
    day = today()
    rows = stored(
        "holder = %s AND kind = ANY(%s::text[]) AND state = 'valid' AND valid_from <= %s"
        " AND (valid_to IS NULL OR valid_to >= %s) ORDER BY issued_at DESC",
        [holder_digest(holder), list(kinds), day, day],
    )
    return [row.licence for row in rows]


def _open(row: tuple[Any, ...]) -> Stored:
    (id_, number, kind_code, department, sealed, signature, key_name, key_version) = row[:8]
    (valid_from, valid_to, version, replaces, state, reason, case_id, issued_at, masked) = row[8:]
    document = decrypt(bytes(sealed), context=context(number))
    face = json.loads(document)
    licence = Licence(
        id=id_,
        number=number,
        kind=kind_code,
        name=kind(kind_code).name,
        holder=Subject(face["holder"]["kind"], face["holder"]["key"]),
        holder_name=face["holder"]["name"],
        department=department,
        issuer=face["issuer"]["name"],
        data=face["data"],
        valid_from=valid_from,
        valid_to=valid_to,
        version=version,
        replaces=replaces,
        state=state,
        state_name=NAMES[state],
        state_reason=reason,
        case_id=case_id,
        issued_at=issued_at,
    )
    return Stored(licence, document, bytes(signature), key_name, key_version, masked)
