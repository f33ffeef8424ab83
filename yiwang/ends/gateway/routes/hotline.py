"""Hotline tickets by machine: file, suggest, every act of the life cycle, queues, wall, topics, duties, imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from yiwang.business.hotline import api as hotline
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["hotline"])


class TicketDraft(Schema):
    """A concern; only ``text`` is needed. Agents say ``phone`` or ``window`` as channel."""

    text: str
    title: str = ""
    channel: str = "web"
    name: str = ""
    phone: str = ""
    email: str = ""
    privacy: str = "open"
    public: bool = False
    category: str = ""
    kind: str = ""
    urgency: int = -1
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    region: str = ""
    files: list[tuple[str, str]] = []
    key: str = ""


class TicketText(Schema):
    """What has been typed so far."""

    text: str
    title: str = ""
    place: str = ""


class TicketStepBody(Schema):
    """The version that was seen (0 does not ask) and what the act asks for, as texts; ``code`` of who filed without signing in."""

    version: int = 0
    inputs: dict[str, str] = {}
    code: str = ""


class TicketPurpose(Schema):
    """What the reporter's name and number are needed for."""

    purpose: str


class TicketReply(Schema):
    """A draft answer."""

    reply: str


class TicketReplyMark(Schema):
    """Its mark, 0 to 1, and what it lacks."""

    mark: float
    missing: list[str]


class TicketQueue(Schema):
    """A page of a queue, and how many it holds."""

    total: int
    rows: list[hotline.TicketLine]


class OpenTickets(Schema):
    """A page of concerns that everybody may read, and how many there are."""

    total: int
    rows: list[hotline.OpenTicket]


class TicketEndorsement(Schema):
    """``on``: this happens to me too; false takes it back."""

    on: bool = True


class TopicNote(Schema):
    """What is to be done, or what removed the cause."""

    note: str
    version: int = 0


class TicketDuty(Schema):
    """Who answers for a part of the tree from now on, by which clause; ``region`` '' for the whole city."""

    category: str
    department: str
    law: str
    article: str
    clause: str
    region: str = ""


class TicketFound(Schema):
    """How many topics stand."""

    topics: int


@router.post("/tickets", auth=Signed("public"), response=hotline.FiledTicket)
def file_ticket(request: HttpRequest, body: TicketDraft) -> Any:
    """File a concern. Without signing in the answer holds a query code, shown once."""
    given = {**body.dict(), "files": tuple((digest, name) for digest, name in body.files)}
    return hotline.file(hotline.NewTicket(**given), actor=request.actor)  # type: ignore[attr-defined]


@router.post("/ticket-suggestions", auth=Signed("ticket.take"), response=hotline.TicketSuggestion)
def suggest_ticket(request: HttpRequest, body: TicketText) -> Any:
    """What a text suggests: top 3 categories, duty, place, urgency, people, duplicates, flags; keeps nothing."""
    return hotline.suggest(body.text, title=body.title, place=body.place)


@router.get("/ticket-areas", auth=Signed("public"), response=list[hotline.Area])
def list_ticket_areas(request: HttpRequest) -> Any:
    """The streets of the city with their outlines (longitude, latitude), to choose ``region`` from."""
    return hotline.areas()


@router.get("/ticket-places", auth=Signed("ticket.view"), response=list[hotline.TicketPlace])
def list_ticket_places(request: HttpRequest, days: int = 30) -> Any:
    """How many of the caller's tickets name which place: all, open, overdue."""
    return hotline.by_place(request.actor, days=days)  # type: ignore[attr-defined]


@router.get("/tickets", auth=Signed("ticket.view"), response=TicketQueue)
def list_tickets(request: HttpRequest, queue: str = "new", q: str = "", region: str = "", page: int = 1) -> Any:
    """A queue of the caller's centre or department; ``region``: of one street."""
    rows, total = hotline.tickets(request.actor, queue=queue, text=q, region=region, page=page)  # type: ignore[attr-defined]
    return {"total": total, "rows": rows}


@router.get("/my-tickets", auth=Signed("citizen"), response=list[hotline.TicketLine])
def list_my_tickets(request: HttpRequest) -> Any:
    """The caller's own tickets."""
    return hotline.mine(request.actor)  # type: ignore[attr-defined]


@router.get("/ticket-track", auth=Signed("public"), response=hotline.TicketView)
def track_ticket(request: HttpRequest, no: str, code: str) -> Any:
    """A ticket by number and query code."""
    return hotline.track(no, code=code)


