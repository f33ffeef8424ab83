"""The control plane of the gateways: keys, and the one signed, numbered policy that every gateway reads."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from yiwang.base.ciphers.api import material
from yiwang.base.clock.api import now
from yiwang.data.exchange import resources, rights
from yiwang.data.exchange.errors import BadPublicKey, NoSuchKey, WrongRequestStep
from yiwang.data.exchange.models import KeyRow, PolicyRow, RequestRow, UsageRow
from yiwang.data.exchange.states import LIVE, STATES, STEP
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.security.keys import api as keys
from yiwang.standards import canonical
from yiwang.standards.errors import InvalidInput

SIGNER: Final = "gateway-policy"
GRACE: Final = timedelta(days=1)  # how long a key stays valid after its successor was issued


def folder() -> Path:
    """Where gateways of this machine find policy, resources and journals."""
    return Path(settings.YIWANG_VAR) / "gateway"


def shared() -> bytes:
    """The secret that the control plane and its gateways share."""
    return keys.derived("gateway shared")


def reader_token() -> str:
    """What a remote gateway shows to read the policy."""
    return hmac.digest(shared(), b"policy reader", "sm3").hex()


def end_of(row: RequestRow) -> datetime:
    """The moment after a request's last day."""
    return datetime.combine(row.until + timedelta(days=1), datetime.min.time(), tzinfo=now().tzinfo)


def issue(row: RequestRow, *, algorithm: str, public_key: str, actor: Actor) -> tuple[KeyRow, str]:
    """A fresh key of a locked request; the secret is told to the caller only."""
    if algorithm not in ("hmac-sm3", "sm2"):
        raise InvalidInput("请选择密钥算法:HMAC-SM3 或 SM2。", field="algorithm")
    if algorithm == "sm2":
        _check_public(public_key)
    code, secret = f"{row.consumer}-{secrets.token_hex(5)}"[-64:], secrets.token_bytes(32)
    made = KeyRow(code=code, request=row, algorithm=algorithm, state="active", issued_at=now(), issued_by=actor.account_id)
    made.valid_until = end_of(row)
    if algorithm == "sm2":
        made.public_key = public_key.strip()
    else:
        made.secret = keys.encrypt(secret, context=_context(code))
    made.save(force_insert=True)
    _recorded("issue", made, actor)
    return made, "" if algorithm == "sm2" else secret.hex()


def _check_public(pem: str) -> None:
    """An SM2 key in a PEM: the curve's identifier stands in it."""
    sm2_curve = bytes.fromhex("06082a811ccf5501822d")
    try:
        if len(pem) > 2000 or sm2_curve not in keys.public_der(pem.strip()):
            raise BadPublicKey(field="public_key")
        material.verify(pem.strip(), b"", b"")  # reads the point; a wrong one raises
    except BadPublicKey:
        raise
    except Exception as error:  # whatever a foreign text does to the reader, it is the sender's text
        raise BadPublicKey(field="public_key") from error


def _context(code: str) -> str:
    return f"exchange.key {code}"


def rotate(code: str, *, public_key: str, actor: Actor) -> tuple[KeyRow, str]:
    """A successor of a key; the old one stays valid for a day."""
    old = _key(code, actor)
    if old.state != "active" or old.request.state not in LIVE:
        raise WrongRequestStep(no=old.request.no, state=STATES[old.request.state], step="轮换密钥", remedy="只能轮换使用中的密钥。")
    made, secret = issue(old.request, algorithm=old.algorithm, public_key=public_key, actor=actor)
    old.state, old.valid_until, old.ended_at = "retired", min(old.valid_until, now() + GRACE), now()
    old.save()
    _recorded("rotate", old, actor)
    changed()
    return made, secret


def revoke(code: str, *, actor: Actor, reason: str) -> KeyRow:
    """End one key at once."""
    row = _key(code, actor)
    if row.state != "revoked":
        row.state, row.valid_until, row.ended_at = "revoked", min(row.valid_until, now()), now()
        row.save()
        _recorded("revoke_key", row, actor, reason)
        changed()
    return row


def _key(code: str, actor: Actor) -> KeyRow:
    """A locked key of the actor's own department; NoSuchKey for all others."""
    row = KeyRow.objects.select_related("request").select_for_update().filter(code=code).first()
    if row is None or not rights.permitted(row.request, STEP["issue"], actor):
        raise NoSuchKey()
    return row


def _recorded(act: str, row: KeyRow, actor: Actor, reason: str = "") -> None:
    detail = {"no": row.request.no, "algorithm": row.algorithm, "valid_until": row.valid_until.isoformat(), "reason": reason}
    audit.record(Record(f"sharing.{act}", actor, "sharing_key", row.code, detail=detail))


def prolong(row: RequestRow) -> None:
    """Active keys of a renewed request hold until its new end."""
    KeyRow.objects.filter(request=row, state="active").update(valid_until=end_of(row))


def end_keys(row: RequestRow, state: str) -> None:
    """End every key of a request now."""
    KeyRow.objects.filter(request=row, state__in=("active", "retired")).update(state=state, valid_until=now(), ended_at=now())


def changed() -> None:
    """Have the policy written as soon as the transaction is committed; the worker makes up for a process that died in between."""
    transaction.on_commit(publish)


