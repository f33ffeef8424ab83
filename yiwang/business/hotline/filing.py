"""A concern comes in by any channel: checked, understood, merged with its twins, sent by itself where that is safe."""

from __future__ import annotations

import math
import secrets
from dataclasses import asdict, replace

from django.db import IntegrityError, transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.storage import api as storage
from yiwang.business.hotline import contacts, learning, opening, pictures, routing, states, storing, timing, tree, twins, understanding
from yiwang.business.hotline.errors import BadTicket, TicketNotFound
from yiwang.business.hotline.models import CorrectionRow, TicketRow
from yiwang.business.hotline.patterns import came_back
from yiwang.business.hotline.values import FiledTicket, NewTicket, TicketSuggestion
from yiwang.business.hotline.writing import note
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.security.keys import api as keys
from yiwang.standards.errors import NullCharacter
from yiwang.support.identity.api import department

MOST = 20_000
FILES = 6
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
STAFF_CHANNELS = ("phone", "window", "email", "file")


def check(draft: NewTicket, actor: Actor) -> None:
    """Refuse what cannot be kept, naming the field; what was typed stays with whoever asked."""
    texts = {"text": (draft.text, MOST), "title": (draft.title, 120), "name": (draft.name, 100), "phone": (draft.phone, 40)}
    texts |= {"email": (draft.email, 100), "place": (draft.place, 80), "key": (draft.key, 80)}
    for field, (value, most) in texts.items():
        _readable(field, value, most)
    if not draft.text.strip():
        raise BadTicket("请写下要反映的事。", field="text")
    if (draft.channel != "web" and actor.kind == "staff") or (draft.channel in STAFF_CHANNELS and actor.kind != "system"):
        require(actor, "ticket.take")
    limits = tree.limits()
    chosen = {"channel": (draft.channel, limits["channels"]), "privacy": (draft.privacy, states.PRIVACY)}
    chosen |= {"kind": (draft.kind or "consult", limits["kinds"])}
    wrong = next((field for field, (value, known) in chosen.items() if value not in known), "")
    if wrong:
        raise BadTicket("请从列表里选。", field=wrong)
    if not -1 <= draft.urgency < len(limits["urgencies"]):
        raise BadTicket("紧急度为 0 到 3。", field="urgency")
    if any(value is not None and not math.isfinite(value) for value in (draft.lat, draft.lon)):
        raise BadTicket("坐标不是数字。", field="lat")
    if draft.region and draft.region not in tree.areas():
        raise BadTicket("请从列表里选街道。", field="region")
    if len(draft.files) > FILES or not all(storage.exists(digest) for digest, _name in draft.files):
        raise BadTicket(f"图片最多 {FILES} 张,请重新上传。", field="files")


def _readable(field: str, value: str, most: int) -> None:
    if "\x00" in value:
        raise NullCharacter(field=field)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadTicket("内容里有不完整的字符,请删去后重试。", field=field)
    if len(value) > most:
        raise BadTicket(f"这一项有 {len(value):,} 个字,最多 {most:,} 个字。请写要点,长材料作为图片附上。", field=field)


def file(draft: NewTicket, *, actor: Actor) -> FiledTicket:
    """See the door."""
    check(draft, actor)
    draft = _placed(replace(draft, category=draft.category and understanding.narrowed(draft.category, f"{draft.title}\n{draft.text}")))
    reporter, name = contacts.given(actor, asdict(draft))
    key = keys.pseudonym(f"{actor.account_id}:{draft.key}", use="hotline key") if draft.key else ""
    if key and (there := storing.of_key(reporter, key)) is not None:
        return _told(there, "", again=True)
    suggested = understanding.suggest(draft.text, title=draft.title, place=draft.place, region=draft.region, duplicates=False)
    row = _row(draft, suggested, reporter)
    row.key = key
    contacts.put(row, name=name, phone=draft.phone, email=draft.email)
    code = "" if reporter else "".join(secrets.choice("0123456789") for _ in range(8))
    row.code_digest = digest(row.no, code) if code else ""
    by_agent, marks = actor.kind == "staff", twins.marks(f"{draft.title}\n{draft.text}")
    row.filed_by_name = actor.name if by_agent else ""
    try:
        with transaction.atomic():
            note(row, "file", actor)
            learning.count(row)
            if by_agent:
                row.state, row.first_contact = "accepted", f"{actor.name}({department(actor.department).abbreviation})"
            came_back(row)
            hold = draft.hold and by_agent
            if hold or not _join(row, marks):
                twins.keep(row.id, marks)
            if not (hold or row.lead_id):
                _send(row, suggested)
            storing.add(row)
            _learn(row, suggested, actor)
            if row.public:
                opening.begin(row)
    except IntegrityError:
        there = storing.of_key(reporter, row.key) if row.key else None
        if there is None:
            raise
        return _told(there, "", again=True)
    return _told(row, code)


def _learn(row: TicketRow, suggested: TicketSuggestion, actor: Actor) -> None:
    """Another category than the suggested one was chosen by hand: a correction."""
    first = suggested.categories[0].code if suggested.categories else ""
    if actor.kind == "staff" and first and row.category != first:
        made = CorrectionRow(ticket_id=row.id, field="category", suggested=first, corrected=row.category, by_name=actor.name, at=now())
        storing.add(made)


