"""Concerns that their reporters open to everybody: read what others say, and say 「我也遇到」."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.pages.api import page_number, pager
from yiwang.business.hotline import api as hotline
from yiwang.ends.citizen.page import actor_of, page, safe_next
from yiwang.ends.citizen.views_hotline import TONES, unit
from yiwang.ends.citizen.words import named
from yiwang.security.access.api import policy
from yiwang.standards.errors import YiwangError


def shown(one: hotline.OpenTicket) -> dict[str, Any]:
    """A concern as a page shows it."""
    return {
        "one": one,
        "state": named(one.state_name),
        "tone": TONES[one.state],
        "outcome": named(one.outcome_name),
        "unit": unit(one.department),
    }


@policy("public")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What others say, the newest or the most endorsed first."""
    asked = request.GET
    ended = {"open": False, "closed": True}.get(asked.get("state", ""))
    region, order, q = asked.get("region", "")[:12], asked.get("order", "")[:10], asked.get("q", "")[:60]
    rows, total = hotline.opened(actor_of(request), text=q, region=region, ended=ended, order=order, page=page_number(request))
    context = {
        "rows": [shown(one) for one in rows], "total": total, "pager": pager(request, total=total), "q": q, "region": region,
        "order": order, "state": asked.get("state", ""), "areas": hotline.areas(),
        "crumbs": [(_("热线诉求"), reverse("citizen:hotline")), (_("大家反映的事"), "")],
    }  # fmt: skip
    return page(request, "hotline_opened", context, tab="mine")


@policy("public")
@require_safe
def one(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One of them: who has it, until when, what was done."""
    found = hotline.opened_one(ticket_id, actor=actor_of(request))
    above = [(_("热线诉求"), reverse("citizen:hotline")), (_("大家反映的事"), reverse("citizen:hotline_opened"))]
    context = {**shown(found), "crumbs": [*above, (found.no, "")]}
    return page(request, "hotline_opened_one", context, tab="mine")


@policy("citizen")
@require_POST
def endorse(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """「我也遇到」, or no longer."""
    on = request.POST.get("on") != "no"
    try:
        hotline.endorse(ticket_id, actor=actor_of(request), on=on)
    except YiwangError as refused:
        if refused.status == 404:
            raise
        messages.warning(request, refused.message, extra_tags="warn")
    else:
        messages.success(request, _("已记下:您也遇到。办好了,这里会写明。") if on else _("已取消。"), extra_tags="ok")
    return HttpResponseRedirect(safe_next(request, reverse("citizen:hotline_opened_one", args=[ticket_id])))


@policy("public")
@require_safe
def picture(request: HttpRequest, ticket_id: UUID, digest: str) -> HttpResponse:
    """A photo that a person at the centre let be shown."""
    found = hotline.opened_picture(ticket_id, digest[:64])
    headers = {"Content-Disposition": "inline", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)
