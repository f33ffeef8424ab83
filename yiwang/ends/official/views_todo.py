"""The one to-do list: what waits for this official's department, the most urgent first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from yiwang.business.cases import api as cases
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy

LIGHTS = ("red", "yellow", "green")


@policy("staff")
def todo(request: HttpRequest) -> HttpResponse:
    """The list with its filters; ``page`` in the address is the keyset cursor."""
    actor = actor_of(request)
    if not may(actor, "case.view"):
        return page(request, "welcome", tab="")
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
    context = {
        "rows": rows,
        "counts": cases.counts(actor),
        "wanted": wanted,
        "chosen": request.GET.get("state", ""),
        "rest": rest.urlencode(),
    }
    return page(request, "todo", context, tab="todo")
