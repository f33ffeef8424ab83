"""Keys and quotas: how many calls a minute; without a key few, with one more. Counted in the database, so over all processes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.statements.api import run
from yiwang.data.opening.definitions import words
from yiwang.data.opening.errors import OfferIncomplete, TooManyCalls, TooManyKeys, WrongKey
from yiwang.data.opening.models import AccessKey
from yiwang.data.opening.values import KeyView, Quota
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.errors import NotFound

HEAD: Final = 8
PREFIX: Final = "yw_"
_COUNT: Final = (
    "INSERT INTO opening_use (caller, minute, calls) VALUES (%s::text, %s::bigint, 1)"
    " ON CONFLICT (caller, minute) DO UPDATE SET calls = opening_use.calls + 1 RETURNING calls"
)


def issue(actor: Actor, *, name: str) -> KeyView:
    """A new key; its secret is in this answer only."""
    if not name.strip():
        raise OfferIncomplete(what="密钥的用途", field="name")
    most = int(words()["quotas"]["keys"])
    secret = PREFIX + secrets.token_urlsafe(30)
    with transaction.atomic():
        run("SELECT pg_advisory_xact_lock(hashtext(%s::text))", [f"opening-keys:{actor.account_id}"])
        if AccessKey.objects.filter(account=actor.account_id, revoked_at=None).count() >= most:
            raise TooManyKeys(most=most)
        row = AccessKey.objects.create(
            account=actor.account_id, name=name.strip()[:60], head=secret[:HEAD], digest=_digest(secret), at=now()
        )
        audit.record(Record("opening.key_issued", actor, "open_key", str(row.id), detail={"name": row.name}))
    return KeyView(row.id, row.name, row.head, row.at, secret)


def mine(actor: Actor) -> list[KeyView]:
    """The actor's keys in force, newest first."""
    rows = AccessKey.objects.filter(account=actor.account_id, revoked_at=None).order_by("-at") if actor.account_id else []
    return [KeyView(row.id, row.name, row.head, row.at) for row in rows]


def revoke(key_id: UUID, *, actor: Actor) -> None:
    """End a key of one's own."""
    with transaction.atomic():
        row = AccessKey.objects.select_for_update(of=("self",)).filter(id=key_id, account=actor.account_id, revoked_at=None).first()
        if row is None or not actor.account_id:
            raise NotFound
        row.revoked_at = now()
        row.save()
        audit.record(Record("opening.key_revoked", actor, "open_key", str(row.id), detail={"name": row.name}))


def count(secret: str, *, address: str) -> Quota:
    """Count one call of a key ('' for none: of the network address); see the door."""
    quotas, at = words()["quotas"], now()
    if secret:
        key_id = AccessKey.objects.filter(digest=_digest(secret), revoked_at=None).values_list("id", flat=True).first()
        if key_id is None:
            raise WrongKey
        caller, most = f"key:{key_id}", int(quotas["key"])
    else:
        caller, most = _caller(address), int(quotas["anonymous"])
    second = int(at.timestamp())
    used, wait = int(run(_COUNT, [caller, second // 60])[0][0]), 60 - second % 60
    if used > most:
        advice = "" if secret else "登录后可领取密钥,额度更高。"
        raise TooManyCalls(most=most, wait=wait, advice=advice)
    return Quota(most, most - used, wait)


def sweep() -> int:
    """Forget counts older than an hour; returns how many."""
    return len(run("DELETE FROM opening_use WHERE minute < %s::bigint RETURNING 1", [int(now().timestamp()) // 60 - 60]))


def _caller(address: str) -> str:
    """The network address as a digest that cannot be followed from one day to the next."""
    told = f"{today().isoformat()} {address}".encode()
    return "net:" + hmac.new(settings.SECRET_KEY.encode(), told, "sha256").hexdigest()[:40]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
