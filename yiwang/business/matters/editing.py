"""Writing matters: drafts, publishing by a second person, suspending, cancelling, loading the built-in library.

Every act is one transaction with its audit record and its event; a published version is never changed, only followed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.outbox import api as outbox
from yiwang.business.matters import checking, comparing, queries, reading, rows
from yiwang.business.matters.errors import DraftHasFindings, NeedsReason, NoDraft, NoSuchMatter, SamePerson, StaleDraft
from yiwang.business.matters.models import Matter, Version
from yiwang.business.matters.values import Draft, Finding, MatterVersion, VersionLine
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.errors import InvalidInput
from yiwang.standards.events import MatterCancelled, MatterPublished, MatterSuspended

BUILTIN = "builtin"
_ACTS = {"suspended": "暂停", "cancelled": "取消", "in_use": "恢复"}


def _matter(code_or_short: str, *, lock: bool = False) -> Matter | None:
    chosen = Matter.objects.select_for_update() if lock else Matter.objects
    return chosen.filter(short=code_or_short).first() or (chosen.filter(code=code_or_short).first() if code_or_short else None)


def _found(code_or_short: str, *, lock: bool = False) -> Matter:
    matter = _matter(code_or_short, lock=lock)
    if matter is None:
        raise NoSuchMatter(matter=code_or_short)
    return matter


def _changed() -> None:
    """Ask the tables again: now, for this transaction, and once it is committed."""
    queries.memory.forget()
    transaction.on_commit(queries.memory.forget)


def _draft_view(row: Version, matter: Matter, actor: Actor) -> Draft:
    findings = tuple(Finding(**one) for one in row.findings)
    before = matter.versions.filter(state="published").order_by("-number").first()
    changes = comparing.diff_records(before.record if before else {}, row.record)
    return Draft(
        matter.short,
        matter.name,
        row.number,
        row.lock,
        row.record,
        findings,
        row.edited_by_name,
        row.edited_at,
        row.edited_by == actor.account_id,
        tuple(changes),
    )


def draft(code_or_short: str, *, actor: Actor) -> Draft:
    """The draft of a matter, or what a new draft would start from (``lock`` 0).

    Raises:
        NoSuchMatter: unknown. PermissionDenied: without ``matter.view`` for its department.
    """
    matter = _found(code_or_short)
    require(actor, "matter.view", department=matter.department, region=matter.region)
    row = matter.versions.filter(state="draft").first()
    if row is not None:
        return _draft_view(row, matter, actor)
    last = matter.versions.order_by("-number").first()
    if last is None:
        raise NoDraft(name=matter.name)
    return Draft(matter.short, matter.name, last.number + 1, 0, last.record, (), last.edited_by_name, last.edited_at, False)


def _full(data: Mapping[str, Any]) -> dict[str, Any]:
    """The whole record of what an editor gave, its codes made from its department where they are missing."""
    told = dict(data)
    department = queries.departments().get(str(told.get("department", "")))
    if department and not told.get("department_credit_code"):
        told |= {"department_credit_code": department["credit_code"], "department_name": department["name"], "region": department["region"]}
        told["level"] = reading.defaults()["levels"][department["level"]]
    return reading.to_record(reading.from_record(told))


def save_draft(code_or_short: str, *, data: Mapping[str, Any], actor: Actor, version: int) -> Draft:
    """Save a draft; a matter of a new short key is made with it. ``version`` is the ``lock`` last seen (0: none yet).

    ``data`` is the whole record (elements of STANDARDS §2.1 in snake_case). Broken rules do not prevent saving: they come
    back as findings and prevent publishing.

    Raises:
        UnreadableMatter: an element cannot be read at all. StaleDraft: somebody saved in between.
        PermissionDenied: without ``matter.edit`` for the department it belongs to, and for the one it is given to.
    """
    record = _full(data)
    with transaction.atomic():
        matter = _matter(code_or_short, lock=True)
        for department, region in {(record["department"], record["region"]), *([(matter.department, matter.region)] if matter else [])}:
            require(actor, "matter.edit", department=department, region=region)
        if matter is None:
            record["short"] = record["short"] or code_or_short
            matter = Matter.objects.create(**_identity(record), changed_at=now())
        record["short"] = matter.short
        row = matter.versions.select_for_update().filter(state="draft").first()
        _require_fresh(row, version, matter)
        findings = [asdict(finding) for finding in [*checking.check(record), *_code_taken(record, matter)]]
        row = row or Version(matter=matter, number=_next_number(matter), lock=0)
        row.record, row.findings, row.lock = record, findings, row.lock + 1
        row.edited_by, row.edited_by_name, row.edited_at = actor.account_id, actor.name, now()
        row.save()
        if matter.state == "draft":
            Matter.objects.filter(id=matter.id).update(**_identity(record), changed_at=now())
            matter.refresh_from_db()
        audit.record(
            Record(
                "matter.draft_saved",
                actor,
                "matter_draft",
                str(row.id),
                detail={"matter": matter.short, "number": row.number, "lock": row.lock, "findings": len(findings)},
            )
        )
        return _draft_view(row, matter, actor)


def _identity(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the matter's own row repeats from its record; the code only once it is one."""
    code = record["code"] if len(record["code"]) == 31 and not Matter.objects.filter(code=record["code"]).exists() else ""
    own = {name: record[name] for name in ("short", "name", "kind", "department", "region", "local_code")}
    return {**own, **({"code": code} if code else {})}


