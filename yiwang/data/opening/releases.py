"""Writing: a release is prepared, checked, approved by a second person, opened, withdrawn. Each act is one transaction with its record."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from yiwang.base.clock.api import now
from yiwang.base.outbox import api as outbox
from yiwang.data.opening import comparing, definitions, files, judging, making, rows
from yiwang.data.opening.errors import (
    BudgetSpent,
    NoSuchRelease,
    NotSafe,
    OpeningNeedsReason,
    SameOpener,
    StaleRelease,
    UnfinishedRelease,
    WrongReleaseStep,
)
from yiwang.data.opening.models import Release, Spending
from yiwang.data.opening.states import NEEDS_REASON, PERMISSIONS, STATES, STEP_NAMES, STEPS, UNFINISHED
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.events import OpenReleaseStepped


def prepare(code: str, *, actor: Actor) -> Release:
    """Make a draft at once from the present sources, protected already; noise takes its share of the privacy budget, used or not."""
    definition = definitions.get(code)
    require(actor, PERMISSIONS["prepare"], department=definition.department)
    with transaction.atomic():
        row = _begun(definition, actor, "draft")
        _filled(row, definition, making.make(definition))
        row.save()
        _told(row, "prepare", actor)
    return row


def ask(code: str, *, actor: Actor) -> Release:
    """Let a draft be made by the process that makes them (``working.py``); it is refused now where it could not be made later."""
    definition = definitions.get(code)
    require(actor, PERMISSIONS["prepare"], department=definition.department)
    with transaction.atomic():
        row = _begun(definition, actor, "queued")
        _affordable(definition)
        row.save()
        _told(row, "ask", actor)
    return row


def produce(row: Release) -> None:
    """Make what was asked for: the row becomes a draft, in one transaction with its share of the budget; a kill leaves nothing behind.

    Raises:
        YiwangError: it cannot be made; the row is as it was.
    """
    definition = definitions.get(row.code)
    made = making.make(definition)
    with transaction.atomic():
        _one_at_a_time(row.code)
        if not Release.objects.select_for_update(of=("self",)).filter(id=row.id, state="making").exists():
            return
        _filled(row, definition, made)
        row.state, row.lock = "draft", row.lock + 1
        row.save()
        _told(row, "prepare", SYSTEM)


def fail(row: Release, reason: str) -> None:
    """What was asked for could not be made; somebody may ask again."""
    with transaction.atomic():
        row.state, row.reason, row.closed_at, row.lock = "failed", reason[:1000], now(), row.lock + 1
        row.save()
        _told(row, "fail", SYSTEM)


def _begun(definition: definitions.Definition, actor: Actor, state: str) -> Release:
    """A new version of a data set; the caller's transaction holds the data set from here on."""
    code = definition.code
    _one_at_a_time(code)
    if (waiting := Release.objects.filter(code=code, state__in=UNFINISHED).first()) is not None:
        raise UnfinishedRelease(title=definition.title, number=waiting.number)
    number = (Release.objects.filter(code=code).aggregate(most=Max("number"))["most"] or 0) + 1
    return Release(
        code=code, number=number, state=state, department=definition.department, region=actor.region, definition=dict(definition.told),
        rows=0, digest="", size=0, made_by=actor.account_id, made_by_name=actor.name, made_at=now(),
    )  # fmt: skip


def _filled(row: Release, definition: definitions.Definition, made: making.Made) -> None:
    """Pay for a made table, keep it and write down what differs from the open one."""
    _spend(definition, row.number)
    stored = files.keep(made.table)
    before = Release.objects.filter(code=row.code, state="open").first()
    row.definition, row.rows, row.digest, row.size = dict(definition.told), made.table.num_rows, stored.digest, stored.size
    row.report = {"done": made.done, "read": made.read}
    row.changes = _changes(definition, before, made.table.to_pylist())


def _changes(definition: definitions.Definition, before: Release | None, new: list[dict[str, Any]]) -> dict[str, Any]:
    if before is None:
        return {}
    found = comparing.compare(files.table(before.digest).to_pylist(), new, key=definition.key)
    return {"from": before.number, **found, "rows": [{**one, "cells": _plain(one["cells"])} for one in found["rows"]]}


def _plain(cells: list[list[Any]]) -> list[list[Any]]:
    return [[value if isinstance(value, int | float | bool | None) else str(value) for value in cell] for cell in cells]


def spent(code: str) -> Fraction:
    """What has been taken of a data set's privacy budget."""
    taken = Spending.objects.filter(code=code).values_list("numerator", "denominator")
    return sum((Fraction(top, bottom) for top, bottom in taken), Fraction(0))


