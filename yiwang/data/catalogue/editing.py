"""Writing: saving a draft, submitting, returning, publishing by the data authority, extending, discarding; duties.

Every act is one transaction with its audit record (a leaf of the evidence log: 目录链) and its event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import connection, transaction

from yiwang.base.clock.api import now, today
from yiwang.base.outbox import api as outbox
from yiwang.data.catalogue import checking, in_force, queries, rows
from yiwang.data.catalogue.errors import (
    BadResource,
    NoResourceDraft,
    ResourceHasFindings,
    ResourceNeedsReason,
    SameCataloguer,
    StaleResource,
    WrongResourceStep,
)
from yiwang.data.catalogue.models import CatalogueDuty
from yiwang.data.catalogue.models import ResourceVersion as Row
from yiwang.data.catalogue.states import PERMISSIONS, STATES, STEP_NAMES, STEPS
from yiwang.data.catalogue.values import Duty, Resource, ResourceVersion, from_json, metadata, to_json
from yiwang.security.access.api import Actor, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.events import ResourceStepped


def save(resource: Resource, *, actor: Actor, lock: int, note: str, changed_on: date | None) -> ResourceVersion:
    """See the door."""
    body = to_json(resource)
    from_json(body)
    if changed_on and changed_on > today():
        raise BadResource(why="数据变化之日不能晚于今天", field="changed_on")
    require(actor, PERMISSIONS["save"], department=resource.department, region=resource.region)
    if resource.code.partition(".")[0] != resource.department or len(resource.code) > 64:
        raise BadResource(why=f"代码应以“{resource.department}.”开头,不超过 64 个字符", field="code")
    with transaction.atomic():
        _one_at_a_time(f"catalogue:{resource.code}")
        row = queries.open_row(resource.code, lock=True)
        standing = in_force.memory.all().get(resource.code)
        if standing and (standing.department, standing.region) != (resource.department, resource.region):
            raise BadResource(why="已发布资源的部门和地区不能改", field="department")
        if row is None and lock == 0:
            number = Row.objects.filter(code=resource.code).order_by("-number").values_list("number", flat=True).first() or 0
            row = Row(code=resource.code, number=number + 1, state="draft", department=resource.department, region=resource.region)
        _fresh(row, resource.title, lock)
        assert row is not None
        row.state = _after(row, "save")
        row.body, row.note, row.lock, row.changed_on = body, note.strip()[:2000], row.lock + 1, changed_on or row.changed_on or today()
        row.catalogue_code = standing.catalogue_code if standing else ""
        row.editors = [*row.editors, actor.account_id] if actor.account_id not in row.editors else row.editors
        row.edited_by_name, row.edited_at = actor.name, now()
        row.save()
        _told(row, "save", actor, row.note)
    return queries.view(row, actor)


def submit(code: str, *, actor: Actor, lock: int) -> ResourceVersion:
    """See the door."""
    with transaction.atomic():
        row, state = _taken(code, "submit", actor, lock)
        _faultless(row, "submit")
        row.state, row.return_reason, row.submitted_at, row.lock = state, "", now(), row.lock + 1
        row.overdue = [one for one in row.overdue if one != "review"]  # a new term begins
        row.editors = [*row.editors, actor.account_id] if actor.account_id not in row.editors else row.editors
        row.save()
        _told(row, "submit", actor, row.note)
    return queries.view(row, actor)


def give_back(code: str, *, actor: Actor, lock: int, reason: str) -> ResourceVersion:
    """See the door."""
    with transaction.atomic():
        row, state = _taken(code, "return", actor, lock)
        if not reason.strip():
            raise ResourceNeedsReason(why="退回的理由", field="reason")
        row.state, row.return_reason, row.lock = state, reason.strip()[:2000], row.lock + 1
        row.save()
        _told(row, "return", actor, row.return_reason)
    return queries.view(row, actor)


def publish(code: str, *, actor: Actor, lock: int) -> ResourceVersion:
    """See the door."""
    with transaction.atomic():
        row, state = _taken(code, "publish", actor, lock)
        _faultless(row, "publish")
        row.catalogue_code = row.catalogue_code or _next_code(from_json(row.body))
        row.body = {**row.body, "catalogue_code": row.catalogue_code}
        row.state, row.lock = state, row.lock + 1
        row.published_by, row.published_by_name, row.published_at = actor.account_id, actor.name, now()
        row.save()
        _told(row, "publish", actor, row.note)
        in_force.published()
    return queries.view(row, actor)


def discard(code: str, *, actor: Actor, lock: int) -> None:
    """See the door."""
    with transaction.atomic():
        row, state = _taken(code, "discard", actor, lock)
        row.state, row.lock = state, row.lock + 1
        row.save()
        _told(row, "discard", actor, "")


def extend(code: str, *, actor: Actor, lock: int, reason: str) -> ResourceVersion:
    """See the door."""
    with transaction.atomic():
        row = _open(code, "catalogue.publish", actor, lock)
        if not reason.strip():
            raise ResourceNeedsReason(why="延长期限的理由", field="reason")
        if row.extended:
            raise WrongResourceStep(title=row.body["title"], state="已延长过一次", step="再次延长")
        row.extended, row.lock = True, row.lock + 1
        row.overdue = [one for one in row.overdue if one != "update"]
        row.save()
        _told(row, "extend", actor, reason.strip()[:2000])
    return queries.view(row, actor)


def keep_duty(duty: Duty, *, actor: Actor, removed: bool) -> None:
    """See the door."""
    require(actor, "catalogue.edit", department=duty.department, region=duty.region)
    standing = in_force.duties().get(duty.code)
    if standing and standing.department != duty.department:
        require(actor, "catalogue.edit", department=standing.department, region=standing.region)
    if not duty.title.strip() or not duty.code.startswith(f"{duty.department}.") or len(duty.code) > 64 or len(duty.title) > 200:
        raise BadResource(why=f"职责要有名称(200 字以内)和以“{duty.department}.”开头的代码", field="duty")
    with transaction.atomic():
        values = {"title": duty.title.strip(), "department": duty.department, "region": duty.region, "basis": duty.basis[:300]}
        CatalogueDuty.objects.update_or_create(code=duty.code, defaults={**values, "removed": removed})
        detail = {**values, "removed": removed}
        audit.record(Record("duty.keep", actor, "duty", duty.code, detail=detail))


def _one_at_a_time(word: str) -> None:
    """Two acts under one word wait for each other; there may be no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [word])