def _next_number(matter: Matter) -> int:
    last = matter.versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _require_fresh(row: Version | None, version: int, matter: Matter) -> None:
    current = row.lock if row else 0
    if current != version:
        raise StaleDraft(name=matter.name, editor=row.edited_by_name if row else "别人发布,草稿已", yours=version, current=current)


def _code_taken(record: Mapping[str, Any], matter: Matter) -> list[Finding]:
    if record["code"] and Matter.objects.filter(code=record["code"]).exclude(id=matter.id).exists():
        return [Finding("codes", "code", f"实施编码 {record['code']} 已被另一事项使用,请换一个主项序号。")]
    return []


def publish(code_or_short: str, *, actor: Actor, version: int, effective_from: date | None = None) -> MatterVersion:
    """Publish the draft as the next version, in force from a day (today); running cases stay on theirs.

    ``version`` is the ``lock`` of the draft that was read. Two persons: who edited it cannot publish it.

    Raises:
        NoDraft, StaleDraft, SamePerson; DraftHasFindings: a rule of ``check`` is broken;
        InvalidInput: the day is past. PermissionDenied: without ``matter.publish``.
    """
    day = effective_from or today()
    if day < today():
        raise InvalidInput(f"生效日期 {day} 早于今天,请选择今天或以后的日期。", field="effective_from")
    with transaction.atomic():
        matter = _found(code_or_short, lock=True)
        require(actor, "matter.publish", department=matter.department, region=matter.region)
        row = matter.versions.select_for_update().filter(state="draft").first()
        if row is None:
            raise NoDraft(name=matter.name)
        _require_fresh(row, version, matter)
        if row.edited_by == actor.account_id:
            raise SamePerson(name=matter.name)
        findings = [*checking.check(row.record), *_code_taken(row.record, matter)]
        if findings:
            raise DraftHasFindings(name=matter.name, count=len(findings), findings=";".join(one.message for one in findings[:5]))
        row.record = {**row.record, "effective_from": day.isoformat()}
        row.state, row.effective_from, row.findings = "published", day, []
        row.published_by, row.published_by_name, row.published_at = actor.account_id, actor.name, now()
        row.save()
        _put_in_use(matter, row)
        _write_down([(matter, row)], actor, "matter.published")
    return reading.from_record(row.record, id=row.id, version=row.number, state="in_use")


def _put_in_use(matter: Matter, row: Version) -> None:
    record = row.record
    for name in ("code", "local_code", "name", "kind", "department", "region"):
        setattr(matter, name, record[name])
    matter.state, matter.reason, matter.version, matter.changed_at = "in_use", "", row.number, now()
    matter.save()


def _write_down(pairs: Sequence[tuple[Matter, Version]], actor: Actor, act: str) -> None:
    """The audit records and events of publishing, and a look at the tables for everybody."""
    records = []
    for matter, row in pairs:
        detail = {"matter": matter.short, "name": matter.name, "number": row.number}
        records.append(Record(act, actor, rows.VERSION, str(row.id), detail=detail, row=rows.version_content(row)))
        records.append(Record(act, actor, rows.MATTER, matter.short, detail=detail, row=rows.matter_content(matter)))
    audit.record_many(records)
    outbox.emit_many(
        [
            MatterPublished(
                at=now(),
                matter=matter.short,
                version=row.number,
                department=matter.department,
                title=matter.name,
                effective_from=row.effective_from,
            )
            for matter, row in pairs
        ]
    )
    _changed()


def _turn(code_or_short: str, *, state: str, reason: str, actor: Actor) -> MatterVersion:
    """Bring a matter into another state, with a reason; what already is in that state stays as it is."""
    with transaction.atomic():
        matter = _found(code_or_short, lock=True)
        require(actor, "matter.publish", department=matter.department, region=matter.region)
        if state != "in_use" and not reason.strip():
            raise NeedsReason(act=_ACTS[state], name=matter.name, field="reason")
        if matter.state == "draft" or (matter.state == "cancelled" and state != "cancelled"):
            raise InvalidInput(f"“{matter.name}”{'尚未发布' if matter.state == 'draft' else '已取消'},不能{_ACTS[state]}。")
        if matter.state != state:
            matter.state, matter.reason, matter.changed_at = state, reason.strip(), now()
            matter.save()
            act = {"suspended": "matter.suspended", "cancelled": "matter.cancelled", "in_use": "matter.resumed"}[state]
            audit.record(Record(act, actor, rows.MATTER, matter.short, detail={"reason": matter.reason}, row=rows.matter_content(matter)))
            common = {"at": now(), "matter": matter.short, "version": matter.version, "department": matter.department, "title": matter.name}
            event = {"suspended": MatterSuspended, "cancelled": MatterCancelled}.get(state)
            outbox.emit(event(**common, reason=matter.reason) if event else MatterPublished(**common))  # type: ignore[arg-type]
            _changed()
    return queries.described(matter.short)


