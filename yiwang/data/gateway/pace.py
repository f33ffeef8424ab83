"""How fast a key may ask, and what looks like scraping: a token bucket and two counters per key and resource."""

from __future__ import annotations

from yiwang.data.gateway.errors import LooksLikeScraping, TooFast

_NEAR = 2_000  # two neighbouring identity numbers of one day and place differ by less (two sequence numbers and the check digit)
_RUN = 30
_MISSES = 40.0
_LONGEST = 60_000


class Pace:
    """The pace of one key at one resource, in this worker."""

    __slots__ = ("_at", "_last", "_misses", "_pause", "_paused_until", "_run", "_tokens")

    def __init__(self) -> None:
        """Start with a full bucket and a clean record."""
        self._tokens, self._at = -1.0, 0
        self._last, self._run, self._misses = 0, 0, 0.0
        self._pause, self._paused_until = 1_000, 0

    def admit(self, *, calls: float, now: int) -> None:
        """Let a call pass at ``calls`` per second (bursts of one second); ``now`` in milliseconds.

        Raises:
            TooFast: the bucket is empty. LooksLikeScraping: the key is paused; each pause doubles up to a minute.
        """
        if now < self._paused_until:
            raise LooksLikeScraping(wait_ms=self._paused_until - now)
        full = max(calls, 1.0)
        self._tokens = full if self._tokens < 0 else min(full, self._tokens + (now - self._at) * calls / 1000)
        self._at = now
        if self._tokens < 1:
            raise TooFast(per_second=calls)
        self._tokens -= 1

    def note(self, key: str, *, found: bool, now: int) -> bool:
        """Learn from one answered key; True when from now on the key is paused because it walks a range or guesses."""
        self._misses = max(0.0, self._misses - 0.5) if found else self._misses + 1
        digits = key[:17]
        if digits.isdigit():
            number = int(digits)
            self._run = self._run + 1 if 0 < abs(number - self._last) <= _NEAR else max(0, self._run - 4)
            self._last = number
        if self._run < _RUN and self._misses < _MISSES:
            return False
        self._paused_until = now + self._pause
        self._pause = min(2 * self._pause, _LONGEST)
        self._run, self._misses = _RUN // 2, _MISSES / 2
        return True
