"""One page for one person: what every citizen page shows around its own content."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from yiwang.base.ids.api import new_id
from yiwang.base.pages.api import is_elder, render
from yiwang.security.access.api import Actor
from yiwang.standards.errors import NotFound
from yiwang.support.notices import api as notices

MAINLAND = mark_safe(' lang="zh-CN"')  # for Chinese content on an English page


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking; the value itself, where the request holds it lazily."""
    lazy = request.actor  # type: ignore[attr-defined]
    _ = lazy.kind  # a copy of what has not been read yet would be lazy again
    actor: Actor = copy(lazy)
    return actor


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, tab: str = "", status: int = 200
) -> HttpResponse:
    """The page ``citizen/<template>.html`` with header, navigation (``tab`` is where we are) and help."""
    actor = actor_of(request)
    citizen = actor.kind == "citizen"
    elder = is_elder(request)
    around = {
        "layout": "citizen/layout_elder.html" if elder else "citizen/layout.html",
        "tab": tab,
        "signed_in": actor.kind != "anonymous",
        "citizen": citizen,
        "unread": notices.unread_count(actor) if citizen else 0,
        **language(),
    }
    return render(request, f"citizen/{template}.html", {**around, **(context or {})}, status=status)


def language() -> dict[str, Any]:
    """Whether the page is English, and the mark of Chinese content on it."""
    english = (get_language() or "").startswith("en")
    return {"en": english, "zh": MAINLAND if english else SafeString("")}


def needs_company(actor: Actor, kind: str) -> bool:
    """Whether only companies apply (``kind`` of subject) and this citizen acts for none at the moment."""
    return kind == "company" and actor.represents is not None and actor.represents.kind != "company"


def new_key() -> str:
    """A key for one submission: the same form sent twice is the same act."""
    return new_id().hex


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Where to go afterwards, if it is a place of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()) else fallback


def uuid_or_404(text: str) -> UUID:
    """An id from a form; anything else does not exist."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
