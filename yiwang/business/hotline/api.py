"""The door of the hotline 热线: tickets from every channel, their life cycle, routes by duty, rates, topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.business.hotline import (
    acting,
    contacts,
    counting,
    filing,
    importing,
    learning,
    listing,
    looking,
    opening,
    patterns,
    queries,
    replying,
    routing,
    tree,
    understanding,
)
from yiwang.business.hotline.errors import (
    BadTicket,
    EndorsedOtherwise,
    OtherPersonNeeded,
    ReplyTooThin,
    TicketNotFound,
    UnreadableImport,
    WrongTicketStep,
)
from yiwang.business.hotline.listing import MOST, QUEUES
from yiwang.business.hotline.states import PRIVACY, STATES, STEPS
from yiwang.business.hotline.tree import Area, Category
from yiwang.business.hotline.values import (
    CategoryChoice,
    CategoryLevel,
    CountedTicket,
    DuplicateChoice,
    DutyChoice,
    DutyView,
    FiledTicket,
    FilledField,
    FlaggedSpan,
    HotlineWall,
    ImportedRow,
    NewTicket,
    OpenTicket,
    Rates,
    RateTrace,
    ReporterView,
    TicketAct,
    TicketAnswer,
    TicketInput,
    TicketLine,
    TicketPicture,
    TicketPlace,
    TicketStepView,
    TicketSuggestion,
    TicketTopic,
    TicketView,
)
from yiwang.security.access.api import Actor, require

__all__ = [
    "MOST",
    "PRIVACY",
    "QUEUES",
    "STATES",
    "STEPS",
    "Area",
    "BadTicket",
    "Category",
    "CategoryChoice",
    "CategoryLevel",
    "CountedTicket",
    "DuplicateChoice",
    "DutyChoice",
    "DutyView",
    "EndorsedOtherwise",
    "FiledTicket",
    "FilledField",
    "FlaggedSpan",
    "HotlineWall",
    "ImportedRow",
    "NewTicket",
    "OpenTicket",
    "OtherPersonNeeded",
    "RateTrace",
    "Rates",
    "ReplyTooThin",
    "ReporterView",
    "TicketAct",
    "TicketAnswer",
    "TicketInput",
    "TicketLine",
    "TicketNotFound",
    "TicketPicture",
    "TicketPlace",
    "TicketStepView",
    "TicketSuggestion",
    "TicketTopic",
    "TicketView",
    "UnreadableImport",
    "WrongTicketStep",
    "act",
    "answered",
    "areas",
    "by_place",
    "categories",
    "close_topic",
    "counted",
    "counts",
    "duties",
    "endorse",
    "ensure_duties",
    "fields",
    "file",
    "find_topics",
    "get",
    "import_file",
    "judge_reply",
    "keep_file",
    "learn",
    "mine",
    "open_incident",
    "opened",
    "opened_one",
    "opened_picture",
    "options",
    "picture",
    "place_names",
    "public",
    "reveal",
    "set_duty",
    "suggest",
    "tickets",
    "topic",
    "topics",
    "track",
    "wall",
]


def file(draft: NewTicket, *, actor: Actor) -> FiledTicket:
    """File a concern; understood, merged with an open twin, and dispatched by itself where the expected cost of a mistake is small.

    The same ``key`` of the same reporter gives the ticket that stands already (``again``). Anybody may file by 'web' and 'open311';
    'phone', 'window', 'email' and 'file' need ``ticket.take``. 10 statements.

    Raises:
        BadTicket: naming the field. PermissionDenied.
    """
    return filing.file(draft, actor=actor)


def suggest(
    text: str, *, title: str = "", place: str = "", other: UUID | None = None, wanted: Callable[[], bool] = lambda: True
) -> TicketSuggestion:
    """What a text of any length suggests while it is typed; keeps nothing.

    Args:
        text: what was typed so far.
        title: its title, if any.
        place: typed by hand, if any.
        other: the ticket that is no duplicate of itself.
        wanted: asked before duplicates are looked for; an answer that nobody waits for has none.
    """
    return understanding.suggest(text[: filing.MOST], title=title[:200], place=place[:80], other=other, wanted=wanted)


def fields(text: str) -> list[FilledField]:
    """What of a form a text fills by itself: place, time, people, phone, name, money, urgency; about 1 ms. Keeps nothing."""
    return understanding.fields_of(text[: filing.MOST])


def act(
    ticket_id: UUID, *, name: str, actor: Actor, version: int = 0, inputs: Mapping[str, Any] | None = None, code: str = ""
) -> TicketView:
    """Take a step of ``STEPS`` on a ticket; merged tickets follow their lead.

    Args:
        ticket_id: which ticket.
        name: the act.
        actor: who.
        version: the version that was seen; 0 does not ask.
        inputs: what the act asks for, as texts.
        code: the query code of who filed without signing in.

    Raises:
        TicketNotFound, Forbidden, WrongTicketStep, BadTicket, ReplyTooThin, OtherPersonNeeded.
    """
    row, beside = acting.act(ticket_id, name=name, actor=actor, version=version, inputs=inputs or {}, code=code)
    return queries.view(row, actor, own=bool(code), beside=beside)


def get(ticket_id: UUID, *, actor: Actor) -> TicketView:
    """One ticket as this reader may see it; TicketNotFound for whoever may not."""
    return queries.get(ticket_id, actor=actor)


def track(no: str, *, code: str) -> TicketView:
    """The ticket of a number and its query code, for who filed without signing in; TicketNotFound for a wrong one."""
    return queries.get(filing.by_code(no, code).id, actor=Actor("anonymous", "", ""), own=True)


def mine(actor: Actor) -> list[TicketLine]:
    """The citizen's own tickets (or those of whom he acts for), newest first; not the anonymous ones."""
    return queries.mine(actor)


