"""For whom one may act: delegations between people, and companies by their legal representative."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from yiwang.business.matters import api as matters
from yiwang.ends.gateway.signing import Signed
from yiwang.support.identity import api as identity

router = Router(tags=["identity"])
ALL_MATTERS = "*"


class NewDelegation(Schema):
    """Whom to trust with which matters (codes or short keys, or ``["*"]``), the last day, and the words agreed to."""

    agent_id_number: str
    agent_name: str
    scope: list[str]
    until: date
    consent: str


class CompanyCode(Schema):
    """The unified social credit code of a company."""

    credit_code: str


@router.get("/delegations", auth=Signed("citizen"), response=list[identity.DelegationView])
def list_delegations(request: HttpRequest) -> Any:
    """Those the caller granted and those the caller may use, newest first, ended ones too."""
    return identity.delegations(request.actor)  # type: ignore[attr-defined]


@router.post("/delegations", auth=Signed("citizen"), response={201: identity.DelegationView})
def create_delegation(request: HttpRequest, body: NewDelegation) -> Any:
    """Let somebody act for the caller, at most for a year."""
    granted = identity.delegate(
        request.actor,  # type: ignore[attr-defined]
        agent_id_number=body.agent_id_number,
        agent_name=body.agent_name,
        scope=[one if one == ALL_MATTERS else matters.described(one).short for one in body.scope],
        until=body.until,
        consent=body.consent,
    )
    return Status(201, granted)


@router.post("/delegations/{delegation_id}/revoke", auth=Signed("citizen"), response=identity.DelegationView)
def revoke_delegation(request: HttpRequest, delegation_id: UUID) -> Any:
    """End a delegation at once; both sides may."""
    return identity.revoke_delegation(delegation_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/companies", auth=Signed("citizen"), response=list[identity.CompanyView])
def list_companies(request: HttpRequest) -> Any:
    """The companies the caller may act for."""
    return identity.companies(request.actor)  # type: ignore[attr-defined]


@router.post("/companies", auth=Signed("citizen"), response={201: identity.CompanyView})
def link_company(request: HttpRequest, body: CompanyCode) -> Any:
    """Act for a company from now on, if the company register names the caller as its legal representative."""
    return Status(201, identity.link_company(request.actor, credit_code=body.credit_code))  # type: ignore[attr-defined]
