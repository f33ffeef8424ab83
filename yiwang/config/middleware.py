"""Who is asking, may they ask this, and how a refusal looks: small steps around every request."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from yiwang.base.pages.api import error_response
from yiwang.security.access.api import Actor, enforce
from yiwang.standards.errors import NullCharacter, YiwangError
from yiwang.standards.subjects import Subject
from yiwang.support.identity.api import NotEntitled, act_for, actor_of

Respond = Callable[[HttpRequest], HttpResponse]
_log = logging.getLogger("yiwang.requests")


class ProxyMiddleware:
    """Who called, where proxies of the operator stand in front: the last address of ``X-Forwarded-For`` that is none of theirs.

    From anybody else the header says nothing: whoever calls could write it.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.trusted = [ipaddress.ip_network(one, strict=False) for one in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the caller's address where everybody looks for it."""
        address = str(request.META.get("REMOTE_ADDR", ""))
        said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
        while self.trusted and said and self._trusts(address):
            address = said.pop()
            if not _is_address(address):
                break  # a proxy that writes no address: better the nonsense than somebody else's address
        request.META["REMOTE_ADDR"] = address[:100]
        return self.respond(request)

    def _trusts(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class LanguageMiddleware:
    """The language the reader chose (kept in a cookie), else Chinese: half a page in a browser's language serves nobody."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak the chosen language for this request."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.respond(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def _actor(request: HttpRequest) -> Actor:
    """The account's actor, acting for whom the person chose (kept in the session) while that is still allowed."""
    actor = actor_of(request.user)
    chosen = request.session.get("acting_for") if actor.kind == "citizen" else None
    if not chosen:
        return actor
    try:
        return act_for(actor, Subject.read(chosen))
    except NotEntitled:
        del request.session["acting_for"]
        return actor


def _keep_awake(request: HttpRequest) -> None:
    """Idle time counts from the last request: the session is written again, but at most once a minute."""
    minute = int(time.time() // 60)
    if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session and request.session.get("minute") != minute:
        request.session["minute"] = minute


class ActorMiddleware:
    """Puts ``request.actor`` on every request: who is asking, in which role, on whose behalf. Read only when used."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the actor and go on."""
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        _keep_awake(request)
        return self.respond(request)


class PolicyMiddleware:
    """Enforces the policy that every view declares; a view without one is refused (and fails a law test)."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the check happens when the view is known."""
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> HttpResponse | None:
        """Refuse, send to sign-in, or let through."""
        if getattr(view, "policy", "") == "gateway":
            return None  # each operation of the JSON API enforces its own word (ends.gateway.signing)
        return enforce(request, view)


class ErrorMiddleware:
    """Turns an error of the house into its page or its JSON, in the language of the reader."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on and add the headers every answer carries."""
        response = self.respond(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only errors of the house become answers; anything else is a fault and is logged by the framework."""
        if NullCharacter.behind(error):
            return error_response(request, NullCharacter())
        return error_response(request, error) if isinstance(error, YiwangError) else None


CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
assert settings.DEBUG is False, "DEBUG shows secrets to strangers; use the logs instead"
