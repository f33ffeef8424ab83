"""Importing matters from a file: every row becomes a draft with its findings, or is refused with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.matters import checking, comparing, mapping, tabular
from yiwang.business.matters.errors import UnreadableFile
from yiwang.business.matters.models import Matter, Version
from yiwang.business.matters.values import Finding
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record

Outcome = Literal["created", "updated", "unchanged", "refused"]
_BATCH = 500


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row; ``number`` is its line in the file (its place in a JSON list)."""

    number: int
    outcome: Outcome
    name: str
    short: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``rows_read`` = ``loaded`` + ``refused``; loaded rows are created, updated or unchanged drafts."""

    format: str
    rows_read: int
    loaded: int
    refused: int
    created: int
    updated: int
    unchanged: int
    with_findings: int
    rows: tuple[RowReport, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return asdict(self)


@dataclass
class _Run:
    """One import under way."""

    actor: Actor
    at: datetime
    by_code: dict[str, Matter]
    by_local: dict[str, Matter]
    by_short: dict[str, Matter]
    drafts: dict[Any, Version]
    published: dict[Any, Version]
    seen: dict[str, tuple[int, tabular.Row]] = field(default_factory=dict)
    new_matters: list[Matter] = field(default_factory=list)
    new_drafts: list[Version] = field(default_factory=list)
    changed: list[Version] = field(default_factory=list)


def _content(source: Path | str | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    path = Path(source)
    try:
        if path.stat().st_size > tabular.MAX_BYTES:
            raise UnreadableFile(cause=f"文件超过 {tabular.MAX_BYTES // 1048576} MB,请拆分后分批导入")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(cause=f"“{path.name}”打不开:{error.strerror}") from None


def import_file(source: Path | str | bytes, *, format: str, actor: Actor) -> ImportReport:
    """Load a file of matters (format 'json', 'csv' or 'xlsx') as drafts, with a report per row.

    A draft is only published by a second person (``publish``). Rows already there are updated or left unchanged; a row
    of a department the actor may not edit for, without a name, or repeating another row is refused.

    Raises:
        UnreadableFile: the file as a whole cannot be read. PermissionDenied: without ``matter.edit``.
    """
    require(actor, "matter.edit")
    data = _content(source)
    rows = tabular.rows(data, format=format)
    mapping.require_columns(rows)
    with transaction.atomic():
        run = _begin(actor)
        reports = tuple(_one(run, number, row) for number, row in rows)
        Matter.objects.bulk_create(run.new_matters, batch_size=_BATCH)
        Version.objects.bulk_create(run.new_drafts, batch_size=_BATCH)
        written = ["record", "findings", "lock", "edited_by", "edited_by_name", "edited_at"]
        Version.objects.bulk_update(run.changed, written, batch_size=_BATCH)
        report = _report(format, reports)
        detail = {
            "sha256": hashlib.sha256(data).hexdigest(),
            **{name: getattr(report, name) for name in ("rows_read", "loaded", "refused", "created", "updated", "unchanged")},
        }
        audit.record(Record("matter.imported", actor, "matter_import", detail["sha256"][:32], detail=detail))
    return report


def _begin(actor: Actor) -> _Run:
    matters = list(Matter.objects.select_for_update())
    versions = list(Version.objects.order_by("number"))
    return _Run(
        actor,
        now(),
        {matter.code: matter for matter in matters if matter.code},
        {matter.local_code: matter for matter in matters if matter.local_code},
        {matter.short: matter for matter in matters},
        {row.matter_id: row for row in versions if row.state == "draft"},
        {row.matter_id: row for row in versions if row.state == "published"},
    )


def _one(run: _Run, number: int, row: tabular.Row) -> RowReport:
    mapped = mapping.map_row(row)
    record = mapped.record
    name = str(record.get("name", ""))
    refusal = mapped.refusal or _repeated(run, number, row, record, mapped) or _not_mine(run, record)
    if refusal:
        return RowReport(number, "refused", name, "", (Finding("refused", "", refusal), *mapped.findings))
    findings = [*mapped.findings, *_missing(record)]
    matter, outcome = _keep(run, record, [*mapped.findings, *checking.check(record)])
    return RowReport(number, outcome, name, matter.short, tuple(findings))


def _key(record: Mapping[str, Any]) -> str:
    code = record["code"] or record["local_code"]
    return code or f"{record['short']}|{record['department_name']}|{record['name']}"


def _repeated(run: _Run, number: int, row: tabular.Row, record: dict[str, Any], mapped: mapping.Mapped) -> str:
    """Why a row is refused as a repetition; a different row of the same code is kept, and told so."""
    key = _key(record)
    first = run.seen.setdefault(key, (number, row))
    if first[0] == number:
        return ""
    if first[1] == row:
        return f"与第 {first[0]} 行完全相同,不重复登记。"
    mapped.tell("codes", "code", f"编码与第 {first[0]} 行相同但内容不同,已另存为一个草稿;请核对后改正其中一个。")
    record["extra"] = {**record["extra"], "same_code_as_line": first[0], "line": number}
    record["local_code"], record["extra"]["shared_code"] = "", key
    record["short"], record["code"] = "", ""
    return ""


def _not_mine(run: _Run, record: Mapping[str, Any]) -> str:
    department = record["department"]
    if department and not may(run.actor, "matter.edit", department=department):
        return f"这一行属于“{record['department_name']}”,您只能导入本部门的事项。"
    return ""


def _missing(record: Mapping[str, Any]) -> list[Finding]:
    """One finding for all mandatory elements that a row does not tell."""
    missing = [finding for finding in checking.check(record) if finding.rule == "mandatory"]
    labels = "、".join(comparing.LABELS.get(finding.field, finding.field) for finding in missing)
    return [Finding("mandatory", "", f"缺少必填要素:{labels};补齐后才能发布。")] if missing else []


def _short(record: Mapping[str, Any]) -> str:
    told = str(record["short"])
    shared = str(record["extra"].get("shared_code", ""))
    return told or "imported." + hashlib.sha256(f"{_key(record)}|{shared}|{record['name'] if shared else ''}".encode()).hexdigest()[:16]


def _keep(run: _Run, record: dict[str, Any], findings: list[Finding]) -> tuple[Matter, Outcome]:
    """Put a record into its matter's draft."""
    record["short"] = short = _short(record)
    matter = run.by_short.get(short) or run.by_code.get(record["code"] or "-") or run.by_local.get(record["local_code"] or "-")
    if matter is None:
        return _new(run, record, findings), "created"
    record["short"] = matter.short
    draft, last = run.drafts.get(matter.id), run.published.get(matter.id)
    if (draft or last) and (draft or last).record == record:  # type: ignore[union-attr]
        return matter, "unchanged"
    if draft is None:
        draft = _draft(run, matter, record, findings, number=(last.number if last else 0) + 1)
        run.drafts[matter.id] = draft
    else:
        _fill(run, draft, record, findings)
        draft.lock += 1
        if draft not in run.new_drafts and draft not in run.changed:
            run.changed.append(draft)
    return matter, "updated"


