"""Tickets read and written by statements that are prepared once: an act composes no SQL, and writes only the columns that it changed."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import models

from yiwang.base.statements.api import insert, run
from yiwang.business.hotline import states
from yiwang.business.hotline.models import DutyRow, TicketRow

_TYPES: Final[dict[type[models.Field[Any, Any]], str]] = {
    models.UUIDField: "uuid", models.ForeignKey: "uuid", models.CharField: "text", models.TextField: "text", models.JSONField: "jsonb",
    models.BinaryField: "bytea", models.BooleanField: "boolean", models.SmallIntegerField: "smallint", models.IntegerField: "integer",
    models.FloatField: "float8", models.DateTimeField: "timestamptz",
}  # fmt: skip
_ALIKE: Final = """
    SELECT id, no, title, state FROM hotline_ticket
    WHERE id = ANY(%s::uuid[]) AND filed_at >= %s::timestamptz AND state <> 'withdrawn' AND id IS DISTINCT FROM %s::uuid
"""
_OF_CAUSE: Final = """
    SELECT id, no, title, state FROM hotline_ticket
    WHERE category = %s::text AND place = %s::text AND state = ANY(%s::text[]) AND filed_at >= %s::timestamptz AND id <> ALL(%s::uuid[])
    ORDER BY filed_at DESC LIMIT %s::integer
"""
_AROUND: Final = """
    SELECT (SELECT count(*) FROM hotline_ticket WHERE lead_id = %(id)s::uuid), (SELECT no FROM hotline_ticket WHERE id = %(lead)s::uuid),
        (SELECT coalesce(json_agg(json_build_array(act, by_name, department, at, inputs) ORDER BY at, id), '[]')
         FROM hotline_step WHERE ticket_id = %(id)s::uuid)
"""


class Around(NamedTuple):
    """How many follow a ticket, the number of its lead, its history oldest first: [act, by_name, department, at (ISO 8601), inputs]."""

    followers: int
    lead: str
    history: list[list[Any]]


class Head(NamedTuple):
    """What a list of tickets alike shows."""

    id: UUID
    no: str
    title: str
    state: str


@cache
def _columns(model: type[models.Model]) -> dict[str, str]:
    """The columns of a table with their SQL types; texts without their length, so that one too long is refused and not cut."""
    return {str(one.column): _TYPES.get(type(one), "text[]") for one in model._meta.concrete_fields}


@cache
def _select(model: type[models.Model], condition: str) -> str:
    names = ", ".join(f'"{name}"' for name in _columns(model))
    return f"SELECT {names} FROM {model._meta.db_table} WHERE {condition}"  # noqa: S608 - constants of this file


def _tickets(condition: str, params: list[Any]) -> list[TicketRow]:
    columns = _columns(TicketRow)
    found = []
    for values in run(_select(TicketRow, condition), params):
        given = [json.loads(one) if kind == "jsonb" else one for one, kind in zip(values, columns.values(), strict=True)]
        row = TicketRow.from_db("default", list(columns), given)
        row.kept = dict(zip(columns, values, strict=True))
        found.append(row)
    return found


def duties(categories: Collection[str]) -> list[DutyRow]:
    """The duties in force of some nodes of the tree."""
    columns = list(_columns(DutyRow))
    rows = run(_select(DutyRow, "category = ANY(%s::text[]) AND ended_at IS NULL"), [list(categories)])
    return [DutyRow.from_db("default", columns, values) for values in rows]


def alike(ids: Collection[UUID], *, since: datetime, other: UUID | None = None) -> list[Head]:
    """Those of some tickets that were filed since then and not withdrawn, but for ``other``."""
    return [Head(*row) for row in run(_ALIKE, [list(ids), since, other])]


def of_cause(category: str, place: str, *, since: datetime, without: Collection[UUID], most: int) -> list[Head]:
    """The newest open tickets with a cause at a place, filed since then, but for some."""
    return [Head(*row) for row in run(_OF_CAUSE, [category, place, list(states.OPEN), since, list(without), most])]


def one(ticket_id: UUID, *, lock: bool = False) -> TicketRow | None:
    """A ticket; ``lock`` holds it until the transaction ends."""
    found = _tickets("id = %s::uuid" + (" FOR UPDATE" if lock else ""), [ticket_id])
    return found[0] if found else None


def of_key(reporter: str, key: str) -> TicketRow | None:
    """What this reporter has filed under a key."""
    found = _tickets("reporter = %s::text AND key = %s::text AND key <> ''", [reporter, key])
    return found[0] if found else None


def merged(lead_id: UUID) -> list[TicketRow]:
    """The open tickets that were merged into a lead, locked in one order."""
    return _tickets("lead_id = %s::uuid AND state = ANY(%s::text[]) ORDER BY id FOR UPDATE", [lead_id, list(states.OPEN)])


def add(row: models.Model) -> None:
    """Write a new row of this room."""
    columns = _columns(type(row))
    insert(row._meta.db_table, columns, [[_bound(getattr(row, name), kind) for name, kind in columns.items()]])


def save(row: TicketRow) -> None:
    """Write what was changed since the row was read; the caller holds it locked."""
    columns = _columns(TicketRow)
    changed = {name: columns[name] for name in columns if _differs(getattr(row, name), row.kept[name], columns[name])}
    if not changed:
        return
    sets = ", ".join(f"{name} = %s::{kind}" for name, kind in changed.items())
    values = [_bound(getattr(row, name), kind) for name, kind in changed.items()]
    run(f"UPDATE hotline_ticket SET {sets} WHERE id = %s::uuid", [*values, row.id])  # noqa: S608 - names of our columns
    row.kept |= dict(zip(changed, values, strict=True))


def around(row: TicketRow) -> Around:
    """What stands around a ticket."""
    followers, lead, history = run(_AROUND, {"id": row.id, "lead": row.lead_id})[0]
    return Around(followers, lead or "", history)


def _bound(value: Any, kind: str) -> Any:
    return json.dumps(value) if kind == "jsonb" else value


def _differs(value: Any, kept: Any, kind: str) -> bool:
    return bool(value != (json.loads(kept) if kind == "jsonb" else kept))
