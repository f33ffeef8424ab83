"""The reporter's name and number: kept encrypted, shown by role, every full look recorded."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.hotline.errors import BadTicket, TicketNotFound
from yiwang.business.hotline.models import TicketRow
from yiwang.business.hotline.rights import centre, sees
from yiwang.business.hotline.values import ReporterView
from yiwang.business.hotline.writing import TICKET, seal
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit.api import AccessRecord, record_access_many
from yiwang.security.keys import api as keys
from yiwang.security.masking.api import mask
from yiwang.standards.errors import Forbidden
from yiwang.standards.subjects import Subject
from yiwang.support.ai.api import masked

BASIS = "国办发〔2020〕53号(政务服务便民热线:诉求人信息保护)"


def put(row: TicketRow, *, name: str, phone: str, email: str) -> None:
    """Keep what was given, encrypted; nothing for the anonymous."""
    given = {"name": name.strip(), "phone": phone.strip(), "email": email.strip()}
    if row.privacy != "anonymous" and any(given.values()):
        row.contact = keys.encrypt(json.dumps(given, ensure_ascii=False).encode(), context=f"hotline.ticket:{row.id}")


def read(row: TicketRow) -> dict[str, str]:
    """What is kept, in full; the caller has asked who is looking."""
    if not row.contact:
        return {"name": "", "phone": "", "email": ""}
    found: dict[str, str] = json.loads(keys.decrypt(bytes(row.contact), context=f"hotline.ticket:{row.id}"))
    return found


def hidden_from(row: TicketRow, actor: Actor) -> str:
    """Why this reader may not know the reporter, '' if he may: only the centre knows a confidential one, nobody an anonymous one."""
    if row.privacy == "anonymous":
        return "诉求人选择匿名"
    if actor.kind == "staff" and not centre(row, actor):
        if row.privacy == "confidential":
            return "诉求人要求保密,请由热线中心转达"
        if row.against and row.against == actor.department:
            return "被反映单位不能查看诉求人信息"
    return ""


def pictures_hidden_from(row: TicketRow, actor: Actor) -> str:
    """Why this reader may not see what was handed in, '' if he may.

    An anonymous reporter's pictures are what the work is done by: nothing of him is kept and nothing of the camera is in them, so they
    are shown to the department that works on it (个人信息保护法 第四条: what is anonymised is no personal information; 第六条: no more than
    the purpose needs), but not to the one complained about. Documents say in their properties who wrote them and stay with the centre.
    """
    if row.privacy == "anonymous":
        against = row.against and row.against == actor.department
        return "被反映单位不能查看诉求人提交的图片" if against else ""
    return hidden_from(row, actor)


def view(row: TicketRow, actor: Actor) -> ReporterView:
    """The reporter for a page: own in full, masked for who may know, nothing for who may not."""
    why = hidden_from(row, actor)
    if why:
        return ReporterView("", "", "", True, False, why)
    held = read(row)
    if actor.kind in ("citizen", "anonymous", "system"):
        return ReporterView(held["name"], held["phone"], held["email"], False, False, "")
    covered = (mask(held["name"], "name"), mask(held["phone"], "phone"), mask(held["email"], "email"))
    return ReporterView(*covered, False, any(held.values()), "")


def covered_text(row: TicketRow, text: str, actor: Actor) -> str:
    """A text for a reader who must not recognise the reporter: numbers and the reporter's own name covered."""
    if actor.kind != "staff" or centre(row, actor) or not (hidden_from(row, actor)):
        return text
    return without_reporter(row, text)


def without_reporter(row: TicketRow, text: str) -> str:
    """A text in which nobody recognises the reporter by numbers or by his own name."""
    held, shown = read(row), masked(text)
    for word in (held["name"], held["phone"], held["email"]):
        if len(word) > 1:
            shown = shown.replace(word, "*" * len(word))
    return shown


def reveal(ticket_id: UUID, *, purpose: str, actor: Actor) -> ReporterView:
    """The reporter in full, once, for a purpose; recorded, and written into the person's diary."""
    if not purpose.strip():
        raise BadTicket("请写明查看诉求人信息的用途,例如:回访、现场核实。", field="purpose")
    with transaction.atomic():
        row = TicketRow.objects.filter(id=ticket_id).first()
        if row is None or not sees(row, actor):
            raise TicketNotFound()
        if not centre(row, actor):
            require(actor, "ticket.handle", department=row.department)
        elif not may(actor, "ticket.take", region=row.region):
            require(actor, "ticket.supervise", region=row.region)
        why = hidden_from(row, actor)
        if row.reporter:
            record_access_many([_access(row, actor, purpose.strip()[:100], why)])
        seal("ticket.reporter_refused" if why else "ticket.reporter_seen", actor, TICKET, [row], purpose=purpose.strip()[:100])
    if why:
        raise Forbidden(f"{why}。")
    held = read(row)
    return ReporterView(held["name"], held["phone"], held["email"], False, False, "")


def _access(row: TicketRow, actor: Actor, purpose: str, why: str) -> AccessRecord:
    subject = Subject.read(row.reporter)
    kinds = ("person.name", "person.phone") if subject.kind == "person" else ("company.name", "company.phone")
    return AccessRecord(None, actor.name, actor.department, f"热线工单 {row.no}:{purpose}", BASIS, subject, kinds, not why, why, now())


def given(actor: Actor, wanted: dict[str, Any]) -> tuple[str, str]:
    """(reporter, name) of a filing: the signed-in person or the company he acts for; nobody for the anonymous and for staff's callers."""
    if actor.kind == "citizen" and actor.represents is not None and wanted["privacy"] != "anonymous":
        return str(actor.represents), wanted["name"] or actor.name
    return "", wanted["name"]
