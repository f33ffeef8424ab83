"""The one to-do list: what waits for this official's department, the most urgent first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from yiwang.business.cases import api as cases
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.waiting import waiting
from yiwang.security.access.api import Actor, may, policy

MOST = 30  # of what waits beside cases; late things come first
LIGHTS = ("red", "yellow", "green")
OPEN = (
    ("submitted", gettext_noop("已提交")),
    ("received", gettext_noop("已收件")),
    ("awaiting_supplement", gettext_noop("待补正")),
    ("accepted", gettext_noop("已受理")),
    ("reviewing", gettext_noop("审查中")),
    ("stopped", gettext_noop("特别程序(停钟)")),
    ("decided_yes", gettext_noop("准予")),
    ("decided_no", gettext_noop("不予")),
    ("issued", gettext_noop("已制证")),
    ("delivered", gettext_noop("已送达")),
)


@policy("staff")
def todo(request: HttpRequest) -> HttpResponse:
    """The list with its filters; ``page`` in the address is the keyset cursor."""
    actor = actor_of(request)
    if not may(actor, "case.view"):
        return page(request, "welcome", _rest(actor), tab="")
    light = request.GET.get("light", "")
    wanted = cases.TodoFilter(
        states=(request.GET["state"],) if request.GET.get("state") else (),
        mine=request.GET.get("mine") == "1",
        light=light if light in LIGHTS else "",  # type: ignore[arg-type]
        text=request.GET.get("q", "")[:60],
    )
    rows = cases.todo(actor, filter=wanted, page=request.GET.get("page", ""))
    rest = request.GET.copy()
    rest.pop("page", None)
    counts = cases.counts(actor)
    context = {
        "rows": rows,
        "counts": counts,
        "states": [(key, words.named(label), counts.get(key, 0)) for key, label in OPEN],
        "filtered": bool(wanted.states or wanted.mine or wanted.light or wanted.text),
        "wanted": wanted,
        "chosen": request.GET.get("state", ""),
        "rest": rest.urlencode(),
        **_rest(actor),
    }
    return page(request, "todo", context, tab="todo")


def _rest(actor: Actor) -> dict[str, Any]:
    """What waits beside cases."""
    found = waiting(actor)
    return {"waiting": found, "waiting_shown": found[:MOST], "waiting_late": sum(one.light == "red" for one in found)}
