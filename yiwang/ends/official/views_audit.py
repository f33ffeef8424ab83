"""What auditors see: who did what for which case, and whether the log of it is whole."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.base.pages.api import page_number, pager
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import policy
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence
from yiwang.standards.errors import NotFound

PAGE_SIZE = 50


@policy("audit.search")
def search(request: HttpRequest) -> HttpResponse:
    """Audit records by words, act or case."""
    number = page_number(request)
    wanted = {"text": request.GET.get("q", "")[:80], "act": request.GET.get("act", "")[:60]}
    since, until = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
    found = audit.search(
        actor_of(request),
        text=wanted["text"],
        act=wanted["act"],
        case_id=_case(request),
        since=since,
        until=until + timedelta(days=1) if until else None,
        page=number,
    )
    newest = evidence.checkpoints(page_size=1)
    context = {
        "found": found,
        "pager": pager(request, total=found.total, size=PAGE_SIZE, number=number),
        "wanted": wanted
        | {
            "case": request.GET.get("case", ""),
            "since": since.strftime("%Y-%m-%d") if since else "",
            "until": until.strftime("%Y-%m-%d") if until else "",
        },
        "checkpoint": newest[0] if newest else None,
    }
    return page(request, "audit", context, tab="audit")


@require_POST
@policy("audit.search")
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole log now and say what differs."""
    report = evidence.verify_all()
    if report.problems:
        messages.error(request, _("发现 %(number)d 处不一致:%(first)s") % {"number": len(report.problems), "first": report.problems[0]})
    else:
        messages.success(request, _("已核对 %(rows)d 条记录,全部一致。") % {"rows": report.rows_checked})
    return redirect("official:audit")


def _day(text: str) -> datetime | None:
    """Midnight of a day in the address; anything unreadable asks nothing."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time())) if text else None
    except ValueError:
        return None


def _case(request: HttpRequest) -> UUID | None:
    text = request.GET.get("case", "").strip()
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("「%(text)s」不是办件的内部编号。请从办件页复制。") % {"text": text[:40]}) from error
