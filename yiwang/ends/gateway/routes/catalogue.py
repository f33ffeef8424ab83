"""Data resources: search, versions with diff, drafts, review and publication, bindings, import and export, proposals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from yiwang.data.catalogue import api as catalogue
from yiwang.data.intake import api as intake
from yiwang.data.sensing import api as sensing
from yiwang.ends.gateway.signing import Signed
from yiwang.standards.errors import InvalidInput, NotFound

router = Router(tags=["catalogue"])


class CatalogueFound(Schema):
    """One page of resources (the whole core metadata each), the number of all, counts by facet and value."""

    total: int
    page: int
    pages: int
    resources: list[dict[str, Any]]
    facets: dict[str, dict[str, int]]


class CatalogueFacets(Schema):
    """What narrows a search, '' for all; ``opened`` yes or no, ``form`` a class of formats (``value_ranges``)."""

    department: str = ""
    share: str = ""
    category: str = ""
    level: str = ""
    cycle: str = ""
    opened: str = ""
    form: str = ""


class CatalogueVersion(Schema):
    """A version of a resource; ``lock`` to be given with the next step; ``findings`` of a draft; ``evidence``: refs of its leaves."""

    number: int
    state: str
    lock: int
    resource: dict[str, Any]
    note: str
    changed_on: date | None
    edited_by_name: str
    submitted_at: datetime | None
    published_by_name: str
    published_at: datetime | None
    return_reason: str
    review_due: date | None
    review_light: str
    update_due: date | None
    update_light: str
    evidence: list[str]
    findings: list[catalogue.Finding] = []


class CatalogueGiven(Schema):
    """A draft to be saved; ``resource`` has the shape that reading gives; ``lock`` the one last seen (0: none yet)."""

    resource: dict[str, Any]
    lock: int = 0
    note: str = ""
    changed_on: date | None = None


class CatalogueStep(Schema):
    """A step of a draft: submit, return, publish, extend or discard; a reason for return and extend."""

    step: Literal["submit", "return", "publish", "extend", "discard"]
    lock: int
    reason: str = ""


class CatalogueUnbound(Schema):
    """Bindings without a partner."""

    duties: list[catalogue.Duty]
    resources: list[str]
    fields: list[str]


class CatalogueProposal(Schema):
    """A table that was looked at: what was found per field (kind, confidence, level, evidence, profile with masked examples)."""

    id: UUID
    name: str
    origin: str
    state: str
    told: list[dict[str, Any]]
    relations: list[dict[str, Any]]
    resource: str


class CatalogueConfirmed(Schema):
    """The resource as the person confirmed it."""

    resource: dict[str, Any]


class CatalogueLook(Schema):
    """An address to be looked at: PostgreSQL or an HTTP API that answers JSON; ``secret`` is used once and not kept."""

    address: str
    secret: str = ""
    header: str = "Authorization"


class CatalogueLooked(Schema):
    """What was proposed, and what could not be read, in words."""

    proposals: list[CatalogueProposal]
    problems: list[str]


class CatalogueDutyGiven(Schema):
    """A duty of the caller's department; its code begins with the department."""

    title: str
    basis: str = ""


def _whole(one: catalogue.Resource) -> dict[str, Any]:
    return catalogue.to_json(one) | {"number": one.number, "published_on": one.published_on, "level": one.level, "approval": one.approval}


def _told(one: catalogue.ResourceVersion) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in CatalogueVersion.model_fields if hasattr(one, name)}
    findings = catalogue.findings(one.resource) if one.lock and one.state in ("draft", "submitted", "returned") else []
    return plain | {"resource": _whole(one.resource), "evidence": list(one.evidence), "findings": findings}


@router.get("/catalogue", auth=Signed("catalogue.view"), response=CatalogueFound)
def find_resources(request: HttpRequest, narrowed: Query[CatalogueFacets], text: str = "", page: int = 1) -> Any:
    """Resources in force that hold every word, best first; facets narrow."""
    facets = {name: value for name, value in narrowed.dict().items() if name not in ("opened", "form")}
    facets |= {"open": narrowed.opened, "format": narrowed.form}
    found = catalogue.find(text, facets=facets, page=page)
    return {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "facets": found.facets,
        "resources": [_whole(one) for one in found.resources],
    }


