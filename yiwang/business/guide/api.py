"""The door of the guide 智能导办: ask in everyday words; the knowledge desk behind it.

Asking is public and keeps nobody's name; the desk names its actor, asks access, and leaves audit records and events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yiwang.business.guide import asking, choosing, desk, knowledge, learning, speech, vectors
from yiwang.business.guide.errors import (
    NeedsReason,
    NoQuestion,
    NoRecogniser,
    NoSuchArticle,
    NoSuchGap,
    NoSuchTurn,
    NotHeard,
    SameAuthor,
    StaleArticle,
    WrongStep,
)
from yiwang.business.guide.measuring import GuideFigures, measure
from yiwang.business.guide.states import STATES
from yiwang.business.guide.values import (
    KINDS,
    GuideAnswer,
    GuideChoice,
    GuideGenerated,
    GuideHint,
    GuidePerson,
    GuideSource,
    KnowledgeArticle,
    KnowledgeConflict,
    KnowledgeGap,
)
from yiwang.security.access.api import Actor

__all__ = [
    "KINDS",
    "NONE",
    "STATES",
    "GuideAnswer",
    "GuideChoice",
    "GuideFigures",
    "GuideGenerated",
    "GuideHint",
    "GuidePerson",
    "GuideSource",
    "KnowledgeArticle",
    "KnowledgeConflict",
    "KnowledgeGap",
    "NeedsReason",
    "NoQuestion",
    "NoRecogniser",
    "NoSuchArticle",
    "NoSuchGap",
    "NoSuchTurn",
    "NotHeard",
    "PublicArticle",
    "SameAuthor",
    "StaleArticle",
    "WrongStep",
    "article",
    "articles",
    "ask",
    "conflicts",
    "dismiss",
    "embed",
    "from_ticket",
    "gaps",
    "hear",
    "judge",
    "look",
    "measure",
    "public_article",
    "recogniser",
    "save",
    "step",
    "targets",
    "warm",
    "write",
]

NONE = asking.NONE


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """A published article for everybody; ``do`` is where its thing is applied for."""

    series: UUID
    title: str
    text: str
    citations: tuple[str, ...]
    department: str
    since: date | None
    expires_on: date | None
    do: str


def ask(question: str, *, about: str = "", before: str = "", chosen: str = "", phrase: bool = True) -> GuideAnswer:
    """One turn, for everybody: an answer with its source, a narrowing question, or 「我不知道」 with a person to ask.

    ``about``, ``before``: from the turn before; ``chosen``: the id of a choice, or ``NONE`` (都不是). ``phrase``: let a configured
    language model say the passage more plainly. Texts beyond 200 characters are read up to there. The question is kept masked, without
    who asked, for 180 days. Cost: about 60 ms of one core, without a language model.

    Raises:
        NoQuestion: neither words nor a choice.
    """
    return asking.ask(question, about=about, before=before, chosen=chosen, phrase=phrase)


def look(question: str) -> GuideHint | None:
    """The answer of ``ask`` for somebody who listens and types, None where there is none; keeps nothing. About 60 ms of one core."""
    return asking.look(question)


def judge(turn: UUID, *, helpful: bool) -> None:
    """Say whether an answer helped, within a day; the last word counts. NoSuchTurn for a wrong or old id."""
    learning.judge(turn, helpful=helpful)


def hear(sound: bytes, *, type: str, longest: int = asking.LONGEST) -> str:
    """The words of a recording (≤ 5 MB; ``type`` its media type) by the operator's recogniser; nothing is kept.

    ``longest``: characters that are read of the words; a question by default, more for whoever dictates a ticket.

    Raises:
        NoRecogniser: none is configured. InvalidInput: not such a recording. NotHeard: no words, or it does not answer.
    """
    return speech.hear(sound, type=type, longest=longest)


def recogniser() -> bool:
    """Whether ``hear`` can be used."""
    return speech.available()


def public_article(series: UUID) -> PublicArticle:
    """A published article in force today, for everybody; NoSuchArticle."""
    row = desk.published(series)
    since = row.published_at.date() if row.published_at else None
    do = knowledge.entry_address(row.target)
    return PublicArticle(row.series, row.title, row.text, tuple(row.citations), row.department, since, row.expires_on, do)


def warm() -> None:
    """Build the indexes and ask once, so that nobody's first question has to wait."""
    asking.warm()