def _next_code(resource: Resource) -> str:
    """The next code under the front of a classification, never given twice: ``front/sequence``."""
    front = f"{resource.category}{resource.item}{resource.group}"
    _one_at_a_time(f"catalogue code {front}")
    given = {one.catalogue_code for one in in_force.shipped().values()}
    given |= set(Row.objects.filter(catalogue_code__startswith=f"{front}/").values_list("catalogue_code", flat=True))
    last = max((int(code.partition("/")[2]) for code in given if code.startswith(f"{front}/")), default=0)
    return f"{front}/{last + 1:0{metadata()['sequence_digits']}d}"


def _fresh(row: Row | None, title: str, lock: int) -> None:
    current = row.lock if row else 0
    if row is None or current != lock:
        raise StaleResource(title=title, editor=row.edited_by_name if row else "别人发布或放弃,草稿已", yours=lock, current=current)


def _after(row: Row, step: str) -> str:
    state = STEPS.get((row.state, step))
    if state is None:
        raise WrongResourceStep(title=row.body.get("title", row.code), state=STATES[row.state], step=STEP_NAMES[step])
    return state


def _open(code: str, permission: str, actor: Actor, lock: int) -> Row:
    row = queries.open_row(code, lock=True)
    if row is None or not queries.sees(row, actor):
        raise NoResourceDraft(resource=str(code)[:80])
    require(actor, permission, department=row.department, region=row.region)
    _fresh(row, row.body["title"], lock)
    return row


def _taken(code: str, step: str, actor: Actor, lock: int) -> tuple[Row, str]:
    """The locked open version and the state after a step, once everything allows it."""
    row = _open(code, PERMISSIONS[step], actor, lock)
    if step in ("publish", "return") and actor.account_id in row.editors:
        raise SameCataloguer(title=row.body["title"])
    return row, _after(row, step)


def _faultless(row: Row, step: str) -> None:
    resource = replace(from_json(row.body), catalogue_code=row.catalogue_code)
    findings = checking.examined(resource, known=in_force.memory.all(), duties=in_force.duties())
    errors = [one for one in findings if one.level == "error"]
    if errors:
        said = ";".join(one.cause for one in errors[:5])
        raise ResourceHasFindings(title=resource.title, count=len(errors), step=STEP_NAMES[step], findings=said)


def _told(row: Row, step: str, actor: Actor, note: str) -> None:
    """The audit record, which is a leaf of the evidence log, and the event."""
    detail = {"code": row.code, "number": row.number, "lock": row.lock, "note": note, "digest": rows.digest(row)}
    content = rows.content(row) if step == "publish" else None
    audit.record(Record(f"resource.{step}", actor, rows.VERSION, str(row.id), detail=detail, row=content))
    if step != "save":
        title = str(row.body.get("title", ""))
        told = ResourceStepped(
            at=now(), resource=row.code, version=row.number, step=step, department=row.department, title=title, reason=note
        )
        outbox.emit(told)
