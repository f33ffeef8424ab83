"""数据开放, the people's half: feedback and requests, the gallery of applications, the social-data zone, keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.data.opening import api as opening
from yiwang.ends.citizen.page import actor_of, page, uuid_or_404
from yiwang.ends.citizen.views_open import FORMS, attachment, named_as, said
from yiwang.ends.citizen.words import named
from yiwang.security.access.api import Actor, SignInNeeded, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (gettext_noop("待审核"), gettext_noop("已展示"), gettext_noop("未通过"), gettext_noop("已撤下"))
TONES = {"offered": "info", "shown": "ok", "refused": "bad", "withdrawn": "plain"}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the portal's first page."""
    return [(_("数据开放"), reverse("citizen:open_sets")), *more]


def citizen_of(request: HttpRequest) -> Actor:
    """Who is asking, who must be signed in as a citizen to write."""
    actor = actor_of(request)
    if actor.kind != "citizen":
        raise SignInNeeded
    return actor


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, code: str) -> HttpResponse:
    """What people said about one data set and what was answered; one's own word."""
    found = opening.data_set(code)
    error: YiwangError | None = None
    if request.method == "POST":
        actor = citizen_of(request)
        try:
            opening.give_feedback(code, title=request.POST.get("title", ""), text=request.POST.get("text", ""), actor=actor)
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已收到,答复会显示在这里。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:open_feedback", args=[code]))
    title = said(found.line, "title")
    more = ((title, reverse("citizen:open_set", args=[code])), (_("反馈"), ""))
    return _voices(request, title, code, error, crumbs(*more))


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """Requests for data that is not open, and all that was answered."""
    error: YiwangError | None = None
    if request.method == "POST":
        actor = citizen_of(request)
        try:
            opening.request_data(actor, title=request.POST.get("title", ""), text=request.POST.get("text", ""))
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已收到,答复会显示在这里。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:open_requests"))
    return _voices(request, "", "", error, crumbs((_("我想要的数据"), "")))


def _voices(request: HttpRequest, title: str, code: str, error: YiwangError | None, way: list[tuple[str, str]]) -> HttpResponse:
    context = {
        "title": title,
        "voices": opening.voices_of(actor_of(request), code=code),
        "typed": {name: request.POST.get(name, "") for name in ("title", "text")},
        "error": error.message if error else "",
        "crumbs": way,
    }
    return page(request, "open_voices", context, status=error.status if error else 200)


def _offers(kind: str, actor: Actor) -> list[dict[str, Any]]:
    return [
        {"one": one, "state": named(one.state_name), "tone": TONES[one.state], "sets": _titles(one.sets)}
        for one in opening.shown_offers(kind, actor=actor)
    ]


def _titles(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    lines = {line.code: line for line in opening.search().rows}
    return [(code, said(lines[code], "title")) for code in codes if code in lines]


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Applications made with open data; one's own is offered here."""
    error: YiwangError | None = None
    typed = request.POST
    if request.method == "POST":
        actor = citizen_of(request)
        given = {name: typed.get(name, "") for name in ("title", "text", "address")}
        try:
            opening.offer_reuse(actor, **given, sets=typed.getlist("set"))
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已提交,审核后展示。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:open_gallery"))
    context = {
        "rows": _offers("reuse", actor_of(request)),
        "sets": [(line.code, said(line, "title"), line.code in typed.getlist("set")) for line in opening.search().rows],
        "typed": {name: typed.get(name, "") for name in ("title", "text", "address")},
        "error": error.message if error else "",
        "crumbs": crumbs((_("应用案例"), "")),
    }
    return page(request, "open_gallery", context, status=error.status if error else 200)


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def social(request: HttpRequest) -> HttpResponse:
    """Data of companies and societies; who acts for one offers here."""
    error: YiwangError | None = None
    actor = actor_of(request)
    if request.method == "POST":
        file = request.FILES.get("file")
        given = {name: request.POST.get(name, "") for name in ("title", "text")}
        try:
            opening.offer_data(citizen_of(request), **given, data=file.read() if file else b"")
        except SignInNeeded:
            raise
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已提交,审核后展示。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:open_social"))
    context = {
        "rows": _offers("social", actor),
        "for_company": actor.kind == "citizen" and actor.represents is not None and actor.represents.kind == "company",
        "typed": {name: request.POST.get(name, "") for name in ("title", "text")},
        "error": error.message if error else "",
        "crumbs": crumbs((_("社会数据专区"), "")),
    }
    return page(request, "open_social", context, status=error.status if error else 200)


@policy("public")
def social_set(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """One set of the social-data zone."""
    found, rows = opening.social_rows(offer_id, actor=actor_of(request), limit=10)
    context = {
        "one": found,
        "licence": named_as("licences", found.licence),
        "forms": FORMS,
        "columns": [column.name for column in rows.columns],
        "preview": [list(row.values()) for row in rows.rows],
        "crumbs": crumbs((_("社会数据专区"), reverse("citizen:open_social")), (found.title, "")),
    }
    return page(request, "open_social_set", context)


@policy("public")
def social_file(request: HttpRequest, offer_id: UUID, form: str) -> HttpResponse:
    """One format of it."""
    return attachment(opening.social_file(offer_id, form=form, actor=actor_of(request)))


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """Keys for more calls a minute; a new one is shown once."""
    actor, error, made = actor_of(request), "", None
    if request.method == "POST":
        try:
            if request.POST.get("revoke"):
                opening.revoke_key(uuid_or_404(request.POST["revoke"]), actor=actor)
                messages.success(request, _("密钥已停用。"), extra_tags="ok")
                return HttpResponseRedirect(reverse("citizen:open_keys"))
            made = opening.issue_key(actor, name=request.POST.get("name", ""))
        except YiwangError as refused:
            error = refused.message
    quotas = opening.words()["quotas"]
    context = {
        "rows": opening.keys_of(actor),
        "made": made,
        "error": error,
        "anonymous": quotas["anonymous"],
        "most": quotas["key"],
        "crumbs": crumbs((_("我的密钥"), "")),
    }
    return page(request, "open_keys", context, status=422 if error else 200)
