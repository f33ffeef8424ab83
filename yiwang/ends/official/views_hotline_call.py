"""The agent's one screen: type while the caller talks; what the text suggests and what may be answered at once stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.pages.api import render
from yiwang.business.guide import api as guide
from yiwang.business.hotline import api as hotline
from yiwang.ends.official.newest import Newest
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import Actor, policy
from yiwang.standards.errors import InvalidInput, YiwangError

DICTATED = 5_000  # characters that are read of a recording
_typed = Newest()


@policy("ticket.take")
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """File, or answer at once; without JavaScript the buttons beside a suggestion send the form and it comes back filled."""
    typed, error, field = request.POST.copy(), "", ""
    act = typed.get("act", "")
    try:
        if act == "hear":
            typed["text"] = typed.get("text", "") + _heard(request)
        elif act in ("file", "answer"):
            return _filed(request, typed, actor_of(request), answer=typed.get("reply", "").strip() if act == "answer" else None)
    except YiwangError as refused:
        error, field = refused.message, refused.field
    _taken(typed)
    text = typed.get("text", "")
    context = {
        "typed": typed, "error": error, "field": field, "tree": hotline.categories(), "urgencies": hotline.options("urgency"),
        "privacies": list(hotline.PRIVACY.items()), "suggested": _suggested(typed) if text else None, "hint": guide.look(text),
        "spots": hotline.place_names(), "key": typed.get("key") or uuid4().hex, "recogniser": guide.recogniser(),
        "hear": reverse("official:hotline_hear") if guide.recogniser() else "",
    }  # fmt: skip
    return page(request, "hotline_phone", context, tab="hotline", status=422 if error else 200)


def _filed(request: HttpRequest, typed: QueryDict, actor: Actor, *, answer: str | None) -> HttpResponse:
    if answer == "":
        raise InvalidInput(_("请写下对来电人的答复。"), field="reply")
    urgency = typed.get("urgency", "")
    draft = hotline.NewTicket(
        typed.get("text", ""), title=typed.get("title", ""), channel=typed.get("channel") or "phone", name=typed.get("name", ""),
        phone=typed.get("phone", ""), privacy=typed.get("privacy") or "open", category=typed.get("category", "").strip(),
        urgency=int(urgency) if urgency in ("0", "1", "2", "3") else -1, place=typed.get("place", ""), key=typed.get("key", "")[:80],
        hold=answer is not None,
    )  # fmt: skip
    made = hotline.file(draft, actor=actor)
    if answer and not made.again:
        hotline.act(made.id, name="answer_now", actor=actor, inputs={"reply": answer})
    code = _("查询码 {code}(请告诉来电人)").format(code=made.code) if made.code else ""
    messages.success(request, " ".join((_("工单号 {no}").format(no=made.no), code)))
    return HttpResponseRedirect(reverse("official:hotline_ticket", args=[made.id]))


def _taken(typed: QueryDict) -> None:
    """A suggestion that was taken over stands in its field."""
    names = {one.code: one.title for one in hotline.categories()}
    picked = str(typed.get("pick", ""))
    if picked in names:
        typed["category"] = names[picked]
    key, _colon, value = typed.get("fill", "").partition(":")
    if key in ("place", "phone", "name"):
        typed[key] = value


def _heard(request: HttpRequest) -> str:
    file = request.FILES.get("sound")
    return guide.hear(file.read() if file else b"", type=(file.content_type or "") if file else "", longest=DICTATED)


@policy("ticket.take")
@require_POST
def hear(request: HttpRequest) -> HttpResponse:
    """A recording becomes words, by the operator's recogniser; for the page's script."""
    return JsonResponse({"text": _heard(request)})


def _suggested(given: QueryDict, *, wanted: Callable[[], bool] = lambda: True) -> Any:
    return hotline.suggest(given.get("text", ""), title=given.get("title", ""), place=given.get("place", ""), wanted=wanted)


@policy("ticket.take")
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """The part of the agent's screen that follows the typing; a newer text of the same agent ends the work on an older one."""
    with _typed.turn(request.session.session_key or "") as wanted:
        found = _suggested(request.POST, wanted=wanted) if request.POST.get("text") else None
        if not wanted():
            return HttpResponse(status=204)
    return render(request, "official/parts/hotline_suggestion.html", {"suggested": found, "pick": "call"})


@policy("ticket.take")
@require_POST
def beside(request: HttpRequest) -> HttpResponse:
    """What the knowledge base answers to what has been typed; asked less often than the suggestions, and kept nowhere."""
    return render(request, "official/parts/hotline_knowledge.html", {"hint": guide.look(request.POST.get("text", ""))})
