"""What recipients read and choose."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.support.notices import channels, wording
from yiwang.support.notices.errors import BadPreference, NoticeNotFound
from yiwang.support.notices.models import Notice as Row
from yiwang.support.notices.models import Preference
from yiwang.support.notices.sending import content, read
from yiwang.support.notices.values import DeliveryView, Language, Notice, Page, Preferences

PAGE_SIZE = 20


def _recipient(actor: Actor) -> str:
    """Whose notices this actor reads: '' for nobody's."""
    return "" if actor.represents is None else str(actor.represents)


def view(row: Row, language: Language) -> Notice:
    """A row in words of one language."""
    english = language == "en"
    return Notice(
        id=row.id,
        template=row.template,
        category=row.category,
        title=row.title_en if english else row.title,
        body=row.body_en if english else row.body,
        about=row.about,
        ref=row.ref,
        case_id=row.case_id,
        urgent=row.urgent,
        at=row.at,
        read_at=row.read_at,
        state="delivered" if row.read_at is None else "read",
    )


def inbox(actor: Actor, *, page: int, language: Language, unread: bool) -> Page:
    """See ``api.inbox``."""
    rows = Row.objects.filter(recipient=_recipient(actor), superseded=False) if _recipient(actor) else Row.objects.none()
    waiting = rows.filter(read_at__isnull=True)
    chosen = waiting if unread else rows
    total = chosen.count()
    pages = max(1, ceil(total / PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    shown = chosen.order_by("-at", "-id")[start : start + PAGE_SIZE]
    return Page(tuple(view(row, language) for row in shown), page, pages, total, total if unread else waiting.count())


def find(notice_id: UUID, actor: Actor) -> Row:
    """The actor's own notice; NoticeNotFound for everybody else's."""
    row = Row.objects.filter(id=notice_id, recipient=_recipient(actor)).first() if _recipient(actor) else None
    if row is None:
        raise NoticeNotFound()
    return row


def deliveries(row: Row) -> list[DeliveryView]:
    """How one notice reached its recipient: in the house, and through each outer channel."""
    seen = DeliveryView(channels.IN_APP, "delivered" if row.read_at is None else "read", row.read_at or row.at, 1, "")
    outer = [
        DeliveryView(one.channel, one.state, one.sent_at or one.due_at, one.attempts, one.last_error)
        for one in row.deliveries.order_by("id")
    ]
    return [seen, *outer]


def mark_read(notice_ids: list[UUID] | None, *, actor: Actor) -> int:
    """Mark the actor's own notices as read (None: all); returns how many were unread."""
    if not _recipient(actor):
        return 0
    with transaction.atomic():
        rows = Row.objects.select_for_update().filter(recipient=_recipient(actor), read_at__isnull=True, superseded=False).order_by("id")
        unread = list(rows if notice_ids is None else rows.filter(id__in=notice_ids))
        at = now()
        for row in unread:
            row.read_at = at
        Row.objects.filter(id__in=[row.id for row in unread]).update(read_at=at)
        audit.record_many(
            [audit.Record("notice.read", actor, "notice", str(row.id), case_id=row.case_id, row=content(row)) for row in unread]
        )
    return len(unread)


def unread_count(actor: Actor) -> int:
    """How many of the actor's notices are unread."""
    return Row.objects.filter(recipient=_recipient(actor), read_at__isnull=True, superseded=False).count() if _recipient(actor) else 0


def preferences(actor: Actor) -> Preferences:
    """What the actor chose, or the defaults."""
    row = Preference.objects.filter(recipient=_recipient(actor)).first()
    return Preferences() if row is None else read(row)


def set_preferences(actor: Actor, chosen: Preferences) -> Preferences:
    """Keep the actor's choice; BadPreference names what cannot be chosen."""
    if not _recipient(actor):
        raise BadPreference("只有个人和企业账户可以设置消息通知。")
    known = {category.code: category for category in wording.categories()}
    for code in chosen.muted:
        if code not in known:
            raise BadPreference(f"没有「{code}」这类消息,请从列表中选择。", field="muted")
        if known[code].must:
            raise BadPreference(f"「{known[code].name}」依法必须告知,不能关闭。", field="muted")
    missing = [code for code in chosen.channels if code not in channels.known()]
    if missing:
        raise BadPreference(f"渠道 {'、'.join(missing)} 没有接入,请从列表中选择。", field="channels")
    if chosen.language not in ("zh-hans", "en"):
        raise BadPreference("语言只能选择中文或英文。", field="language")
    with transaction.atomic():
        Preference.objects.update_or_create(
            recipient=_recipient(actor),
            defaults={
                "muted": sorted(set(chosen.muted)),
                "channels": sorted(set(chosen.channels)),
                "quiet_from": chosen.quiet_from,
                "quiet_until": chosen.quiet_until,
                "language": chosen.language,
                "changed_at": now(),
            },
        )
        audit.record(audit.Record("notice.preferences", actor, "notice_preference", actor.account_id, detail=_said(chosen)))
    return preferences(actor)


def _said(chosen: Preferences) -> dict[str, object]:
    return {
        "muted": sorted(set(chosen.muted)),
        "channels": sorted(set(chosen.channels)),
        "quiet": f"{chosen.quiet_from:%H:%M}-{chosen.quiet_until:%H:%M}",
        "language": chosen.language,
    }