def suspend(code_or_short: str, *, reason: str, actor: Actor) -> MatterVersion:
    """Take no new cases for the time being; running cases go on. Needs a reason and ``matter.publish``."""
    return _turn(code_or_short, state="suspended", reason=reason, actor=actor)


def resume(code_or_short: str, *, actor: Actor) -> MatterVersion:
    """Take cases again after a suspension. Needs ``matter.publish``."""
    return _turn(code_or_short, state="in_use", reason="", actor=actor)


def cancel(code_or_short: str, *, reason: str, actor: Actor) -> MatterVersion:
    """End a matter for good; running cases go on under their version. Needs a reason and ``matter.publish``."""
    return _turn(code_or_short, state="cancelled", reason=reason, actor=actor)


def history(code_or_short: str, *, actor: Actor) -> list[VersionLine]:
    """Every version of a matter, newest first. Needs ``matter.view`` for its department."""
    matter = _found(code_or_short)
    require(actor, "matter.view", department=matter.department, region=matter.region)
    return [
        VersionLine(
            row.id, row.number, row.state, row.effective_from, row.edited_by_name, row.edited_at, row.published_by_name, row.published_at
        )
        for row in matter.versions.order_by("-number")
    ]


def drafts(actor: Actor, *, page: int = 1, size: int = 50) -> list[Draft]:
    """The drafts of the actor's department, newest save first, ``size`` a page. Needs ``matter.view``."""
    require(actor, "matter.view", department=actor.department, region=actor.region)
    chosen = Version.objects.filter(state="draft").select_related("matter").order_by("-edited_at", "id")
    if actor.kind != "system":
        chosen = chosen.filter(matter__department=actor.department)
    start = (max(page, 1) - 1) * size
    return [_draft_view(row, row.matter, actor) for row in chosen[start : start + size]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the built-in library did, by short key."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


def load_builtin(*, actor: Actor = SYSTEM) -> Loaded:
    """Bring the built-in library into the tables, each matter published; loading it twice changes nothing.

    A matter that officials have edited is kept as they left it. Only the system or an account with ``matter.publish`` may.
    """
    require(actor, "matter.publish")
    done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": [], "kept": []}
    pairs: list[tuple[Matter, Version]] = []
    with transaction.atomic():
        present = {matter.short: matter for matter in Matter.objects.select_for_update()}
        newest: dict[Any, Version] = {row.matter_id: row for row in Version.objects.order_by("number")}
        for value in queries.builtin():
            matter = present.get(value.short)
            last = newest.get(matter.id) if matter else None
            outcome = _outcome(value, last)
            done[outcome].append(value.short)
            if outcome in ("created", "updated"):
                pairs.append(_builtin_row(value, matter, last, actor))
        Matter.objects.bulk_create([matter for matter, _ in pairs if matter.short not in present])
        for matter, _ in pairs:
            if matter.short in present:
                matter.save()
        Version.objects.bulk_create([row for _, row in pairs])
        _write_down(pairs, actor, "matter.published")
    return Loaded(**{name: tuple(shorts) for name, shorts in done.items()})


def _outcome(value: MatterVersion, last: Version | None) -> str:
    if last is None:
        return "created"
    if last.edited_by != BUILTIN:
        return "kept"
    return "unchanged" if last.record == reading.to_record(value) else "updated"


def _builtin_row(value: MatterVersion, matter: Matter | None, last: Version | None, actor: Actor) -> tuple[Matter, Version]:
    record, number = reading.to_record(value), (last.number if last else 0) + 1
    own = {name: record[name] for name in ("short", "code", "local_code", "name", "kind", "department", "region")}
    matter = matter or Matter(**own)
    for name, one in {**own, "state": "in_use", "reason": "", "version": number, "changed_at": now()}.items():
        setattr(matter, name, one)
    row = Version(
        id=value.id if number == 1 else reading.stable_id(record, number),
        matter=matter,
        number=number,
        state="published",
        record=record,
        effective_from=value.effective_from if number == 1 else today(),
        edited_by=BUILTIN,
        edited_by_name="内置事项库",
        edited_at=now(),
        published_by=actor.account_id,
        published_by_name=actor.name,
        published_at=now(),
    )
    return matter, row
