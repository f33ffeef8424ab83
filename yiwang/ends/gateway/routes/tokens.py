"""Signing in as a machine: a password against a token that ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from yiwang.ends.gateway.signing import Signed
from yiwang.support.identity import api as identity

router = Router(tags=["identity"])


class SignIn(Schema):
    """Name and password of an account; ``days`` until the token ends (1–90)."""

    username: str
    password: str
    days: int = 1


class NewPassword(Schema):
    """Who changes his password: by his name and the present one."""

    username: str
    password: str
    new: str


class Token(Schema):
    """A token; it is shown once and only its digest is kept."""

    token: str
    expires_at: datetime


class Represented(Schema):
    """A person or a company by its number."""

    kind: str
    key: str


class Caller(Schema):
    """Who calls: ``acting_for`` is whom the caller represents by the header ``X-Acting-For``."""

    kind: str
    account_id: str
    name: str
    subject: Represented | None
    department: str
    region: str
    roles: list[str]
    acting_for: Represented | None

    @staticmethod
    def resolve_roles(caller: Any) -> list[str]:
        """The roles in a fixed order."""
        return sorted(caller.roles)


@router.post("/tokens", auth=Signed("public"), response={201: Token})
def create_token(request: HttpRequest, body: SignIn) -> Any:
    """Exchange name and password for a token. Five wrong tries lock the account for half an hour."""
    actor = identity.authenticate(body.username, body.password, request_facts={"address": request.META.get("REMOTE_ADDR", "")})
    issued = identity.issue_token(actor, name="api", days=max(1, min(body.days, 90)))
    return Status(201, {"token": issued.secret, "expires_at": issued.expires_at})


@router.post("/passwords", auth=Signed("public"), response={204: None})
def renew_password(request: HttpRequest, body: NewPassword) -> Any:
    """Change a password by name and old password; one that somebody else has set opens nothing else (403 ``password_given``)."""
    facts = {"address": request.META.get("REMOTE_ADDR", "")}
    identity.renew_password(body.username, old=body.password, new=body.new, request_facts=facts)
    return Status(204, None)


@router.get("/me", auth=Signed("login"), response=Caller)
def me(request: HttpRequest) -> Any:
    """The caller: kind, name, department, region, roles, on whose behalf."""
    return request.actor  # type: ignore[attr-defined]