def _affordable(definition: definitions.Definition) -> None:
    """Refuse what the privacy budget does not allow."""
    guard = definition.protection
    used = spent(definition.code) if guard.method == "noise" else Fraction(0)
    if guard.method == "noise" and used + guard.epsilon > guard.budget:
        raise BudgetSpent(title=definition.title, total=guard.budget, spent=used, wanted=guard.epsilon)


def _spend(definition: definitions.Definition, number: int) -> None:
    """Take a release's share of the budget, or refuse; the caller holds the data set's lock."""
    _affordable(definition)
    if definition.protection.method != "noise":
        return
    share = definition.protection.epsilon
    Spending.objects.create(code=definition.code, number=number, numerator=share.numerator, denominator=share.denominator, at=now())


def step(release_id: UUID, *, act: str, actor: Actor, lock: int, reason: str = "") -> Release:
    """One step of a release; see ``states.STEPS``. A failed check keeps its report and is told as NotSafe after it is kept."""
    permission = PERMISSIONS.get(act, "opening.edit")
    with transaction.atomic():
        seen = Release.objects.filter(id=release_id).first()
        if seen is None:
            raise NoSuchRelease(code=str(release_id))
        require(actor, permission, department=seen.department, region=seen.region)
        _one_at_a_time(seen.code)
        row = Release.objects.select_for_update(of=("self",)).get(id=release_id)
        title = str(row.definition["title"])
        target = STEPS.get((row.state, act))
        if target is None:
            raise WrongReleaseStep(title=title, state=STATES[row.state], step=STEP_NAMES.get(act, act))
        if lock != row.lock:
            raise StaleRelease(title=title, yours=lock, current=row.lock)
        if act in NEEDS_REASON and not reason.strip():
            raise OpeningNeedsReason(step=STEP_NAMES[act])
        if act in ("approve", "return") and actor.account_id in (row.made_by, row.checked_by):
            raise SameOpener(title=title)
        findings = _apply(row, act, target, actor, reason.strip()[:1000])
        row.save()
        _told(row, act, actor)
    if findings:
        raise NotSafe(title=title, findings=" ".join(findings))
    return row


def _apply(row: Release, act: str, target: str, actor: Actor, reason: str) -> list[str]:
    """Change the row as the step wants; the findings of a check that failed, which leaves the state as it is."""
    at = now()
    row.lock += 1
    if act == "check":
        return _check(row, actor, target)
    row.state = target
    if reason:
        row.reason = reason
    if act == "approve":
        row.approved_by, row.approved_by_name, row.approved_at = actor.account_id, actor.name, at
    if act == "open":
        _open(row, at)
    if target in ("withdrawn", "discarded"):
        row.closed_at = at
    return []


def _check(row: Release, actor: Actor, target: str) -> list[str]:
    definition = definitions.read(row.definition)
    before = {name: row.report.get(name, {}) for name in ("done", "read")}
    report = judging.judge(definition, files.table(row.digest), before["done"])
    row.report, row.checked_by = {**before, "check": report}, actor.account_id
    findings: list[str] = report["findings"]
    if not findings:
        row.state = target
    return findings


def _open(row: Release, at: datetime) -> None:
    """Open a release in place of the one that was; that one stays readable as a former version."""
    for old in Release.objects.select_for_update(of=("self",)).filter(code=row.code, state="open"):
        old.state, old.closed_at, old.lock = "superseded", at, old.lock + 1
        old.save()
        audit.record(Record("opening.supersede", SYSTEM, rows.RELEASE, str(old.id), detail={"code": old.code}, row=rows.content(old)))
    row.opened_at = at


def _one_at_a_time(code: str) -> None:
    """Two acts on one data set wait for each other; there may be no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"opening:{code}"])


def _told(row: Release, act: str, actor: Actor) -> None:
    """The audit record with the row's content, and the event."""
    detail = {"code": row.code, "number": row.number, "rows": row.rows, "reason": row.reason, "read": row.report.get("read", {})}
    audit.record(Record(f"opening.{act}", actor, rows.RELEASE, str(row.id), detail=detail, row=rows.content(row)))
    outbox.emit(
        OpenReleaseStepped(
            at=now(), release_id=str(row.id), code=row.code, number=row.number, department=row.department, step=act, state=row.state
        )
    )


def known(code: str) -> bool:
    """Whether a data set ever had a release."""
    return Release.objects.filter(code=code).exists()
