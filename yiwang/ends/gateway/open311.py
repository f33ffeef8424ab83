"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): services, requests, tokens, in JSON and XML, for unmodified clients.

Read by anybody: only tickets that their reporters opened to everybody; words and a picture once a person at the centre has looked at
them, never names or numbers. Written with an ``api_key``: the bearer token of an account. A service is a leaf of the category tree, its
group the top of it. One city, so a ``jurisdiction_id`` is not asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from yiwang.base.clock.api import now
from yiwang.business.hotline import api as hotline
from yiwang.security.access.api import policy
from yiwang.standards.errors import Forbidden, InvalidInput, NotFound, YiwangError
from yiwang.support.identity.api import actor_by_token

SPAN = timedelta(days=90)  # as the standard bounds a search
MOST = 1_000  # and a list
STATUSES = {"open": False, "closed": True}
View = Callable[..., tuple[str, Sequence[Mapping[str, Any]] | Mapping[str, Any]]]


def rendered(root: str, held: Any, form: str, *, status: int = 200) -> HttpResponse:
    """The answer in the form that the address asks for; XML as the standard nests it."""
    if form not in ("xml", "json"):
        return rendered("errors", [{"code": 404, "description": "只有 json 和 xml。"}], "json", status=404)
    if form == "xml":
        return HttpResponse(
            f'<?xml version="1.0" encoding="utf-8"?>{_xml(root, held)}', content_type="text/xml; charset=utf-8", status=status
        )
    return HttpResponse(json.dumps(held, ensure_ascii=False), content_type="application/json; charset=utf-8", status=status)


ITEMS = {
    "services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute", "endpoints": "endpoint",
    "formats": "format",
}  # fmt: skip


def _xml(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>" + "".join(_xml(key, each) for key, each in value.items()) + f"</{name}>"
    if isinstance(value, list | tuple):
        return f"<{name}>" + "".join(_xml(ITEMS.get(name, "item"), each) for each in value) + f"</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    text = "" if value is None else "".join(one for one in str(value) if one in "\t\n" or ord(one) >= 32)
    return f"<{name}>{escape(text)}</{name}>"


def answered(view: View) -> Callable[..., HttpResponse]:
    """Errors as the standard wants them: a list of code and description under the HTTP status."""

    @csrf_exempt
    @policy("public")
    @wraps(view)
    def serve(request: HttpRequest, form: str, **given: str) -> HttpResponse:
        try:
            root, held = view(request, **given)
        except YiwangError as error:
            status = 400 if error.status == 422 else 403 if error.status == 401 else error.status
            return rendered("errors", [{"code": status, "description": error.message}], form, status=status)
        return rendered(root, held, form)

    return serve


def moment(at: datetime | None) -> str:
    """A time in the W3C form."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def leaves() -> list[hotline.Category]:
    """The services."""
    return [one for one in hotline.categories() if one.kind]


@answered
def discovery(request: HttpRequest) -> Any:
    """Where the service is."""
    address = request.build_absolute_uri("/open311/v2")
    end = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": address,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    return "discovery", {"changeset": "2026-11-01T00:00:00+08:00", "contact": "12345", "key_service": "/login", "endpoints": [end]}


@answered
def services(request: HttpRequest) -> Any:
    """Every kind of concern that can be reported."""
    return "services", [
        {
            "service_code": one.code, "service_name": one.name, "description": one.title, "metadata": False, "type": "realtime",
            "keywords": ",".join(dict.fromkeys((*one.names[1:], *one.words))), "group": one.names[0],
        }
        for one in leaves()
    ]  # fmt: skip


@answered
def service(request: HttpRequest, code: str) -> Any:
    """The definition of one service; there are no further attributes."""
    if code not in {one.code for one in leaves()}:
        raise NotFound("没有这个 service_code。")
    return "service_definition", {"service_code": code, "attributes": []}


@answered
def requests(request: HttpRequest) -> Any:
    """GET: what everybody may read; POST: file one."""
    return _post(request) if request.method == "POST" else ("service_requests", _listed(request))


def _listed(request: HttpRequest) -> list[dict[str, Any]]:
    asked = request.GET
    wanted = _parts(asked.get("service_request_id", ""))
    if wanted:
        return [_request(request, one) for no in wanted[:50] for one in _numbered(no)]
    since, until = _span(asked.get("start_date", ""), asked.get("end_date", ""))
    states = set(_parts(asked.get("status", "")))
    if states - STATUSES.keys():
        raise InvalidInput("status 只有 open 和 closed。")
    ended = STATUSES[states.pop()] if len(states) == 1 else None
    codes = _parts(asked.get("service_code", ""))
    size, page = _count(asked.get("page_size", ""), "page_size", MOST), _count(asked.get("page", ""), "page", 1)
    most, skip = min(size, MOST), min(size, MOST) * (page - 1)
    return [_request(request, one) for one in hotline.public(codes=codes, since=since, until=until, ended=ended, most=most, skip=skip)]


def _parts(text: str) -> list[str]:
    """The values of a list with commas."""
    if "\x00" in text:
        raise InvalidInput("参数里有空字符。")
    return [one.strip() for one in text.split(",") if one.strip()]


def _count(text: str, name: str, otherwise: int) -> int:
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text)):
        raise InvalidInput(f"{name} 须是正整数。")
    return int(text)


def _span(start: str, end: str) -> tuple[datetime, datetime]:
    """From when to when: 90 days at most, counted from what was given."""
    first, last = _time(start), _time(end)
    if first and last and first > last:
        raise InvalidInput("start_date 晚于 end_date。")
    if first and not last:
        return first, min(first + SPAN, now())
    last = last or now()
    return max(first or last - SPAN, last - SPAN), last


def _numbered(no: str) -> list[dict[str, Any]]:
    return hotline.public(codes=[], since=datetime(2000, 1, 1, tzinfo=now().tzinfo), until=now(), no=no.upper()[:20], most=1)


def _time(text: str) -> datetime | None:
    """A time of the address; its zone defaults to the city's, a plus may have become a space."""
    if not text:
        return None
    try:
        found = parse_datetime(text.strip().replace(" ", "+") if "T" in text else text.strip())
        found = found and (found if found.tzinfo else timezone.make_aware(found))
        found = found if found and MIN < found < MAX else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise InvalidInput("时间看不懂,请写成 2026-01-31T00:00:00Z。")
    return found


MIN, MAX = (datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 2200))


