"""Who looks at a file handed in with a ticket: whoever may see the ticket and may know its reporter; every official's look is recorded."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.storage import api as storage
from yiwang.business.hotline import contacts
from yiwang.business.hotline.errors import TicketNotFound
from yiwang.business.hotline.filing import by_code
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.pictures import KINDS, PICTURES, bare
from yiwang.business.hotline.rights import centre, sees
from yiwang.business.hotline.values import TicketPicture
from yiwang.business.hotline.writing import TICKET, seal
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import AccessRecord, record_access_many
from yiwang.standards.errors import Forbidden
from yiwang.standards.subjects import Subject


def open_one(ticket_id: UUID, digest: str, *, actor: Actor, code: str) -> TicketPicture:
    """See the door."""
    with transaction.atomic():
        row = TicketRow.objects.filter(id=ticket_id).first()
        own = row is not None and bool(code) and by_code(row.no, code).id == row.id
        if row is None or not (own or sees(row, actor)):
            raise TicketNotFound
        name = next((one[1] for one in row.files if one[0] == digest), None)
        if name is None:
            raise TicketNotFound("这张工单没有这个附件。")
        why = "" if own or centre(row, actor) else contacts.pictures_hidden_from(row, actor)
        data = storage.read(digest)
        kind = storage.check(data, filename=name, allowed=KINDS)
        if not why and not own and not centre(row, actor) and row.privacy == "anonymous" and kind not in PICTURES:
            why = "匿名诉求人的文档可能写有作者姓名,由热线中心转达"
        if actor.kind == "staff":
            if row.reporter:
                record_access_many([_look(row, actor, why)])
            seal("ticket.picture_refused" if why else "ticket.picture_seen", actor, TICKET, [row], digest=digest)
    if why:
        raise Forbidden(f"{why},图片不提供。")
    return TicketPicture(name, kind, bare(data))


def _look(row: TicketRow, actor: Actor, why: str) -> AccessRecord:
    what = (f"热线工单 {row.no}:查看附件", contacts.BASIS, Subject.read(row.reporter), ("ticket.picture",), not why, why, now())
    return AccessRecord(None, actor.name, actor.department, *what)
