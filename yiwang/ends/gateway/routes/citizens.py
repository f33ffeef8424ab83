"""What belongs to the caller as a person: messages, who looked, disputes, ratings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from yiwang.business.cases import api as cases
from yiwang.data.quality import api as quality
from yiwang.ends.gateway.routes.matters import read_keys
from yiwang.ends.gateway.signing import Signed
from yiwang.evaluation.ratings import api as ratings
from yiwang.security.audit import api as audit
from yiwang.support.notices import api as notices

router = Router(tags=["personal space"])


class Stars(Schema):
    """A rating: level (very_satisfied … very_dissatisfied), reasons from the list, words."""

    level: str
    reasons: list[str] = []
    text: str = ""


class Dispute(Schema):
    """A value held about the caller that is wrong: the element, whose record, what is held, what is right, why."""

    element: str
    key: dict[str, str]
    held_value: Any = None
    claimed_value: Any
    reason: str
    case_id: UUID | None = None


@router.get("/messages", auth=Signed("citizen"), response=notices.Page)
def list_messages(request: HttpRequest, page: int = 1) -> Any:
    """The caller's messages, newest first."""
    return notices.inbox(request.actor, page=page)  # type: ignore[attr-defined]


@router.post("/messages/{notice_id}/read", auth=Signed("citizen"), response={204: None})
def read_message(request: HttpRequest, notice_id: UUID) -> Any:
    """Mark a message as read."""
    notices.mark_read(notice_id, actor=request.actor)  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/diary", auth=Signed("citizen"), response=audit.Page[audit.DiaryRow])
def diary(request: HttpRequest, page: int = 1) -> Any:
    """我的数据使用日记: who looked at the caller's data, for which case, on which ground; denied tries too."""
    return audit.diary_for(request.actor, page=page)  # type: ignore[attr-defined]


@router.post("/cases/{case_id}/rating", auth=Signed("citizen"), response={201: ratings.Rating})
def rate(request: HttpRequest, case_id: UUID, body: Stars) -> Any:
    """Rate a closed case once."""
    return Status(201, ratings.rate(case_id, level=body.level, reasons=body.reasons, text=body.text, channel="web", actor=request.actor))  # type: ignore[attr-defined]


@router.get("/corrections", auth=Signed("login"), response=list[quality.Correction])
def list_corrections(request: HttpRequest) -> Any:
    """The caller's disputes, or for an official those waiting in his department."""
    actor = request.actor  # type: ignore[attr-defined]
    return quality.todo(actor) if actor.kind == "staff" else quality.mine(actor)


@router.post("/corrections", auth=Signed("citizen"), response={201: quality.Correction})
def dispute(request: HttpRequest, body: Dispute) -> Any:
    """Dispute a value; the owning department has ten working days."""
    key = read_keys({"key": body.key})["key"]
    order = cases.dispute(
        body.case_id,
        element=body.element,
        key=key,
        held_value=body.held_value,
        claimed_value=body.claimed_value,
        reason=body.reason,
        actor=request.actor,  # type: ignore[attr-defined]
    )
    return Status(201, order)
