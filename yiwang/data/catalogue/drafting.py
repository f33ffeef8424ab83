"""Drafted resources: what a machine proposes of a table is kept for its department until a person confirms it into a resource's draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.data.catalogue import editing, queries
from yiwang.data.catalogue.errors import NoSuchProposal, WrongResourceStep
from yiwang.data.catalogue.models import Proposal as Row
from yiwang.data.catalogue.values import Drafted, Field, Resource, ResourceVersion
from yiwang.data.sensing import api as sensing
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record

STATES = {"proposed": "待确认", "confirmed": "已确认", "rejected": "不采用"}


def look_at(tables: Mapping[str, Any], *, origin: str, department: str, region: str, actor: Actor) -> list[Drafted]:
    """See the door."""
    require(actor, "catalogue.edit", department=department, region=region)
    related = sensing.relations(tables)
    made = []
    for name, table in tables.items():
        fields = [asdict(one) for one in sensing.classify(table)]
        mine = [asdict(one) for one in related if one.table == name]
        made.append(
            Row(
                department=department,
                region=region,
                name=name[:200],
                origin=origin[:300],
                profile={"fields": fields, "relations": mine},
                made_at=now(),
            )
        )
    with transaction.atomic():
        Row.objects.bulk_create(made)
        audit.record_many(
            [
                Record("resource.propose", actor, "proposal", str(row.id), detail={"name": row.name, "fields": len(row.profile["fields"])})
                for row in made
            ]
        )
    return [_view(row) for row in made]


def waiting(actor: Actor) -> list[Drafted]:
    """See the door."""
    require(actor, "catalogue.edit")
    rows = Row.objects.filter(state="proposed").order_by("-made_at")
    if actor.kind != "system":
        rows = rows.filter(department=actor.department)
    return [_view(row) for row in rows[:500] if may(actor, "catalogue.edit", department=row.department, region=row.region)]


def one(proposal_id: UUID, *, actor: Actor) -> Drafted:
    """See the door."""
    return _view(_row(proposal_id, actor))


def _row(proposal_id: UUID, actor: Actor, *, lock: bool = False) -> Row:
    rows = Row.objects.select_for_update() if lock else Row.objects
    row = rows.filter(id=proposal_id).first()
    if row is None or not may(actor, "catalogue.edit", department=row.department, region=row.region):
        raise NoSuchProposal()
    return row


def confirm(proposal_id: UUID, *, resource: Resource, actor: Actor) -> ResourceVersion:
    """See the door."""
    with transaction.atomic():
        row = _open(proposal_id, actor)
        own = replace(resource, department=row.department, region=row.region)
        standing = queries.open_row(own.code)
        made = editing.save(own, actor=actor, lock=standing.lock if standing else 0, note=f"由“{row.name}”起草", changed_on=None)
        row.state, row.resource = "confirmed", own.code
        _decided(row, actor, [_corrected(row, field) for field in own.fields])
    return made


def reject(proposal_id: UUID, *, actor: Actor) -> None:
    """See the door."""
    with transaction.atomic():
        row = _open(proposal_id, actor)
        row.state = "rejected"
        _decided(row, actor, [])


def _open(proposal_id: UUID, actor: Actor) -> Row:
    row = _row(proposal_id, actor, lock=True)
    if row.state != "proposed":
        raise WrongResourceStep(title=row.name, state=STATES[row.state], step="再次确认")
    return row


def _decided(row: Row, actor: Actor, corrected: Sequence[str]) -> None:
    row.decided_by_name, row.decided_at = actor.name, now()
    row.save()
    detail = {"name": row.name, "resource": row.resource, "corrected": [one for one in corrected if one]}
    audit.record(Record(f"resource.{row.state}", actor, "proposal", str(row.id), detail=detail))


def _corrected(row: Row, field: Field) -> str:
    """The name of a field whose proposed level, sensitivity or mask the person changed."""
    proposed = next((one for one in row.profile["fields"] if one["name"] == field.name), None)
    same = proposed and (proposed["level"], proposed["sensitive"], proposed["mask"]) == (field.level, field.sensitive, field.mask)
    return "" if same else field.name


def _view(row: Row) -> Drafted:
    fields = tuple(
        Field(
            name=one["name"],
            title=one["name"],
            type=one["type"],
            length=one["profile"]["longest"] if one["type"] == "string" else 0,
            level=one["level"],
            sensitive=one["sensitive"],
            mask=one["mask"],
            key=one["key"],
        )
        for one in row.profile["fields"]
    )
    told = tuple(row.profile["fields"])
    return Drafted(
        row.id,
        row.name,
        row.origin,
        row.department,
        row.region,
        row.state,
        fields,
        told,
        tuple(row.profile["relations"]),
        row.made_at,
        row.resource,
    )
