"""What of a licence is proven: the content whose digest goes into every record about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.db import connection

from yiwang.security.audit.api import register_rows


def row(*, number: str, state: str, reason: str, document: bytes, signature: bytes, holder: str, term: str) -> dict[str, Any]:
    """The proven content: who, what, until when, in which state. ``document`` is the stored, encrypted form."""
    return {
        "number": number,
        "state": state,
        "state_reason": reason,
        "document": sha256(document).hexdigest(),
        "signature": signature.hex(),
        "holder": holder,
        "valid_to": term,
    }


def current_rows(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The rows as they are now, by licence id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, state, state_reason, document, signature, holder, valid_to FROM licence WHERE id = ANY(%s::uuid[])",
            [list(refs)],
        )
        return {str(found[0]): _row(found[1:]) for found in cursor.fetchall()}


def _row(found: tuple[Any, ...]) -> dict[str, Any]:
    number, state, reason, document, signature, holder, term = found
    return row(
        number=number,
        state=state,
        reason=reason,
        document=bytes(document),
        signature=bytes(signature),
        holder=holder,
        term=term.isoformat() if term else "",
    )


def connect() -> None:
    """Let verification read licences back; called once when the app is ready."""
    register_rows("licence", current_rows)
