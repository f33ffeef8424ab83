"""The knowledge desk: articles are written by one official, reviewed by a second, expire, and are flagged when their law changes.

Every act is one transaction with its audit record; publishing and withdrawing emit their event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from yiwang.base.clock.api import now, today
from yiwang.base.ids.api import new_id
from yiwang.base.outbox import api as outbox
from yiwang.business.guide import choosing, learning
from yiwang.business.guide.errors import NeedsReason, NoSuchArticle, SameAuthor, StaleArticle, WrongStep
from yiwang.business.guide.models import Article
from yiwang.business.guide.states import OPEN, PERMISSIONS, STATES, STEP_NAMES, STEPS
from yiwang.business.guide.values import KnowledgeArticle, KnowledgeConflict
from yiwang.data.laws import api as laws
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.security.masking.api import mask_text
from yiwang.standards.errors import InvalidInput
from yiwang.standards.events import KnowledgePublished, KnowledgeWithdrawn

ARTICLE: Final = "knowledge_article"
SHORTEST, LONGEST, MOST_PHRASES, MOST_CITATIONS = 10, 5_000, 20, 10
EXPIRES_WITHIN: Final = 3 * 366  # days: an article that nobody looks at for three years is not knowledge


def content(row: Article) -> dict[str, Any]:
    """What of a published article is sealed in the evidence."""
    return {
        "series": str(row.series),
        "number": row.number,
        "title": row.title,
        "phrases": row.phrases,
        "text": row.text,
        "citations": row.citations,
        "target": row.target,
        "expires_on": row.expires_on.isoformat() if row.expires_on else "",
        "editors": row.editors,
        "published_by": row.published_by,
    }


def load_published(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of articles that were ever published."""
    return {str(row.id): content(row) for row in Article.objects.filter(id__in=refs, published_at__isnull=False)}


def citations() -> Iterator[laws.Cited]:
    """What the published articles cite, for the law library."""
    for row in Article.objects.filter(state="published"):
        yield from cited(row)


def cited(row: Article) -> Iterable[laws.Cited]:
    """What one article cites; it was right on the day it was published."""
    since = row.published_at.date() if row.published_at else None
    return [laws.Cited(text, since, f"知识 {row.title}", "", row.department) for text in row.citations]


def view(row: Article, actor: Actor) -> KnowledgeArticle:
    """A row as its reader sees it."""
    acts = tuple(
        step
        for (state, step) in STEPS
        if state == row.state
        and may(actor, PERMISSIONS[step], department=row.department, region=row.region)
        and not (step in ("publish", "return") and actor.account_id in row.editors)
    )
    expired = row.expires_on is not None and row.expires_on < today()
    return KnowledgeArticle(
        row.id, row.number, row.title, tuple(row.phrases), row.text, tuple(row.citations), row.target, row.department, row.owner,
        row.owner_name, row.state, STATES[row.state], row.origin, row.expires_on, expired, row.edited_by_name, row.edited_at,
        row.published_by_name, row.published_at, row.return_reason, row.lock, acts,
    )  # fmt: skip


def _seen(article_id: UUID, actor: Actor, permission: str, *, lock: bool = False) -> Article:
    rows = Article.objects.select_for_update() if lock else Article.objects
    row = rows.filter(id=article_id).first()
    if row is None or not may(actor, "knowledge.view", department=row.department, region=row.region):
        raise NoSuchArticle
    require(actor, permission, department=row.department, region=row.region)
    return row


def get(article_id: UUID, *, actor: Actor) -> KnowledgeArticle:
    """See the door."""
    return view(_seen(article_id, actor, "knowledge.view"), actor)


def listing(actor: Actor, *, state: str, limit: int = 200) -> list[KnowledgeArticle]:
    """See the door."""
    require(actor, "knowledge.view")
    rows = Article.objects.filter(state=state) if state in STATES else Article.objects.exclude(state__in=("superseded", "discarded"))
    own = rows.filter(department=actor.department) if actor.kind != "system" else rows
    found = own.order_by("-edited_at")[:limit]
    return [view(row, actor) for row in found if may(actor, "knowledge.view", department=row.department, region=row.region)]