def tickets(
    actor: Actor, *, queue: str = "new", text: str = "", region: str = "", category: str = "", page: int = 1
) -> tuple[list[TicketLine], int]:
    """A page (50, of the first ``MOST``) of a queue of ``QUEUES`` and how many it holds (``MOST`` + 1: more): the centre's region
    or the department's own; ``region``: of a street. Words and categories are looked for in the first 20,000 of the queue.

    ``category``: of a node of the tree and everything below it.

    Raises:
        PermissionDenied.
    """
    return listing.tickets(actor, queue=queue, text=text[:60], region=region[:12], category=category[:40], page=max(page, 1))


def counts(actor: Actor) -> dict[str, int]:
    """How many tickets each queue holds (``MOST`` + 1: more); PermissionDenied without ``ticket.view``."""
    return listing.counts(actor)


def answered(ticket_id: UUID, *, actor: Actor) -> TicketAnswer:
    """A closed ticket's answer as something to learn from, for officials who see the ticket: numbers and the reporter's name covered.

    Raises:
        TicketNotFound. WrongTicketStep: not closed, without an answer, or the reporter says that it is not solved.
    """
    return queries.answered(ticket_id, actor=actor)


def reveal(ticket_id: UUID, *, purpose: str, actor: Actor) -> ReporterView:
    """The reporter's name and number in full for a purpose; recorded, and in the person's diary.

    Raises:
        BadTicket: no purpose. TicketNotFound. Forbidden: anonymous, confidential for departments, or the department complained about.
    """
    return contacts.reveal(ticket_id, purpose=purpose, actor=actor)


def judge_reply(ticket_id: UUID, *, reply: str, actor: Actor) -> tuple[float, tuple[str, ...]]:
    """The mark of a draft answer (0 to 1) and what it lacks, before it is sent; TicketNotFound."""
    queries.get(ticket_id, actor=actor)
    return replying.judge_draft(ticket_id, reply)


