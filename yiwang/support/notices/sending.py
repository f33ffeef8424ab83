"""Writing notices (one INSERT for all of them) and pushing them through outer channels."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.security.audit import api as audit
from yiwang.standards.subjects import Subject
from yiwang.support.notices import channels, wording
from yiwang.support.notices.models import Delivery, Preference
from yiwang.support.notices.models import Notice as Row
from yiwang.support.notices.values import Message, NewNotice, Preferences

MAX_ATTEMPTS: Final = 8
_MINUTE: Final = timedelta(minutes=1)
_LOG = logging.getLogger("yiwang.notices")
_DEFAULT: Final = Preferences()


def send(notices: Sequence[NewNotice], *, actor: Actor = SYSTEM, in_turn: bool = False) -> list[UUID]:
    """See ``api.notify_many``: returns the ids of those written (not the muted, not the repeated).

    Sent ``in_turn``, they are what happened one after the other: progress of a case gives way to what follows it here too.
    """
    if not notices:
        return []
    chosen = preferences_of({str(notice.recipient) for notice in notices})
    at = now()
    rows = [_row(notice, at) for notice in notices]
    rows = [row for row in rows if row.category not in chosen.get(row.recipient, _DEFAULT).muted]
    if in_turn:
        _overtaken_here(rows)
    with transaction.atomic():
        written = _insert(rows)
        _overtake(written, at)
        _queue(written, chosen, at)
        audit.record_many(
            [
                audit.Record(
                    "notice.sent", actor, "notice", str(row.id), case_id=row.case_id, detail={"template": row.template}, row=content(row)
                )
                for row in written
            ]
        )
    return [row.id for row in written]


def content(row: Row) -> dict[str, object]:
    """What of a notice is proven: whom it told what, when, and when it was read."""
    return {
        "recipient": row.recipient,
        "template": row.template,
        "title": row.title,
        "body": row.body,
        "at": _moment(row.at),
        "read_at": "" if row.read_at is None else _moment(row.read_at),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def contents(refs: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The proven content of notices by id, for the verification of evidence."""
    return {str(row.id): content(row) for row in Row.objects.filter(id__in=refs)}


def preferences_of(recipients: set[str]) -> dict[str, Preferences]:
    """What recipients chose, with one query; who chose nothing is absent."""
    return {row.recipient: read(row) for row in Preference.objects.filter(recipient__in=recipients)}


def read(row: Preference) -> Preferences:
    """A stored choice as a value."""
    return Preferences(tuple(row.muted), tuple(row.channels), row.quiet_from, row.quiet_until, row.language)  # type: ignore[arg-type]


def _row(notice: NewNotice, at: datetime) -> Row:
    template = wording.template(notice.template)
    words = wording.words(template, notice.data)
    about, ref = (notice.about, notice.ref) if notice.about else ("case" if notice.case_id else "", str(notice.case_id or ""))
    return Row(
        id=new_id(),
        recipient=str(notice.recipient),
        template=template.code,
        category=template.category,
        title=words.title,
        body=words.body,
        title_en=words.title_en,
        body_en=words.body_en,
        about=about,
        ref=ref,
        case_id=notice.case_id,
        urgent=notice.urgent or template.urgent,
        key=notice.key,
        at=at,
    )


def _insert(rows: list[Row]) -> list[Row]:
    """Insert those that are new; a repeated key is passed over."""
    if not rows:
        return []
    Row.objects.bulk_create(rows, ignore_conflicts=True)
    keyed = [row.id for row in rows if row.key]
    if not keyed:
        return rows
    there = set(Row.objects.filter(id__in=keyed).values_list("id", flat=True))
    return [row for row in rows if not row.key or row.id in there]


def _overtake(rows: Sequence[Row], at: datetime) -> None:
    """A case decided at once would tell of every step: unread progress of the last minute gives way to what follows it."""
    case_ids = {row.case_id for row in rows if row.case_id is not None}
    if not case_ids:
        return
    before = Row.objects.filter(case_id__in=case_ids, category="progress", read_at__isnull=True, superseded=False, at__gte=at - _MINUTE)
    ids = list(before.exclude(id__in=[row.id for row in rows]).values_list("id", flat=True))
    if ids:
        Row.objects.filter(id__in=ids).update(superseded=True)
        Delivery.objects.filter(notice_id__in=ids, state__in=["waiting", "held"]).update(state="dropped")


def _overtaken_here(rows: Sequence[Row]) -> None:
    last = {row.case_id: row.id for row in rows if row.case_id is not None}
    for row in rows:
        row.superseded = row.category == "progress" and row.case_id is not None and last[row.case_id] != row.id


def _queue(rows: Sequence[Row], chosen: Mapping[str, Preferences], at: datetime) -> None:
    known = channels.known()
    deliveries = []
    for row in (one for one in rows if not one.superseded):
        preferences = chosen.get(row.recipient, _DEFAULT)
        held = None if row.urgent else channels.quiet_until(preferences, at)
        deliveries += [
            Delivery(notice_id=row.id, channel=code, state="held" if held else "waiting", due_at=held or at)
            for code in preferences.channels
            if code in known
        ]
    Delivery.objects.bulk_create(deliveries)


def deliver_due(*, limit: int = 200) -> int:
    """Push what is due; each message in a transaction of its own, failures tried again later. Returns how many were sent."""
    sent = 0
    for _ in range(limit):
        with transaction.atomic():
            row = (
                Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("notice")
                .filter(state__in=["waiting", "held"], due_at__lte=now())
                .order_by("due_at", "id")
                .first()
            )
            if row is None:
                return sent
            sent += _push(row)
    return sent


def _push(row: Delivery) -> int:
    channel = channels.known().get(row.channel)
    chosen = preferences_of({row.notice.recipient}).get(row.notice.recipient, _DEFAULT)
    row.attempts += 1
    try:
        if channel is None:
            raise LookupError(f"渠道 {row.channel} 没有接入")
        english = chosen.language == "en"
        channel.send(
            Message(
                notice_id=row.notice.id,
                recipient=Subject.read(row.notice.recipient),
                title=row.notice.title_en if english else row.notice.title,
                body=row.notice.body_en if english else row.notice.body,
                urgent=row.notice.urgent,
            )
        )
    except Exception as problem:  # whatever a gateway raises is kept with the delivery, shown, and tried again
        _LOG.warning("notice %s was not sent through %s: %r", row.notice.id, row.channel, problem)
        row.state = "failed" if row.attempts >= MAX_ATTEMPTS else "waiting"
        row.due_at = now() + timedelta(seconds=min(3600, 30 * 2 ** (row.attempts - 1)))
        row.last_error = str(problem)[:500]
    else:
        row.state, row.sent_at, row.last_error = "sent", now(), ""
    row.save()
    return int(row.state == "sent")