def embed(*, seconds: float = 3600.0) -> int:
    """Make missing sentence vectors for about so many seconds; returns how many are still missing. The worker does it each minute."""
    entries = knowledge.entries()
    return vectors.grow((text for one in entries for text, weight in one.phrases if weight >= choosing.LIGHTEST), seconds=seconds)


def targets() -> list[tuple[str, str]]:
    """(entry id, title) of everything that an article may lead to."""
    kinds = ("event", "matter", "policy")
    return [(one.id, one.title) for one in choosing.held.current().order if one.kind in kinds]


def articles(actor: Actor, *, state: str = "") -> list[KnowledgeArticle]:
    """Articles of the actor's department, the last edited first (≤ 200); PermissionDenied without ``knowledge.view``."""
    return desk.listing(actor, state=state)


def article(article_id: UUID, *, actor: Actor) -> KnowledgeArticle:
    """One article of the actor's department; NoSuchArticle for any other."""
    return desk.get(article_id, actor=actor)


def write(
    *,
    title: str,
    text: str,
    phrases: Sequence[str] = (),
    citations: Sequence[str] = (),
    target: str = "",
    expires_on: date | None,
    actor: Actor,
    gap: UUID | None = None,
    replaces: UUID | None = None,
) -> KnowledgeArticle:
    """A new draft of the actor's department, owned by the actor; ``gap``: the questions it answers leave the list; ``replaces``: a new
    version of a published article.

    Raises:
        InvalidInput: naming the field. PermissionDenied: without ``knowledge.edit``. NoSuchGap, NoSuchArticle; WrongStep: has a draft.
    """
    return desk.write(
        title=title, text=text, phrases=phrases, citations=citations, target=target, expires_on=expires_on, actor=actor, gap=gap,
        replaces=replaces,
    )  # fmt: skip


def save(
    article_id: UUID,
    *,
    title: str,
    text: str,
    phrases: Sequence[str] = (),
    citations: Sequence[str] = (),
    target: str = "",
    expires_on: date | None,
    lock: int,
    actor: Actor,
) -> KnowledgeArticle:
    """Save a draft; ``lock`` as it was read.

    Raises:
        InvalidInput, NoSuchArticle, PermissionDenied; StaleArticle: somebody else saved; WrongStep: not a draft.
    """
    return desk.save(
        article_id,
        title=title,
        text=text,
        phrases=phrases,
        citations=citations,
        target=target,
        expires_on=expires_on,
        lock=lock,
        actor=actor,
    )


def step(article_id: UUID, *, act: str, lock: int, actor: Actor, reason: str = "") -> KnowledgeArticle:
    """``submit``, ``discard``; ``publish`` or ``return`` (with a reason) by a second person; ``withdraw`` (with a reason).

    Raises:
        InvalidInput, NoSuchArticle, PermissionDenied, StaleArticle, WrongStep, SameAuthor, NeedsReason.
    """
    return desk.step(article_id, act=act, lock=lock, actor=actor, reason=reason)


def from_ticket(
    ref: str,
    *,
    title: str,
    question: str,
    reply: str,
    phrases: Sequence[str] = (),
    citations: Sequence[str] = (),
    target: str = "",
    expires_on: date | None,
    actor: Actor,
) -> KnowledgeArticle:
    """An answered ticket as a draft, personal data masked; a second person reviews and publishes it. Once a ticket while it is open.

    Raises:
        InvalidInput, PermissionDenied; WrongStep: the ticket has a draft already.
    """
    return desk.from_ticket(
        ref, title=title, question=question, reply=reply, phrases=phrases, citations=citations, target=target, expires_on=expires_on,
        actor=actor,
    )  # fmt: skip


def gaps(actor: Actor, *, limit: int = 50) -> list[KnowledgeGap]:
    """What nobody could answer or was said not to help, like questions together, the most pressing first.

    Rank: how many asked, those who said 「没用」 twice, halved by a month of silence. PermissionDenied without ``knowledge.view``.
    """
    return learning.gaps(actor, limit=limit)


def dismiss(gap: UUID, *, reason: str, actor: Actor) -> None:
    """Take a gap off the list without an article. NoSuchGap, NeedsReason, PermissionDenied."""
    learning.dismiss(gap, reason=reason, actor=actor)


def conflicts(actor: Actor) -> list[KnowledgeConflict]:
    """Published articles of the actor's department that are expired or rest on changed law; PermissionDenied without ``knowledge.view``."""
    return desk.conflicts(actor)
