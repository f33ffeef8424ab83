"""Changes of state: suspend, restore, revoke, cancel, expire, replace. The document never changes; the state does, recorded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit_many
from yiwang.security.access.api import SYSTEM, Actor, covers, require
from yiwang.security.audit.api import Record, record_many
from yiwang.standards.events import LicenceRevoked
from yiwang.support.identity.api import department
from yiwang.support.licences import evidence, queries
from yiwang.support.licences.errors import NoLicence, NotInForce, ReasonNeeded, TextUnusable, UnknownAct
from yiwang.support.licences.states import ACTS, BY_HAND, Act
from yiwang.support.licences.words import Licence

_BATCH = 500
LONGEST = {"reason": 500, "basis": 200}


def perform(licence_id: UUID, act_name: str, *, reason: str, actor: Actor, basis: str = "") -> Licence:
    """An official's act on a licence of the own department, in one transaction; ``basis``: the clause, '' for the act's own."""
    with transaction.atomic():
        found = queries.by_id(licence_id, lock=True)
        if found is None or actor.kind in ("citizen", "anonymous", "machine"):
            raise NoLicence()
        licence = found.licence
        require(actor, "licence.revoke", department=licence.department)
        require_region(actor, licence.department)
        if act_name not in BY_HAND:
            raise UnknownAct(field="act")
        act = ACTS[act_name]
        clause = basis.strip() or act.clause
        if not reason.strip():
            raise ReasonNeeded(field="reason")
        for field, text in (("reason", reason), ("basis", basis)):
            if len(text) > LONGEST[field] or "\x00" in text:
                raise TextUnusable(field=field, most=LONGEST[field])
        if licence.state not in act.sources:
            raise NotInForce(name=licence.name, state=licence.state_name, act=act.word)
        _change([licence_id], act, reason=reason.strip(), case_id=licence.case_id, actor=actor, clause=clause)
        if act.target != "valid":
            emit_many([_event(licence, act, clause, reason.strip())])
    changed = queries.by_id(licence_id)
    assert changed is not None
    return changed.licence


def require_region(actor: Actor, code: str) -> None:
    """A namesake department of another region is another department."""
    if actor.kind != "system" and not (covers(actor.region, department(code).region) or covers(department(code).region, actor.region)):
        raise NoLicence()


def replaced(old: queries.Stored, *, case_id: UUID | None, actor: Actor) -> None:
    """The old version gives way to a new one, in the caller's transaction."""
    act = ACTS["replace"]
    if old.licence.state not in act.sources:
        raise NotInForce(name=old.licence.name, state=old.licence.state_name, act=act.word)
    _change([old.licence.id], act, reason="换发新版", case_id=case_id, actor=actor)


def expire_due(on: date) -> int:
    """End every licence whose last day lies before ``on``; returns how many. In batches, each its own transaction."""
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM licence WHERE state IN ('valid', 'suspended') AND valid_to < %s LIMIT %s FOR UPDATE SKIP LOCKED",
                [on, _BATCH],
            )
            due = [row[0] for row in cursor.fetchall()]
            _change(due, ACTS["expire"], reason="有效期届满", case_id=None, actor=SYSTEM)
        total += len(due)
        if len(due) < _BATCH:
            return total


def _event(licence: Licence, act: Act, clause: str, reason: str) -> LicenceRevoked:
    return LicenceRevoked(
        at=now(),
        licence_id=str(licence.id),
        kind=licence.kind,
        identifier=licence.number,
        holder=str(licence.holder),
        department=licence.department,
        reason=reason,
        title=licence.name,
        act=act.name,
        clause=clause,
    )


def _change(ids: list[UUID], act: Act, *, reason: str, case_id: UUID | None, actor: Actor, clause: str = "") -> None:
    """Set the state of locked licences and record it: one UPDATE, one INSERT of records."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE licence SET state = %s, state_reason = %s, state_at = %s WHERE id = ANY(%s)", [act.target, reason, now(), ids]
        )
    rows = evidence.current_rows([str(one) for one in ids])
    record_many([_record(one, rows[str(one)], act, clause or act.clause, case_id, actor) for one in ids])


def _record(licence_id: UUID, row: dict[str, Any], act: Act, clause: str, case_id: UUID | None, actor: Actor) -> Record:
    detail = {"number": row["number"], "reason": row["state_reason"], "clause": clause, "state": act.target}
    return Record(f"licence.{act.name}", actor, "licence", str(licence_id), case_id, detail, row)
