"""Signing in: constant time for unknown names, a lock after repeated failures, every attempt on record."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.security.access.api import ANONYMOUS, Actor
from yiwang.security.audit import api as audit
from yiwang.support.identity import passwords, rows
from yiwang.support.identity.actors import actor_of
from yiwang.support.identity.errors import PasswordGiven, SignInLocked, SignInRefused
from yiwang.support.identity.models import Account, SignInGuard

BACKEND = "yiwang.support.identity.backend.AccountBackend"


def normal(username: str) -> str:
    """A name as it is stored: half-width, small letters, no blanks around."""
    return unicodedata.normalize("NFKC", username).strip().lower()[:80]


def authenticate(username: str, password: str, *, request_facts: Mapping[str, str] | None = None) -> Actor:
    """Who this is, by name and password.

    Args:
        username: as typed; width, case and blanks are forgiven.
        password: as typed.
        request_facts: what the end knows of the request (``address``, ``agent``); goes into the audit record.

    Raises:
        SignInRefused: wrong name or password (which one is not said); names the attempts left.
        SignInLocked: too many failures; names the time from which it may be tried again.
        PasswordGiven: right, but set by somebody else; ``renew_password`` first.
    """
    return actor_of(proven(username, password, dict(request_facts or {})))


def sign_in(request: HttpRequest, username: str, password: str) -> Actor:
    """Authenticate and open a session (a new session key; idle time-out by settings). Raises as ``authenticate``."""
    facts = {"address": request.META.get("REMOTE_ADDR", ""), "agent": request.META.get("HTTP_USER_AGENT", "")[:200]}
    account = proven(username, password, facts)
    login(request, account, backend=BACKEND)
    return actor_of(account)


def proven(username: str, password: str, facts: Mapping[str, str], *, given: bool = False) -> Account:
    """The account of a right name and password; ``given``: to change it, also where somebody else has set it."""
    name = normal(username)
    digest = sha256(name.encode()).hexdigest()
    _refuse_if_locked(digest)
    account = Account.objects.filter(username=name).first()
    # The same work whether or not the name exists, so that time tells nothing.
    matches = len(password) <= passwords.LONGEST and check_password(password, account.password if account else _nobody())
    if account is None or not matches or not account.is_active:
        raise _failed(digest, facts)
    if account.password_given and not given:
        raise PasswordGiven()
    with transaction.atomic():
        SignInGuard.objects.filter(digest=digest).delete()
        if not given:
            rows.write("account.signed_in", account, actor=actor_of(account), detail=facts)
    return account


@cache
def _nobody() -> str:
    """A hash that no password opens in practice, made by the same hasher as the real ones."""
    return make_password(sha256(b"nobody").hexdigest())


def _refuse_if_locked(digest: str) -> None:
    guard = SignInGuard.objects.filter(digest=digest, locked_until__gt=now()).first()
    if guard is not None and guard.locked_until is not None:
        raise SignInLocked(until=_local(guard.locked_until))


@transaction.atomic
def _failed(digest: str, facts: Mapping[str, str]) -> SignInRefused | SignInLocked:
    """Count the failure and build the refusal; the caller raises it after this transaction has committed."""
    allowed = getattr(settings, "YIWANG_SIGN_IN_FAILURES", 5)
    minutes = getattr(settings, "YIWANG_SIGN_IN_LOCK_MINUTES", 30)
    at = now()
    SignInGuard.objects.get_or_create(digest=digest, defaults={"last_failed_at": at})
    guard = SignInGuard.objects.select_for_update().get(digest=digest)
    expired = guard.locked_until is not None and guard.locked_until <= at
    stale = at - guard.last_failed_at > timedelta(minutes=minutes)
    guard.failed_count = 1 if expired or stale else guard.failed_count + 1
    guard.locked_until = at + timedelta(minutes=minutes) if guard.failed_count >= allowed else None
    guard.last_failed_at = at
    guard.save()
    detail = {**facts, "failed_count": guard.failed_count}
    audit.record_many(
        [
            audit.Record(
                act="account.sign_in_refused",
                actor=ANONYMOUS,
                kind="sign_in",
                ref=digest,
                case_id=None,
                detail=detail,
                row=None,
                allowed=False,
            )
        ]
    )
    if guard.locked_until is not None:
        return SignInLocked(until=_local(guard.locked_until))
    return SignInRefused(left=allowed - guard.failed_count, minutes=minutes)


def unlock(username: str) -> None:
    """Forget the failures of a name, in the caller's transaction."""
    SignInGuard.objects.filter(digest=sha256(normal(username).encode()).hexdigest()).delete()


def forget_old_failures() -> int:
    """Delete guards whose lock and counting time are over; returns how many."""
    minutes = getattr(settings, "YIWANG_SIGN_IN_LOCK_MINUTES", 30)
    return SignInGuard.objects.filter(last_failed_at__lt=now() - timedelta(minutes=2 * minutes)).delete()[0]


def _local(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
