"""Time-ordered identifiers (UUID version 7, RFC 9562 §5.7): index-friendly and unique without a round trip.

Within a process each is greater than the one before (RFC 9562 §6.2, methods 3 and 1): twelve bits below the millisecond,
moved on by one where the clock has not moved.
"""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

__all__ = ["new_id"]

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Return a new UUID: 48 bits of Unix milliseconds, 12 bits below them, 62 random bits; greater than this process's last."""
    global _last
    milliseconds, below = divmod(time.time_ns(), 1_000_000)
    stamp = milliseconds << 12 | (below << 12) // 1_000_000
    with _lock:
        _last = stamp = max(stamp, _last + 1)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random)
