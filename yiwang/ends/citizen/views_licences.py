"""Licences: the wallet, one licence, showing it for some minutes, and the public check that needs no account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.base.pages.api import field_view
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.words import english, named
from yiwang.security.access.api import policy
from yiwang.standards.errors import YiwangError
from yiwang.support.forms.api import Cleaned, Field, clean
from yiwang.support.licences import api as licences_room
from yiwang.support.licences.api import Licence, Verification

MINUTES = (5, 10, 30)
TINTS = 6  # cards of one department look alike
TONES = {"valid": "ok", "suspended": "hold", "expired": "plain", "replaced": "plain"}
NUMBER = Field("number", "证照编号", "Licence number", max_length=160)
HOLDER = Field("holder", "持证人姓名或企业名称", "Name of the holder", max_length=100)


def licence_words(one: Licence) -> dict[str, Any]:
    """A licence with its state in words."""
    return {
        "one": one,
        "state": named(one.state_name),
        "tone": TONES.get(one.state, "bad"),
        "off": one.state != "valid",
        "tint": sum(map(ord, one.department)) % TINTS,
    }


@policy("citizen")
def licences(request: HttpRequest) -> HttpResponse:
    """The wallet: valid ones first."""
    rows = [licence_words(one) for one in licences_room.held(actor_of(request))]
    context = {"valid": [row for row in rows if not row["off"]], "ended": [row for row in rows if row["off"]]}
    return page(request, "licences", context, tab="licences")


@policy("citizen")
def licence(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """One licence: its face, its seal, and showing it."""
    one = licences_room.get(licence_id, actor=actor_of(request))
    context = {**licence_words(one), "minutes": MINUTES, "labels": face_labels(one), "crumbs": [(_("证照"), "/licences"), (one.name, "")]}
    return page(request, "licence", context, tab="licences")


def face_labels(one: Licence) -> list[tuple[str, str, object]]:
    """What stands on the face, by the catalogue: key, label in the reader's language, value. What serves the machine only is left out."""
    face = {field.key: (field.label_en if english() else "") or field.key for field in licences_room.kind(one.kind).fields}
    return [(key, face[key], value) for key, value in one.data.items() if key in face]


@policy("citizen")
@require_http_methods(["POST"])
def present(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Show a licence for some minutes with the chosen fields."""
    actor = actor_of(request)
    one = licences_room.get(licence_id, actor=actor)
    minutes = int(request.POST.get("minutes", "10")) if request.POST.get("minutes", "10") in map(str, MINUTES) else 10
    fields = request.POST.getlist("fields") or [key for key, _label, _value in face_labels(one)]
    base = f"{request.scheme}://{request.get_host()}"
    shown = licences_room.present(licence_id, actor=actor, minutes=minutes, fields=fields, base_url=base)
    context = {
        **licence_words(one),
        "shown": shown,
        "qr": mark_safe(shown.qr_svg),  # noqa: S308 - drawn by the licence room from its own token
        "crumbs": [(_("证照"), "/licences"), (one.name, f"/licences/{licence_id}"), (_("出示"), "")],
    }
    response = page(request, "present", context, tab="licences")
    response["Cache-Control"] = "no-store"
    return response


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a licence by its number and the holder's name; no account needed."""
    form = (NUMBER, HOLDER)
    typed = {one.key: request.POST.get(one.key, "") for one in form}
    cleaned = clean(form, typed) if request.method == "POST" else Cleaned({}, {}, {})
    general, found = "", None
    if request.method == "POST" and cleaned.ok:
        try:
            found = licences_room.check_number(cleaned.values["number"], holder_name=cleaned.values["holder"])
        except YiwangError as error:
            general = error.message
    fields = [field_view(one, value=cleaned.typed.get(one.key, ""), error=cleaned.errors.get(one.key, "")) for one in form]
    context = {"fields": fields, "general": general, "found": checked(found), "crumbs": [(_("证照核验"), "")]}
    return page(request, "verify", context, status=422 if cleaned.errors else 404 if general else 200)


@policy("public")
def verify_token(request: HttpRequest, token: str) -> HttpResponse:
    """What whoever scanned the code sees."""
    try:
        found = licences_room.check_presented(token)
    except YiwangError as error:
        fields = [field_view(one) for one in (NUMBER, HOLDER)]
        context = {"fields": fields, "general": error.message, "found": None, "crumbs": [(_("证照核验"), "")]}
        return page(request, "verify", context, status=error.status)
    response = page(request, "verify_result", {"found": checked(found), "crumbs": [(_("证照核验"), "/verify"), (found.name, "")]})
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def checked(found: Verification | None) -> dict[str, Any] | None:
    """A verification in words."""
    if found is None:
        return None
    evidence = {"sequenced": _("已记入防篡改日志"), "waiting": _("正在记入防篡改日志"), "unknown": _("没有存证记录")}
    return {
        "one": found,
        "state": named(found.state_name),
        "tone": "ok" if found.in_force else "bad",
        "signature": _("签名正确,内容没有被改动") if found.signature == "right" else _("签名不对,请勿采信"),
        "evidence": evidence.get(found.evidence, found.evidence),
        "fields": list(found.fields.items()),
    }
