"""Tokens for machines: random, shown once, kept only as a hash, with an end and a way to revoke."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.security.access.api import Actor
from yiwang.standards.errors import InvalidInput, NotFound
from yiwang.support.identity import rows
from yiwang.support.identity.actors import account_key, actor_of
from yiwang.support.identity.errors import BadToken
from yiwang.support.identity.models import Account, MachineToken

PREFIX = "yw_"
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """``secret`` is shown this once and cannot be read again."""

    id: UUID
    name: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(actor: Actor, *, name: str, days: int = 90) -> IssuedToken:
    """A token that acts with exactly the rights of the actor's own account; InvalidInput for a bad name or term."""
    if not name.strip() or not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"令牌须写明用途,有效期为 1 至 {LONGEST_DAYS} 天,请修改后再试。", field="days")
    account = Account.objects.filter(pk=account_key(actor), is_active=True).first()
    if account is None:
        raise NotFound("没有找到您的账号,请登录后再申请令牌。")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = MachineToken.objects.create(
        account=account, name=name.strip()[:100], digest=_digest(secret), created_at=now(), expires_at=now() + timedelta(days=days)
    )
    rows.write("token.issued", row, actor=actor, detail={"name": row.name, "days": days})
    return IssuedToken(row.id, row.name, secret, row.expires_at)


def actor_by_token(token: str) -> Actor:
    """The actor of a token; BadToken when it is unknown, expired, revoked or its account is closed. One query."""
    row = MachineToken.objects.select_related("account").filter(digest=_digest(token), revoked_at=None, expires_at__gt=now()).first()
    if row is None or not row.account.is_active:
        raise BadToken()
    return actor_of(row.account)


def tokens(actor: Actor) -> list[TokenView]:
    """The actor's own tokens, newest first."""
    found = MachineToken.objects.filter(account_id=account_key(actor)).order_by("-created_at")
    return [TokenView(one.id, one.name, one.created_at, one.expires_at, one.revoked_at) for one in found]


@transaction.atomic
def revoke_token(token_id: UUID, *, actor: Actor) -> None:
    """End one of the actor's own tokens at once; NotFound for anybody else's. Revoking twice changes nothing."""
    row = MachineToken.objects.select_for_update().filter(pk=token_id, account_id=account_key(actor)).first()
    if row is None:
        raise NotFound("没有找到这个令牌,可能不属于您。")
    if row.revoked_at is None:
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        rows.write("token.revoked", row, actor=actor)
