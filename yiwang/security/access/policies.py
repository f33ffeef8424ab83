"""The policy of a route: one word that says who may come in; kept on the view, enforced before it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from yiwang.security.access.actors import Actor
from yiwang.security.access.errors import PermissionDenied, SignInNeeded
from yiwang.security.access.roles import table

View = TypeVar("View", bound=Callable[..., Any])
GENERAL = frozenset({"public", "login", "citizen", "staff"})


def policy(word: str) -> Callable[[View], View]:
    """Declare a view's policy: 'public', 'login', 'citizen', 'staff' or a permission; stored as ``view.policy``.

    Raises:
        ValueError: at import, for a word that neither is general nor stands in roles.json.
    """
    if word not in GENERAL and word not in table()[1]:
        raise ValueError(f"policy {word!r} is neither one of {sorted(GENERAL)} nor a permission of security/access/roles.json")

    def mark(view: View) -> View:
        view.policy = word  # type: ignore[attr-defined]
        return view

    return mark


def refusal(actor: Actor, word: str, holds: Callable[[Actor, str], bool]) -> SignInNeeded | PermissionDenied | None:
    """What an actor is told at the door of a route with this policy; None if welcome."""
    if word == "public" or actor.kind == "system":
        return None
    if actor.kind == "anonymous":
        return SignInNeeded()
    welcome = {"login": True, "citizen": actor.kind == "citizen", "staff": actor.kind == "staff"}
    if welcome[word] if word in welcome else holds(actor, word):
        return None
    names = {"citizen": "个人和企业用户办理", "staff": "工作人员办理"}
    return PermissionDenied(permission=word, permission_name=names.get(word) or table()[1].get(word, word), place="")
