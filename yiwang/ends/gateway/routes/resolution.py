"""Doubtful pairs of entity resolution for programs of data officers: list, look, decide, take back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.data.resolution import api as resolution
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["public data"])


class ResolutionVerdict(Schema):
    """``same``, ``different`` or ``unsure``, and the version that was seen."""

    verdict: str
    version: int
    note: str = ""


class ResolutionUndo(Schema):
    """The version that was seen."""

    version: int


class ResolutionPurpose(Schema):
    """What the full values are needed for, and on which ground; both are recorded."""

    purpose: str
    legal_basis: str


@router.get("/resolution/runs", auth=Signed("resolution.review"), response=list[resolution.RunView])
def list_resolution_runs(request: HttpRequest) -> Any:
    """The last runs of the caller's department."""
    return resolution.runs(request.actor)  # type: ignore[attr-defined]


@router.get("/resolution/pairs", auth=Signed("resolution.review"), response=list[resolution.PairView])
def list_resolution_pairs(request: HttpRequest, state: str = "open", page: int = 1) -> Any:
    """Pairs of a state, 50 a page, masked."""
    return resolution.pairs(request.actor, state=state, page=min(max(page, 1), 10**6))  # type: ignore[attr-defined]


@router.get("/resolution/pairs/{pair_id}", auth=Signed("resolution.review"), response=resolution.PairView)
def get_resolution_pair(request: HttpRequest, pair_id: UUID) -> Any:
    """One pair with its history, masked."""
    return resolution.pair(pair_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/resolution/pairs/{pair_id}/verdict", auth=Signed("resolution.review"), response=resolution.PairView)
def decide_resolution_pair(request: HttpRequest, pair_id: UUID, body: ResolutionVerdict) -> Any:
    """Keep a verdict; the sources stay as they are."""
    return resolution.decide(pair_id, verdict=body.verdict, note=body.note, version=body.version, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/resolution/pairs/{pair_id}/undo", auth=Signed("resolution.review"), response=resolution.PairView)
def undo_resolution_pair(request: HttpRequest, pair_id: UUID, body: ResolutionUndo) -> Any:
    """Take back the caller's own last verdict."""
    return resolution.undo(pair_id, version=body.version, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/resolution/pairs/{pair_id}/reveal", auth=Signed("resolution.reveal"), response=resolution.PairView)
def reveal_resolution_pair(request: HttpRequest, pair_id: UUID, body: ResolutionPurpose) -> Any:
    """The values in full, for a recorded purpose."""
    return resolution.reveal(pair_id, purpose=body.purpose, legal_basis=body.legal_basis, actor=request.actor)  # type: ignore[attr-defined]
