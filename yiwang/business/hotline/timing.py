"""When a ticket is due, on the one clock of the house."""

from __future__ import annotations

from datetime import datetime

from yiwang.base.clock.api import Extension, Limit, derive
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.tree import limits


def after(start: datetime, limit: str, *, extended: int = 0) -> datetime:
    """The moment after which it is late; ``extended``: how many extensions were approved."""
    more = Limit.parse(limits()["extension"])
    term = Limit.parse(limit)
    if term.unit is not more.unit:  # a limit in hours has passed into days once it is extended
        end = derive(start, limit=term).due_at or start
        return derive(end, limit=Limit(more.amount * extended, more.unit)).due_at or end if extended else end
    added = [Extension(more.amount, more.unit, "—", "—")] * extended
    return derive(start, limit=term, extensions=added).due_at or start


def whole(row: TicketRow) -> str:
    """The limit of a ticket: that of its urgency where it has one, else of its kind."""
    urgency = limits()["urgencies"][row.urgency]["limit"]
    return str(urgency or limits()["kinds"][row.kind]["limit"])


def set_due(row: TicketRow, start: datetime) -> None:
    """Signing, first contact and the whole count from dispatch."""
    urgency = limits()["urgencies"][row.urgency]
    row.sign_due = after(start, urgency["sign"])
    row.contact_due = after(start, urgency["contact"])
    row.due = after(start, whole(row), extended=len([one for one in row.extensions if one.get("approved")]))
