"""A draft answer before it goes: marked against its ticket, its time, and what the same department has lately written to others."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from yiwang.base.clock.api import now
from yiwang.business.hotline import tree
from yiwang.business.hotline.models import TicketRow
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models

KEY: Final = "hotline.reply"
LATELY: Final = timedelta(days=30)
COMPARED: Final = 20  # answers to other causes that a draft is compared with
READ: Final = 6_000


def judge(row: TicketRow, reply: str) -> tuple[float, tuple[str, ...]]:
    """The whole (0 to 1) and what is missing."""
    at = now()
    due = (row.due - row.filed_at).total_seconds() if row.due else 0.0
    days, limit = (at - row.filed_at).total_seconds() / 86_400, round(due / 86_400, 1) or 15
    judged = ai.judge_reply(f"{row.title}\n{row.text}", reply[:READ], days=days, limit_days=limit, others=_elsewhere(row))
    return judged.overall, judged.missing


def judge_draft(ticket: UUID, reply: str) -> tuple[float, tuple[str, ...]]:
    """The same while it is typed; whether its reader may see the ticket was asked before."""
    return judge(TicketRow.objects.get(id=ticket), reply)


def _elsewhere(row: TicketRow) -> list[str]:
    """What the department answered lately about other causes: the same words there are a template. One cause may be answered alike."""
    recent = (
        TicketRow.objects.filter(department=row.department, filed_at__gte=now() - LATELY).exclude(reply="").exclude(category=row.category)
    )
    return list(recent.exclude(id=row.id).order_by("-filed_at").values_list("reply", flat=True)[:COMPARED]) if row.department else []


def asks(overall: float) -> bool:
    """Whether the official is asked to mend before it goes."""
    return overall < float(tree.limits()["quality_least"])


def count(overall: float, *, insisted: bool) -> None:
    """Count what the rules said of an answer that goes, in the caller's transaction; one sent against their word is a correction."""
    live = models.live(KEY)
    if live:
        models.predicted(KEY, number=live.number, label="修改" if asks(overall) else "发出", probability=overall)
        if asks(overall) and insisted:
            models.corrected(KEY, number=live.number)
