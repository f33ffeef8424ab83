"""知识库 on the desk: what nobody could answer, articles with owner and expiry, review by a second person, conflicts with changed law."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.clock.api import today
from yiwang.business.guide import api as guide
from yiwang.business.hotline import api as hotline
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.words import named
from yiwang.security.access.api import Actor, may, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("草稿"),
    gettext_noop("待审核"),
    gettext_noop("已退回"),
    gettext_noop("已发布"),
    gettext_noop("已被新版替代"),
    gettext_noop("已撤下"),
    gettext_noop("已放弃"),
)
TONES = {"draft": "plain", "submitted": "info", "returned": "warn", "published": "ok", "withdrawn": "bad"}


@policy("knowledge.view")
def index(request: HttpRequest) -> HttpResponse:
    """Gaps, conflicts and the department's articles."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    context = {
        "gaps": guide.gaps(actor),
        "conflicts": guide.conflicts(actor),
        "articles": [(one, named(one.state_name), TONES.get(one.state, "plain")) for one in guide.articles(actor, state=state)],
        "may_edit": may(actor, "knowledge.edit", department=actor.department),
    }
    return page(request, "knowledge", context, tab="knowledge")


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The article's fields as typed; a bad day stays on the page and is refused by the room."""
    post = request.POST
    try:
        day = date.fromisoformat(post.get("expires_on", ""))
    except ValueError:
        day = None
    return {
        "title": post.get("title", ""),
        "text": post.get("text", ""),
        "phrases": post.get("phrases", "").splitlines(),
        "citations": post.get("citations", "").splitlines(),
        "target": post.get("target", "").partition(" ")[0],
        "expires_on": day,
    }


def _shown(one: guide.KnowledgeArticle | None, request: HttpRequest, question: str = "") -> dict[str, str]:
    """What stands in the form: what was typed, else the article, else the gap's question."""
    names = ("title", "text", "phrases", "citations", "target", "expires_on")
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in names}
    if one is None:
        return {**dict.fromkeys(names, ""), "title": question[:100], "phrases": question}
    return _saved(one)


@policy("knowledge.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A new article: of nothing, of a gap, of a closed ticket, or as a new version of a published one; what was typed is never lost."""
    actor, error = actor_of(request), ""
    gap, replaces, ticket = (_id(request, name) for name in ("gap", "replaces", "ticket"))
    told = hotline.answered(ticket, actor=actor) if ticket else None
    old = guide.article(replaces, actor=actor) if replaces else None
    if request.method == "POST":
        try:
            made = _written(_typed(request), actor, gap=gap, replaces=replaces, told=told)
        except YiwangError as refused:
            error = refused.message
        else:
            messages.success(request, _("草稿已保存。"))
            return HttpResponseRedirect(reverse("official:knowledge_article", args=[made.id]))
    question = next((one.question for one in guide.gaps(actor, limit=500) if one.id == gap), "") if gap else ""
    typed = _shown(old, request, question) if request.method == "POST" or told is None else _told(told)
    context = {"one": None, "typed": typed, "told": told, "error": error, "editable": True, "targets": guide.targets()}
    return page(request, "knowledge_article", context, tab="knowledge", status=422 if error else 200)


def _written(
    typed: dict[str, Any], actor: Actor, *, gap: UUID | None, replaces: UUID | None, told: hotline.TicketAnswer | None
) -> guide.KnowledgeArticle:
    if told is None:
        return guide.write(**typed, actor=actor, gap=gap, replaces=replaces)
    said = typed.pop("phrases") or [told.title]
    return guide.from_ticket(told.no, question=said[0], phrases=said[1:], reply=typed.pop("text"), actor=actor, **typed)


def _told(one: hotline.TicketAnswer) -> dict[str, str]:
    """A ticket's answer as the form shows it first; a year until somebody must look at it again."""
    lists = {"phrases": one.title, "citations": "\n".join(one.citations)}
    return {"title": one.title, "text": one.reply, "target": "", "expires_on": (today() + timedelta(days=365)).isoformat(), **lists}


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@policy("knowledge.view")
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """One article; posting saves it or takes a step."""
    actor, error = actor_of(request), ""
    one = guide.article(article_id, actor=actor)
    if request.method == "POST":
        act, lock = request.POST.get("act", ""), request.POST.get("lock", "")
        number = int(lock) if lock.isdecimal() and len(lock) < 9 else 0
        try:
            if act == "save":
                guide.save(article_id, **_typed(request), lock=number, actor=actor)
            else:
                guide.step(article_id, act=act, lock=number, actor=actor, reason=request.POST.get("reason", ""))
        except YiwangError as refused:
            error = refused.message
        else:
            messages.success(request, _("已记录。"))
            return HttpResponseRedirect(reverse("official:knowledge_article", args=[article_id]))
    typed = _shown(one, request) if "save" in one.acts and request.POST.get("act") == "save" else _saved(one)
    context = {
        "one": one,
        "state": named(one.state_name),
        "tone": TONES.get(one.state, "plain"),
        "typed": typed,
        "reason": request.POST.get("reason", ""),
        "error": error,
        "editable": "save" in one.acts,
        "may_revise": one.state == "published" and may(actor, "knowledge.edit", department=one.department),
        "targets": guide.targets() if "save" in one.acts else (),
    }
    return page(request, "knowledge_article", context, tab="knowledge", status=422 if error else 200)


def _saved(one: guide.KnowledgeArticle) -> dict[str, str]:
    lists = {"phrases": "\n".join(one.phrases), "citations": "\n".join(one.citations)}
    day = one.expires_on.isoformat() if one.expires_on else ""
    return {"title": one.title, "text": one.text, "target": one.target, "expires_on": day, **lists}


@require_POST
@policy("knowledge.edit")
def dismiss(request: HttpRequest, gap: UUID) -> HttpResponse:
    """Take a gap off the list with a reason."""
    try:
        guide.dismiss(gap, reason=request.POST.get("reason", ""), actor=actor_of(request))
    except YiwangError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已记录。"))
    return HttpResponseRedirect(reverse("official:knowledge"))
