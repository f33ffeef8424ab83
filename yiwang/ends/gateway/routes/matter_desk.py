"""Matters at the desk: drafts, publishing by a second person, versions with their differences, import and export."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from yiwang.business.matters import api as matters
from yiwang.ends.gateway.routes.matter_record import MatterRecord
from yiwang.ends.gateway.signing import Signed
from yiwang.standards.errors import InvalidInput, NotFound

router = Router(tags=["matters at the desk"])
MOST_IMPORT_BYTES = 20 * 1024 * 1024
TYPES = {"json": "application/json", "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class EditedMatter(Schema):
    """The whole record of a matter; ``lock`` is the one of the draft that was read (0: none yet)."""

    lock: int
    record: MatterRecord  # type: ignore[valid-type]


class MatterDraft(Schema):
    """A draft as its editor sees it; ``mine``: the caller saved it last; ``changes`` since the published version."""

    short: str
    name: str
    number: int
    lock: int
    record: dict[str, Any]
    findings: list[matters.Finding]
    edited_by_name: str
    edited_at: datetime
    mine: bool
    changes: list[matters.Change]


class Publishing(Schema):
    """The ``lock`` of the draft that was read, and from which day it is in force (today when left out)."""

    lock: int
    effective_from: date | None = None


class StateReason(Schema):
    """Why a matter is suspended or cancelled; applicants are told."""

    reason: str


@router.post("/matters/import", auth=Signed("matter.edit"), response=matters.ImportReport)
def import_matters(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Load a file (JSON, CSV or xlsx by its name, at most 20 MB) as drafts; the answer says what became of every row."""
    if (file.size or 0) > MOST_IMPORT_BYTES:
        raise InvalidInput("文件超过 20 MB,请分成几个文件导入。", field="file")
    form = (file.name or "").rpartition(".")[2].lower()
    return matters.import_file(file.read(), format=form, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/matters/export/{form}", auth=Signed("staff"))
def export_matters(request: HttpRequest, form: str) -> HttpResponse:
    """All matters in force as a file: ``form`` is json, csv or xlsx. It can be imported again without a change."""
    data = matters.export(form)
    return HttpResponse(data, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="matters.{form}"'})


@router.get("/matters/{code}/draft", auth=Signed("staff"), response=MatterDraft)
def get_draft(request: HttpRequest, code: str) -> Any:
    """The draft of a matter with its findings, or what a new one would start from (``lock`` 0)."""
    return matters.draft(code, actor=request.actor)  # type: ignore[attr-defined]


@router.put("/matters/{code}/draft", auth=Signed("matter.edit"), response=MatterDraft)
def save_draft(request: HttpRequest, code: str, body: EditedMatter) -> Any:
    """Save the draft; broken rules come back as findings. 409 when somebody saved in between: read the draft again."""
    record = body.record.model_dump(exclude_unset=True)  # type: ignore[attr-defined]
    return matters.save_draft(code, data=record, actor=request.actor, version=body.lock)  # type: ignore[attr-defined]


@router.post("/matters/{code}/publish", auth=Signed("matter.publish"), response=matters.MatterVersion)
def publish_matter(request: HttpRequest, code: str, body: Publishing) -> Any:
    """Publish the draft as the next version; who edited it cannot publish it. Running cases stay on their version."""
    return matters.publish(code, actor=request.actor, version=body.lock, effective_from=body.effective_from)  # type: ignore[attr-defined]


@router.post("/matters/{code}/suspend", auth=Signed("matter.publish"), response=matters.MatterVersion)
def suspend_matter(request: HttpRequest, code: str, body: StateReason) -> Any:
    """Take no new cases for the time being; running cases go on."""
    return matters.suspend(code, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/matters/{code}/resume", auth=Signed("matter.publish"), response=matters.MatterVersion)
def resume_matter(request: HttpRequest, code: str) -> Any:
    """Take cases again after a suspension; no reason is needed."""
    return matters.resume(code, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/matters/{code}/cancel", auth=Signed("matter.publish"), response=matters.MatterVersion)
def cancel_matter(request: HttpRequest, code: str, body: StateReason) -> Any:
    """End a matter for good; running cases go on under their version."""
    return matters.cancel(code, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/matters/{code}/versions", auth=Signed("staff"), response=list[matters.VersionLine])
def list_versions(request: HttpRequest, code: str) -> Any:
    """Every version of a matter, newest first: who edited and who published it."""
    return matters.history(code, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/matters/{code}/diff", auth=Signed("staff"), response=list[matters.Change])
def compare_versions(request: HttpRequest, code: str, old: UUID, new: UUID) -> Any:
    """What changed between two published versions of the matter, element by element."""
    lines = matters.history(code, actor=request.actor)  # type: ignore[attr-defined]
    if not {old, new} <= {line.id for line in lines if line.state == "published"}:
        raise NotFound("这个事项没有这样的已发布版本,请从版本列表(versions)中选择两个。")
    return matters.diff(matters.version_of(old), matters.version_of(new))
