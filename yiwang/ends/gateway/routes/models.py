"""The register of models by machine: versions, evaluations, approval, roll-back, filing records, drift."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from yiwang.ends.gateway.signing import Signed
from yiwang.support.models import api as models

router = Router(tags=["models"])


class ModelStepBody(Schema):
    """``lock`` as last seen; the reason where one is needed."""

    lock: int
    reason: str = ""


class ModelFilingBody(Schema):
    """What was reported to the authority."""

    kind: str
    number: str = ""
    on: date
    responsible: str
    link: str = ""
    note: str = ""


class ModelSettleBody(Schema):
    """What was done about drift."""

    note: str


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@router.get("/models", auth=Signed("model.view"), response=list[models.ModelLine])
def list_models(request: HttpRequest) -> Any:
    """The models of the caller's department and region."""
    return models.models(_actor(request))


@router.get("/models/{key}", auth=Signed("model.view"), response=models.ModelView)
def get_model(request: HttpRequest, key: str) -> Any:
    """One model with versions, filing records, findings and drift."""
    return models.model(key, actor=_actor(request))


@router.get("/models/{key}/versions/{number}", auth=Signed("model.view"), response=models.VersionView)
def get_model_version(request: HttpRequest, key: str, number: int) -> Any:
    """One version with its evaluations: scores, regions, groups, ids of failing rows."""
    return models.version(key, number, actor=_actor(request))


@router.post("/models/{key}/versions", auth=Signed("model.edit"), response=models.VersionView)
def register_model_version(request: HttpRequest, key: str, file: File[UploadedFile], source: Form[str]) -> Any:
    """A trained file as the next version, a draft."""
    return models.register(key, file.read(), source=source, actor=_actor(request))


@router.post("/models/{key}/versions/{number}/evaluations", auth=Signed("model.edit"), response=models.EvaluationView)
def evaluate_model_version(
    request: HttpRequest, key: str, number: int, name: Form[str], table: File[UploadedFile], corpus: File[UploadedFile | None] = None
) -> Any:
    """Measure a version on a named test set (CSV); nothing of it is kept but its fingerprint and the ids of failing rows."""
    held = corpus.read() if corpus else b""
    return models.evaluate(
        key, number, name=name, table=table.read(), corpus=held, most=models.desk_rows(key), actor=_actor(request)
    )  # fmt: skip


@router.post("/models/{key}/versions/{number}/acts/{act}", auth=Signed("model.approve"), response=models.VersionView)
def step_model_version(request: HttpRequest, key: str, number: int, act: str, body: ModelStepBody) -> Any:
    """``approve``, ``activate``, ``retire`` or ``roll_back``."""
    return models.step(key, number, act=act, lock=body.lock, reason=body.reason, actor=_actor(request))


@router.post("/models/{key}/filings", auth=Signed("model.edit"), response=models.FilingView)
def record_model_filing(request: HttpRequest, key: str, body: ModelFilingBody) -> Any:
    """Write down what was reported to the authority."""
    return models.record_filing(
        key, kind=body.kind, number=body.number, on=body.on, responsible=body.responsible, link=body.link, note=body.note,
        actor=_actor(request),
    )  # fmt: skip


@router.get("/models/{key}/drift", auth=Signed("model.view"), response=models.DriftView | None)
def get_model_drift(request: HttpRequest, key: str) -> Any:
    """The watch over the live version."""
    return models.drift(key, actor=_actor(request))


@router.post("/model-findings/{finding_id}/settle", auth=Signed("model.edit"), response=models.FindingView)
def settle_model_finding(request: HttpRequest, finding_id: UUID, body: ModelSettleBody) -> Any:
    """Say what was done about drift."""
    return models.settle(finding_id, note=body.note, actor=_actor(request))
