"""Messages: the inbox, one message with the way to what it is about, and which ones I want."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.base.pages.api import Pager, page_number
from yiwang.ends.citizen.page import actor_of, page
from yiwang.security.access.api import policy
from yiwang.support.notices import api as notices
from yiwang.support.notices.api import Notice, Preferences

PLACES = {
    "case": "citizen:case",
    "life_event": "citizen:my_life_event",
    "licence": "citizen:licence",
    "rating": "citizen:rate",
    "benefit": "citizen:benefit",
    "policy": "citizen:policy",
    "policy_claim": "citizen:policy_claim",
    "ticket": "citizen:hotline_ticket",
}
LISTS = {"correction": "citizen:corrections", "diary": "citizen:diary", "benefits": "citizen:benefits"}


def language() -> Literal["zh-hans", "en"]:
    """The reader's language as notices know it."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def address(one: Notice) -> str:
    """What the message is about, as an address of ours; '' if nothing can be opened."""
    ref = one.ref or (str(one.case_id) if one.case_id and one.about in ("", "case", "rating") else "")
    if one.about in LISTS:
        return reverse(LISTS[one.about])
    name = PLACES.get(one.about or "case")
    return reverse(name, args=[ref]) if name and ref else ""


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages, newest first; posting marks all as read."""
    actor = actor_of(request)
    if request.method == "POST":
        notices.mark_all_read(actor)
        return HttpResponseRedirect(reverse("citizen:messages"))
    found = notices.inbox(actor, page=page_number(request), language=language())
    context = {
        "rows": found.rows,
        "unread": found.unread,
        "pager": Pager(found.page, found.pages, found.total, "?"),
        "crumbs": [(_("我的"), "/me"), (_("消息"), "")],
    }
    return page(request, "messages", context, tab="messages")


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One message. Opening it by its button (a post) marks it as read."""
    actor = actor_of(request)
    one = (
        notices.mark_read(notice_id, actor=actor) if request.method == "POST" else notices.get(notice_id, actor=actor, language=language())
    )
    if request.method == "POST":
        return HttpResponseRedirect(reverse("citizen:message", args=[one.id]))
    context = {"one": one, "address": address(one), "crumbs": [(_("我的"), "/me"), (_("消息"), "/messages"), (one.title, "")]}
    return page(request, "message", context, tab="messages")


@policy("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def notice_preferences(request: HttpRequest) -> HttpResponse:
    """Which kinds of messages I want and through which channels; what the law requires cannot be switched off."""
    actor = actor_of(request)
    chosen = notices.preferences(actor)
    if request.method == "POST":
        wanted = request.POST.getlist("wanted")
        muted = tuple(one.code for one in notices.categories() if not one.must and one.code not in wanted)
        channels = tuple(one.code for one in notices.outer_channels() if one.code in request.POST.getlist("channels"))
        notices.set_preferences(actor, chosen=Preferences(muted, channels, chosen.quiet_from, chosen.quiet_until, language()))
        flash.success(request, _("已保存。"), extra_tags="ok")
        return HttpResponseRedirect(reverse("citizen:notice_preferences"))
    english = language() == "en"
    rows: list[dict[str, Any]] = [
        {"code": one.code, "name": one.name_en if english else one.name, "must": one.must, "on": one.must or one.code not in chosen.muted}
        for one in notices.categories()
    ]
    channels_shown = [(one.code, one.name, one.code in chosen.channels) for one in notices.outer_channels()]
    crumbs = [(_("我的"), "/me"), (_("消息"), "/messages"), (_("消息设置"), "")]
    return page(request, "notice_preferences", {"rows": rows, "channels": channels_shown, "crumbs": crumbs}, tab="messages")