def options(kind: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of what can be chosen for an input of a kind: department, category, kind, urgency, ground, number, …"""
    return queries.options_of(kind)


def categories() -> list[Category]:
    """The tree, parents before their children; leaves have a kind."""
    return list(tree.categories().values())


def place_names() -> list[str]:
    """Known places of the city, for a list to choose from."""
    return sorted(tree.spots())


def keep_file(data: bytes, *, name: str) -> tuple[str, str]:
    """Keep a picture (PNG, JPG, PDF up to 4 MB) for a ticket: (digest, name). Raises FileRefused."""
    return filing.keep_file(data, name=name)


def picture(ticket_id: UUID, digest: str, *, actor: Actor, code: str = "") -> TicketPicture:
    """A file of a ticket, without what the camera wrote into it, for whoever sees the ticket and may know its reporter.

    An official's look is recorded and stands in the reporter's diary; so is a refused one. ``code``: of who filed without signing in.

    Raises:
        TicketNotFound: not this reader's ticket, or no such file. Forbidden: a confidential or anonymous reporter's, or the department
            is complained about.
    """
    return looking.open_one(ticket_id, digest, actor=actor, code=code)


def areas() -> list[Area]:
    """The streets of the city with their outlines (longitude, latitude; WGS 84), in the order of their division codes."""
    return sorted(tree.areas().values(), key=lambda one: one.region)


def by_place(actor: Actor, *, days: int = 30) -> list[TicketPlace]:
    """How many of the tickets this reader sees name which place, the most first (≤ 200); PermissionDenied without ``ticket.view``."""
    return queries.by_place(actor, days=min(max(days, 1), 366))


def import_file(data: bytes, *, name: str, actor: Actor) -> list[ImportedRow]:
    """Import a CSV table, an EML mail or an MBOX folder, at most 20,000 rows: a report per row; a row imported before is not doubled.

    Raises:
        UnreadableImport: no such file. PermissionDenied: without ``ticket.take``.
    """
    return importing.load(data, name=name, actor=actor)


def duties() -> list[DutyView]:
    """All duties in force with the record of each route."""
    return routing.duties()


def ensure_duties() -> int:
    """Write the duties of ``duties.json`` where none is in force; returns how many."""
    return routing.ensure_duties()


def set_duty(category: str, *, given: dict[str, str], actor: Actor) -> DutyView:
    """From now on ``given`` (department, law, article, clause, region) answers for a part of the tree; nothing is trained.

    Raises:
        BadTicket, PermissionDenied (``ticket.duties``).
    """
    return routing.set_duty(category, given=given, actor=actor)


def learn(*, actor: Actor) -> dict[str, Any]:
    """Train on confirmed tickets: a version in the register that waits for approval, if it beats the words; scores. PermissionDenied."""
    require(actor, "ticket.duties")
    return learning.learn()


def wall(actor: Actor, *, days: int = 30) -> HotlineWall:
    """Rates, league table, charts and overdue tickets of the reader's region; PermissionDenied without ``ticket.watch``."""
    return queries.wall(actor, days=min(max(days, 1), 366))


def counted(actor: Actor, *, rate: str, department: str = "", group: str = "not", days: int = 30, page: int = 1) -> RateTrace:
    """The tickets behind a rate of the wall: 'in' (reached), 'not' (counted, not reached) or 'out' (left out), each with its reason.

    ``rate``: response, solution or satisfaction; ``department``: '' for all.

    Raises:
        BadTicket: no such rate. PermissionDenied: without ``ticket.watch``.
    """
    asked = {"rate": rate, "department": department[:32], "group": group}
    return counting.trace(actor, **asked, days=min(max(days, 1), 366), page=min(max(page, 1), 10_000))


def find_topics() -> int:
    """Find topics in the tickets of the last 30 days, warn where they rise; returns how many stand. Works where something changed."""
    return patterns.find()


def topics(actor: Actor, *, state: str = "") -> list[TicketTopic]:
    """Topics that concern this reader, the hottest first; PermissionDenied without ``ticket.view``."""
    return queries.topics(actor, state=state)


def topic(topic_id: UUID, *, actor: Actor) -> tuple[TicketTopic, list[TicketLine]]:
    """One topic with its tickets; TicketNotFound for whoever it does not concern. A warning of the reader's department counts as seen."""
    found = queries.one_topic(topic_id, actor=actor)
    return queries.one_topic(topic_id, actor=actor) if patterns.seen(topic_id, actor) else found


def open_incident(topic_id: UUID, *, note: str, actor: Actor, version: int = 0) -> TicketTopic:
    """Make a topic an incident of the city's operations; the same again changes nothing.

    Raises:
        BadTicket, TicketNotFound, WrongTicketStep, PermissionDenied (``ticket.watch``).
    """
    patterns.open_incident(topic_id, actor=actor, note=note, version=version)
    return queries.one_topic(topic_id, actor=actor)[0]


def close_topic(topic_id: UUID, *, remedy: str, actor: Actor, version: int = 0) -> TicketTopic:
    """Say what removed the cause; the next ticket about it reopens the cause. Raises as ``open_incident``."""
    return queries.topic(patterns.close_topic(topic_id, actor=actor, remedy=remedy, version=version))


def opened(
    actor: Actor, *, text: str = "", region: str = "", category: str = "", ended: bool | None = None, order: str = "", page: int = 1
) -> tuple[list[OpenTicket], int]:
    """A page (20) of the concerns that everybody may read, and how many there are.

    Their reporters agreed, a person at the centre looked at the words.

    Args:
        actor: who reads; decides nothing but ``mine`` and ``own``.
        text: words of title, text or place.
        region: of one street.
        category: a node of the tree.
        ended: only closed or only open ones.
        order: 'endorsed' for those of most people first; else the newest first.
        page: from 1.
    """
    asked = {"text": text.replace("\x00", "")[:60], "region": region[:12], "category": category[:40]}
    return opening.listed(actor, **asked, ended=ended, order=order, page=min(max(page, 1), 10_000))


def opened_one(ticket_id: UUID, *, actor: Actor) -> OpenTicket:
    """One concern that everybody may read; TicketNotFound for any other."""
    return opening.one(ticket_id, actor=actor)


def opened_picture(ticket_id: UUID, digest: str) -> TicketPicture:
    """A picture that a person at the centre let be shown with it; TicketNotFound for any other."""
    return opening.picture(ticket_id, digest)


def endorse(ticket_id: UUID, *, actor: Actor, on: bool = True) -> OpenTicket:
    """Say 「我也遇到」 of an opened concern, or take it back; once a person, the same again changes nothing. Weighs its topic.

    Raises:
        SignInNeeded. TicketNotFound. EndorsedOtherwise: one's own, or ended.
    """
    return opening.endorse(ticket_id, actor=actor, on=on)


def public(
    *,
    codes: list[str],
    since: datetime,
    until: datetime,
    ended: bool | None = None,
    most: int = 200,
    skip: int = 0,
    no: str = "",
    ident: UUID | None = None,
) -> list[dict[str, Any]]:
    """Tickets that their reporters opened to everybody, for GeoReport. Times bound ``filed_at``.

    Kind, place and state at once; ``text``, ``reply`` and ``picture`` once a person has looked ('' before).

    Args:
        codes: categories; none means all.
        since: from then on.
        until: up to then.
        ended: only closed or only open ones.
        most: at most so many, the newest.
        skip: so many of the newest are left out.
        no: only this number.
        ident: only this id.
    """
    found = opening.machine_readable(codes=codes, since=since, until=until, ended=ended, most=most, skip=skip, no=no, ident=ident)
    return [
        {
            "line": queries.line(row),
            "text": shown.words,
            "reply": contacts.without_reporter(row, row.reply) if shown.state == "shown" else "",
            "lat": row.lat,
            "lon": row.lon,
            "picture": next((each[0] for each in shown.files), ""),
            "looked": shown.state == "shown",
            "updated_at": getattr(shown, "last", None) or row.filed_at,
        }
        for row, shown in found
    ]
