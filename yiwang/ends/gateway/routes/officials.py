"""What officials do by machine: answer corrections, read figures, search the audit, verify facts for a case."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.data.exchange import api as exchange
from yiwang.data.quality import api as quality
from yiwang.ends.gateway.routes.matters import read_keys
from yiwang.ends.gateway.signing import Signed
from yiwang.evaluation.indicators import api as indicators
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.audit import api as audit

router = Router(tags=["officials"])


class Outcome(Schema):
    """The answer to a correction: ``corrected`` or ``upheld``, with the reason."""

    outcome: str
    note: str


class Wanted(Schema):
    """Facts wanted: element codes with the record they are about, for a stated purpose and legal basis."""

    case_id: UUID
    purpose: str
    legal_basis: str
    claims: list[dict[str, Any]]


@router.post("/corrections/{correction_id}/answer", auth=Signed("staff"), response=quality.Correction)
def answer_correction(request: HttpRequest, correction_id: UUID, body: Outcome) -> Any:
    """Correct the value at its source, or uphold it with the reason."""
    return quality.answer(correction_id, outcome=body.outcome, note=body.note, actor=request.actor)  # type: ignore[attr-defined, arg-type]


@router.post("/facts", auth=Signed("staff"), response=list[exchange.Fact])
def verify_facts(request: HttpRequest, body: Wanted) -> Any:
    """Verified facts with source, version and time; every access is recorded, denied ones too."""
    claims = [exchange.Claim(str(one.get("element", "")), read_keys({"key": one.get("key", {})})["key"]) for one in body.claims]
    return exchange.verify(
        body.case_id,
        claims=claims,
        purpose=body.purpose,
        legal_basis=body.legal_basis,
        actor=request.actor,  # type: ignore[attr-defined]
    )


@router.get("/figures", auth=Signed("staff"), response=list[indicators.Figure])
def figures(request: HttpRequest, since: date | None = None, until: date | None = None, department: str = "") -> Any:
    """Figures of a department, each with its definition; recomputed from the cases at every call."""
    return indicators.figures(request.actor, since=since, until=until, department=department)  # type: ignore[attr-defined]


@router.get("/ratings", auth=Signed("staff"), response=list[ratings.Rating])
def list_bad_ratings(request: HttpRequest) -> Any:
    """Bad ratings that wait for the caller's department."""
    return ratings.todo(request.actor)  # type: ignore[attr-defined]


class RatingStep(Schema):
    """One step of a bad rating: the version that the caller has seen, and the inputs the step needs."""

    version: int
    inputs: dict[str, str] = {}


@router.post("/ratings/{rating_id}/actions/{action}", auth=Signed("staff"), response=ratings.Rating)
def handle_rating(request: HttpRequest, rating_id: UUID, action: str, body: RatingStep) -> Any:
    """Verify, fix, answer or revisit a bad rating."""
    return ratings.perform(rating_id, action=action, actor=request.actor, version=body.version, inputs=body.inputs)  # type: ignore[attr-defined]


@router.get("/audit", auth=Signed("staff"), response=audit.Page[audit.RecordRow])
def search_audit(request: HttpRequest, text: str = "", act: str = "", case_id: UUID | None = None, page: int = 1) -> Any:
    """Search the audit records (auditors only)."""
    return audit.search(request.actor, text=text, act=act, case_id=case_id, page=page)  # type: ignore[attr-defined]
