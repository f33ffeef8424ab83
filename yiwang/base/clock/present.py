"""What time it is: one place to ask, so that a rehearsal can hold the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from yiwang.base.clock.errors import BadTerm

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Hands:
    """The hands of a held clock."""

    at: datetime

    def advance(self, by: timedelta) -> datetime:
        """Move on (or back) and return the new time."""
        self.at += by
        return self.at


_held: ContextVar[Hands | None] = ContextVar("yiwang_clock", default=None)


def now() -> datetime:
    """The time in Shanghai, aware."""
    hands = _held.get()
    return datetime.now(SHANGHAI) if hands is None else hands.at


def today() -> date:
    """The date in Shanghai."""
    return now().date()


@contextmanager
def frozen(at: datetime) -> Iterator[Hands]:
    """Hold the clock of this thread (or task) at a time; the hands that are yielded can be advanced."""
    token = _held.set(Hands(aware(at)))
    try:
        hands = _held.get()
        assert hands is not None
        yield hands
    finally:
        _held.reset(token)


def aware(at: datetime) -> datetime:
    """A time as the clock of Shanghai shows it; a time without zone is refused."""
    if at.tzinfo is None:
        raise BadTerm(f"时间 {at.isoformat()} 没有时区,请使用带时区的时间。")
    return at.astimezone(SHANGHAI)
