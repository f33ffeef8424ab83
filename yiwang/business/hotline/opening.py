"""Concerns that everybody may read: the reporter agreed, a person at the centre looked at the words; others say 「我也遇到」 (附议)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.base.storage import api as storage
from yiwang.business.hotline import contacts, states, tree
from yiwang.business.hotline.errors import EndorsedOtherwise, TicketNotFound
from yiwang.business.hotline.models import EndorsementRow, OpenedRow, StepRow, TicketRow
from yiwang.business.hotline.pictures import KINDS, bare
from yiwang.business.hotline.values import OpenTicket, TicketPicture
from yiwang.business.hotline.writing import TICKET, category_name, seal
from yiwang.security.access.api import Actor, SignInNeeded
from yiwang.security.keys import api as keys
from yiwang.standards.events import TicketStepped
from yiwang.support.identity.api import department

PAGE = 20
LONGEST = 5_000  # characters that a person may put in instead; a longer text is shown as it is
SHOWN = Q(state="shown", ticket__public=True, ticket__privacy="open") & ~Q(ticket__state="withdrawn")


def begin(row: TicketRow) -> None:
    """A ticket whose reporter agreed waits for a person's look; in the caller's transaction."""
    OpenedRow(ticket=row).save(force_insert=True)


def state_of(row: TicketRow) -> str:
    """waiting, shown or hidden; '' for a ticket that its reporter keeps to himself."""
    if not row.public:
        return ""
    return OpenedRow.objects.filter(ticket=row).values_list("state", flat=True).first() or "waiting"


def agree(row: TicketRow) -> None:
    """The reporter lets everybody read it, once a person has looked."""
    row.public = True
    OpenedRow.objects.update_or_create(ticket=row, defaults={"state": "waiting", "title": "", "words": "", "files": []})


def disagree(row: TicketRow) -> None:
    """The reporter takes it back: nobody reads it from this moment on, nothing of its words is kept."""
    row.public = False
    OpenedRow.objects.filter(ticket=row).update(state="hidden", title="", words="", files=[])


def draft(row: TicketRow) -> dict[str, str]:
    """What would be read if the person who looks changes nothing: numbers and the reporter's own name covered."""
    words = contacts.without_reporter(row, row.text)
    return {"title": contacts.without_reporter(row, row.title), "words": words if len(words) <= LONGEST else ""}


def show(row: TicketRow, *, title: str, words: str, pictures: bool, actor: Actor) -> None:
    """What a person at the centre lets be read: his words, or the reporter's with numbers and the reporter's own name covered."""
    shown = {
        "title": contacts.without_reporter(row, title or row.title)[:120], "words": contacts.without_reporter(row, words or row.text),
        "files": [one for one in row.files if not one[1].lower().endswith(".pdf")] if pictures else [],
    }  # fmt: skip
    OpenedRow.objects.update_or_create(ticket=row, defaults={**shown, "state": "shown", "by_name": actor.name, "at": now()})


def hide(row: TicketRow, *, actor: Actor) -> None:
    """A person at the centre finds that it is not for everybody."""
    nothing = {"title": "", "words": "", "files": []}
    OpenedRow.objects.update_or_create(ticket=row, defaults={**nothing, "state": "hidden", "by_name": actor.name, "at": now()})


def listed(
    actor: Actor, *, text: str, region: str, category: str, ended: bool | None, order: str, page: int
) -> tuple[list[OpenTicket], int]:
    """See the door."""
    rows = OpenedRow.objects.filter(SHOWN)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(words__icontains=text) | Q(ticket__place__icontains=text))
    rows = rows.filter(ticket__region=region) if region else rows
    rows = rows.filter(Q(ticket__category=category) | Q(ticket__category__startswith=f"{category}.")) if category else rows
    if ended is not None:
        rows = rows.filter(ticket__state__in=states.ENDED if ended else states.OPEN)
    by = ("-endorsed", "-ticket__filed_at") if order == "endorsed" else ("-ticket__filed_at",)
    found = list(rows.select_related("ticket").order_by(*by)[(page - 1) * PAGE : page * PAGE])
    return _views(found, actor), rows.count()


def one(ticket_id: UUID, *, actor: Actor) -> OpenTicket:
    """See the door."""
    return _views([_shown(ticket_id, OpenedRow.objects.all())], actor)[0]


def _shown(ticket_id: UUID, rows: QuerySet[OpenedRow]) -> OpenedRow:
    row = rows.filter(SHOWN, ticket=ticket_id).select_related("ticket").first()
    if row is None:
        raise TicketNotFound("没有找到这件公开的诉求:诉求人没有公开,或已经不再公开。")
    return row


