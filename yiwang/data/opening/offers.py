"""Applications made with open data, and data of companies and societies: offered by people, moderated by the desk, then shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox import api as outbox
from yiwang.data.opening import files, risks, voices
from yiwang.data.opening.errors import HoldsPersonalData, OfferIncomplete, UnreadableOffer
from yiwang.data.opening.models import Offer
from yiwang.data.opening.states import OFFER_STEPS, OFFERS
from yiwang.data.opening.values import ColumnView, OfferView, Slice
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.security.masking.api import mask_text
from yiwang.standards.errors import Conflict, Forbidden, NotFound
from yiwang.standards.events import OpenOfferStepped

if TYPE_CHECKING:
    import pyarrow as pa

DESK: Final = voices.DESK
MEGABYTES: Final = 4
MOST_COLUMNS: Final = 60
MOST: Final = 100


def view(row: Offer, actor: Actor | None) -> OfferView:
    """An offer as a reader sees it."""
    mine = actor is not None and bool(actor.account_id) and row.account == actor.account_id
    told = {name: getattr(row, name) for name in ("id", "kind", "by_name", "address", "licence", "rows", "digest", "state", "reason", "at")}
    return OfferView(
        **told,
        title=mask_text(row.title),
        text=mask_text(row.text),
        sets=tuple(row.sets),
        columns=tuple(row.columns),
        state_name=OFFERS[row.state],
        judged_at=row.judged_at,
        mine=mine,
    )


def reuse(actor: Actor, *, title: str, text: str, address: str, sets: Sequence[str]) -> OfferView:
    """See the door."""
    missing = [name for name, value in (("名称", title), ("介绍", text)) if not value.strip()]
    if missing:
        raise OfferIncomplete(what="、".join(missing), field="title" if not title.strip() else "text")
    known = set(voices.open_codes())
    row = Offer(kind="reuse", title=title.strip()[:100], text=text.strip()[:2000], address=_web(address))
    row.sets = [code for code in dict.fromkeys(sets) if code in known]
    return _offered(row, actor)


def social(actor: Actor, *, title: str, text: str, data: bytes) -> OfferView:
    """See the door."""
    if actor.represents is None or actor.represents.kind != "company":
        raise Forbidden("社会数据由企业或社会组织提供。请先在“我的”中选择您代表的单位。")
    missing = [name for name, value in (("名称", title), ("说明", text)) if not value.strip()]
    if missing:
        raise OfferIncomplete(what="、".join(missing), field="title" if not title.strip() else "text")
    table = _table(data)
    if found := risks.personal_cells(table.to_pylist()):
        raise HoldsPersonalData(count=found)
    row = Offer(
        kind="social", title=title.strip()[:100], text=text.strip()[:2000], licence="social-attribution", columns=table.column_names
    )
    row.rows, row.digest = table.num_rows, files.keep(table).digest
    return _offered(row, actor)


def _table(data: bytes) -> pa.Table:
    """A CSV as texts: codes keep their zeros, nothing is guessed."""
    import pyarrow as pa
    import pyarrow.csv

    if not data or len(data) > MEGABYTES * 1024 * 1024:
        raise UnreadableOffer(reason="是空文件" if not data else f"有 {len(data) / 1048576:.1f} MB", most=MEGABYTES)
    try:
        names = pyarrow.csv.open_csv(io.BytesIO(data)).schema.names
        options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        table = pyarrow.csv.read_csv(io.BytesIO(data), convert_options=options)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise UnreadableOffer(reason=str(error).splitlines()[0][:200], most=MEGABYTES) from error
    if not table.num_rows or len(set(names)) != len(names) or len(names) > MOST_COLUMNS or not all(names):
        raise UnreadableOffer(reason="没有数据行,或列名为空、重复、太多", most=MEGABYTES)
    return table


def _web(address: str) -> str:
    """A web address of http or https, or ''."""
    text = address.strip()[:300]
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise OfferIncomplete("网址应以 http:// 或 https:// 开头,没有网址可以不填。", field="address")
    return text


def _offered(row: Offer, actor: Actor) -> OfferView:
    row.account, row.by_name, row.at, row.state = actor.account_id, _called(actor), now(), "offered"
    with transaction.atomic():
        row.save(force_insert=True)
        _told(row, "opening.offered", actor)
    return view(row, actor)


def _called(actor: Actor) -> str:
    """The name under which it is shown: a company's as it stands, of a person the family name only."""
    acting = actor.represents is not None and actor.represents.kind == "company"
    return actor.name[:100] if acting else f"{actor.name[:1]}先生/女士"


def judge(offer_id: UUID, *, act: str, reason: str, actor: Actor) -> OfferView:
    """See the door."""
    require(actor, "opening.answer", department=DESK)
    with transaction.atomic():
        row = Offer.objects.select_for_update(of=("self",)).filter(id=offer_id).first()
        if row is None:
            raise NotFound
        target = OFFER_STEPS.get((row.state, act))
        if target is None:
            raise Conflict
        if act != "show" and not reason.strip():
            raise OfferIncomplete(what="理由", field="reason")
        row.state, row.reason, row.judged_by_name, row.judged_at = target, reason.strip()[:1000], actor.name, now()
        row.save()
        _told(row, f"opening.offer_{act}", actor)
    return view(row, actor)


def _told(row: Offer, act: str, actor: Actor) -> None:
    audit.record(Record(act, actor, "open_offer", str(row.id), detail={"kind": row.kind, "state": row.state, "reason": row.reason}))
    outbox.emit(OpenOfferStepped(at=now(), offer_id=str(row.id), kind=row.kind, state=row.state))


def shown(kind: str, *, actor: Actor) -> list[OfferView]:
    """What is shown to everybody, and one's own in whatever state, newest first."""
    found = Offer.objects.filter(kind=kind, state="shown")
    if actor.account_id:
        found = found | Offer.objects.filter(kind=kind, account=actor.account_id)
    return [view(row, actor) for row in found.order_by("-at")[:MOST]]


def _public(offer_id: UUID, actor: Actor) -> Offer:
    row = Offer.objects.filter(id=offer_id, kind="social").first()
    if row is None or not (row.state == "shown" or (actor.account_id and row.account == actor.account_id) or _desk(actor)):
        raise NotFound
    return row


def _desk(actor: Actor) -> bool:
    return may(actor, "opening.answer", department=DESK)


def social_rows(offer_id: UUID, *, actor: Actor, limit: int) -> tuple[OfferView, Slice]:
    """A set of the social-data zone with its first rows."""
    row = _public(offer_id, actor)
    names = tuple(ColumnView(name, name, name, "text", "", False, True) for name in row.columns)
    return view(row, actor), Slice(names, tuple(files.rows(row.digest, limit=limit)), row.rows)


def social_file(offer_id: UUID, *, form: str, actor: Actor) -> tuple[bytes, str, str]:
    """Content, media type and file name of one format of a set of the social-data zone."""
    row = _public(offer_id, actor)
    return files.content(row.digest, form), files.TYPES[form], f"social-{row.id}.{form}"


def waiting(actor: Actor) -> list[OfferView]:
    """The desk's list: what waits, oldest first, then what is shown."""
    require(actor, "opening.answer", department=DESK)
    rows = [*Offer.objects.filter(state="offered").order_by("at")[:MOST], *Offer.objects.filter(state="shown").order_by("-at")[:MOST]]
    return [view(row, actor) for row in rows]
