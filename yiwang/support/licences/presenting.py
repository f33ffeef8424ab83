"""Presenting: a holder shows a licence for some minutes; whoever scans sees what he chose and whether it holds."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import segno
from django.db import connection

from yiwang.base.clock.api import now, today
from yiwang.base.ids.api import new_id
from yiwang.security.audit.api import evidence_refs
from yiwang.security.evidence.api import state_of
from yiwang.security.keys.api import UnknownKey, public_key, verify
from yiwang.security.masking.api import mask
from yiwang.support.licences import queries
from yiwang.support.licences.errors import NoLicence, NotInForce, PresentationEnded, UnknownField
from yiwang.support.licences.kinds import kind
from yiwang.support.licences.words import Licence, Presentation, Verification

LONGEST = 60
PATH = "/verify/"


def present(licence: Licence, *, minutes: int, fields: Sequence[str], base_url: str) -> Presentation:
    """Make a presentation; without ``fields`` everything on the face is shown."""
    if licence.state != "valid":
        raise NotInForce(name=licence.name, state=licence.state_name, act="出示")
    if unknown := [name for name in fields if name not in licence.data]:
        raise UnknownField(names="、".join(unknown), field="fields")
    token = secrets.token_urlsafe(18)
    at = now()
    until = at + timedelta(minutes=min(max(minutes, 1), LONGEST))
    chosen = list(fields) or list(licence.data)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO licence_presentation (id, licence_id, token_hash, fields, created_at, expires_at, uses)"
            " VALUES (%s, %s, %s, to_jsonb(%s::text[]), %s, %s, 0)",
            [new_id(), licence.id, _hash(token), chosen, at, until],
        )
    path = f"{PATH}{token}"
    return Presentation(token, path, qr_svg(f"{base_url.rstrip('/')}{path}"), tuple(chosen), until)


def qr_svg(text: str) -> str:
    """A QR code as inline SVG, dark on the page's own ground, sized by its container."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, scale=1, border=4, omitsize=True, light="#fff", svgclass="qr", lineclass=None
    )
    return out.getvalue().decode().strip()


def check_presented(token: str) -> Verification:
    """What the scanner of a code sees; counts the look."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE licence_presentation SET uses = uses + 1 WHERE token_hash = %s AND expires_at > %s"
            " RETURNING licence_id, fields::text, uses",
            [_hash(token), now()],
        )
        row = cursor.fetchone()
    if row is None:
        raise PresentationEnded()
    found = queries.by_id(row[0])
    if found is None:
        raise PresentationEnded()
    chosen = _names(row[1])
    return verification(found, {name: found.licence.data[name] for name in chosen if name in found.licence.data}, uses=row[2])


def check_number(number: str, *, holder_name: str) -> Verification:
    """What anybody who knows number and holder's name may see: the state, and of companies' licences the public fields."""
    found = queries.stored("number = %s", [number.strip()])
    if not found or not holder_name.strip() or found[0].licence.holder_name != holder_name.strip():
        raise NoLicence("没有找到编号与持证人名称都相符的证照,请核对后再试。")
    licence = found[0].licence
    of = kind(licence.kind)
    shown = {face.key: licence.data[face.key] for face in of.fields if face.public and face.key in licence.data}
    return verification(found[0], shown if "public" in of.verifiable_by else {}, uses=0)


def verification(found: queries.Stored, shown: dict[str, Any], *, uses: int) -> Verification:
    """Check signature, state, term and evidence of a stored licence now."""
    licence, day = found.licence, today()
    right = signature_holds(found)
    within = licence.valid_from <= day and (licence.valid_to is None or day <= licence.valid_to)
    refs = evidence_refs("licence", str(licence.id))
    return Verification(
        number=licence.number,
        kind=licence.kind,
        name=licence.name,
        issuer=licence.issuer,
        holder=mask(licence.holder_name, "name") if licence.holder.kind == "person" else licence.holder_name,
        valid_from=licence.valid_from,
        valid_to=licence.valid_to,
        state=licence.state,
        state_name=licence.state_name,
        signature="right" if right else "wrong",
        evidence=state_of(refs[-1]) if refs else "unknown",
        in_force=right and within and licence.state == "valid",
        fields=shown,
        checked_at=now(),
        uses=uses,
    )


def signature_holds(found: queries.Stored) -> bool:
    """Whether the document carries its issuer's signature."""
    try:
        pem = public_key(found.key_name, version=found.key_version).pem
    except UnknownKey:
        return False
    return verify(pem, found.document, found.signature)


def _names(text: str) -> list[str]:
    names: list[str] = json.loads(text)
    return names


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