@router.get("/catalogue/drafts", auth=Signed("catalogue.view"), response=list[CatalogueVersion])
def list_resource_drafts(request: HttpRequest) -> Any:
    """Open drafts of the caller's department; for the data authority those that wait for its review."""
    return [_told(one) for one in catalogue.drafts(request.actor)]  # type: ignore[attr-defined]


@router.get("/catalogue/unbound", auth=Signed("catalogue.view"), response=CatalogueUnbound)
def list_unbound(request: HttpRequest, department: str = "") -> Any:
    """Duties without a resource, resources without a duty, fields without a data element."""
    listed = catalogue.unbound(request.actor, department=department)  # type: ignore[attr-defined]
    fields = [f"{resource.code}#{field.name}" for resource, field in listed.fields]
    return {"duties": listed.duties, "resources": [one.code for one in listed.resources], "fields": fields}


@router.get("/catalogue/export", auth=Signed("catalogue.view"))
def export_catalogue(request: HttpRequest, form: Literal["json", "xlsx", "dcat"] = "json") -> HttpResponse:
    """The whole catalogue in force as JSON, xlsx or DCAT in JSON-LD."""
    kinds = {
        "json": "application/json",
        "dcat": "application/ld+json",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    return HttpResponse(catalogue.export(catalogue.resources(), form=form), content_type=kinds[form])


@router.post("/catalogue/import", auth=Signed("catalogue.edit"), response=list[catalogue.ImportRow])
def import_catalogue(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Take a file of the export in; each resource of the caller's department becomes a draft, every other row says why not."""
    return list(catalogue.take_in(file.read(), actor=request.actor).rows)  # type: ignore[attr-defined]


@router.get("/catalogue/proposals", auth=Signed("catalogue.edit"), response=list[CatalogueProposal])
def list_proposals(request: HttpRequest) -> Any:
    """Tables that were looked at and wait for a person of the caller's department."""
    return catalogue.proposals(request.actor)  # type: ignore[attr-defined]


@router.post("/catalogue/look", auth=Signed("catalogue.edit"), response=CatalogueLooked)
def look_at_address(request: HttpRequest, given: CatalogueLook) -> Any:
    """Look at a database or an API: 50 tables, 10,000 rows each, within 20 seconds; each table becomes a proposal."""
    reached = intake.address_for(given.address, secret=given.secret)
    headers = {given.header: given.secret} if given.secret and reached.startswith("http") else {}
    tables, problems = sensing.read_address(reached, headers=headers, rows=10_000, tables=50, seconds=20)
    origin = intake.address_for(given.address).rpartition("@")[2].partition("?")[0]
    return _looked(request, tables, problems, origin)


@router.post("/catalogue/look/files", auth=Signed("catalogue.edit"), response=CatalogueLooked)
def look_at_files(request: HttpRequest, files: File[list[UploadedFile]]) -> Any:
    """Look at up to 50 files (CSV, xlsx, Parquet, JSON), 20 MB together; what cannot be read is told, the rest becomes proposals."""
    if len(files) > 50 or sum(one.size or 0 for one in files) > 20 * 1024 * 1024:
        raise InvalidInput("文件最多 50 个,合计 20 MB 以内。请分几次上传,或用命令行识别整个文件夹。", field="files")
    tables: dict[str, Any] = {}
    problems = []
    for file in files:
        try:
            tables |= sensing.read_bytes(file.name or "", content=file.read())
        except sensing.UnreadableSource as refused:
            problems.append(refused.message)
    return _looked(request, tables, problems, ", ".join(one.name or "" for one in files)[:300])


def _looked(request: HttpRequest, tables: dict[str, Any], problems: list[str], origin: str) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    made = catalogue.look_at(tables, origin=origin, department=actor.department, region=actor.region, actor=actor)
    return {"proposals": made, "problems": problems}


@router.get("/catalogue/overdue", auth=Signed("catalogue.view"), response=list[catalogue.Overdue])
def list_overdue(request: HttpRequest) -> Any:
    """Reviews and updates past their legal days: of the caller's department, for the data authority of its region."""
    return catalogue.overdue(request.actor)  # type: ignore[attr-defined]


@router.get("/catalogue/code-tables", auth=Signed("catalogue.view"), response=list[catalogue.CodeTable])
def list_code_tables(request: HttpRequest) -> Any:
    """Every code table: who keeps it, the standard it is taken from, its codes, the elements that speak in them."""
    return catalogue.tables()


@router.get("/catalogue/duties", auth=Signed("catalogue.view"), response=list[catalogue.Duty])
def list_duties(request: HttpRequest) -> Any:
    """Every duty of every department with its legal basis."""
    return catalogue.duties()


@router.put("/catalogue/duties/{code}", auth=Signed("catalogue.edit"), response={204: None})
def keep_duty(request: HttpRequest, code: str, given: CatalogueDutyGiven) -> Any:
    """Add a duty of the caller's department or change it."""
    actor = request.actor  # type: ignore[attr-defined]
    catalogue.keep_duty(catalogue.Duty(code, given.title, actor.department, actor.region, given.basis), actor=actor)
    return Status(204, None)


@router.delete("/catalogue/duties/{code}", auth=Signed("catalogue.edit"), response={204: None})
def remove_duty(request: HttpRequest, code: str) -> Any:
    """Take a duty of the caller's department out of the list."""
    actor = request.actor  # type: ignore[attr-defined]
    standing = next((one for one in catalogue.duties() if one.code == code), None)
    if standing is None:
        raise NotFound("职责清单中没有这个代码,请核对。")
    catalogue.remove_duty(standing, actor=actor)
    return Status(204, None)


@router.post("/catalogue/proposals/{proposal_id}/confirm", auth=Signed("catalogue.edit"), response=CatalogueVersion)
def confirm_proposal(request: HttpRequest, proposal_id: UUID, given: CatalogueConfirmed) -> Any:
    """Make a draft of it with the fields as confirmed."""
    actor = request.actor  # type: ignore[attr-defined]
    return _told(catalogue.confirm(proposal_id, resource=catalogue.from_json(given.resource), actor=actor))


@router.get("/catalogue/{code}", auth=Signed("catalogue.view"), response=CatalogueVersion)
def get_resource(request: HttpRequest, code: str, number: int | None = None) -> Any:
    """A published version of a resource (left out: the one in force)."""
    return _told(catalogue.version(code, number=number, actor=request.actor))  # type: ignore[attr-defined]


@router.get("/catalogue/{code}/diff", auth=Signed("catalogue.view"), response=list[catalogue.Change])
def compare_resource_versions(request: HttpRequest, code: str, old: int, new: int) -> Any:
    """What changed between two published versions."""
    return catalogue.compare(code, old=old, new=new, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/catalogue/{code}/draft", auth=Signed("catalogue.view"), response=CatalogueVersion)
def get_resource_draft(request: HttpRequest, code: str) -> Any:
    """The open draft with its findings, or what a new one would start from."""
    return _told(catalogue.draft(code, actor=request.actor))  # type: ignore[attr-defined]


@router.put("/catalogue/{code}/draft", auth=Signed("catalogue.edit"), response=CatalogueVersion)
def save_resource_draft(request: HttpRequest, code: str, given: CatalogueGiven) -> Any:
    """Save the draft; findings do not prevent saving."""
    resource = catalogue.from_json({**given.resource, "code": code} if given.resource else given.resource)
    kept = catalogue.save(resource, actor=request.actor, lock=given.lock, note=given.note, changed_on=given.changed_on)  # type: ignore[attr-defined]
    return _told(kept)


@router.post("/catalogue/{code}/steps", auth=Signed("catalogue.view"), response={200: CatalogueVersion, 204: None})
def step_resource(request: HttpRequest, code: str, given: CatalogueStep) -> Any:
    """Submit, return, publish, extend or discard the draft; who may is asked of the draft's department."""
    actor = request.actor  # type: ignore[attr-defined]
    if given.step == "discard":
        catalogue.discard(code, actor=actor, lock=given.lock)
        return Status(204, None)
    if given.step in ("return", "extend"):
        act = catalogue.give_back if given.step == "return" else catalogue.extend
        return _told(act(code, actor=actor, lock=given.lock, reason=given.reason))
    act_plain = catalogue.submit if given.step == "submit" else catalogue.publish
    return _told(act_plain(code, actor=actor, lock=given.lock))
