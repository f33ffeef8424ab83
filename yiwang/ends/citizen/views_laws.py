"""Reading the law: search in articles, and one law with its versions; each article has an address of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.base.clock.api import today
from yiwang.data.laws import api as laws
from yiwang.data.laws.api import ArticleText, Hit, Law, VersionLine
from yiwang.ends.citizen.page import page
from yiwang.security.access.api import policy

_MOST = 30


@policy("public")
def law_search(request: HttpRequest) -> HttpResponse:
    """Laws whose title, and articles whose text, hold the words; articles as in force today."""
    text = request.GET.get("q", "").strip()[:60]
    context = {
        "q": text,
        "titles": laws.search_titles(text, limit=10) if text else [],
        "hits": [_hit(one) for one in laws.search(text, limit=_MOST)] if text else [],
        "crumbs": [(_("法律法规"), "")],
    }
    return page(request, "laws", context, tab="matters")


def _hit(one: Hit) -> Mapping[str, Any]:
    begin = max(0, one.at - 20)
    return {"hit": one, "around": ("…" if begin else "") + one.text[begin : begin + 90]}


@policy("public")
def law_cited(request: HttpRequest) -> HttpResponse:
    """What a citation (``?q=``) says, as in force on a day (``?on=``): the articles themselves, or why one is not shown."""
    said, on = request.GET.get("q", "").strip()[:300], _day(request.GET.get("on", "")) or today()
    context = {
        "said": said,
        "on": on,
        "found": [(one, _anchor(one.label)) for one in laws.resolve(said, on=on)] if said else [],
        "crumbs": [(_("法律法规"), reverse("citizen:laws")), (_("法律依据"), "")],
    }
    return page(request, "law_cited", context, tab="matters")


def _anchor(label: str) -> str:
    """The article's own place on the page of its law, without the 款 and 项 of the citation."""
    found = re.match(r"第[^条]+条(之[一二三四五六七八九十]+)?", label)
    return found[0] if found else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@policy("public")
def law(request: HttpRequest, law_id: UUID) -> HttpResponse:
    """One law: the version in force today, on the day ``?on=``, or the one that ``?version=`` names."""
    found = laws.get_law(law_id)
    on = today()
    chosen = _chosen(found, request.GET.get("version", ""), _day(request.GET.get("on", "")) or on)
    before, after = laws.frame(chosen.id)
    context = {
        "before": before.splitlines(),
        "after": after.splitlines(),
        "law": found,
        "version": chosen,
        "versions": sorted(found.versions, key=lambda one: one.label, reverse=True),
        "status": found.status(on),
        "current": chosen.holds(on),
        "chapters": _chapters(laws.articles(found, version_id=chosen.id)),
        "crumbs": [(_("法律法规"), "/laws"), (found.title, "")],
    }
    return page(request, "law", context, tab="matters")


def _chosen(found: Law, wanted: str, on: date) -> VersionLine:
    named = (one for one in found.versions if str(one.id) == wanted)
    held = (one for one in found.versions if one.holds(on))
    return next(named, None) or next(held, None) or found.versions[-1]


def _chapters(articles: Iterable[ArticleText]) -> list[dict[str, Any]]:
    """Articles under their headings, in order; an article's anchor is its label."""
    chapters: list[dict[str, Any]] = []
    for one in articles:
        if not chapters or chapters[-1]["place"] != one.place:
            chapters.append({"place": one.place, "title": " / ".join(one.place), "articles": []})
        chapters[-1]["articles"].append({"label": one.label, "lines": one.text.splitlines()})
    return chapters
