"""Who calls: a bearer token, or the browser's own session (with its CSRF check); then the operation's policy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from yiwang.security.access.api import Actor, admit
from yiwang.standards.errors import Forbidden
from yiwang.standards.subjects import Subject
from yiwang.support.identity.api import act_for, actor_by_token


class CrossSite(Forbidden):
    """请求缺少防伪标记。请刷新页面后重试;程序请改用 Authorization: Bearer 令牌。"""

    code = "cross_site"


class Signed(HttpBearer):
    """Lets an operation's callers in by the word of its policy; ``request.actor`` is the caller afterwards."""

    openapi_name = "Bearer"

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def __call__(self, request: HttpRequest) -> Any:
        """The actor, admitted; the errors of the house travel on as JSON."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and token:
            actor: Actor = _represented(actor_by_token(token.strip()), request.headers.get("X-Acting-For", "").strip())
        else:
            actor = request.actor  # type: ignore[attr-defined]
            if actor.kind != "anonymous" and check_csrf(request):
                raise CrossSite
        admit(actor, self.word, path=request.path)
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor of a token (asked by the framework's own bearer path)."""
        return actor_by_token(token)


def _represented(actor: Actor, whom: str) -> Actor:
    """The actor in whose name he wants to act: the header ``X-Acting-For: company:<credit code>`` (or ``person:<id number>``)."""
    return act_for(actor, Subject.read(whom)) if whom else actor
