"""Data elements 数据元 and the agreements under which they may be used: what exists, who owns it, who may see it for what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["public data"])


@router.get("/elements", auth=Signed("staff"), response=list[catalogue.Element])
def list_elements(request: HttpRequest, q: str = "") -> Any:
    """All data elements, or those that words find: owner, register, level, sensitivity, update cycle."""
    return catalogue.search(q, limit=50) if q else catalogue.elements()


@router.get("/elements/{code}", auth=Signed("staff"), response=catalogue.Element)
def get_element(request: HttpRequest, code: str) -> Any:
    """One data element with its one authoritative source."""
    return catalogue.element(code)


@router.get("/agreements", auth=Signed("staff"), response=list[exchange.Agreement])
def list_agreements(request: HttpRequest, purpose: str = "", element: str = "", department: str = "") -> Any:
    """Sharing agreements in force: which matter may see which element, on which legal basis, until when."""
    return exchange.agreements(purpose, element=element, department=department)
