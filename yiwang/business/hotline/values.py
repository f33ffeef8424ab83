"""What crosses the door: drafts, suggestions, tickets as their reader may see them, rates, topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A concern as it comes in. Only ``text`` is needed; ``lat``/``lon`` in degrees (WGS 84); ``files`` are digests of stored pictures.

    ``region``: the division of the street where it happened, for who chooses it from a list; a point goes before it. ``category``: a
    node of the tree, by its code or its path in words; below a branch the likeliest leaf. ``hold``: an agent goes on with it himself, so
    it is neither merged nor sent by itself.
    """

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
    files: tuple[tuple[str, str], ...] = ()
    key: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class CategoryLevel:
    """One step of a category's path; ``probability`` is that of all leaves below it together."""

    code: str
    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """A category with its probability and the words that spoke for it; ``levels`` is its path from the top, the leaf last."""

    code: str
    title: str
    probability: float
    words: tuple[str, ...]
    levels: tuple[CategoryLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyChoice:
    """The department whose duty it is, the clause, and how far the route is trusted (0 to 1)."""

    id: UUID
    category: str
    department: str
    department_name: str
    law: str
    article: str
    clause: str
    trust: float


@dataclass(frozen=True, slots=True)
class FlaggedSpan:
    """Something in the text that a reader should know: flagged by its span in characters, never removed."""

    kind: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FilledField:
    """A field that the text fills by itself: what it says (``value``), the words it was read from, and the chance that it is right.

    ``key``: place, time, people, phone, name, money or urgency; ``start``/``end`` of the words in the text, 0 and 0 where there are none.
    """

    key: str
    name: str
    value: str
    words: str
    probability: float
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class DuplicateChoice:
    """An earlier ticket that says nearly the same (``alike``: share of the text) or names the same cause at the same place.

    ``probability``: that it is the same matter, as reading pairs so much alike showed; None where only cause and place are the same.
    """

    id: UUID
    no: str
    title: str
    state_name: str
    alike: float
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class TicketSuggestion:
    """What a text suggests while it is typed. ``send``: the expected cost of a mistake is below that of a person's look.

    ``duties`` stand beside ``categories``, one each; ``duty`` is the first of them. ``fields``: what of a form the text fills by itself.

    ``by``: words or model; ``model``: its version (0: words), ``pieces``: how many pieces of the text it knew (-1: not asked).
    """

    title: str
    kind: str
    kind_name: str
    categories: tuple[CategoryChoice, ...]
    duty: DutyChoice | None
    place: str
    region: str
    street: str
    office: str
    lat: float | None
    lon: float | None
    urgency: int
    urgency_name: str
    urgent_words: tuple[str, ...]
    people: int
    flags: tuple[FlaggedSpan, ...]
    against: str
    duplicates: tuple[DuplicateChoice, ...]
    send: bool
    cost: float
    why: str
    by: str
    model: int = 0
    pieces: int = -1
    duties: tuple[DutyChoice | None, ...] = ()
    fields: tuple[FilledField, ...] = ()


@dataclass(frozen=True, slots=True)
class ReporterView:
    """Who filed it, as this reader may see it; ``why`` says why something is hidden."""

    name: str
    phone: str
    email: str
    hidden: bool
    revealable: bool
    why: str


@dataclass(frozen=True, slots=True)
class TicketStepView:
    """A line of the history."""

    act: str
    name: str
    by_name: str
    department: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class TicketInput:
    """What an act asks for; ``value`` is what is meant if nothing is said."""

    key: str
    label: str
    kind: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class TicketAct:
    """An act that this reader may do now."""

    act: str
    name: str
    inputs: tuple[TicketInput, ...]


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket in a list; nothing of its reporter."""

    id: UUID
    no: str
    title: str
    kind_name: str
    category: str
    category_name: str
    urgency: int
    urgency_name: str
    place: str
    state: str
    state_name: str
    department: str
    department_name: str
    filed_at: datetime
    due: datetime | None
    overdue: bool
    level: int
    level_name: str
    followers: int


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as its reader may see it; ``text`` and ``place`` are covered where the reader must not recognise the reporter.

    ``accept_due``: until when the centre takes it, as long as it has not; ``opened``: waiting, shown or hidden where the reporter lets
    everybody read it; ``path``: the names of its category from the top.
    """

    line: TicketLine
    channel_name: str
    text: str
    kind: str
    reporter: ReporterView
    privacy_name: str
    region: str
    lat: float | None
    lon: float | None
    people: int
    files: tuple[tuple[str, str], ...]
    flags: tuple[FlaggedSpan, ...]
    notes: tuple[str, ...]
    duty: str
    automatic: bool
    first_contact: str
    assigned: bool
    co: tuple[tuple[str, str], ...]
    reply: str
    outcome_name: str
    quality: float | None
    solved: bool | None
    satisfaction: int | None
    extensions: tuple[str, ...]
    waiting_extension: str
    exclusion: str
    redos: int
    sign_due: datetime | None
    answered_at: datetime | None
    steps: tuple[TicketStepView, ...]
    acts: tuple[TicketAct, ...]
    lead: str
    categories: tuple[CategoryChoice, ...]
    version: int
    accept_due: datetime | None = None
    opened: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledTicket:
    """What the reporter is told: number, and for who did not sign in (or is anonymous) the code to look it up with, shown once."""

    id: UUID
    no: str
    code: str
    state: str
    state_name: str
    department: str
    department_name: str
    due: datetime | None
    merged: str
    again: bool


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What became of a row of a file: a ticket number, or the reason it was refused."""

    row: int
    no: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rates:
    """The three rates in percent with the numbers they come from; ``total`` by the configured weights; None where nothing counts yet."""

    department: str
    department_name: str
    dispatched: int
    response: float | None
    responded: int
    solution: float | None
    solved: int
    asked: int
    satisfaction: float | None
    satisfied: int
    rated: int
    total: float | None
    overdue: int
    excluded: int


@dataclass(frozen=True, slots=True)
class CountedTicket:
    """A ticket behind a rate, and why it counts, does not reach it, or is left out."""

    line: TicketLine
    why: str


@dataclass(frozen=True, slots=True)
class RateTrace:
    """What stands behind a rate: how many reach it, how many are counted and do not, how many are left out; a page (50) of one of them."""

    name: str
    reached: int
    missed: int
    left_out: int
    rows: tuple[CountedTicket, ...]


@dataclass(frozen=True, slots=True)
class HotlineWall:
    """Everything the supervisor's wall shows."""

    city: Rates
    league: tuple[Rates, ...]
    states: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, int], ...]
    automatic: float | None
    returned: float | None
    overdue: tuple[TicketLine, ...]


