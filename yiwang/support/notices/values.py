"""What goes in and out of the room: frozen values, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from yiwang.standards.subjects import Subject

Language = Literal["zh-hans", "en"]


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to be sent. ``key`` makes it once: the same key to the same recipient is written only the first time.

    ``about`` and ``ref`` tell the page what to open: ('case', id), ('life_event', id), ('licence', id), ('rating', id) …
    """

    template: str
    recipient: Subject
    data: Mapping[str, Any] = field(default_factory=dict)
    case_id: UUID | None = None
    about: str = ""
    ref: str = ""
    urgent: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as its recipient reads it, in the language asked for; ``state`` is delivered or read."""

    id: UUID
    template: str
    category: str
    title: str
    body: str
    about: str
    ref: str
    case_id: UUID | None
    urgent: bool
    at: datetime
    read_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox, newest first; ``total`` counts all rows, ``unread`` those not read."""

    rows: tuple[Notice, ...]
    page: int
    pages: int
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class Message:
    """What an outer channel is given: text in the recipient's language."""

    notice_id: UUID
    recipient: Subject
    title: str
    body: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """Delivery of one notice through one channel: delivered, read, waiting, held (quiet hours), sent or failed."""

    channel: str
    state: str
    at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of notice; one that must be told cannot be switched off."""

    code: str
    name: str
    name_en: str
    must: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a recipient chose: categories switched off, outer channels switched on, quiet hours, language."""

    muted: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    quiet_from: time = time(22, 0)
    quiet_until: time = time(8, 0)
    language: Language = "zh-hans"
