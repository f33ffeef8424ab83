"""One box: an answer with its source, a narrowing question, or a person to ask; below it everything that was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.pages.api import wants_json
from yiwang.business.guide import api as guide
from yiwang.business.matters import api as matters
from yiwang.ends.citizen import events
from yiwang.ends.citizen.page import page, safe_next, uuid_or_404
from yiwang.ends.citizen.views_guide import suggestions
from yiwang.ends.citizen.words import department_name, english, matter_name, named
from yiwang.security.access.api import policy
from yiwang.standards.errors import YiwangError

LONGEST = 200
SPOKEN = 2_000  # characters of a recording that a script puts into a form
# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("一件事"),
    gettext_noop("事项"),
    gettext_noop("待遇"),
    gettext_noop("惠企政策"),
    gettext_noop("知识"),
    gettext_noop("热线答复"),
    gettext_noop("法律条文"),
    gettext_noop("热线诉求"),
    gettext_noop("您要问的是哪一项?"),
    gettext_noop("我不知道。"),
)


@policy("public")
def search(request: HttpRequest) -> HttpResponse:
    """Ask or search in everyday words; the context of the turn before travels in the form."""
    given = request.GET
    text = given.get("q", "").strip()[:LONGEST]
    chosen = given.get("chosen", "")[:120]
    found = None
    if text or chosen:
        try:
            found = guide.ask(text, about=given.get("about", "")[:120], before=given.get("before", "")[:LONGEST], chosen=chosen)
        except guide.NoQuestion:
            found = None
    words = text or (found.question if found else "")
    hits = matters.search(words[:60], limit=12) if words else []
    cards = events.matching(words[:60]) if words else []
    others = [{"hit": one, "name": matter_name(one.short, one.name)} for one in hits if not found or not _shown(found, one.short)]
    context = {
        "q": words,
        "turn": turn(found) if found else None,
        "hits": others,
        "events": cards,
        "total": len(others) + len(cards),
        "suggestions": suggestions(words) if words and not (hits or cards) else (),
        "recogniser": guide.recogniser(),
        "none": guide.NONE,
    }
    return page(request, "search", context, tab="matters")


def _shown(found: guide.GuideAnswer, short: str) -> bool:
    return found.source is not None and found.source.id == f"matter:{short}"


def turn(found: guide.GuideAnswer) -> dict[str, Any]:
    """A turn as the page shows it."""
    return {
        "one": found,
        "said": named(found.text) if found.outcome == "unknown" else found.text,
        "asking": named(found.asking) if found.asking else "",
        "source": _source(found.source) if found.source else None,
        "choices": [(one.id, (one.title_en if english() else "") or one.title, named(one.kind_name)) for one in found.choices],
        "department": department_name(found.person.department) if found.person and found.person.department else "",
        "ticket": ticket_address(found.person.context) if found.person else "",
    }


def _source(one: guide.GuideSource) -> dict[str, Any]:
    title = (one.title_en if english() else "") or one.title
    return {
        "one": one,
        "title": title,
        "kind": named(one.kind_name),
        "department": department_name(one.department) if one.department else "",
    }


def ticket_address(context: str) -> str:
    """The hotline's form with the context filled in ('' where there is no hotline room)."""
    try:
        return f"{reverse('citizen:hotline')}?{urlencode({'text': context})}"
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "HEAD"])
@policy("public")
def ask(request: HttpRequest) -> HttpResponse:
    """The guide's own address: the same box."""
    query = urlencode({"q": request.GET.get("q", "")[:LONGEST]}) if request.GET.get("q") else ""
    return HttpResponseRedirect(f"{reverse('citizen:search')}{'?' if query else ''}{query}")


@require_POST
@policy("public")
def judge(request: HttpRequest) -> HttpResponse:
    """Say whether an answer helped."""
    try:
        guide.judge(uuid_or_404(request.POST.get("turn", "")), helpful=request.POST.get("helpful") == "yes")
    except YiwangError as refused:
        messages.warning(request, refused.message, extra_tags="warn")
    else:
        messages.success(request, _("谢谢,已记下。"), extra_tags="ok")
    return HttpResponseRedirect(safe_next(request, reverse("citizen:search")))


@require_POST
@policy("public")
def hear(request: HttpRequest) -> HttpResponse:
    """A recording becomes a question, by the operator's recogniser; a script is answered with the words."""
    file, plain = request.FILES.get("sound"), not wants_json(request)
    try:
        longest = LONGEST if plain else SPOKEN
        words = guide.hear(file.read() if file else b"", type=(file.content_type or "") if file else "", longest=longest)
        if not plain:
            return JsonResponse({"text": words})
    except YiwangError as refused:
        if not plain:
            raise
        messages.warning(request, refused.message, extra_tags="warn")
        return HttpResponseRedirect(reverse("citizen:search"))
    return HttpResponseRedirect(f"{reverse('citizen:search')}?{urlencode({'q': words})}")


@policy("public")
def article(request: HttpRequest, series: UUID) -> HttpResponse:
    """A published article of the knowledge desk."""
    one = guide.public_article(series)
    context = {"one": one, "department": department_name(one.department), "crumbs": [(_("办事"), "/matters"), (one.title, "")]}
    return page(request, "article", context, tab="matters")
