"""One page for one official: the desk's navigation, holding only what this official may open."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.base.pages.api import render
from yiwang.ends.official import words
from yiwang.security.access.api import Actor, may


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking; the value itself, where the request holds it lazily."""
    lazy = request.actor  # type: ignore[attr-defined]
    _ = lazy.kind  # a copy of what has not been read yet would be lazy again
    actor: Actor = copy(lazy)
    return actor


def desk(actor: Actor) -> list[tuple[str, str, str]]:
    """The desk's places for this official: (key, label, address)."""
    places = [
        ("todo", _("待办"), "official:todo", "case.view"),
        ("matters", _("事项库"), "official:matters", ""),
        ("tables", _("决策表"), "official:tables", "table.view"),
        ("events", _("一件事"), "official:life_events", ""),
        ("catalogue", _("数据目录"), "official:catalogue", "catalogue.view"),
        ("quality", _("数据质量"), "official:quality", "quality.view"),
        ("corrections", _("核实纠错"), "official:corrections", "correction.handle"),
        ("intake", _("数据归集"), "official:intake", "intake.view"),
        ("resolution", _("主体比对"), "official:resolution", "resolution.review"),
        ("sharing", _("数据共享"), "official:sharing", "sharing.view"),
        ("lineage", _("数据血缘"), "official:lineage", "lineage.view"),
        ("ratings", _("差评整改"), "official:ratings", "rating.handle"),
        ("knowledge", _("知识库"), "official:knowledge", "knowledge.view"),
        ("licences", _("电子证照"), "official:licences", "licence.view"),
        ("laws", _("法律依据"), "official:laws", ""),
        ("benefits", _("待遇发放"), "official:benefits", "benefit.view"),
        ("policies", _("惠企政策"), "official:policies", "policy.view"),
        ("hotline", _("热线"), "official:hotline", "ticket.view"),
        ("opening", _("数据开放"), "official:opening", "opening.view"),
        ("models", _("模型登记"), "official:models", "model.view"),
        ("figures", _("数说"), "official:figures", "figures.view"),
        ("audit", _("审计存证"), "official:audit", "audit.search"),
    ]
    return [(key, label, reverse(name)) for key, label, name, permission in places if not permission or may(actor, permission)]


# Who has many places finds them in groups: a row of groups, below it the places of the one he is in.
_GROUPS = {
    "办件": ("todo", "matters", "events", "licences", "ratings", "benefits", "policies"),
    "热线": ("hotline", "knowledge"),
    "数据": ("catalogue", "intake", "quality", "corrections", "resolution", "sharing", "lineage", "opening"),
    "规则": ("tables", "laws"),
    "监督": ("models", "figures", "audit"),
}
_MANY = 7


def _navigation(places: list[tuple[str, str, str]], tab: str) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """Rows of links, each with its name: (key, label, address, current). One row, or the groups and the places of the group of ``tab``."""
    if len(places) <= _MANY:
        return [(_("办公台"), [(key, label, address, key == tab) for key, label, address in places])]
    groups: list[tuple[str, str, str, bool]] = []
    inside: list[tuple[str, str, str, bool]] = []
    names = {"办件": _("办件"), "热线": _("热线"), "数据": _("数据"), "规则": _("规则"), "监督": _("监督")}
    for name, keys in _GROUPS.items():
        held = [place for place in places if place[0] in keys]
        if held:
            groups.append((name, names[name], held[0][2], tab in keys))
        if tab in keys:
            inside = [(key, label, address, key == tab) for key, label, address in held]
    return (
        [(_("办公台"), groups), (names[next(name for name, keys in _GROUPS.items() if tab in keys)], inside)]
        if inside
        else [(_("办公台"), groups)]
    )


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, tab: str = "", status: int = 200
) -> HttpResponse:
    """The page ``official/<template>.html`` inside the desk."""
    actor = actor_of(request)
    places = desk(actor)
    around = {
        "desk": places,
        "navigation": _navigation(places, tab),
        "site_name": _("办公台"),
        "office_name": words.department_name(actor.department) if actor.department else "",
        "official": actor,
        "english": words.english(),
    }
    return render(request, f"official/{template}.html", {**around, **(context or {})}, status=status)
