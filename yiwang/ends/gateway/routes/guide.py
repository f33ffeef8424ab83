"""The guide by machine: ask, judge, speak; and the knowledge desk."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.business.guide import api as guide
from yiwang.business.hotline import api as hotline
from yiwang.ends.gateway.signing import Signed
from yiwang.standards.errors import InvalidInput

router = Router(tags=["guide"])


class GuideQuestion(Schema):
    """A question, or the ``chosen`` choice of the turn before; ``about`` and ``before`` come from the turn before."""

    question: str = ""
    about: str = ""
    before: str = ""
    chosen: str = ""


class GuideJudgement(Schema):
    """Whether the answer of a turn helped."""

    turn: UUID
    helpful: bool


class GuideRecording(Schema):
    """A recording in base64 and its media type."""

    sound: str
    type: str


class GuideWords(Schema):
    """What was heard, or done."""

    text: str


class KnowledgeText(Schema):
    """An article; ``gap``: the gap it answers; ``replaces``: the published article it is a new version of; ``lock`` when saving."""

    title: str
    text: str
    phrases: list[str] = []
    citations: list[str] = []
    target: str = ""
    expires_on: date | None = None
    gap: UUID | None = None
    replaces: UUID | None = None
    lock: int = 0


class KnowledgeTicket(Schema):
    """What of a ticket's answer is said otherwise; what is left out stays as the ticket has it."""

    title: str = ""
    text: str = ""
    phrases: list[str] = []
    citations: list[str] = []
    target: str = ""
    expires_on: date


class KnowledgeStep(Schema):
    """submit, discard, publish, return, withdraw; the last two with a reason."""

    act: str
    lock: int
    reason: str = ""


class KnowledgeReason(Schema):
    """Why a gap needs no article."""

    reason: str


@router.post("/guide/questions", auth=Signed("public"), response=guide.GuideAnswer)
def ask_guide(request: HttpRequest, body: GuideQuestion) -> Any:
    """One turn: an answer with its source, a narrowing question with choices, or 「我不知道」 with a person and the context to hand over.

    Words made by a language model stand apart in ``generated``, with the label to show beside them and their AIGC metadata.
    """
    return guide.ask(body.question, about=body.about, before=body.before, chosen=body.chosen)


@router.post("/guide/judgements", auth=Signed("public"), response=GuideWords)
def judge_guide(request: HttpRequest, body: GuideJudgement) -> Any:
    """Say whether an answer helped, within a day."""
    guide.judge(body.turn, helpful=body.helpful)
    return {"text": "ok"}


@router.post("/guide/recordings", auth=Signed("public"), response=GuideWords)
def hear_guide(request: HttpRequest, body: GuideRecording) -> Any:
    """The words of a recording, by the operator's recogniser; nothing is kept."""
    try:
        sound = base64.b64decode(body.sound, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("录音须用 base64 编码。", field="sound") from error
    return {"text": guide.hear(sound, type=body.type)}


@router.get("/guide/articles/{series}", auth=Signed("public"), response=guide.PublicArticle)
def get_public_article(request: HttpRequest, series: UUID) -> Any:
    """A published article in force today."""
    return guide.public_article(series)


@router.get("/knowledge/articles", auth=Signed("knowledge.view"), response=list[guide.KnowledgeArticle])
def list_knowledge(request: HttpRequest, state: str = "") -> Any:
    """Articles of the caller's department."""
    return guide.articles(request.actor, state=state)  # type: ignore[attr-defined]


@router.post("/knowledge/articles", auth=Signed("knowledge.edit"), response=guide.KnowledgeArticle)
def write_knowledge(request: HttpRequest, body: KnowledgeText) -> Any:
    """A new draft."""
    given = body.dict(exclude={"lock"})
    return guide.write(**given, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/knowledge/tickets/{ticket_id}", auth=Signed("knowledge.edit"), response=guide.KnowledgeArticle)
def write_knowledge_of_ticket(request: HttpRequest, ticket_id: UUID, body: KnowledgeTicket) -> Any:
    """A draft from a closed ticket's answer, personal data covered; a second person reviews and publishes it."""
    actor = request.actor  # type: ignore[attr-defined]
    told = hotline.answered(ticket_id, actor=actor)
    phrases, citations = body.phrases, body.citations or list(told.citations)
    return guide.from_ticket(
        told.no, title=body.title or told.title, question=told.title, reply=body.text or told.reply, phrases=phrases, citations=citations,
        target=body.target, expires_on=body.expires_on, actor=actor,
    )  # fmt: skip


@router.get("/knowledge/articles/{article_id}", auth=Signed("knowledge.view"), response=guide.KnowledgeArticle)
def get_knowledge(request: HttpRequest, article_id: UUID) -> Any:
    """One article of the caller's department."""
    return guide.article(article_id, actor=request.actor)  # type: ignore[attr-defined]


@router.put("/knowledge/articles/{article_id}", auth=Signed("knowledge.edit"), response=guide.KnowledgeArticle)
def save_knowledge(request: HttpRequest, article_id: UUID, body: KnowledgeText) -> Any:
    """Save a draft."""
    given = body.dict(exclude={"gap", "replaces"})
    return guide.save(article_id, **given, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/knowledge/articles/{article_id}/steps", auth=Signed("knowledge.view"), response=guide.KnowledgeArticle)
def step_knowledge(request: HttpRequest, article_id: UUID, body: KnowledgeStep) -> Any:
    """Submit or discard; publish, return or withdraw as the second person."""
    return guide.step(article_id, act=body.act, lock=body.lock, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/knowledge/gaps", auth=Signed("knowledge.view"), response=list[guide.KnowledgeGap])
def list_gaps(request: HttpRequest) -> Any:
    """What nobody could answer, like questions together, the most pressing first."""
    return guide.gaps(request.actor)  # type: ignore[attr-defined]


@router.post("/knowledge/gaps/{gap}/dismissal", auth=Signed("knowledge.edit"), response=GuideWords)
def dismiss_gap(request: HttpRequest, gap: UUID, body: KnowledgeReason) -> Any:
    """Take a gap off the list without an article."""
    guide.dismiss(gap, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]
    return {"text": "ok"}


@router.get("/knowledge/conflicts", auth=Signed("knowledge.view"), response=list[guide.KnowledgeConflict])
def list_conflicts(request: HttpRequest) -> Any:
    """Published articles that are expired or rest on changed law."""
    return guide.conflicts(request.actor)  # type: ignore[attr-defined]
