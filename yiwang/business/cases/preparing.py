"""Before the form: what the state already knows about this applicant for this matter, and disputing what it knows wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.business.cases import intake, materials, queries, rights
from yiwang.business.cases.errors import NotYours
from yiwang.business.cases.plan import Plan, plan_of
from yiwang.business.cases.requesting import Request
from yiwang.business.cases.sealing import open_value
from yiwang.business.cases.values import LedgerRow, Prepared, PreparedField, PreparedMaterial, Source
from yiwang.business.cases.writing import Row, raw_cursor
from yiwang.business.matters.api import published
from yiwang.data.exchange.api import Key
from yiwang.data.quality.api import Correction, open_correction
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject


def prepare(matter: str, *, applicant: Subject, actor: Actor, keys: Mapping[str, Key | Subject], answers: Mapping[str, str]) -> Prepared:
    """See ``api.prepare``."""
    version = published(matter)
    if not rights.may_apply(actor, applicant, None, version.department, version.region):
        raise NotYours("您不能查看这位申请人的信息:请由本人办理,或先由本人授权您代办。")
    plan = plan_of(version, dict(answers))
    channel = "window" if actor.kind == "staff" else "web"
    previous = _previous(applicant, plan)
    barred = any(one.commitment_allowed for one in plan.materials) and queries.barred(str(applicant))
    request = Request(None, plan, applicant, actor, {}, {}, keys, dict(answers), channel, previous, barred)
    with transaction.atomic():
        found = intake.resolve(request)
    return Prepared(
        matter=version.short,
        fields=tuple(_field(row, plan) for row in found.fields),
        materials=tuple(_material(row, plan, channel, barred=barred) for row in found.materials),
        open_questions=plan.open_questions,
        keys=found.keys(),
    )


def dispute(
    case_id: UUID | None, *, element: str, key: Subject | Key, held_value: object, claimed_value: object, reason: str, actor: Actor
) -> Correction:
    """See ``api.dispute``; for a case the actor must be able to see it."""
    if case_id is not None:
        queries.file_for(case_id, actor)
    return open_correction(
        case_id, element=element, key=key, held_value=str(held_value), claimed_value=str(claimed_value), reason=reason, actor=actor
    )


def _previous(applicant: Subject, plan: Plan) -> dict[str, Any]:
    """What the applicant typed himself in his latest case, for telephone and address fields of the same key that no register knows."""
    wanted = [one.key for one in plan.form if one.kind in ("phone", "address") and not one.element]
    if not wanted:
        return {}
    with raw_cursor() as cursor:
        row = cursor.execute(
            "SELECT id, fields::json FROM cases_case WHERE applicant = %s ORDER BY id DESC LIMIT 1", [str(applicant)]
        ).fetchone()
    fields = open_value("case", "fields", *row) if row else []
    kept = {one["key"]: one["value"] for one in fields if one["origin"] == "applicant"}
    return {key: kept[key] for key in wanted if kept.get(key) not in (None, "", False)}


def _field(row: Row, plan: Plan) -> PreparedField:
    definition = next(dict(one) for one in plan.version.fields if one["key"] == row["key"])
    source = Source(**row["source"]) if row.get("source") else None
    line = LedgerRow("field", row["key"], row["label"], row["origin"] == "applicant", row["origin"], source, row["why"])
    return PreparedField(definition, row["value"], line)


def _material(row: Row, plan: Plan, channel: str, *, barred: bool) -> PreparedMaterial:
    material = next(one for one in plan.materials if one.key == row["key"])
    asked = row["origin"] in ("applicant", "missing", "not_needed")
    source = Source(**row["source"]) if row["source"] else None
    ways = tuple(way for way in materials.ways(material, channel=channel) if not (barred and way == "commitment"))
    line = LedgerRow("material", row["key"], row["label"], row["origin"] == "missing", row["origin"], source, row["why"])
    return PreparedMaterial(row["key"], row["label"], material.needed, ways if asked else (), line)
