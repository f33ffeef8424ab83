"""Outer channels (short message, mail, enterprise chat …): a room above registers the function that sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from yiwang.support.notices.values import Message, Preferences

Send = Callable[[Message], None]
IN_APP = "in_app"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out of the house: its code, its name on the page, and the function that sends or raises."""

    code: str
    name: str
    send: Send


_channels: dict[str, Channel] = {}


def register(code: str, *, name: str, send: Send) -> None:
    """Make a channel known; the same code again replaces it."""
    _channels[code] = Channel(code, name, send)


def forget(code: str) -> None:
    """Take a channel away."""
    _channels.pop(code, None)


def known() -> dict[str, Channel]:
    """Every registered channel by code."""
    return dict(_channels)


def quiet_until(preferences: Preferences, at: datetime) -> datetime | None:
    """When the quiet hours that hold at a moment end; None outside them (equal times mean there are none)."""
    begin, end = preferences.quiet_from, preferences.quiet_until
    moment = at.time().replace(tzinfo=None)
    if begin == end or not _within(moment, begin, end):
        return None
    day = at.date() if moment < end else at.date() + timedelta(days=1)
    return datetime.combine(day, end, at.tzinfo)


def _within(moment: time, begin: time, end: time) -> bool:
    return begin <= moment < end if begin < end else moment >= begin or moment < end
