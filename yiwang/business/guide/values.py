"""What goes in and out of the guide: frozen values, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

KINDS: Mapping[str, str] = {
    "event": "一件事",
    "matter": "事项",
    "benefit": "待遇",
    "policy": "惠企政策",
    "article": "知识",
    "ticket": "热线答复",
    "law": "法律条文",
    "hotline": "热线诉求",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be the answer. ``id`` is ``kind:key``; ``facets`` are its short passages by what they tell (fee, time …).

    ``phrases`` are what it is found by, with weights 0…1; ``pairs`` questions with their answers; ``do`` is the address of the form
    ('' where nothing is applied for); ``phone`` whom to ask; ``until`` its last day in force.
    """

    id: str
    kind: str
    title: str
    title_en: str
    text: str
    text_en: str
    link: str
    do: str
    department: str
    phone: str
    subject_kind: str
    phrases: tuple[tuple[str, float], ...]
    facets: Mapping[str, str] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class GuideSource:
    """Where an answer stands: the document in force today, its address, the form (``do``), and why it was chosen (``reason``)."""

    id: str
    kind: str
    kind_name: str
    title: str
    title_en: str
    link: str
    do: str
    department: str
    since: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class GuideChoice:
    """One choice of a narrowing question; send its ``id`` back as ``chosen``."""

    id: str
    title: str
    title_en: str
    kind_name: str


@dataclass(frozen=True, slots=True)
class GuidePerson:
    """Whom to ask when the guide does not know, and what to hand over (personal data masked)."""

    department: str
    phone: str
    context: str


@dataclass(frozen=True, slots=True)
class GuideGenerated:
    """Words made by a language model from the passage, with the label that must stand beside them and its metadata."""

    text: str
    label: str
    aigc: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GuideAnswer:
    """One turn. ``outcome``: answer, choose (a narrowing question with ``choices``) or unknown (``person`` to ask).

    ``id`` names the turn for feedback; ``about`` and ``before`` are the context to send with the next turn; ``facet`` is what was
    told ('' the whole); ``confidence`` 0…1. ``also`` is a second question in the same words, to be asked next; ``elsewhere`` another
    province or city that the words name: what is told holds here.
    """

    id: UUID
    outcome: str
    question: str
    text: str
    facet: str
    source: GuideSource | None
    others: tuple[GuideSource, ...]
    asking: str
    choices: tuple[GuideChoice, ...]
    person: GuidePerson | None
    generated: GuideGenerated | None
    about: str
    before: str
    confidence: float
    also: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class GuideHint:
    """What an agent may read out while somebody calls: the shortest passage, where it stands, and how sure the choice is (0 to 1)."""

    text: str
    source: GuideSource
    confidence: float


@dataclass(frozen=True, slots=True)
class KnowledgeArticle:
    """An article of the knowledge desk, as its officials see it; ``acts`` are the steps the reader may take now."""

    id: UUID
    number: int
    title: str
    phrases: tuple[str, ...]
    text: str
    citations: tuple[str, ...]
    target: str
    department: str
    owner: str
    owner_name: str
    state: str
    state_name: str
    origin: str
    expires_on: date | None
    expired: bool
    edited_by_name: str
    edited_at: datetime
    published_by_name: str
    published_at: datetime | None
    return_reason: str
    lock: int
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeGap:
    """Questions near to each other that nobody could answer: the most typical one, how many, how many said 「没用」, since when."""

    id: UUID
    question: str
    others: tuple[str, ...]
    asked: int
    unhelpful: int
    first: datetime
    last: datetime
    rank: float


@dataclass(frozen=True, slots=True)
class KnowledgeConflict:
    """A published article and what a law it rests on says now; ``kind`` as in the law library's flags, or 'expired'."""

    article: UUID
    title: str
    owner_name: str
    kind: str
    kind_name: str
    detail: str
