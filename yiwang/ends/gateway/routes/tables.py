"""Decision tables: the one in force asked with facts, drafts with findings and test cases, rehearsal, publishing by two persons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from yiwang.business.benefits import api as benefits
from yiwang.business.cases import api as cases
from yiwang.data.decisions import api as decisions
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["decision tables"])
MOST_FILE = 1024 * 1024


class TableFacts(Schema):
    """Facts by name: texts as people type them (是, 2026-01-31) or JSON values; ``number`` of a version, or ``draft``; else in force."""

    facts: dict[str, Any] = {}
    number: int | None = None
    draft: bool = False


class TableCase(Schema):
    """A test case: facts by name as typed ('' unknown) and expected results by column as typed ('' not compared)."""

    name: str
    facts: dict[str, str]
    expected: dict[str, str]


class TableDraftGiven(Schema):
    """A whole draft; ``lock`` is the one last seen (0: none yet); ``sheet`` has the shape that reading a version gives."""

    lock: int
    sheet: dict[str, Any]
    cases: list[TableCase] = []
    note: str = ""


class TableStepGiven(Schema):
    """The ``lock`` last seen; why warnings may stand or why it goes back; from which day it is in force (today when left out)."""

    lock: int
    reason: str = ""
    effective_from: date | None = None


class TableRehearsalAsked(Schema):
    """How many of the newest recorded decisions are read again (matters only; at most 5,000)."""

    limit: int = 500


class TableVersionTold(Schema):
    """A version with its sheet and test cases; ``findings`` of an open draft, errors first; ``failed`` and ``uncovered`` of its tests."""

    key: str
    title: str
    department: str
    number: int
    state: str
    digest: str
    lock: int
    sheet: dict[str, Any]
    cases: list[TableCase]
    note: str
    effective_from: date | None
    edited_by_name: str
    edited_at: datetime | None
    published_by_name: str
    published_at: datetime | None
    return_reason: str
    warnings_reason: str
    mine: bool
    findings: list[decisions.TableFinding] = []


class TableTested(Schema):
    """The draft's test cases run: what each gave, what they cover, what is wrong with the draft as a whole."""

    runs: list[decisions.TestRun]
    coverage: list[decisions.RowCoverage]
    findings: list[decisions.TableFinding]


class TableVersionLine(Schema):
    """One version in the list of versions."""

    number: int
    state: str
    digest: str
    effective_from: date | None
    edited_by_name: str
    published_by_name: str
    published_at: datetime | None


class TableRehearsed(Schema):
    """A matter's table over recorded decisions, or the summary of a benefit's rehearsal over its population."""

    recorded: cases.TableRehearsal | None = None
    population: dict[str, Any] | None = None


def _told(version: decisions.TableVersion, actor: Any, findings: list[decisions.TableFinding] | None = None) -> dict[str, Any]:
    about = decisions.describe(version.key, actor=actor)
    told = {name: getattr(version, name) for name in TableVersionTold.model_fields if hasattr(version, name)}
    told |= {"title": about.title, "department": about.department, "findings": findings or []}
    return told | {"sheet": decisions.sheet_to_json(version.sheet), "cases": decisions.cases_to_json(version.cases)}


def _draft_told(version: decisions.TableVersion, actor: Any) -> dict[str, Any]:
    findings, _tested = decisions.examine(version.key, sheet=version.sheet, cases=version.cases, actor=actor)
    return _told(version, actor, findings)


@router.get("/decisions", auth=Signed("table.view"), response=list[decisions.TableLine])
def list_tables(request: HttpRequest) -> Any:
    """The decision tables of the caller's department with their versions in force and open drafts."""
    return decisions.listing(request.actor)  # type: ignore[attr-defined]


@router.get("/decisions/{room}/{name}", auth=Signed("table.view"), response=TableVersionTold)
def get_table(request: HttpRequest, room: str, name: str, number: int | None = None) -> Any:
    """One version of a table (0: the file; left out: the one in force) with its sheet and test cases."""
    actor = request.actor  # type: ignore[attr-defined]
    return _told(decisions.version(f"{room}/{name}", number=number, actor=actor), actor)


@router.get("/decisions/{room}/{name}/versions", auth=Signed("table.view"), response=list[TableVersionLine])
def list_table_versions(request: HttpRequest, room: str, name: str) -> Any:
    """Every version, newest first; the file last."""
    return decisions.versions(f"{room}/{name}", actor=request.actor)  # type: ignore[attr-defined]