def _new(run: _Run, record: dict[str, Any], findings: list[Finding]) -> Matter:
    own = {name: record[name] for name in ("short", "name", "kind", "department", "region", "local_code")}
    matter = Matter(**own, code=record["code"] if record["code"] not in run.by_code else "", changed_at=run.at)
    matter.department = matter.department or run.actor.department
    run.new_matters.append(matter)
    run.by_short[matter.short] = matter
    if matter.code:
        run.by_code[matter.code] = matter
    if matter.local_code:
        run.by_local[matter.local_code] = matter
    run.drafts[matter.id] = _draft(run, matter, record, findings, number=1)
    return matter


def _draft(run: _Run, matter: Matter, record: dict[str, Any], findings: list[Finding], *, number: int) -> Version:
    draft = Version(matter=matter, number=number)
    _fill(run, draft, record, findings)
    run.new_drafts.append(draft)
    return draft


def _fill(run: _Run, draft: Version, record: dict[str, Any], findings: list[Finding]) -> None:
    draft.record, draft.findings = record, [asdict(finding) for finding in findings]
    draft.edited_by, draft.edited_by_name, draft.edited_at = run.actor.account_id, run.actor.name, run.at


def _report(format: str, rows: tuple[RowReport, ...]) -> ImportReport:
    count = {outcome: sum(row.outcome == outcome for row in rows) for outcome in ("created", "updated", "unchanged", "refused")}
    return ImportReport(
        format,
        len(rows),
        len(rows) - count["refused"],
        count["refused"],
        count["created"],
        count["updated"],
        count["unchanged"],
        sum(bool(row.findings) for row in rows),
        rows,
    )
