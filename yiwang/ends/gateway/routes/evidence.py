"""The evidence log for everyone: checkpoint, receipts, proofs of growth. Nothing here holds personal data but the caller's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from yiwang.business.cases import api as cases
from yiwang.ends.gateway.signing import Signed
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence

router = Router(tags=["evidence"])


@router.get("/evidence/checkpoint", auth=Signed("public"), response=evidence.Checkpoint | None)
def get_checkpoint(request: HttpRequest) -> Any:
    """The newest signed checkpoint of the log."""
    return evidence.checkpoint()


@router.get("/evidence/consistency", auth=Signed("public"), response=evidence.Proof)
def get_consistency(request: HttpRequest, old: int, new: int) -> Any:
    """The proof that the log of size ``new`` only added to the log of size ``old``."""
    return evidence.consistency(old, new)


@router.get("/cases/{case_id}/receipts", auth=Signed("login"), response=list[evidence.Receipt])
def get_receipts(request: HttpRequest, case_id: UUID) -> Any:
    """Receipts of every record of a case: record, leaf, proof, checkpoint; they verify without us."""
    cases.get(case_id, actor=request.actor)  # type: ignore[attr-defined]
    return [evidence.receipt(ref) for record in audit.of_case(case_id) if evidence.state_of(ref := f"audit:{record.id}") == "sequenced"]
