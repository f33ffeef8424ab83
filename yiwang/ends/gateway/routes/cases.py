"""Cases: hand in, look at, take a step, explain, replay, archive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from yiwang.base.storage import api as storage
from yiwang.business.cases import api as cases
from yiwang.ends.gateway.routes.matters import read_keys
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["cases"])


class Given(Schema):
    """One material: ``kind`` file, licence, commitment, deferred or paper; ``ref`` the file's digest or licence's number."""

    kind: str
    ref: str = ""
    name: str = ""


class NewCase(Schema):
    """An application for one matter; the same ``idempotency_key`` always answers with the same case."""

    matter: str
    idempotency_key: str
    values: dict[str, Any] = {}
    materials: dict[str, Given] = {}
    keys: dict[str, dict[str, str]] = {}
    answers: dict[str, str] = {}


class Step(Schema):
    """One step: the version of the case that the caller has seen, and the inputs the step needs."""

    version: int
    inputs: dict[str, Any] = {}


class Kept(Schema):
    """A kept file."""

    digest: str
    size: int
    media_type: str


class Replayed(Schema):
    """Whether every automatic decision came out the same again."""

    same: bool


@router.post("/files", auth=Signed("login"), response={201: Kept})
def upload_file(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Keep a file and get its digest, to be named in an application. Refused with the reason when it is not acceptable."""
    data = file.read(storage.DEFAULT_MAX_BYTES + 1)
    return Status(201, storage.put(data, media_type=storage.check(data, filename=file.name or "")))


@router.post("/cases", auth=Signed("citizen"), response={201: cases.CaseView})
def submit_case(request: HttpRequest, body: NewCase) -> Any:
    """Hand in an application. Where the law lets a table decide, the answer is already decided."""
    actor = request.actor  # type: ignore[attr-defined]
    application = cases.Application(
        matter=body.matter,
        applicant=actor.acting_for or actor.subject,
        applicant_name=actor.name,
        idempotency_key=body.idempotency_key,
        values=body.values,
        materials=read_materials(body.materials),
        keys=read_keys(body.keys),
        channel="api",
        answers=body.answers,
    )
    return Status(201, cases.submit(application, actor=actor))


def read_materials(given: dict[str, Given]) -> dict[str, cases.GivenMaterial]:
    """Materials as the rooms know them."""
    return {key: cases.GivenMaterial(one.kind, one.ref, one.name) for key, one in given.items()}  # type: ignore[arg-type]


@router.get("/cases", auth=Signed("login"), response=cases.Page)
def list_cases(request: HttpRequest, page: str = "") -> Any:
    """The caller's own cases, newest first; ``page`` is the ``next`` of the page before."""
    return cases.mine(request.actor, page=page)  # type: ignore[attr-defined]


@router.get("/cases/{case_id}", auth=Signed("login"), response=cases.CaseView)
def get_case(request: HttpRequest, case_id: UUID) -> Any:
    """One case, as the caller may see it."""
    return cases.get(case_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/cases/{case_id}/history", auth=Signed("login"), response=list[cases.StepView])
def get_history(request: HttpRequest, case_id: UUID) -> Any:
    """Every step, oldest first."""
    return cases.history(case_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/cases/{case_id}/ledger", auth=Signed("login"), response=list[cases.LedgerRow])
def get_ledger(request: HttpRequest, case_id: UUID) -> Any:
    """How every field and material was obtained, and why the applicant had to give it if so."""
    return cases.ledger(case_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/cases/{case_id}/explanation", auth=Signed("login"), response=cases.Explanation | None)
def get_explanation(request: HttpRequest, case_id: UUID) -> Any:
    """The decision condition by condition, each with its clause."""
    return cases.explanation(case_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/cases/{case_id}/replay", auth=Signed("login"), response=Replayed)
def replay_case(request: HttpRequest, case_id: UUID) -> Any:
    """Recompute the automatic decisions from their stored inputs."""
    return {"same": cases.replay(case_id, actor=request.actor)}  # type: ignore[attr-defined]


@router.get("/cases/{case_id}/actions", auth=Signed("login"), response=list[cases.ActionView])
def list_actions(request: HttpRequest, case_id: UUID) -> Any:
    """The steps the caller may take now."""
    return cases.actions(case_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/cases/{case_id}/actions/{action}", auth=Signed("login"), response=cases.CaseView)
def take_step(request: HttpRequest, case_id: UUID, action: str, body: Step) -> Any:
    """Take one step. 409 when somebody was faster: read the case again."""
    return cases.perform(case_id, action=action, actor=request.actor, version=body.version, inputs=body.inputs)  # type: ignore[attr-defined]


@router.get("/cases/{case_id}/archive", auth=Signed("login"))
def get_archive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The archive package of an ended case (ZIP)."""
    package = cases.archive_package(case_id, actor=request.actor)  # type: ignore[attr-defined]
    return HttpResponse(package, content_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{case_id}.zip"'})


@router.get("/todo", auth=Signed("staff"), response=cases.Page)
def list_todo(request: HttpRequest, page: str = "") -> Any:
    """What waits for the caller's department, the most urgent first."""
    return cases.todo(request.actor, page=page)  # type: ignore[attr-defined]