@router.get("/tickets/{ticket_id}", auth=Signed("login"), response=hotline.TicketView)
def get_ticket(request: HttpRequest, ticket_id: UUID) -> Any:
    """One ticket as the caller may see it."""
    return hotline.get(ticket_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/tickets/{ticket_id}/files/{digest}", auth=Signed("login"))
def get_ticket_file(request: HttpRequest, ticket_id: UUID, digest: str) -> HttpResponse:
    """A file of a ticket without what the camera wrote into it; an official's look is recorded."""
    found = hotline.picture(ticket_id, digest[:64], actor=request.actor)  # type: ignore[attr-defined]
    return HttpResponse(found.data, content_type=found.media_type)


@router.post("/tickets/{ticket_id}/acts/{act}", auth=Signed("login"), response=hotline.TicketView)
def act_on_ticket(request: HttpRequest, ticket_id: UUID, act: str, body: TicketStepBody) -> Any:
    """Take a step. 409 when the state does not allow it or somebody was faster."""
    actor = request.actor  # type: ignore[attr-defined]
    return hotline.act(ticket_id, name=act, actor=actor, version=body.version, inputs=body.inputs, code=body.code)


@router.get("/open-tickets", auth=Signed("public"), response=OpenTickets)
def list_open_tickets(
    request: HttpRequest, q: str = "", region: str = "", category: str = "", ended: bool | None = None, order: str = "", page: int = 1
) -> Any:
    """Concerns that their reporters opened and a person at the centre looked at, 20 a page; ``order``: 'endorsed' or the newest first."""
    asked: dict[str, Any] = {"text": q, "region": region, "category": category, "ended": ended, "order": order, "page": page}
    rows, total = hotline.opened(request.actor, **asked)  # type: ignore[attr-defined]
    return {"total": total, "rows": rows}


@router.get("/open-tickets/{ticket_id}", auth=Signed("public"), response=hotline.OpenTicket)
def get_open_ticket(request: HttpRequest, ticket_id: UUID) -> Any:
    """One of them."""
    return hotline.opened_one(ticket_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/open-tickets/{ticket_id}/files/{digest}", auth=Signed("public"))
def get_open_ticket_file(request: HttpRequest, ticket_id: UUID, digest: str) -> HttpResponse:
    """A picture that is shown with it."""
    found = hotline.opened_picture(ticket_id, digest[:64])
    return HttpResponse(found.data, content_type=found.media_type)


@router.post("/open-tickets/{ticket_id}/endorsement", auth=Signed("citizen"), response=hotline.OpenTicket)
def endorse_ticket(request: HttpRequest, ticket_id: UUID, body: TicketEndorsement) -> Any:
    """Say that it happens to one too (我也遇到), or take it back; once a person. 409 for one's own and for what has ended."""
    return hotline.endorse(ticket_id, actor=request.actor, on=body.on)  # type: ignore[attr-defined]


@router.post("/tickets/{ticket_id}/reporter", auth=Signed("ticket.view"), response=hotline.ReporterView)
def reveal_reporter(request: HttpRequest, ticket_id: UUID, body: TicketPurpose) -> Any:
    """The reporter in full for a purpose; recorded."""
    return hotline.reveal(ticket_id, purpose=body.purpose, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/tickets/{ticket_id}/reply-check", auth=Signed("ticket.handle"), response=TicketReplyMark)
def check_reply(request: HttpRequest, ticket_id: UUID, body: TicketReply) -> Any:
    """The mark of a draft answer before it is sent."""
    mark, missing = hotline.judge_reply(ticket_id, reply=body.reply, actor=request.actor)  # type: ignore[attr-defined]
    return {"mark": mark, "missing": list(missing)}


@router.post("/ticket-imports", auth=Signed("ticket.take"), response=list[hotline.ImportedRow])
def import_tickets(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """A CSV, EML or MBOX file; a report per row."""
    return hotline.import_file(file.read(), name=file.name or "", actor=request.actor)  # type: ignore[attr-defined]


@router.get("/ticket-categories", auth=Signed("public"), response=list[hotline.Category])
def list_ticket_categories(request: HttpRequest) -> Any:
    """The tree of categories; leaves have a kind."""
    return hotline.categories()


@router.get("/ticket-duties", auth=Signed("ticket.view"), response=list[hotline.DutyView])
def list_duties(request: HttpRequest) -> Any:
    """Which department answers for what, by which clause."""
    return hotline.duties()


@router.post("/ticket-duties", auth=Signed("ticket.duties"), response=hotline.DutyView)
def put_duty(request: HttpRequest, body: TicketDuty) -> Any:
    """Put another department in charge from the next dispatch on."""
    given = {key: value for key, value in body.dict().items() if key != "category"}
    return hotline.set_duty(body.category, given=given, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/ticket-wall", auth=Signed("ticket.watch"), response=hotline.HotlineWall)
def get_wall(request: HttpRequest, days: int = 30) -> Any:
    """Rates, league table, states, causes, overdue tickets."""
    return hotline.wall(request.actor, days=days)  # type: ignore[attr-defined]


@router.get("/ticket-rates/{rate}", auth=Signed("ticket.watch"), response=hotline.RateTrace)
def trace_rate(request: HttpRequest, rate: str, department: str = "", group: str = "not", days: int = 30, page: int = 1) -> Any:
    """The tickets behind ``response``, ``solution`` or ``satisfaction``: 'in', 'not' or 'out' (left out), each with its reason."""
    asked: dict[str, Any] = {"rate": rate, "department": department, "group": group, "days": days, "page": page}
    return hotline.counted(request.actor, **asked)  # type: ignore[attr-defined]


@router.get("/ticket-topics", auth=Signed("ticket.view"), response=list[hotline.TicketTopic])
def list_topics(request: HttpRequest, state: str = "") -> Any:
    """Topics that concern the caller, the hottest first."""
    return hotline.topics(request.actor, state=state)  # type: ignore[attr-defined]


@router.post("/ticket-topics", auth=Signed("ticket.watch"), response=TicketFound)
def find_ticket_topics(request: HttpRequest) -> Any:
    """Look for topics now instead of at the next turn of the worker."""
    return {"topics": hotline.find_topics()}


@router.post("/ticket-topics/{topic_id}/incident", auth=Signed("ticket.watch"), response=hotline.TicketTopic)
def open_topic_incident(request: HttpRequest, topic_id: UUID, body: TopicNote) -> Any:
    """Make a topic an incident."""
    return hotline.open_incident(topic_id, note=body.note, actor=request.actor, version=body.version)  # type: ignore[attr-defined]


@router.post("/ticket-topics/{topic_id}/closing", auth=Signed("ticket.watch"), response=hotline.TicketTopic)
def close_ticket_topic(request: HttpRequest, topic_id: UUID, body: TopicNote) -> Any:
    """Say what removed the cause."""
    return hotline.close_topic(topic_id, remedy=body.note, actor=request.actor, version=body.version)  # type: ignore[attr-defined]
