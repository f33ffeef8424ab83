"""Feedback on a data set and requests for data that is not open: written by people, answered by the desk, shown once answered."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox import api as outbox
from yiwang.data.opening import definitions, queries
from yiwang.data.opening.errors import OfferIncomplete
from yiwang.data.opening.models import Release, Voice
from yiwang.data.opening.values import VoiceView
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.security.masking.api import mask_text
from yiwang.standards.errors import Conflict, NotFound
from yiwang.standards.events import OpenVoiceHeard

DESK = "data"  # the department that answers for requests nobody else owns
MOST = 100


def view(row: Voice, actor: Actor | None, *, raw: bool = False) -> VoiceView:
    """A voice as a reader sees it: numbers in the text are masked for everybody but its author and the desk."""
    mine = actor is not None and bool(actor.account_id) and actor.account_id == row.account
    text, title = (row.text, row.title) if mine or raw else (mask_text(row.text), mask_text(row.title))
    return VoiceView(row.id, row.kind, row.code, row.department, title, text, row.state, row.answer, row.at, row.answered_at, mine)


def write(kind: str, *, code: str, title: str, text: str, actor: Actor) -> VoiceView:
    """See the door."""
    if not title.strip() or not text.strip():
        raise OfferIncomplete(what="标题和内容", field="text" if title.strip() else "title")
    department = definitions.read(queries.public_release(code).definition).department if kind == "feedback" else DESK
    with transaction.atomic():
        row = Voice.objects.create(
            kind=kind,
            code=code if kind == "feedback" else "",
            department=department,
            account=actor.account_id,
            title=title.strip()[:100],
            text=text.strip()[:2000],
            at=now(),
        )
        _told(row, "opening.voice_written", actor)
    return view(row, actor)


def answer(voice_id: UUID, *, text: str, actor: Actor) -> VoiceView:
    """See the door."""
    with transaction.atomic():
        row = Voice.objects.select_for_update(of=("self",)).filter(id=voice_id).first()
        if row is None or not may(actor, "opening.answer", department=row.department):
            require(actor, "opening.answer", department=row.department if row else "")
            raise NotFound
        if not text.strip():
            raise OfferIncomplete(what="答复", field="answer")
        if row.state != "open":
            raise Conflict
        row.answer, row.state, row.answered_by_name, row.answered_at = text.strip()[:2000], "answered", actor.name, now()
        row.save()
        _told(row, "opening.voice_answered", actor)
    return view(row, actor, raw=True)


def _told(row: Voice, act: str, actor: Actor) -> None:
    audit.record(Record(act, actor, "open_voice", str(row.id), detail={"kind": row.kind, "code": row.code, "state": row.state}))
    outbox.emit(OpenVoiceHeard(at=now(), voice_id=str(row.id), kind=row.kind, department=row.department, state=row.state))


def public(*, code: str, actor: Actor) -> list[VoiceView]:
    """Answered voices for everybody, one's own besides, newest first; of one data set or (code '') of all that are still open."""
    found = Voice.objects.filter(state="answered")
    if actor.account_id:
        found = found | Voice.objects.filter(account=actor.account_id)
    found = found.filter(code=code) if code else found
    hidden = {row.code for row in found if row.code} - set(open_codes())
    return [view(row, actor) for row in found.order_by("-at")[:MOST] if row.code not in hidden or row.account == actor.account_id]


def open_codes() -> list[str]:
    """Codes of the data sets that are open now."""
    return list(Release.objects.filter(state="open").values_list("code", flat=True))


def waiting(actor: Actor, *, state: str) -> list[VoiceView]:
    """The desk's list in its departments, oldest first."""
    rows = Voice.objects.filter(state=state).order_by("at")[:MOST]
    return [view(row, actor, raw=True) for row in rows if may(actor, "opening.answer", department=row.department)]
