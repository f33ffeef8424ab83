"""Handing in: checked as a whole, kept in one transaction, then every matter that can start is started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction

from yiwang.base.clock.api import now, today
from yiwang.base.ids.api import new_id
from yiwang.base.outbox.api import emit
from yiwang.business.cases.api import GivenMaterial
from yiwang.business.life_events import answering, definitions, graphs, planning, proven, queries, starting
from yiwang.business.life_events.errors import LifeEventIncomplete, UnderWay
from yiwang.business.life_events.models import Draft, LifeEvent, Step
from yiwang.business.life_events.planning import Ground
from yiwang.business.life_events.together import Part, Together, optional, together
from yiwang.business.life_events.values import LifeEventView
from yiwang.security.access.api import Actor
from yiwang.standards.errors import InvalidInput
from yiwang.standards.events import LifeEventSubmitted
from yiwang.support.forms.api import clean, fields_to_json


def submit(
    code: str,
    *,
    actor: Actor,
    answers: Mapping[str, Any],
    values: Mapping[str, Any],
    materials: Mapping[str, GivenMaterial],
    idempotency_key: str,
) -> LifeEventView:
    """See ``api.submit``."""
    if not 8 <= len(idempotency_key) <= 64:
        raise InvalidInput("缺少防重复提交的标识(8 至 64 个字符),请刷新页面后重新提交。", field="idempotency_key")
    applicant = planning.applicant_of(definitions.get(code), actor)
    earlier = LifeEvent.objects.filter(applicant=str(applicant), idempotency_key=idempotency_key).first()
    if earlier is not None:
        return queries.get(earlier.id, actor=actor)
    ground = planning.survey(code, actor=actor, answers=answers)
    errors = _open(ground)
    parts = planning.prepared(ground, answering.included(ground.definition, ground.answers)) if not errors else []
    made = together(ground.definition, parts) if parts else None
    if made is not None:
        errors |= _wrong(made, values, materials)
    if errors or made is None:
        raise LifeEventIncomplete(errors or {"record": "没有需要办理的事项,请检查情形选择。"}, {**answers, **values})
    event_id = _keep(ground, parts, made, values, materials, idempotency_key)
    starting.start_now(event_id)
    return queries.get(event_id, actor=actor)


def _open(ground: Ground) -> dict[str, str]:
    """What has to be known before the form can be checked."""
    anchor = ground.definition.anchor
    if not ground.ready and anchor is not None:
        cause = "没有找到可以办理的记录" if not ground.choices else "没有选择"
        return {"record": f"「{anchor.label}」{cause},{ground.notes[0] if ground.notes else '请选择后再提交。'}"}
    return {f"answers.{one.key}": f"「{one.text}」没有选择,请选择后再提交。" for one in planning.open_questions(ground)}


def _wrong(made: Together, values: Mapping[str, Any], materials: Mapping[str, GivenMaterial]) -> dict[str, str]:
    """Every field and material that is missing or wrong, by key. What is known need not be given; what is given is checked."""
    errors = clean([optional(one) for one in made.fields], values).errors
    for one in made.materials:
        if one.asked and one.needed and one.key not in materials:
            how = {"file": "上传", "commitment": "作出承诺", "deferred": "选择容缺后补", "paper": "到窗口提交"}
            ways = "、".join(how[way] for way in one.ways if way in how) or "提供"
            errors[one.key] = f"「{one.name}」还没有提供,请{ways}后再提交。"
    return errors


def _keep(
    ground: Ground,
    parts: Sequence[Part],
    made: Together,
    values: Mapping[str, Any],
    materials: Mapping[str, GivenMaterial],
    idempotency_key: str,
) -> Any:
    """The life event with all its steps, one transaction; the one already there when somebody was faster."""
    event = _event(ground, made, idempotency_key)
    cleaned = clean([optional(one) for one in made.fields], values).values
    asked = {one.field.key for one in made.fields if one.asked}
    kept = {key: value for key, value in cleaned.items() if key in asked or values.get(key) not in (None, "", [])}
    steps = [_step(event, seq, part, ground, made, kept, materials) for seq, part in enumerate(parts)]
    _, times = graphs.drawn([graphs.Box(one.key, one.matter, one.name, one.department, tuple(one.depends_on), one.limit) for one in steps],
                            start=today())  # fmt: skip
    event.due_on = times.last
    try:
        with transaction.atomic():
            event.save(force_insert=True)
            Step.objects.bulk_create(steps)
            Draft.objects.filter(applicant=event.applicant, account_id=event.account_id, code=event.code).delete()
            proven.record("submitted", event, steps, actor=ground.actor, detail={"matters": [one.matter for one in steps]})
            emit(
                LifeEventSubmitted(
                    at=event.submitted_at,
                    life_event_id=str(event.id),
                    code=event.code,
                    title=event.title,
                    applicant=event.applicant,
                    matters=tuple(one.matter for one in steps),
                )
            )
    except IntegrityError as error:
        return _faster(event, error)
    return event.id


def _faster(event: LifeEvent, error: IntegrityError) -> Any:
    """Two identical submissions: the first one's id. Another one for the same record: UnderWay."""
    same = LifeEvent.objects.filter(applicant=event.applicant, idempotency_key=event.idempotency_key).first()
    if same is not None:
        return same.id
    other = LifeEvent.objects.filter(code=event.code, lock=event.lock).exclude(lock="").first()
    if other is None:
        raise error
    mine = other.id if other.applicant == event.applicant else None
    raise UnderWay(event.title, life_event_id=mine, completed=other.completed_at is not None) from error


