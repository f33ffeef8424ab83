"""电子证照 on the desk: the department's licences, and ending one with its reason and its clause."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import YiwangError
from yiwang.support.licences import api as licences

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    *(gettext_noop("有效"), gettext_noop("暂扣"), gettext_noop("撤销"), gettext_noop("吊销"), gettext_noop("注销")),
    *(gettext_noop("已过有效期"), gettext_noop("已换发新版"), gettext_noop("恢复")),
)
TONES = {"valid": "ok", "suspended": "warn", "expired": "plain", "replaced": "plain"}
_PER_PAGE = 50


@policy("licence.view")
def index(request: HttpRequest) -> HttpResponse:
    """The department's licences, newest first; one by its number, or those of a kind and a state."""
    wanted = {key: request.GET.get(key, "") for key in ("number", "kind", "state")}
    at = request.GET.get("page", "1")
    number = int(at) if at.isdecimal() and len(at) < 6 else 1
    rows = licences.listing(actor_of(request), **wanted, page=number)
    context = {
        "rows": [(one, TONES.get(one["state"], "bad")) for one in rows],
        "wanted": wanted,
        "kinds": [(code, one.name) for code, one in licences.kinds().items()],
        "states": licences.NAMES.items(),
        "next": number + 1 if len(rows) == _PER_PAGE else 0,
    }
    return page(request, "licences", context, tab="licences")


@policy("licence.view")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """One licence; posting ends or suspends it, or restores it: what was typed stays where it is refused."""
    actor = actor_of(request)
    typed = {key: request.POST.get(key, "") for key in ("act", "reason", "basis")}
    error = ""
    if request.method == "POST":
        try:
            changed = licences.change(licence_id, **typed, actor=actor)
        except YiwangError as refused:
            error = refused.message
        else:
            messages.success(
                request, _("已办理,证照状态现为「%(state)s」;核验页面立即显示,持证人会收到通知。") % {"state": _(changed.state_name)}
            )
            return HttpResponseRedirect(reverse("official:licence", args=[licence_id]))
    found = licences.get(licence_id, actor=actor)
    acts = [licences.ACTS[name] for name in licences.BY_HAND if found.state in licences.ACTS[name].sources]
    context = {
        "one": found,
        "tone": TONES.get(found.state, "bad"),
        "acts": acts if may(actor, "licence.revoke", department=found.department) else [],
        "typed": typed,
        "error": error,
    }
    return page(request, "licence", context, tab="licences", status=400 if error else 200)