def _placed(draft: NewTicket) -> NewTicket:
    """Where it is, surest first: a point in the city, a place known by its name, a street from the list; and what the place is called."""
    point = (draft.lat, draft.lon) if draft.lat is not None and draft.lon is not None else None
    area = tree.area_at(*point) if point else None
    spot = understanding.place_of(draft.text, draft.place)[1]
    region = area.region if area else "" if spot else draft.region
    if not region:
        return replace(draft, region="")
    there = spot.name if spot and spot.region == region else ""
    called = there or (tree.name_at(*point) if area and point else tree.areas()[region].street)
    return replace(draft, region=region, place=draft.place.strip() or called)


def digest(no: str, code: str) -> str:
    """What is kept of a query code."""
    return keys.pseudonym(f"{no}:{code}", use="hotline code")


def _row(draft: NewTicket, suggested: TicketSuggestion, reporter: str) -> TicketRow:
    category = draft.category or (suggested.categories[0].code if suggested.categories else "other.other.unclear")
    at, ident = now(), new_id()
    placed = draft.lat is not None and draft.lon is not None
    lat, lon = (draft.lat, draft.lon) if placed else (suggested.lat, suggested.lon)
    notes = ["坐标不在本市范围内,请核实地点"] if placed and tree.area_at(draft.lat or 0, draft.lon or 0) is None else []
    no = f"{at:%y%m%d}-" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    return TicketRow(
        id=ident, no=no, channel=draft.channel, reporter=reporter, privacy=draft.privacy,
        public=draft.public and draft.privacy == "open", title=(draft.title.strip() or suggested.title)[:120], text=draft.text,
        kind=draft.kind or suggested.kind, category=category,
        urgency=max(draft.urgency, suggested.urgency) if draft.urgency < 0 else draft.urgency, people=suggested.people,
        place=(draft.place.strip() and suggested.place) or suggested.place, region=suggested.region, lat=lat, lon=lon,
        files=[list(pictures.clean_copy(*one)) for one in draft.files], against=suggested.against, state="filed",
        filed_at=at,
        flags={"spans": [asdict(one) for one in suggested.flags], "notes": notes + ([suggested.why] if suggested.why else [])},
        suggested={
            "categories": [asdict(one) for one in suggested.categories], "department": suggested.duty.department if suggested.duty else "",
            "duty_id": str(suggested.duty.id) if suggested.duty else "", "cost": suggested.cost, "by": suggested.by,
            "model": suggested.model, "pieces": suggested.pieces,
        },
    )  # fmt: skip


def _join(row: TicketRow, marks: twins.Marks) -> bool:
    """Merge with the open ticket that says nearly the same: it is worked once, every reporter is answered."""
    lead = routing.lead_for(row, marks)
    if lead is None:
        return False
    row.lead_id = lead.id
    follow(row, lead)
    note(row, "merge", SYSTEM, inputs={"lead": lead.no})
    return True


def follow(row: TicketRow, lead: TicketRow) -> None:
    """Stand where the lead stands."""
    for name in FOLLOWED:
        setattr(row, name, getattr(lead, name))


FOLLOWED = ("state", "department", "co", "duty", "dispatched_at", "signed_at", "contacted_at", "sign_due", "contact_due", "due", "assigned")


def _send(row: TicketRow, suggested: TicketSuggestion) -> None:
    """Dispatch without a person where the expected cost of a mistake is below that of a look."""
    if not suggested.send or suggested.duty is None or row.category != suggested.categories[0].code or row.flags["notes"]:
        return
    row.automatic = True
    row.first_contact = row.first_contact or "系统"
    dispatch(row, suggested.duty.department, duty=f"《{suggested.duty.law}》{suggested.duty.article}:{suggested.duty.clause}")
    note(row, "dispatch", SYSTEM, inputs={"automatic": True}, why=suggested.duty.department_name)


def dispatch(row: TicketRow, code: str, *, duty: str) -> None:
    """Send to a department: the clock starts."""
    at = now()
    row.state, row.department, row.duty = "dispatched", code, duty
    row.dispatched_at = row.dispatched_at or at
    timing.set_due(row, at)


def _told(row: TicketRow, code: str, *, again: bool = False) -> FiledTicket:
    name = department(row.department).name if row.department else ""
    lead = TicketRow.objects.filter(id=row.lead_id).values_list("no", flat=True).first() or "" if row.lead_id else ""
    return FiledTicket(row.id, row.no, code, row.state, states.STATES[row.state], row.department, name, row.due, lead, again)


def by_code(no: str, code: str) -> TicketRow:
    """The ticket of a number and its query code; TicketNotFound for a wrong one."""
    row = TicketRow.objects.filter(no=no.strip().upper()[:20]).first()
    if row is None or not row.code_digest or not secrets.compare_digest(row.code_digest, digest(row.no, code.strip()[:20])):
        raise TicketNotFound()
    return row


def keep_file(data: bytes, *, name: str) -> tuple[str, str]:
    """Keep a picture for a ticket; (digest, name). FileRefused for another kind or more than 4 MB."""
    return pictures.keep(data, name=name)