@router.get("/decisions/{room}/{name}/diff", auth=Signed("table.view"), response=list[decisions.SheetChange])
def compare_table_versions(request: HttpRequest, room: str, name: str, old: int, new: int) -> Any:
    """What changed from one version to another, rows aligned."""
    return decisions.compare(f"{room}/{name}", old=old, new=new, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/decisions/{room}/{name}/dmn", auth=Signed("table.view"))
def export_table(request: HttpRequest, room: str, name: str, number: int | None = None, draft: bool = False) -> HttpResponse:
    """A version, or the draft, as DMN 1.3 XML."""
    data = decisions.export(f"{room}/{name}", number=number, draft=draft, actor=request.actor)  # type: ignore[attr-defined]
    return HttpResponse(data, content_type="application/xml; charset=utf-8")


@router.post("/decisions/{room}/{name}/evaluate", auth=Signed("table.view"), response=decisions.Evaluated)
def evaluate_table(request: HttpRequest, room: str, name: str, body: TableFacts) -> Any:
    """Ask the table with invented facts: the results, the rows that fired, what is missing. Nothing is kept."""
    key, actor = f"{room}/{name}", request.actor  # type: ignore[attr-defined]
    return decisions.evaluate(key, facts=body.facts, number=body.number, draft=body.draft, explain=False, actor=actor)


@router.post("/decisions/{room}/{name}/explain", auth=Signed("table.view"), response=decisions.Evaluated)
def explain_table(request: HttpRequest, room: str, name: str, body: TableFacts) -> Any:
    """The same with every condition looked at: its value, whether it holds, its clause."""
    key, actor = f"{room}/{name}", request.actor  # type: ignore[attr-defined]
    return decisions.evaluate(key, facts=body.facts, number=body.number, draft=body.draft, actor=actor)


@router.post("/decisions/{room}/{name}/rehearse", auth=Signed("table.view"), response=TableRehearsed)
def rehearse_table(request: HttpRequest, room: str, name: str, body: TableRehearsalAsked) -> Any:
    """The draft over what was decided before (matters), or over the population (benefits; needs ``benefit.handle``). Nothing is changed."""
    actor = request.actor  # type: ignore[attr-defined]
    model, text = decisions.trial_model(f"{room}/{name}", actor=actor)
    if room == "benefits":
        return {"population": benefits.rehearse(name, actor=actor, parameters={}, table=text).summary}
    return {"recorded": cases.rehearse_table(f"{name}.dmn", model=model, actor=actor, limit=body.limit)}


@router.get("/decisions/{room}/{name}/draft", auth=Signed("table.view"), response=TableVersionTold)
def get_table_draft(request: HttpRequest, room: str, name: str) -> Any:
    """The draft with its findings, or what a new one would start from (``lock`` 0)."""
    actor = request.actor  # type: ignore[attr-defined]
    return _draft_told(decisions.draft(f"{room}/{name}", actor=actor), actor)


@router.put("/decisions/{room}/{name}/draft", auth=Signed("table.edit"), response=TableVersionTold)
def save_table_draft(request: HttpRequest, room: str, name: str, body: TableDraftGiven) -> Any:
    """Save the draft; faults come back as findings. 409 when somebody saved in between: read the draft again."""
    actor = request.actor  # type: ignore[attr-defined]
    decisions.describe(f"{room}/{name}", actor=actor)  # who may not see it is not told what is wrong with what he sends
    tests = decisions.cases_from_json([one.model_dump() for one in body.cases])
    sheet = decisions.sheet_from_json(body.sheet)
    return _draft_told(decisions.save(f"{room}/{name}", sheet=sheet, cases=tests, note=body.note, actor=actor, lock=body.lock), actor)


@router.delete("/decisions/{room}/{name}/draft", auth=Signed("table.edit"), response={204: None})
def discard_table_draft(request: HttpRequest, room: str, name: str, lock: int) -> Any:
    """Give up the draft; it stays in the history."""
    decisions.discard(f"{room}/{name}", actor=request.actor, lock=lock)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/decisions/{room}/{name}/import", auth=Signed("table.edit"), response=TableVersionTold)
def import_table(request: HttpRequest, room: str, name: str, file: File[UploadedFile], lock: int = 0) -> Any:
    """Make the draft what a DMN file (1.1–1.6, at most 1 MB, made of tables) says; its test cases stay."""
    actor, key = request.actor, f"{room}/{name}"  # type: ignore[attr-defined]
    if (file.size or 0) > MOST_FILE:
        raise decisions.UnreadableTable(reason="文件超过 1 MB")
    draft = decisions.draft(key, actor=actor)
    sheet = decisions.read_dmn(file.read())
    return _draft_told(decisions.save(key, sheet=sheet, cases=draft.cases, note=draft.note, actor=actor, lock=lock), actor)


@router.post("/decisions/{room}/{name}/test", auth=Signed("table.view"), response=TableTested)
def test_table(request: HttpRequest, room: str, name: str) -> Any:
    """Run the draft's test cases: what each gave, which rows and conditions they cover, every finding."""
    actor, key = request.actor, f"{room}/{name}"  # type: ignore[attr-defined]
    draft = decisions.draft(key, actor=actor)
    findings, tested = decisions.examine(key, sheet=draft.sheet, cases=draft.cases, actor=actor)
    return {"runs": tested.runs if tested else (), "coverage": tested.coverage if tested else (), "findings": findings}


@router.post("/decisions/{room}/{name}/submit", auth=Signed("table.edit"), response=TableVersionTold)
def submit_table(request: HttpRequest, room: str, name: str, body: TableStepGiven) -> Any:
    """Hand the draft to a second person; refused while an error is left; warnings need ``reason``."""
    actor = request.actor  # type: ignore[attr-defined]
    return _told(decisions.submit(f"{room}/{name}", actor=actor, lock=body.lock, reason=body.reason), actor)


@router.post("/decisions/{room}/{name}/return", auth=Signed("table.publish"), response=TableVersionTold)
def return_table(request: HttpRequest, room: str, name: str, body: TableStepGiven) -> Any:
    """Give a submitted draft back to its authors with a ``reason``."""
    actor = request.actor  # type: ignore[attr-defined]
    return _told(decisions.give_back(f"{room}/{name}", actor=actor, lock=body.lock, reason=body.reason), actor)


@router.post("/decisions/{room}/{name}/publish", auth=Signed("table.publish"), response=TableVersionTold)
def publish_table(request: HttpRequest, room: str, name: str, body: TableStepGiven) -> Any:
    """Publish a submitted draft; who saved or submitted it cannot. Every process decides by it within a second."""
    actor, day = request.actor, body.effective_from  # type: ignore[attr-defined]
    return _told(decisions.publish(f"{room}/{name}", actor=actor, lock=body.lock, effective_from=day), actor)
