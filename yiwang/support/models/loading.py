"""The version in use, held by this process: one look at the table a second tells whether another one went live."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from yiwang.base.storage import api as storage
from yiwang.standards.errors import YiwangError
from yiwang.support.models import keys
from yiwang.support.models.kinds import KINDS
from yiwang.support.models.models import Version
from yiwang.support.models.values import Live

FRESH_SECONDS: Final = 1.0
_log = logging.getLogger("yiwang.models")


class Held:
    """The live version of one model. While one thread reads a new file, the others go on with the old one."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.asked = float("-inf")
        self.stamp: tuple[int, str] | None = None
        self.live: Live | None = None
        self._lock = threading.Lock()

    def current(self) -> Live | None:
        """The live version, or None where there is none that can be read."""
        if time.monotonic() - self.asked < FRESH_SECONDS:
            return self.live
        stamp = Version.objects.filter(key=self.key, state="live").values_list("number", "digest").first()
        if stamp == self.stamp:
            self.asked = time.monotonic()
            return self.live
        if self._lock.acquire(blocking=self.live is None):
            try:
                if stamp != self.stamp:  # whoever waited for the lock finds it read
                    self.live, self.stamp = self._read(stamp), stamp
                self.asked = time.monotonic()
            finally:
                self._lock.release()
        return self.live

    def _read(self, stamp: tuple[int, str] | None) -> Live | None:
        """The model of a file; None where it is gone, changed or unreadable, which is told in the log."""
        if stamp is None:
            return None
        number, digest = stamp
        model = keys.model(self.key)
        try:
            data = storage.read(digest)
            if storage.digest_of(data) != digest:
                raise ValueError("the file no longer has its digest")
            return Live(self.key, number, KINDS[model.kind].read(data, model.name))
        except (YiwangError, OSError, ValueError) as error:
            _log.error("model %s version %d is not used: %s", self.key, number, error)
            return None


_held: dict[str, Held] = {}


def live(key: str) -> Live | None:
    """See the door."""
    held = _held.get(key)
    if held is None:
        keys.model(key)
        held = _held.setdefault(key, Held(key))
    return held.current()


def forget() -> None:
    """Look at the table at the next question."""
    _held.clear()