def publish(*, anew: bool = False) -> int:
    """Sign and write the policy if what it says has changed (or ``anew``); returns the number in force.

    One writer at a time: the row's lock is held until the file is in its place, so numbers only rise. A crash before the commit leaves
    a number that the next writing uses again with what is then true.
    """
    with transaction.atomic():
        row = PolicyRow.objects.select_for_update().get_or_create(id=1)[0]
        content, digest = _content()
        if digest != row.digest or anew:
            at = now()
            row.number, row.digest, row.issued_at = row.number + 1, digest, at
            row.envelope = _signed(_document(row.number, at, content))
            row.save()
        _written(row)
    return int(row.number)


def _document(number: int, issued_at: datetime, content: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    offset = int((now().utcoffset() or timedelta()).total_seconds())  # a gateway elsewhere counts by the same days
    return {"number": number, "issued_at": issued_at.isoformat(), "utc_offset": offset, "keys": _sealed(content)}


def _content() -> tuple[dict[str, dict[str, Any]], str]:
    """What the policy says, without secrets, and its digest."""
    resources.look_again()
    found = KeyRow.objects.select_related("request").filter(state__in=("active", "retired"), valid_until__gt=now(), request__state__in=LIVE)
    used = _used(found.filter(request__daily__gt=0).values_list("code", flat=True))
    content = {row.code: _key_content(row, used.get(row.code, 0)) for row in found.order_by("code")}
    return content, hashlib.sha256(canonical.dumps(content)).hexdigest()


def _used(codes: Iterable[str]) -> dict[str, int]:
    """Rows that keys asked for today at all gateways together, as far as the journals have been read."""
    rows = UsageRow.objects.filter(day=now().date(), key__in=codes, outcome="answered")
    return dict(rows.order_by().values_list("key").annotate(Sum("asked")))


def used_up(daily: Mapping[str, int]) -> bool:
    """Whether a key of these has used up its day."""
    used = _used(daily) if daily else {}
    return any(used.get(code, 0) >= limit for code, limit in daily.items())


def _key_content(row: KeyRow, used: int) -> dict[str, Any]:
    """One key; a request's grant stands under each of its keys, as long as the catalogue has its resource shared."""
    asked = row.request
    algorithm = {"algorithm": row.algorithm} | ({"public_key": row.public_key} if row.algorithm == "sm2" else {})
    grants = [_grant(row, asked, used)] if resources.offered(asked.resource) else []
    return {"department": asked.consumer, **algorithm, "valid_until": _ms(row.valid_until), "grants": grants}


def _grant(row: KeyRow, asked: RequestRow, used: int) -> dict[str, Any]:
    spent = asked.daily and used >= asked.daily
    tomorrow = datetime.combine(now().date() + timedelta(days=1), datetime.min.time(), tzinfo=now().tzinfo)
    shown = resources.masks(asked.resource, asked.fields, purpose=asked.purpose, department=asked.consumer, signed=asked.signed_level)
    return {
        "code": asked.no,
        "resource": asked.resource,
        "fields": {name: {"kind": mask.kind, "level": mask.level} for name, mask in shown.items()},
        "purposes": [asked.purpose],
        "operations": list(asked.operations),
        "legal_basis": asked.legal_basis,
        "calls": asked.calls,
        "daily": asked.daily,
        "spent_until": _ms(tomorrow) if spent else 0,
        "valid_from": _ms(asked.agreed_at or row.issued_at),
        "valid_until": _ms(end_of(asked)),
        "needs_case": asked.purpose_kind == "matter",
    }


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _sealed(content: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The content with each caller's secret, sealed for the gateways."""
    from yiwang.data.gateway import api as gateway  # numpy and Arrow come with it: only where a policy is written

    secrets_ = dict(
        KeyRow.objects.filter(code__in=[code for code, one in content.items() if one["algorithm"] == "hmac-sm3"]).values_list(
            "code", "secret"
        )
    )
    told = {}
    for code, one in content.items():
        told[code] = dict(one)
        if code in secrets_:
            secret = keys.decrypt(bytes(secrets_[code]), context=_context(code))
            told[code]["secret"] = gateway.sealed_secret(secret, key=code, shared=shared())
    return told


def _signed(document: Mapping[str, Any]) -> str:
    """The envelope as a gateway reads it, from a file or an address."""
    keys.ensure(SIGNER)
    body = canonical.dumps(document)
    return json.dumps({"policy": body.decode(), "signature": base64.b64encode(keys.sign(SIGNER, body)).decode()})


def _written(row: PolicyRow) -> None:
    """The policy's file, the issuer's public key and the shared secret, where they are missing or say something else."""
    home = folder()
    home.mkdir(parents=True, exist_ok=True)
    keys.ensure(SIGNER)
    wanted = (("issuer.pem", keys.public_pem(SIGNER), 0o644), ("shared.key", shared().hex(), 0o600), ("policy.json", row.envelope, 0o644))
    for name, text, mode in wanted:
        place = home / name
        if not place.exists() or place.read_text() != text:
            aside = home / f".{name}.{os.getpid()}"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            with os.fdopen(descriptor, "w") as output:
                output.write(text)
                output.flush()
                os.fsync(output.fileno())
            aside.replace(place)


def envelope(seen: int) -> tuple[int, str]:
    """Number and signed document of the policy in force ('' where its number is the one seen); made now where there is none."""
    number = PolicyRow.objects.filter(id=1).values_list("number", flat=True).first() or publish(anew=True)
    if number == seen:
        return number, ""
    row = PolicyRow.objects.get(id=1)
    return int(row.number), row.envelope


def grants_of(request_id: UUID) -> list[KeyRow]:
    """The keys of a request, newest first."""
    return list(KeyRow.objects.select_related("request").filter(request_id=request_id).order_by("-issued_at"))
