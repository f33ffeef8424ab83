"""The door of access: who acts, what roles allow, where, and the policy of every route.

Staff act for their own department unless a role reaches the region (leader, auditor, admin). Citizens hold no permission:
what is theirs is decided by whose it is, in the room that keeps it. Every refusal is told to whoever listens (audit does).
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from yiwang.security.access.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.security.access.errors import PermissionDenied, SignInNeeded
from yiwang.security.access.policies import GENERAL, policy, refusal
from yiwang.security.access.roles import Role, covers, table

__all__ = [
    "ANONYMOUS",
    "GENERAL",
    "SYSTEM",
    "Actor",
    "PermissionDenied",
    "Role",
    "SignInNeeded",
    "admit",
    "covers",
    "deny",
    "enforce",
    "listen_denials",
    "may",
    "permission_name",
    "policy",
    "require",
    "role",
    "roles",
]

Listener = Callable[[Actor, str, str, str], None]
_listeners: list[Listener] = []


def may(actor: Actor, permission: str, *, department: str = "", region: str = "") -> bool:
    """Whether a role of the actor grants the permission for that department (short code) in that region (division code).

    '' for department or region asks nothing about it. The system may everything, the anonymous nothing.
    """
    if actor.kind == "system":
        return True
    known, _ = table()
    for code in actor.roles:
        granted = known.get(code)
        if granted is None or permission not in granted.permissions:
            continue
        if granted.scope == "department" and department and department != actor.department:
            continue
        if region and not covers(actor.region, region):
            continue
        return True
    return False


def require(actor: Actor, permission: str, *, department: str = "", region: str = "") -> None:
    """Let pass, or record the denial and raise.

    Raises:
        PermissionDenied: naming the permission and the place.
    """
    if may(actor, permission, department=department, region=region):
        return
    deny(actor, permission, department=department, region=region)
    place = f"(范围:{'、'.join(part for part in (department, region) if part)})" if department or region else ""
    raise PermissionDenied(permission=permission, permission_name=permission_name(permission), place=place)


def admit(actor: Actor, word: str, *, path: str = "") -> None:
    """Let an actor in by a policy's word, or raise; denials of signed-in actors are recorded with the path.

    Raises:
        SignInNeeded: for the anonymous where the policy is not 'public'.
        PermissionDenied: for the signed-in who may not.
    """
    error = refusal(actor, word, may)
    if error is None:
        return
    if actor.kind != "anonymous":
        deny(actor, word, ref=path)
    raise error


def enforce(request: HttpRequest, view: Callable[..., HttpResponse]) -> HttpResponse | None:
    """Enforce ``view.policy`` for ``request.actor`` before the view runs; a view without a policy lets nobody in.

    None lets the view run; otherwise the answer: the sign-in page for a stranger's page, else the refusal as page or JSON.
    """
    from yiwang.base.pages.api import error_response  # here, because only the web ends need pages: jobs and commands do not

    word = getattr(view, "policy", "")
    try:
        if not word:
            raise PermissionDenied(permission="", permission_name=request.path, place="")
        admit(request.actor, word, path=request.path)  # type: ignore[attr-defined]
    except SignInNeeded as error:
        if request.method == "GET" and not request.path.startswith("/api/"):
            query = QueryDict(mutable=True)
            query["next"] = request.get_full_path()
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{query.urlencode(safe='/')}")
        return error_response(request, error)
    except PermissionDenied as error:
        return error_response(request, error)
    return None


def deny(actor: Actor, permission: str, *, department: str = "", region: str = "", ref: str = "") -> None:
    """Tell every listener of a refused act."""
    for listener in _listeners:
        listener(actor, permission, ref or department, region)


def listen_denials(listener: Listener) -> None:
    """Be told of refusals as ``listener(actor, permission, place, region)``; the same function is heard once only."""
    if listener not in _listeners:
        _listeners.append(listener)


def roles() -> tuple[Role, ...]:
    """All roles of roles.json."""
    return tuple(table()[0].values())


def role(code: str) -> Role | None:
    """A role by its code, or None."""
    return table()[0].get(code)


def permission_name(permission: str) -> str:
    """The Chinese name of a permission (the code itself where there is none)."""
    return table()[1].get(permission, permission)
