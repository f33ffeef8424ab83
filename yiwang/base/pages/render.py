"""From a template name to an answer: which layout, which version, which words every page has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as django_render
from django.utils.translation import gettext as _

ELDER_COOKIE = "elder"


def is_elder(request: HttpRequest) -> bool:
    """Whether this reader wants the simple version (长辈版): kept in a cookie, so that it also works before signing in."""
    return request.COOKIES.get(ELDER_COOKIE) == "1"


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: layout, site names, whether this is the demonstration city. Asks no database."""
    elder = is_elder(request)
    return {
        "elder": elder,
        "layout": "pages/base_elder.html" if elder else "pages/base.html",
        "site_name": getattr(settings, "YIWANG_SITE_NAME", "") or _("一网通办"),
        "site_place": getattr(settings, "YIWANG_SITE_PLACE", "") or _("云汀市"),
        "hotline": getattr(settings, "YIWANG_HOTLINE", "12345"),
        "demo": bool(getattr(settings, "YIWANG_DEMO", False)),
        "actor": getattr(request, "actor", None),
        "next_path": request.get_full_path() if request.method == "GET" else "/",
    }


def render(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """The page ``template`` in the reader's version and language; ``context`` wins over what every page knows."""
    return django_render(request, template, {**page_context(request), **(context or {})}, status=status)
