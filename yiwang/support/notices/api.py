"""The door of notices 消息: tell somebody once, in both languages; who they are for reads, marks and chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from yiwang.security.access.api import Actor
from yiwang.standards.events import from_json
from yiwang.standards.subjects import Subject
from yiwang.support.notices import channels, reading, sending, wording
from yiwang.support.notices.channels import Channel, Send
from yiwang.support.notices.errors import BadNotice, BadPreference, NoticeNotFound, UnknownTemplate
from yiwang.support.notices.values import Category, DeliveryView, Language, Message, NewNotice, Notice, Page, Preferences

__all__ = [
    "BadNotice",
    "BadPreference",
    "Category",
    "Channel",
    "DeliveryView",
    "Language",
    "Message",
    "NewNotice",
    "Notice",
    "NoticeNotFound",
    "Page",
    "Preferences",
    "UnknownTemplate",
    "categories",
    "deliver_due",
    "deliveries",
    "get",
    "inbox",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_many",
    "on_event",
    "on_events",
    "outer_channels",
    "preferences",
    "register_channel",
    "set_preferences",
    "unread_count",
]


def notify(
    template: str,
    *,
    recipient: Subject,
    data: Mapping[str, Any],
    case_id: UUID | None = None,
    about: str = "",
    ref: str = "",
    urgent: bool = False,
    key: str = "",
) -> UUID | None:
    """Tell one recipient, in the caller's transaction; None when the recipient switched this category off or ``key`` was told before.

    Args:
        template: code in templates.json.
        recipient: the person or company.
        data: what the template's texts need.
        case_id: the case it belongs to, for audit and for the page.
        about: what the page opens ('case', 'life_event', 'licence' …; the case when left out), and ``ref`` its id.
        ref: see ``about``.
        urgent: goes out in quiet hours too.
        key: makes it once per recipient, for example an event's id.

    Raises:
        UnknownTemplate, BadNotice (naming what is missing).
    """
    written = notify_many([NewNotice(template, recipient, data, case_id, about, ref, urgent, key)])
    return written[0] if written else None


def notify_many(notices: Sequence[NewNotice]) -> list[UUID]:
    """Tell many, with a constant number of statements; returns the ids of the notices written."""
    return sending.send(notices)


def on_event(event: Mapping[str, Any]) -> None:
    """Handler of the outbox: tell whom the table of templates.json says; safe to be given the same event twice."""
    on_events([event])


def on_events(events: Sequence[Mapping[str, Any]]) -> None:
    """The same for many events, in their order, with a constant number of statements."""
    notices = [wording.from_event(from_json(event)) for event in events]
    sending.send([notice for notice in notices if notice is not None], in_turn=True)


def inbox(actor: Actor, *, page: int = 1, language: Language = "zh-hans", unread: bool = False) -> Page:
    """Notices of the person or company the actor stands for, newest first, 20 a page; only unread ones if asked."""
    return reading.inbox(actor, page=page, language=language, unread=unread)


def unread_count(actor: Actor) -> int:
    """How many notices of the actor are unread; 0 for actors who stand for nobody."""
    return reading.unread_count(actor)


def get(notice_id: UUID, *, actor: Actor, language: Language = "zh-hans") -> Notice:
    """One notice of the actor's own; NoticeNotFound otherwise. Does not mark it as read."""
    return reading.view(reading.find(notice_id, actor), language)


def deliveries(notice_id: UUID, *, actor: Actor) -> list[DeliveryView]:
    """How one notice of the actor's own was delivered, channel by channel."""
    return reading.deliveries(reading.find(notice_id, actor))


def mark_read(notice_id: UUID, *, actor: Actor, language: Language = "zh-hans") -> Notice:
    """Mark one notice as read (again is harmless) and return it; NoticeNotFound if it is not the actor's."""
    reading.find(notice_id, actor)
    reading.mark_read([notice_id], actor=actor)
    return get(notice_id, actor=actor, language=language)


def mark_all_read(actor: Actor) -> int:
    """Mark all of the actor's notices as read; returns how many were unread."""
    return reading.mark_read(None, actor=actor)


def preferences(actor: Actor) -> Preferences:
    """What the actor chose, or the defaults: nothing muted, no outer channel, quiet from 22:00 to 08:00, Chinese."""
    return reading.preferences(actor)


def set_preferences(actor: Actor, *, chosen: Preferences) -> Preferences:
    """Keep the actor's choice.

    Raises:
        BadPreference: a category that must be told cannot be muted; unknown categories, channels and languages are named.
    """
    return reading.set_preferences(actor, chosen)


def categories() -> tuple[Category, ...]:
    """The kinds of notices, with those that cannot be switched off."""
    return wording.categories()


def outer_channels() -> tuple[Channel, ...]:
    """The channels that lead out of the house, as registered; none in a bare installation."""
    return tuple(channels.known().values())


def register_channel(code: str, *, name: str, send: Send) -> None:
    """Connect an outer channel (AppConfig.ready of the room that owns the gateway); ``send(Message)`` returns or raises."""
    channels.register(code, name=name, send=send)


def deliver_due(*, limit: int = 200) -> int:
    """Push waiting messages through their channels; held ones after the quiet hours, failed ones again up to 8 times."""
    return sending.deliver_due(limit=limit)
