"""Licences: held, presented, checked by anyone, revoked by the issuer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from yiwang.ends.gateway.signing import Signed
from yiwang.support.licences import api as licences

router = Router(tags=["licences"])


class Shown(Schema):
    """What the holder shows: the fields he chose (all when left out) and for how many minutes."""

    fields: list[str] = []
    minutes: int = 10


class Reason(Schema):
    """Why an act is done, and on which clause ('': the act's own)."""

    reason: str
    basis: str = ""


@router.get("/licences", auth=Signed("citizen"), response=list[licences.Licence])
def list_licences(request: HttpRequest) -> Any:
    """The caller's own licences."""
    return licences.held(request.actor)  # type: ignore[attr-defined]


@router.get("/licences/{licence_id}", auth=Signed("login"), response=licences.Licence)
def get_licence(request: HttpRequest, licence_id: UUID) -> Any:
    """One licence."""
    return licences.get(licence_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/licences/{licence_id}/bundle", auth=Signed("login"))
def get_bundle(request: HttpRequest, licence_id: UUID) -> Any:
    """Everything that lets others check the licence without us: document, signature, public key, evidence receipt."""
    return licences.offline_bundle(licence_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/licences/{licence_id}/presentations", auth=Signed("citizen"), response={201: licences.Presentation})
def present(request: HttpRequest, licence_id: UUID, body: Shown) -> Any:
    """A short-lived code to show; it reveals only the chosen fields."""
    return Status(201, licences.present(licence_id, actor=request.actor, minutes=body.minutes, fields=tuple(body.fields)))  # type: ignore[attr-defined]


@router.get("/presentations/{token}", auth=Signed("public"), response=licences.Verification)
def check(request: HttpRequest, token: str) -> Any:
    """Check a shown licence: signature, state, the fields the holder chose."""
    return licences.check_presented(token)


@router.post("/licences/{licence_id}/revoke", auth=Signed("staff"), response=licences.Licence)
def revoke(request: HttpRequest, licence_id: UUID, body: Reason) -> Any:
    """Revoke a licence of the caller's own department."""
    return licences.revoke(licence_id, reason=body.reason, basis=body.basis, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/licences/{licence_id}/acts/{act}", auth=Signed("staff"), response=licences.Licence)
def change(request: HttpRequest, licence_id: UUID, act: str, body: Reason) -> Any:
    """Revoke, cancel, suspend, restore or revoke_as_penalty a licence of the caller's own department; the holder is told."""
    return licences.change(licence_id, act=act, reason=body.reason, basis=body.basis, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/department/licences", auth=Signed("staff"), response=list[dict[str, Any]])
def of_department(request: HttpRequest, number: str = "", kind: str = "", state: str = "", page: int = 1) -> Any:
    """The licences of the caller's own department, newest first, holders masked, 50 a page."""
    return licences.listing(request.actor, state=state, kind=kind, number=number, page=page)  # type: ignore[attr-defined]
