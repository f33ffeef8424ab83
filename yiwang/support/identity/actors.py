"""From an account to the actor that the rest of the platform knows."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from yiwang.security.access.api import ANONYMOUS, Actor
from yiwang.support.identity.models import Account


def actor_of(user: object) -> Actor:
    """The actor behind ``request.user``: ANONYMOUS for nobody and for a closed account. No query."""
    if isinstance(user, AnonymousUser) or not isinstance(user, Account) or not user.is_active:
        return ANONYMOUS
    return Actor(
        kind=user.kind,  # type: ignore[arg-type]
        account_id=str(user.pk),
        name=user.display_name,
        subject=user.subject,
        department=user.department,
        region=user.region,
        roles=frozenset(user.roles),
        acting_for=None,
    )


_NONE: Final = UUID(int=0)


def account_key(actor: Actor) -> UUID:
    """The id of the actor's account; one that no account has for the system and for nobody."""
    try:
        return UUID(actor.account_id)
    except ValueError:
        return _NONE
