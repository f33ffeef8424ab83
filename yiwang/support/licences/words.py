"""The values of licences, and the canonical document that is signed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yiwang.standards import canonical
from yiwang.standards.subjects import Subject


@dataclass(frozen=True, slots=True)
class NewLicence:
    """A licence to be made. ``data``: what stands on its face, by Chinese label; ``department``: short code of the issuer;
    ``valid_to``: last day, None for the kind's own term; ``replaces``: number of the licence it takes the place of, '' for none
    (kinds of which one has only one find it by themselves).
    """

    kind: str
    holder: Subject
    holder_name: str
    data: Mapping[str, Any]
    department: str
    valid_from: date
    valid_to: date | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: ``number`` is its identifier by GB/T 36904, ``name`` what it is called, ``state`` see states.py,
    ``valid_to`` the last day (None: without end).
    """

    id: UUID
    number: str
    kind: str
    name: str
    holder: Subject
    holder_name: str
    department: str
    issuer: str
    data: Mapping[str, Any]
    valid_from: date
    valid_to: date | None
    version: int
    replaces: str
    state: str
    state_name: str
    state_reason: str
    case_id: UUID | None
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Presentation:
    """A licence shown for some minutes: ``token`` stands in the QR code and is kept nowhere else; ``url_path`` is the public page."""

    token: str
    url_path: str
    qr_svg: str
    fields: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may see of a checked licence. ``fields``: what the holder chose to show, label → value.

    ``signature``: 'right' or 'wrong'; ``evidence``: 'sequenced' (in the signed log), 'waiting' or 'unknown'; ``in_force``: state is
    valid, today lies within its term and the signature is right. ``uses``: how often this presentation was looked at.
    """

    number: str
    kind: str
    name: str
    issuer: str
    holder: str
    valid_from: date
    valid_to: date | None
    state: str
    state_name: str
    signature: str
    evidence: str
    in_force: bool
    fields: Mapping[str, Any]
    checked_at: datetime
    uses: int = 0


def document(
    new: NewLicence, *, number: str, version: int, names: tuple[str, str, str], issued_on: date, term: date | None
) -> tuple[bytes, dict[str, Any]]:
    """The canonical JSON that is signed, and its value. ``names``: name of the kind, issuer's name, issuer's credit code."""
    kind_name, issuer, issuer_code = names
    value: dict[str, Any] = {
        "number": number,
        "kind": new.kind,
        "name": kind_name,
        "holder": {"kind": new.holder.kind, "key": new.holder.key, "name": new.holder_name},
        "issuer": {"department": new.department, "name": issuer, "code": issuer_code},
        "data": {key: plain(item) for key, item in new.data.items()},
        "issued_on": issued_on.isoformat(),
        "valid_from": new.valid_from.isoformat(),
        "valid_to": term.isoformat() if term else "",
        "version": version,
        "replaces": new.replaces,
    }
    return canonical.dumps(value), value


def plain(value: object) -> object:
    """A value as the face of a licence holds it: dates and amounts as text."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
