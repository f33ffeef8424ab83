"""One act on a ticket: found and locked, allowed in this state to this actor, done, written down, carried to the merged ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.business.hotline import states, storing
from yiwang.business.hotline.effects import EFFECTS, Doing
from yiwang.business.hotline.errors import BadTicket, TicketNotFound, WrongTicketStep
from yiwang.business.hotline.filing import FOLLOWED, by_code
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.rights import allowed, sees
from yiwang.business.hotline.storing import Around
from yiwang.business.hotline.writing import note
from yiwang.security.access.api import Actor, deny
from yiwang.standards.errors import Forbidden, NullCharacter

TOLD = ("reply", "outcome", "quality", "answered_at", "closed_at")  # what answers a reporter


def act(ticket_id: UUID, *, name: str, actor: Actor, version: int, inputs: Mapping[str, Any], code: str = "") -> tuple[TicketRow, Around]:
    """See the door; the ticket, and what stands around it now."""
    step = states.step(name)
    if step is None:
        raise BadTicket("没有这个操作。", field="act")
    with transaction.atomic():
        row = storing.one(ticket_id, lock=True)
        own = row is not None and bool(code) and by_code(row.no, code).id == row.id
        if row is None or not (own or sees(row, actor)):
            raise TicketNotFound()
        if not allowed(row, step, actor, own=own):
            deny(actor, step.who, department=row.department, region=row.region, ref=str(row.id))
            raise Forbidden()
        if row.state not in step.origins or (version and version != row.version):
            raise WrongTicketStep(f"工单现在是「{states.STATES[row.state]}」,不能「{step.name}」,请刷新页面后再看。")
        if row.lead_id and name in states.SHARED:
            raise WrongTicketStep("这张工单已并入主单办理,请在主单上操作。")
        doing = Doing(row, actor, _typed(step, inputs))
        row.state = step.target or row.state
        EFFECTS[name](doing)
        row.version += 1
        storing.save(row)
        note(row, name, actor, inputs=doing.told, why=doing.why)
        beside = storing.around(row)
        if beside.followers and (name in states.SHARED or name == "correct"):
            _carry(row, name, actor, doing)
    return row, beside


def _typed(step: states.Step, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The inputs as texts, none missing, none too long, none unknown kept."""
    found: dict[str, str] = {}
    for key, label, kind, required in step.inputs:
        given = inputs.get(key, "")
        text = ",".join(map(str, given)) if isinstance(given, list | tuple) else str(given if given is not None else "")
        if "\x00" in text:
            raise NullCharacter(field=key)
        text = text.strip()
        if required and not text:
            raise BadTicket(f"请填写「{label}」。", field=key)
        if len(text) > (5_000 if kind == "textarea" else 200):
            raise BadTicket(f"「{label}」太长了。", field=key)
        found[key] = text
    return found


def _carry(lead: TicketRow, name: str, actor: Actor, doing: Doing) -> None:
    """What the lead went through, the merged ones go through: each has its own history and its own answer."""
    told = TOLD if name in ("answer", "answer_now", "decline", "transfer_urgent") else ()
    about = ("category", "place", "region", "lat", "lon") if name == "correct" else ()
    for row in storing.merged(lead.id):
        for field in (*FOLLOWED, *told, *about):
            setattr(row, field, getattr(lead, field))
        row.version += 1
        storing.save(row)
        note(row, name, actor, inputs=doing.told, why=doing.why)