@dataclass(frozen=True, slots=True)
class TicketAnswer:
    """A closed ticket as something to learn from: nothing of its reporter. ``citations`` name the law of the route."""

    no: str
    title: str
    question: str
    reply: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketPicture:
    """A file handed in with a ticket, without what the camera wrote into it."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A concern that everybody may read; nothing of its reporter. ``text`` and ``title`` as a person at the centre let them be read.

    ``levels``: the names of its category from the top; ``pictures``: digests; ``endorsed``: how many say 「我也遇到」; ``mine``: this
    reader is one of them; ``own``: it is this reader's ticket.
    """

    id: UUID
    no: str
    title: str
    text: str
    category: str
    category_name: str
    levels: tuple[str, ...]
    place: str
    street: str
    state: str
    state_name: str
    ended: bool
    department: str
    department_name: str
    filed_at: datetime
    due: datetime | None
    reply: str
    outcome_name: str
    pictures: tuple[str, ...]
    endorsed: int
    mine: bool
    own: bool


@dataclass(frozen=True, slots=True)
class TicketPlace:
    """How many tickets name a place: all, still open, overdue. ``lat``/``lon`` of the place, or the middle of its street."""

    place: str
    region: str
    street: str
    district: str
    lat: float
    lon: float
    tickets: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TicketTopic:
    """A cause at a place."""

    id: UUID
    name: str
    place: str
    category: str
    category_name: str
    region: str
    department: str
    department_name: str
    office: str
    state: str
    state_name: str
    tickets: int
    people: int
    growth: float
    heat: float
    quotes: tuple[str, ...]
    days: tuple[tuple[str, int], ...]
    recurrences: int
    remedy: str
    first_at: datetime
    last_at: datetime
    warned: tuple[tuple[str, str], ...]
    incident: str
    version: int


@dataclass(frozen=True, slots=True)
class DutyView:
    """A route of the tree: who answers for what, by which clause, with its record."""

    id: UUID
    category: str
    title: str
    region: str
    department: str
    department_name: str
    law: str
    article: str
    clause: str
    held: int
    failed: int
    trust: float
