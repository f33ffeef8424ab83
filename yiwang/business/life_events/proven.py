"""What of a life event is proven, and how its acts are recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from yiwang.business.life_events.models import LifeEvent, Step
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit

KIND: Final = "life_event"


def _content(event: LifeEvent, steps: Sequence[Step]) -> dict[str, object]:
    return {
        "no": event.no,
        "code": event.code,
        "definition": event.definition_digest,
        "applicant": event.applicant,
        "agent": event.agent,
        "anchor": event.anchor,
        "answers": event.answers,
        "keys": event.keys,
        "status": event.status,
        "steps": {one.key: [one.matter, one.state, one.outcome, str(one.case_id or "")] for one in steps},
    }


def contents(refs: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """The rows as they stand, by id."""
    steps: dict[object, list[Step]] = {}
    for one in Step.objects.filter(life_event_id__in=[UUID(ref) for ref in refs]).order_by("seq"):
        steps.setdefault(one.life_event_id, []).append(one)
    return {str(event.id): _content(event, steps.get(event.id, [])) for event in LifeEvent.objects.filter(id__in=refs)}


def record(act: str, event: LifeEvent, steps: Sequence[Step], *, actor: Actor, detail: Mapping[str, object] | None = None) -> None:
    """Record one act in the caller's transaction, with the content as it stands after it; ``steps`` are all steps, in order."""
    audit.record_many(
        [
            audit.Record(
                act=f"life_event.{act}",
                actor=actor,
                kind=KIND,
                ref=str(event.id),
                case_id=None,
                detail=dict(detail or {}),
                row=_content(event, steps),
            )
        ]
    )
