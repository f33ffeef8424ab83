"""How this room's acts are written down: what of a row is sealed in the evidence, and the events of an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit_many
from yiwang.business.hotline import states, storing, tree
from yiwang.business.hotline.models import DutyRow, IncidentRow, StepRow, TicketRow, TopicRow
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record_many
from yiwang.standards.events import TicketStepped, TicketTold

TICKET, DUTY, TOPIC, INCIDENT = "ticket", "ticket_duty", "ticket_topic", "ticket_incident"
TELLS: Final = {
    "file": "已收到,工单号 {no}",
    "decline": "不予受理:{why}",
    "transfer_urgent": "已转 {why}",
    "dispatch": "已派给{why}",
    "approve_extension": "办理时间延长:{why}",
    "answer": "已答复,请看答复并评价",
    "answer_now": "已答复办结",
    "call_back": "已回访办结",
    "redo": "退回重新办理",
    "publish": "已公开,大家可以看到这件事和答复,看不到您的信息",
    "conceal": "这件事没有公开:{why}",
    "close_silent": "未能联系上您,按期办结;没有解决可以重新打开",
}


def ticket_content(row: TicketRow) -> dict[str, Any]:
    """What of a ticket is sealed; texts as digests."""
    return {
        "no": row.no,
        "state": row.state,
        "category": row.category,
        "department": row.department,
        "text": sha256(row.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "reply": sha256(row.reply.encode("utf-8", "surrogatepass")).hexdigest(),
        "solved": "" if row.solved is None else str(row.solved),
        "satisfaction": row.satisfaction or 0,
        "excluded": bool(row.exclusion.get("granted")),
        "version": row.version,
    }


def duty_content(row: DutyRow) -> dict[str, Any]:
    """What of a duty is sealed."""
    ended = row.ended_at.isoformat() if row.ended_at else ""
    return {"category": row.category, "region": row.region, "department": row.department, "clause": row.clause, "ended": ended}


def topic_content(row: TopicRow) -> dict[str, Any]:
    """What of a topic is sealed."""
    return {"place": row.place, "category": row.category, "state": row.state, "recurrences": row.recurrences, "version": row.version}


def incident_content(row: IncidentRow) -> dict[str, Any]:
    """What of an incident is sealed."""
    return {"no": row.no, "state": row.state, "department": row.department}


def seal(act: str, actor: Actor, kind: str, rows: Sequence[Any], **detail: Any) -> None:
    """Record one act on rows of one kind, in the caller's transaction; an anonymous reporter leaves no name."""
    content = CONTENTS[kind]
    record_many([Record(act, actor, kind, str(row.id), detail=detail, row=content(row)) for row in rows])


def note(row: TicketRow, act: str, actor: Actor, *, inputs: dict[str, Any] | None = None, why: str = "") -> None:
    """One step of a ticket: its line in the history, the audit record, the events; in the caller's transaction."""
    at = now()
    own = actor.kind != "staff" and act in REPORTERS
    storing.add(StepRow(
        ticket_id=row.id, act=act, state=row.state, by="" if own else actor.account_id, by_name="诉求人" if own else actor.name,
        department=actor.department, inputs=inputs or {}, at=at,
    ))  # fmt: skip
    unknown = own and row.privacy == "anonymous"
    seal(f"ticket.{act}", ANONYMOUS_REPORTER if unknown else actor, TICKET, [row], state=row.state, department=row.department)
    events: list[Any] = [
        TicketStepped(at=at, ticket_id=str(row.id), no=row.no, act=act, state=row.state, category=row.category, department=row.department)
    ]
    if act in TELLS and row.reporter:
        words = TELLS[act].format(no=row.no, why=why)
        events.append(
            TicketTold(
                at=at, ticket_id=str(row.id), no=row.no, title=row.title, said=words, department=row.department, recipient=row.reporter
            )
        )
    emit_many(events)


REPORTERS: Final = frozenset({"file", *(one.act for one in states.STEPS if one.who == "reporter")})
ANONYMOUS_REPORTER: Final = Actor("anonymous", "", "匿名诉求人")


def category_name(code: str) -> str:
    """The leaf's name."""
    found = tree.categories().get(code)
    return found.name if found else code


CONTENTS: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {
    TICKET: ticket_content,
    DUTY: duty_content,
    TOPIC: topic_content,
    INCIDENT: incident_content,
}


def _loader(model: Any, content: Any) -> Any:
    return lambda refs: {str(row.id): content(row) for row in model.objects.filter(id__in=list(refs))}


LOADERS: Final = {
    TICKET: _loader(TicketRow, ticket_content),
    DUTY: _loader(DutyRow, duty_content),
    TOPIC: _loader(TopicRow, topic_content),
    INCIDENT: _loader(IncidentRow, incident_content),
}