def _request(request: HttpRequest, one: dict[str, Any]) -> dict[str, Any]:
    line = one["line"]
    ended = line.state in ("declined", "transferred", "closed", "withdrawn", "archived")
    notes = one["reply"] or (line.state_name if one["looked"] else f"{line.state_name};文字由热线中心核对后公开")
    picture = one["picture"] and request.build_absolute_uri(reverse("open311:media", args=[line.no, one["picture"]]))
    return {
        "service_request_id": line.no, "status": "closed" if ended else "open", "status_notes": notes,
        "service_name": line.category_name, "service_code": line.category, "description": one["text"],
        "agency_responsible": line.department_name, "service_notice": "", "requested_datetime": moment(line.filed_at),
        "updated_datetime": moment(one["updated_at"]), "expected_datetime": moment(line.due), "address": line.place,
        "address_id": "", "zipcode": "", "lat": one["lat"], "long": one["lon"], "media_url": picture,
    }  # fmt: skip


@answered
def one_request(request: HttpRequest, no: str) -> Any:
    """One request, if everybody may read it."""
    rows = [_request(request, one) for one in _numbered(no)]
    if not rows:
        raise NotFound("没有找到这个 service_request_id,或诉求人没有公开。")
    return "service_requests", rows


def _post(request: HttpRequest) -> Any:
    given = request.POST
    if not given.get("api_key"):
        raise Forbidden("缺少 api_key:请用账户的访问令牌。")
    actor = actor_by_token(given["api_key"].strip())
    if not given.get("service_code"):
        raise InvalidInput("缺少 service_code。")
    if not (given.get("address_string") or given.get("address_id") or (given.get("lat") and given.get("long"))):
        raise InvalidInput("请给出 lat 和 long,或 address_string。")
    try:
        lat, lon = (float(given[name]) if given.get(name) else None for name in ("lat", "long"))
    except ValueError as error:
        raise InvalidInput("lat、long 不是数字。") from error
    service = next((one for one in leaves() if one.code == given["service_code"]), None)
    if service is None:
        raise NotFound("没有这个 service_code。")
    name = f"{given.get('last_name', '')}{given.get('first_name', '')}"
    draft = hotline.NewTicket(
        _words(given, service), channel="open311", category=given["service_code"], place=given.get("address_string", "")[:80],
        lat=lat, lon=lon, name=name, phone=given.get("phone", ""), email=given.get("email", ""), public=True,
    )  # fmt: skip
    made = hotline.file(draft, actor=actor)
    notice = f"查询码 {made.code}" if made.code else ""
    return "service_requests", [{"service_request_id": made.no, "service_notice": notice, "account_id": ""}]


def _words(given: Mapping[str, str], service: hotline.Category) -> str:
    """What was written, the name of the service where nothing was; an address of a picture is read by people, never fetched."""
    media = given.get("media_url", "").strip()[:500]
    text = given.get("description", "").strip() or service.name
    return f"{text}\n照片:{media}" if media.startswith(("https://", "http://")) else text


@policy("public")
@require_safe
def media(request: HttpRequest, no: str, digest: str) -> HttpResponse:
    """A picture that a person at the centre let be shown."""
    rows = _numbered(no)
    if not rows:
        return rendered("errors", [{"code": 404, "description": "没有这张照片。"}], "json", status=404)
    found = hotline.opened_picture(rows[0]["line"].id, digest)
    headers = {"Content-Disposition": "inline", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)


@answered
def token(request: HttpRequest, token: str) -> Any:
    """A token is the ticket's id; numbers are given at once, so this only translates."""
    try:
        asked: dict[str, Any] = {"codes": [], "since": datetime(2000, 1, 1, tzinfo=now().tzinfo), "until": now()}
        found = hotline.public(**asked, most=1, ident=UUID(token))
    except ValueError as error:
        raise NotFound("没有这个 token。") from error
    if not found:
        raise NotFound("没有这个 token。")
    return "service_requests", [{"service_request_id": found[0]["line"].no, "token": token}]


app_name = "open311"
urlpatterns = [
    path("discovery.<str:form>", discovery, name="discovery"),
    path("services.<str:form>", services, name="services"),
    path("services/<str:code>.<str:form>", service, name="service"),
    path("requests.<str:form>", requests, name="requests"),
    path("requests/<slug:no>.<str:form>", one_request, name="request"),
    path("media/<slug:no>/<slug:digest>", media, name="media"),
    path("tokens/<str:token>.<str:form>", token, name="token"),
]