def _who(actor: Actor) -> str:
    """The person behind the account, as a digest; '' for who is nobody here."""
    return person_of(str(actor.subject)) if actor.kind == "citizen" else ""


def person_of(subject: str) -> str:
    """The digest under which a person's endorsements are kept."""
    return keys.pseudonym(subject, use="hotline endorsement")


def _views(rows: list[OpenedRow], actor: Actor) -> list[OpenTicket]:
    """The views: one statement more for what this reader endorsed."""
    who = _who(actor)
    mine = set(EndorsementRow.objects.filter(person=who, ticket__in=[row.ticket_id for row in rows]).values_list("ticket", flat=True))
    return [_view(row, row.ticket_id in mine if who else False, actor) for row in rows]


def _view(row: OpenedRow, mine: bool, actor: Actor) -> OpenTicket:
    ticket = row.ticket
    area = tree.areas().get(ticket.region)
    own = actor.kind == "citizen" and bool(ticket.reporter) and ticket.reporter == str(actor.represents)
    return OpenTicket(
        ticket.id, ticket.no, row.title, row.words, ticket.category, category_name(ticket.category),
        tree.categories()[ticket.category].names if ticket.category in tree.categories() else (),
        contacts.without_reporter(ticket, ticket.place), area.street if area else "", ticket.state, states.STATES[ticket.state],
        ticket.state in states.ENDED, ticket.department, department(ticket.department).name if ticket.department else "", ticket.filed_at,
        ticket.due if ticket.state in states.OPEN else None, contacts.without_reporter(ticket, ticket.reply),
        states.SOLVED.get(ticket.outcome, ""), tuple(each[0] for each in row.files), row.endorsed, mine, own,
    )  # fmt: skip


def endorse(ticket_id: UUID, *, actor: Actor, on: bool) -> OpenTicket:
    """See the door."""
    if actor.kind != "citizen":
        raise SignInNeeded()
    with transaction.atomic():
        row = _shown(ticket_id, OpenedRow.objects.select_for_update(of=("self",)))
        held = EndorsementRow.objects.filter(ticket=ticket_id, person=_who(actor))
        if on == held.exists():
            return _views([row], actor)[0]
        if on:
            _endorsable(row, actor)
            EndorsementRow(ticket_id=ticket_id, person=_who(actor), at=now()).save(force_insert=True)
        else:
            held.delete()
        row.endorsed += 1 if on else -1
        row.save(update_fields=["endorsed"])
        act, ticket = "endorse" if on else "unendorse", row.ticket
        seal(f"ticket.{act}", actor, TICKET, [ticket], endorsed=row.endorsed)
        emit(
            TicketStepped(
                at=now(), ticket_id=str(ticket.id), no=ticket.no, act=act, state=ticket.state, category=ticket.category,
                department=ticket.department,
            )
        )  # fmt: skip
        return _views([row], actor)[0]


def _endorsable(row: OpenedRow, actor: Actor) -> None:
    if row.ticket.reporter == str(actor.represents):
        raise EndorsedOtherwise("这是您自己反映的事,不用再附议。")
    if row.ticket.state in states.ENDED:
        raise EndorsedOtherwise("这件事已经办结。如果现在又遇到,请另外提交一件诉求。")


def picture(ticket_id: UUID, digest: str) -> TicketPicture:
    """See the door."""
    row = _shown(ticket_id, OpenedRow.objects.all())
    name = next((each[1] for each in row.files if each[0] == digest), None)
    if name is None:
        raise TicketNotFound("这件诉求没有这张公开的照片。")
    data = storage.read(digest)
    return TicketPicture(name, storage.check(data, filename=name, allowed=KINDS), bare(data))


def machine_readable(**asked: Any) -> list[tuple[TicketRow, OpenedRow]]:
    """Tickets for GeoReport, the newest first, with when something was last done (``last``)."""
    rows = OpenedRow.objects.filter(ticket__public=True, ticket__privacy="open", state__in=("waiting", "shown"))
    rows = rows.filter(ticket__filed_at__gte=asked["since"], ticket__filed_at__lte=asked["until"])
    rows = rows.filter(ticket__category__in=asked["codes"]) if asked["codes"] else rows
    rows = rows.filter(ticket__no=asked["no"]) if asked["no"] else rows
    rows = rows.filter(ticket=asked["ident"]) if asked["ident"] else rows
    if asked["ended"] is not None:
        rows = rows.filter(ticket__state__in=states.ENDED if asked["ended"] else states.OPEN)
    last = StepRow.objects.filter(ticket=OuterRef("ticket")).order_by("-at").values("at")[:1]
    rows = rows.select_related("ticket").annotate(last=Subquery(last)).order_by("-ticket__filed_at")
    return [(row.ticket, row) for row in rows[asked["skip"] : asked["skip"] + asked["most"]]]
