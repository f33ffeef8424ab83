"""Sources of ingestion for programs of data officers: register, probe, run, upload, repair, ask for history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from yiwang.data.intake import api as intake
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["public data"])


class IntakeWanted(Schema):
    """What a source is to be; ``secret`` empty keeps the sealed one while the address stays."""

    name: str
    address: str = ""
    secret: str = ""
    options: dict[str, str] = {}
    every_minutes: int = 0
    keep_days: int = 90


class IntakeRegistration(IntakeWanted):
    """A new source: kind upload, postgresql, mysql, http or nats."""

    kind: str
    dataset: str


class IntakeChange(IntakeWanted):
    """The version that was seen."""

    version: int


class IntakeSwitch(Schema):
    """``active`` or ``paused``, and the version that was seen."""

    state: str
    version: int


class IntakePurpose(Schema):
    """What the full values are needed for, and on which ground; both are recorded."""

    purpose: str
    legal_basis: str


class IntakeRepair(Schema):
    """Field → text of the cells to change; the others stay as the source said them."""

    values: dict[str, str]


class IntakeKey(Schema):
    """The key's fields and values; a purpose and ground for full values."""

    key: dict[str, str]
    purpose: str = ""
    legal_basis: str = ""


class IntakeColumn(Schema):
    """A column of a source and the field that it feeds, '' for none."""

    name: str
    field: str


class IntakeProbe(Schema):
    """What a source would give; ``waiting`` is how many messages a stream holds."""

    columns: list[IntakeColumn]
    missing: list[str]
    waiting: int | None


class IntakeWaiting(Schema):
    """Rows in quarantine by reason, and one page of 50 of them, masked."""

    counts: dict[str, int]
    rows: list[intake.WaitingRow]


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@router.get("/intake/sources", auth=Signed("intake.view"), response=list[intake.IntakeSource])
def list_intake_sources(request: HttpRequest) -> Any:
    """Sources of the caller's department with their last run."""
    return intake.sources(_actor(request))


@router.post("/intake/sources", auth=Signed("intake.edit"), response=intake.IntakeSource)
def register_intake_source(request: HttpRequest, body: IntakeRegistration) -> Any:
    """Register a source; its credentials are sealed and never given back."""
    return intake.register(**body.dict(), actor=_actor(request))


@router.get("/intake/sources/{source_id}", auth=Signed("intake.view"), response=intake.IntakeSource)
def get_intake_source(request: HttpRequest, source_id: UUID) -> Any:
    """One source."""
    return intake.source(source_id, actor=_actor(request))


@router.put("/intake/sources/{source_id}", auth=Signed("intake.edit"), response=intake.IntakeSource)
def change_intake_source(request: HttpRequest, source_id: UUID, body: IntakeChange) -> Any:
    """Change a source."""
    return intake.change(source_id, **body.dict(), actor=_actor(request))


@router.post("/intake/sources/{source_id}/state", auth=Signed("intake.edit"), response=intake.IntakeSource)
def switch_intake_source(request: HttpRequest, source_id: UUID, body: IntakeSwitch) -> Any:
    """Pause a source or take it up again."""
    return intake.switch(source_id, state=body.state, version=body.version, actor=_actor(request))


@router.post("/intake/sources/{source_id}/probe", auth=Signed("intake.edit"), response=IntakeProbe)
def probe_intake_source(request: HttpRequest, source_id: UUID) -> Any:
    """Look at a source without taking anything."""
    return intake.probe(source_id, actor=_actor(request))


@router.post("/intake/sources/{source_id}/runs", auth=Signed("intake.edit"), response=intake.IntakeRun)
def run_intake_source(request: HttpRequest, source_id: UUID, again: str = "") -> Any:
    """Put a run in the queue; ``again``: the digest of a raw file to read once more."""
    if again:
        return intake.ask_again(source_id, digest=again, actor=_actor(request))
    return intake.ask(source_id, actor=_actor(request))


@router.post("/intake/sources/{source_id}/files", auth=Signed("intake.edit"), response=intake.IntakeRun)
def upload_intake_file(request: HttpRequest, source_id: UUID, file: File[UploadedFile]) -> Any:
    """Take a file of at most 64 MB and put its run in the queue."""
    return intake.upload(source_id, name=file.name or "", file=file, size=file.size or 0, actor=_actor(request))


@router.get("/intake/sources/{source_id}/files", auth=Signed("intake.view"), response=list[intake.RawFile])
def list_intake_files(request: HttpRequest, source_id: UUID) -> Any:
    """The raw files that are kept."""
    return intake.raws(source_id, actor=_actor(request))


@router.get("/intake/runs", auth=Signed("intake.view"), response=list[intake.IntakeRun])
def list_intake_runs(request: HttpRequest, source_id: UUID | None = None, page: int = 1) -> Any:
    """Runs, 50 a page, the newest first."""
    return intake.runs(_actor(request), source_id=source_id, page=min(max(page, 1), 10**6))


@router.get("/intake/runs/{run_id}", auth=Signed("intake.view"), response=intake.IntakeRun)
def get_intake_run(request: HttpRequest, run_id: UUID) -> Any:
    """One run."""
    return intake.run(run_id, actor=_actor(request))


@router.get("/intake/sources/{source_id}/rows", auth=Signed("intake.view"), response=IntakeWaiting)
def list_intake_rows(request: HttpRequest, source_id: UUID, reason: str = "", page: int = 1) -> Any:
    """Rows in quarantine, masked."""
    counts, rows = intake.waiting(source_id, reason=reason, page=min(max(page, 1), 10**6), actor=_actor(request))
    return {"counts": counts, "rows": rows}


@router.post("/intake/sources/{source_id}/rows/{digest}/{row}/reveal", auth=Signed("intake.reveal"), response=intake.WaitingRow)
def reveal_intake_row(request: HttpRequest, source_id: UUID, digest: str, row: int, body: IntakePurpose) -> Any:
    """A row in full, for a recorded purpose."""
    return intake.reveal(source_id, digest=digest, row=row, purpose=body.purpose, legal_basis=body.legal_basis, actor=_actor(request))


@router.post("/intake/sources/{source_id}/rows/{digest}/{row}/repair", auth=Signed("intake.repair"), response=intake.Repaired)
def repair_intake_row(request: HttpRequest, source_id: UUID, digest: str, row: int, body: IntakeRepair) -> Any:
    """Send a repaired row through the checks."""
    return intake.repair(source_id, digest=digest, row=row, values=body.values, actor=_actor(request))


@router.get("/intake/tables", auth=Signed("intake.view"), response=list[intake.ThemeTable])
def list_intake_tables(request: HttpRequest) -> Any:
    """The manifests of the theme tables."""
    return intake.tables(_actor(request))


@router.post("/intake/tables/{dataset}/history", auth=Signed("intake.view"), response=list[intake.KeyVersion])
def ask_intake_history(request: HttpRequest, dataset: str, body: IntakeKey) -> Any:
    """The versions of one key that the caller's department brought; by POST, because a key stands in no address."""
    return intake.history(dataset, **body.dict(), actor=_actor(request))
