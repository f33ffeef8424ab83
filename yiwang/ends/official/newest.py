"""While somebody types only the newest request counts: an older one that is still worked on stops and answers nothing."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Newest:
    """Who asked last, as this process sees it; the page itself sends one request at a time, and after it the latest text only."""

    def __init__(self) -> None:
        self._numbers, self._last, self._lock = itertools.count(1), dict[str, int](), threading.Lock()

    @contextmanager
    def turn(self, who: str) -> Iterator[Callable[[], bool]]:
        """Take a turn; what is given says whether nobody newer of the same person has come since."""
        with self._lock:
            own = self._last[who] = next(self._numbers)
        try:
            yield lambda: self._last.get(who) == own
        finally:
            with self._lock:
                if self._last.get(who) == own:
                    del self._last[who]