def _event(ground: Ground, made: Together, idempotency_key: str) -> LifeEvent:
    at, event_id = now(), new_id()
    acting = ground.actor.acting_for is not None
    return LifeEvent(
        id=event_id,
        no=f"E{at:%Y%m%d}{event_id.hex[-10:].upper()}",
        code=ground.definition.code,
        definition_digest=ground.definition.digest,
        title=ground.definition.name,
        applicant=str(ground.applicant),
        applicant_name=planning.applicant_name(ground, made)[:100],
        agent=str(ground.actor.subject) if acting else "",
        account_id=ground.actor.account_id,
        actor_name=ground.actor.name[:100],
        anchor=ground.anchor,
        once=ground.definition.anchor is not None and ground.definition.anchor.once,
        lock=ground.anchor,
        about=ground.chosen.label[:200] if ground.chosen else "",
        answers=ground.answers,
        keys={name: str(key) for name, key in ground.keys.items()},
        form=_form(made),
        idempotency_key=idempotency_key,
        submitted_at=at,
    )


def _form(made: Together) -> dict[str, Any]:
    """The merged form for the ledger: what was asked and how it comes apart again; values stay in the cases."""
    return {
        "fields": [
            {
                "field": fields_to_json([one.field])[0],
                "asked": one.asked,
                "origin": one.origin,
                "source": asdict(one.source) if one.source else None,
                "why": one.why,
                "uses": list(one.uses),
                "about": one.about,
                "sources": {node: list(keys) for node, keys in made.form.sources[one.field.key].items()},
            }
            for one in made.fields
        ],
        "materials": [
            {
                **asdict(one),
                "sources": {node: list(keys) for node, keys in bundle.sources.items()},
            }
            for one, bundle in zip(made.materials, made.bundle, strict=True)
        ],
    }


def _step(
    event: LifeEvent,
    seq: int,
    part: Part,
    ground: Ground,
    made: Together,
    values: Mapping[str, Any],
    materials: Mapping[str, GivenMaterial],
) -> Step:
    node, version = part.node, part.version
    waits = [key for key in node.depends_on if any(one.key == key for one in answering.included(ground.definition, ground.answers))]
    given = {own: asdict(materials[one.key]) for one in made.bundle if one.key in materials for own in one.sources.get(node.key, ())}
    return Step(
        life_event=event,
        seq=seq,
        key=node.key,
        matter=node.matter,
        name=node.name or version.name,
        department=version.department,
        limit=version.promised_limit,
        depends_on=waits,
        takes=list(node.takes),
        answers=planning.own_answers(node, ground.answers),
        values=made.form.values_for(node.key, values),
        materials=given,
        state="waiting" if waits else "to_start",
        next_try_at=None if waits else event.submitted_at,
    )