def _checked(title: str, text: str, phrases: Sequence[str], citations: Sequence[str], expires_on: date | None) -> dict[str, Any]:
    """The fields of an article, or what is wrong with them."""
    title, text = " ".join(title.split()), text.replace("\x00", "").strip()
    said = list(dict.fromkeys(" ".join(one.split())[:60] for one in phrases if one.strip()))
    cites = list(dict.fromkeys(one.strip()[:200] for one in citations if one.strip()))
    if not 2 <= len(title) <= 100:
        raise InvalidInput("标题须有 2 至 100 个字。", field="title")
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidInput(f"正文须有 {SHORTEST} 至 {LONGEST} 个字。", field="text")
    if len(said) > MOST_PHRASES or len(cites) > MOST_CITATIONS:
        raise InvalidInput(f"常用说法最多 {MOST_PHRASES} 条,依据最多 {MOST_CITATIONS} 条。", field="phrases")
    if expires_on is None or not 0 < (expires_on - today()).days <= EXPIRES_WITHIN:
        raise InvalidInput("请填写失效日期:明天以后、三年以内。到期前由责任人复核。", field="expires_on")
    return {"title": title, "text": text, "phrases": said, "citations": cites, "expires_on": expires_on}


def write(  # noqa: PLR0913 the fields of an article
    *, title: str, text: str, phrases: Sequence[str], citations: Sequence[str], target: str, expires_on: date | None, actor: Actor,
    gap: UUID | None = None, ticket: str = "", replaces: UUID | None = None,
) -> KnowledgeArticle:  # fmt: skip
    """See the door."""
    require(actor, "knowledge.edit", department=actor.department, region=actor.region)
    fields = _checked(title, text, phrases, citations, expires_on)
    if target and target not in choosing.held.current().entries:
        raise InvalidInput("办理入口不存在。请填写列表中的编号,如 matter:police.passport,或留空。", field="target")
    with transaction.atomic():
        members = learning.members_of(gap) if gap else []
        series, number = new_id(), 1
        if replaces is not None:
            old = _seen(replaces, actor, "knowledge.edit", lock=True)
            if old.state != "published" or Article.objects.filter(series=old.series, state__in=OPEN).exists():
                raise WrongStep(title=old.title, state=STATES[old.state], step="修订")
            series, number = old.series, old.number + 1
        origin = "ticket" if ticket else "gap" if members else "desk"
        row = Article(
            series=series, number=number, target=target, department=actor.department, region=actor.region, owner=actor.account_id,
            owner_name=actor.name, state="draft", origin=origin, origin_ref=(ticket or str(gap or ""))[:100], editors=[actor.account_id],
            edited_by_name=actor.name, edited_at=now(), **fields,
        )  # fmt: skip
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise WrongStep(title=title, state="草稿", step="再写一篇(这份答复或这篇知识已有草稿)") from error
        learning.settle(members, how="article", note=str(row.series))
        _told(row, "write", actor)
    return view(row, actor)


def save(
    article_id: UUID, *, title: str, text: str, phrases: Sequence[str], citations: Sequence[str], target: str, expires_on: date | None,
    lock: int, actor: Actor,
) -> KnowledgeArticle:  # fmt: skip
    """See the door."""
    fields = _checked(title, text, phrases, citations, expires_on)
    if target and target not in choosing.held.current().entries:
        raise InvalidInput("办理入口不存在。请填写列表中的编号,如 matter:police.passport,或留空。", field="target")
    with transaction.atomic():
        row = _taken(article_id, "save", actor, lock)
        for name, value in {**fields, "target": target}.items():
            setattr(row, name, value)
        row.edited_by_name, row.edited_at = actor.name, now()
        _join(row, actor)
        row.save()
        _told(row, "save", actor)
    return view(row, actor)


