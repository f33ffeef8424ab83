"""Coming in and going out, and the two switches on every page: language and simple version."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.pages.api import ELDER_COOKIE, field_view
from yiwang.data.registers import api as registers
from yiwang.ends.citizen.page import actor_of, page, safe_next
from yiwang.security.access.api import Actor, policy
from yiwang.standards.errors import InvalidInput, YiwangError
from yiwang.support.forms.api import Field
from yiwang.support.identity import api as identity

YEAR = 365 * 24 * 3600
STAFF_HINTS = (
    ("police.clerk", "市公安局窗口"),
    ("health.reviewer", "市卫生健康委员会审查"),
    ("city.leader", "市政府分管领导"),
    ("city.auditor", "安全审计员"),
)
NAME = Field("username", "用户名", "User name")
PASSWORD = Field("password", "密码", "Password")
OLD = Field("old", "现在的密码", "Present password")
NEW = Field("new", "新密码", "New password")
AGAIN = Field("again", "再输入一次新密码", "New password again")


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The one sign-in page; staff land on their desk."""
    goal = safe_next(request)
    if request.method != "POST":
        return page(request, "login", _login_context(goal))
    username = request.POST.get("username", "")
    try:
        actor = identity.sign_in(request, username, request.POST.get("password", ""))
    except identity.PasswordGiven as error:
        return page(request, "password", _password_context(goal, username=username, error=error.message), status=error.status)
    except YiwangError as error:
        return page(request, "login", _login_context(goal, username=username, error=error.message), status=error.status)
    return _entered(request, actor, goal)


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change a password by name and old password, then go on signed in: the way out for one that somebody else has set."""
    goal = safe_next(request)
    if request.method != "POST":
        return page(request, "password", _password_context(goal))
    username, old, new = (request.POST.get(key, "") for key in ("username", "old", "new"))
    try:
        if new != request.POST.get("again", ""):
            raise InvalidInput(_("两次输入的新密码不一样,请重新输入。"))
        identity.renew_password(username, old=old, new=new, request_facts={"address": request.META.get("REMOTE_ADDR", "")})
        actor = identity.sign_in(request, username, new)
    except YiwangError as error:
        return page(request, "password", _password_context(goal, username=username, error=error.message), status=error.status)
    return _entered(request, actor, goal)


def _password_context(goal: str, *, username: str = "", error: str = "") -> dict[str, object]:
    fields = [field_view(NAME, value=username), field_view(OLD), field_view(NEW), field_view(AGAIN)]
    return {"next": goal, "username": username, "error": error, "fields": fields, "crumbs": [(_("修改密码"), "")]}


def _entered(request: HttpRequest, actor: Actor, goal: str) -> HttpResponse:
    response = HttpResponseRedirect(goal if goal != "/" else "/office/" if actor.kind == "staff" else "/")
    account = identity.account_of(actor)
    if account.elder_mode:
        response.set_cookie(ELDER_COOKIE, "1", max_age=YEAR, samesite="Lax", secure=request.is_secure())
    if account.language != settings.LANGUAGE_CODE:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _login_context(goal: str, *, username: str = "", error: str = "") -> dict[str, object]:
    accounts = demonstration()
    fields = [field_view(NAME, value=username), field_view(PASSWORD)]
    return {"next": goal, "username": username, "error": error, "fields": fields, **accounts}


def demonstration() -> dict[str, object]:
    """Accounts and password of the demonstration city, where one is loaded and this is no production installation."""
    listing = settings.YIWANG_VAR / "accounts.json"
    if not settings.YIWANG_DEMO or not listing.is_file():
        return {"accounts": [], "password": ""}
    kept = json.loads(listing.read_text(encoding="utf-8"))
    stories = {one.key: one.story for one in registers.personas()}
    people = [(one["username"], one["name"], _told(stories.get(one["who"], ""), one.get("company", ""))) for one in kept["citizens"]]
    return {"accounts": [*people, *((one["username"], one["name"], "") for one in kept["staff"])], "password": kept["password"]}


def _told(story: str, company: str) -> str:
    """The story, and the credit code one needs in order to act for the company."""
    return f"{story}企业统一社会信用代码:{company}" if company else story


@policy("public")
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Close the session."""
    close_session(request)
    return HttpResponseRedirect("/")


@policy("public")
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Switch language or simple version: kept in a cookie and, when signed in, with the account."""
    response = HttpResponseRedirect(safe_next(request))
    elder, language = request.POST.get("elder"), request.POST.get("language")
    chosen = language if language in dict(settings.LANGUAGES) else None
    if elder is not None:
        response.set_cookie(ELDER_COOKIE, "1" if elder == "1" else "0", max_age=YEAR, samesite="Lax", secure=request.is_secure())
    if chosen:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    actor = actor_of(request)
    if actor.kind == "citizen" and (elder is not None or chosen):
        identity.set_preferences(actor, language=chosen, elder_mode=None if elder is None else elder == "1")  # type: ignore[arg-type]
    return response


@policy("public")
def help_page(request: HttpRequest) -> HttpResponse:
    """Where help is."""
    return page(request, "help", {"crumbs": [(_("帮助与联系"), "")]})


@policy("public")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return page(request, "accessibility", {"crumbs": [(_("无障碍声明"), "")]})


@policy("public")
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice."""
    return page(request, "privacy", {"crumbs": [(_("隐私说明"), "")]})
