"""Data sharing between departments: resources, requests and their steps, keys, traffic, signals; the policy for remote gateways."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from yiwang.data.exchange import api as exchange
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["data sharing"])


class SharingAsked(Schema):
    """A request: ``purpose`` is a matter's short key or a duty's word; ``operations`` of rows, download, subscribe; ``calls`` a second,
    ``daily`` rows a day; the last day.
    """

    resource: str
    fields: list[str]
    purpose: str
    purpose_kind: str = "matter"
    purpose_title: str
    legal_basis: str
    scene: str
    operations: list[str] = ["rows"]
    calls: int = 10
    daily: int = 10_000
    until: date

    def given(self) -> exchange.RequestGiven:
        """As the room takes it."""
        told = self.model_dump()
        return exchange.RequestGiven(**{**told, "fields": tuple(self.fields), "operations": tuple(self.operations)})


class SharingEdited(SharingAsked):
    """A draft with other content; ``lock`` is the one last seen."""

    lock: int


class SharingStep(Schema):
    """What goes with a step: ``lock`` last seen, a note, the ground of a refusal (condition code or clause), a new last day."""

    lock: int
    note: str = ""
    ground: str = ""
    until: date | None = None


class SharingKeyAsked(Schema):
    """hmac-sm3: the answer tells the secret once. sm2: hand in the public key (PEM)."""

    lock: int
    algorithm: str = "hmac-sm3"
    public_key: str = ""


class SharingKeyNext(Schema):
    """The successor's public key, for sm2 only."""

    public_key: str = ""


class SharingReason(Schema):
    """Why."""

    reason: str


class SharingNote(Schema):
    """What came of it."""

    note: str


@router.get("/sharing/resources", auth=Signed("sharing.view"), response=list[exchange.Resource])
def list_sharing_resources(request: HttpRequest) -> Any:
    """What may be asked for: fields with their levels, how it is shared, conditions, or why not."""
    return exchange.shared_resources()


@router.get("/sharing/requests", auth=Signed("sharing.view"), response=list[exchange.RequestView])
def list_sharing_requests(request: HttpRequest, box: str = "mine", page: int = 1) -> Any:
    """Requests of a box: mine, approve, answer, rule, live, all; newest first, 50 a page."""
    return exchange.requests(request.actor, box=box, page=min(max(page, 1), 10**6))  # type: ignore[attr-defined]


@router.post("/sharing/requests", auth=Signed("sharing.request"), response=exchange.RequestView)
def draft_sharing_request(request: HttpRequest, body: SharingAsked) -> Any:
    """A new draft of the caller's department."""
    return exchange.draft_request(body.given(), actor=request.actor)  # type: ignore[attr-defined]


@router.get("/sharing/requests/{request_id}", auth=Signed("sharing.view"), response=exchange.RequestView)
def get_sharing_request(request: HttpRequest, request_id: UUID) -> Any:
    """One request with its clock, next steps, history and, for the asking department, keys."""
    return exchange.request(request_id, actor=request.actor)  # type: ignore[attr-defined]


@router.put("/sharing/requests/{request_id}", auth=Signed("sharing.request"), response=exchange.RequestView)
def edit_sharing_request(request: HttpRequest, request_id: UUID, body: SharingEdited) -> Any:
    """The draft with other content."""
    told = SharingAsked(**body.model_dump(exclude={"lock"}))
    return exchange.edit_request(request_id, given=told.given(), actor=request.actor, lock=body.lock)  # type: ignore[attr-defined]


@router.post("/sharing/requests/{request_id}/steps/{step}", auth=Signed("sharing.view"), response=exchange.RequestView)
def step_sharing_request(request: HttpRequest, request_id: UUID, step: str, body: SharingStep) -> Any:
    """Take a step of the request's ``actions``; each names what it needs."""
    given = exchange.StepGiven(body.note, body.ground, body.until)
    return exchange.step_request(request_id, step=step, actor=request.actor, lock=body.lock, given=given)  # type: ignore[attr-defined]


@router.post("/sharing/requests/{request_id}/keys", auth=Signed("sharing.request"), response=exchange.IssuedKey)
def issue_sharing_key(request: HttpRequest, request_id: UUID, body: SharingKeyAsked) -> Any:
    """A key; with hmac-sm3 its secret stands in this answer and nowhere else."""
    actor = request.actor  # type: ignore[attr-defined]
    return exchange.issue_key(request_id, algorithm=body.algorithm, public_key=body.public_key, actor=actor, lock=body.lock)


@router.post("/sharing/keys/{code}/rotation", auth=Signed("sharing.request"), response=exchange.IssuedKey)
def rotate_sharing_key(request: HttpRequest, code: str, body: SharingKeyNext) -> Any:
    """A successor; the old key stays valid for a day."""
    return exchange.rotate_key(code, public_key=body.public_key, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/sharing/keys/{code}/revocation", auth=Signed("sharing.request"), response=exchange.KeyView)
def revoke_sharing_key(request: HttpRequest, code: str, body: SharingReason) -> Any:
    """End a key on every gateway within a second."""
    return exchange.revoke_key(code, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/sharing/traffic", auth=Signed("sharing.view"), response=exchange.Traffic)
def get_sharing_traffic(request: HttpRequest, days: int = 30) -> Any:
    """Calls made or answered by the caller's department: by day, resource, key (with p50, p99 and failures), refusals by reason."""
    return exchange.traffic(request.actor, days=days)  # type: ignore[attr-defined]


@router.get("/diary/downloads", auth=Signed("citizen"), response=list[exchange.Download])
def list_downloads_with_me(request: HttpRequest) -> Any:
    """Whole resources handed out that held a row about the caller, of the last 100; ``contained`` null: it can no longer be told."""
    return exchange.downloads(request.actor)  # type: ignore[attr-defined]


@router.get("/sharing/journals", auth=Signed("sharing.view"), response=list[exchange.JournalState])
def list_gateway_journals(request: HttpRequest) -> Any:
    """How far the journals of the gateways have been read, and what is wrong with one."""
    return exchange.journals(request.actor)  # type: ignore[attr-defined]


@router.get("/sharing/signals", auth=Signed("sharing.view"), response=list[exchange.Signal])
def list_sharing_signals(request: HttpRequest, settled: bool = False) -> Any:
    """What should be looked at: scraping, cases that do not exist, damaged journals."""
    return exchange.signals(request.actor, settled=settled)  # type: ignore[attr-defined]


@router.post("/sharing/signals/{signal_id}/settlement", auth=Signed("sharing.view"), response=exchange.Signal)
def settle_sharing_signal(request: HttpRequest, signal_id: UUID, body: SharingNote) -> Any:
    """Say what came of a signal: the provider's department or the authority."""
    return exchange.settle_signal(signal_id, note=body.note, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/gateway/policy", auth=Signed("public"))
def get_gateway_policy(request: HttpRequest) -> HttpResponse:
    """The signed policy for a gateway on another machine; the header X-Gateway proves that it holds the shared secret. 304 by ETag."""
    seen = request.headers.get("If-None-Match", "").strip('"')
    known = int(seen) if seen.isdecimal() and len(seen) < 19 else 0
    number, document = exchange.policy_document(request.headers.get("X-Gateway", ""), seen=known)
    headers = {"ETag": f'"{number}"', "Cache-Control": "no-store"}
    return (
        HttpResponse(document, content_type="application/json", headers=headers) if document else HttpResponse(status=304, headers=headers)
    )