def _taken(article_id: UUID, step: str, actor: Actor, lock: int) -> Article:
    """The locked row, moved to the state after a step, once everything allows it."""
    row = _seen(article_id, actor, PERMISSIONS[step], lock=True)
    if row.lock != lock:
        raise StaleArticle(title=row.title, editor=row.edited_by_name, yours=lock, current=row.lock)
    state = STEPS.get((row.state, step))
    if state is None:
        raise WrongStep(title=row.title, state=STATES[row.state], step=STEP_NAMES[step])
    row.state, row.lock = state, row.lock + 1
    return row


def _join(row: Article, actor: Actor) -> None:
    if actor.account_id not in row.editors:
        row.editors = [*row.editors, actor.account_id]


def step(article_id: UUID, *, act: str, lock: int, actor: Actor, reason: str = "") -> KnowledgeArticle:
    """See the door."""
    if act not in STEP_NAMES or act == "save":
        raise InvalidInput("没有这个步骤。", field="act")
    with transaction.atomic():
        row = _taken(article_id, act, actor, lock)
        if act in ("publish", "return") and actor.account_id in row.editors:
            raise SameAuthor(title=row.title)
        if act in ("return", "withdraw") and not reason.strip():
            raise NeedsReason(step=STEP_NAMES[act], field="reason")
        if act == "submit":
            _join(row, actor)
        if act in ("return", "withdraw"):
            row.return_reason = reason.strip()[:1000]
        if act == "publish":
            _publish(row, actor)
        row.save()
        _told(row, act, actor, sealed=act == "publish")
        if act == "withdraw":
            outbox.emit(
                KnowledgeWithdrawn(at=now(), article=str(row.series), department=row.department, title=row.title, reason=row.return_reason)
            )
    choosing.held.forget()
    return view(row, actor)


def _publish(row: Article, actor: Actor) -> None:
    if row.expires_on is None or row.expires_on <= today():
        raise InvalidInput("失效日期已过。请退回责任人修改。", field="expires_on")
    Article.objects.filter(series=row.series, state="published").update(state="superseded")
    row.published_by, row.published_by_name, row.published_at, row.return_reason = actor.account_id, actor.name, now(), ""
    outbox.emit(KnowledgePublished(at=now(), article=str(row.series), version=row.number, department=row.department, title=row.title))


def _told(row: Article, act: str, actor: Actor, *, sealed: bool = False) -> None:
    detail = {"series": str(row.series), "number": row.number, "state": row.state, "lock": row.lock, "reason": row.return_reason}
    audit.record(Record(f"knowledge.{act}", actor, ARTICLE, str(row.id), detail=detail, row=content(row) if sealed else None))


def from_ticket(
    ref: str, *, title: str, question: str, reply: str, phrases: Sequence[str], citations: Sequence[str], target: str,
    expires_on: date | None, actor: Actor,
) -> KnowledgeArticle:  # fmt: skip
    """See the door."""
    said = [mask_text(one)[:60] for one in (question, *phrases)]
    return write(
        title=mask_text(title), text=mask_text(reply), phrases=said, citations=citations, target=target, expires_on=expires_on,
        actor=actor, ticket=ref,
    )  # fmt: skip


def conflicts(actor: Actor) -> list[KnowledgeConflict]:
    """See the door."""
    require(actor, "knowledge.view")
    rows = Article.objects.filter(state="published")
    own = list(rows.filter(department=actor.department) if actor.kind != "system" else rows)
    found = []
    for row in own:
        if row.expires_on is not None and row.expires_on < today():
            detail = f"已于 {row.expires_on} 失效,不再用来回答;请修订或撤下。"
            found.append(KnowledgeConflict(row.id, row.title, row.owner_name, "expired", "已过期", detail))
        for flag in laws.check_citations(list(cited(row))).flags if row.citations else ():
            found.append(KnowledgeConflict(row.id, row.title, row.owner_name, flag.kind, laws.FLAGS[flag.kind], flag.detail))
    return found


def published(series: UUID) -> Article:
    """The published article of a series in force today, for everybody; NoSuchArticle."""
    row = Article.objects.filter(series=series, state="published").first()
    if row is None or (row.expires_on is not None and row.expires_on < today()):
        raise NoSuchArticle
    return row
