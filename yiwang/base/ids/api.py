"""Time-ordered identifiers (UUID version 7, RFC 9562 §5.7): index-friendly and unique without a round trip."""

from __future__ import annotations

import os
import time
from uuid import UUID

__all__ = ["new_id"]


def new_id() -> UUID:
    """Return a new UUID: 48 bits of Unix milliseconds, then 74 random bits, version and variant set."""
    value = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (7 << 76)
    value = (value & ~(0x3 << 62)) | (2 << 62)
    return UUID(int=value)
