"""How much of a grant's day is used up: one memory-mapped table that all workers of a gateway share and that survives a kill."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from pathlib import Path

_BUCKETS = 1 << 12
_WAYS = 16
_SLOT = struct.Struct("<QII")  # the grant's mark, the day, what was used of it
_BUCKET = _WAYS * _SLOT.size


class QuotaTable:
    """65,536 grants a day in 1 MB; a slot of another day is free."""

    def __init__(self, file: Path) -> None:
        """Open or make the table."""
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._descriptor, _BUCKETS * _BUCKET)
        self._table = mmap.mmap(self._descriptor, _BUCKETS * _BUCKET)

    def take(self, key: str, grant: str, *, day: int, amount: int, limit: int) -> bool:
        """Use ``amount`` of the day's ``limit``; False, and nothing is used, where it would be more. A full bucket refuses: rare."""
        digest = hashlib.blake2b(f"{key}\n{grant}".encode(), digest_size=12).digest()
        mark = int.from_bytes(digest[:8], "little") or 1
        place = (int.from_bytes(digest[8:], "little") % _BUCKETS) * _BUCKET
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX, _BUCKET, place)
        try:
            free, used = -1, 0
            for at in range(place, place + _BUCKET, _SLOT.size):
                held, on, count = _SLOT.unpack_from(self._table, at)
                if on == day and held == mark:
                    free, used = at, count
                    break
                if on != day and free < 0:
                    free = at
            if free < 0 or used + amount > limit:
                return False
            _SLOT.pack_into(self._table, free, mark, day, used + amount)
            return True
        finally:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, _BUCKET, place)

    def close(self) -> None:
        """Give the file back."""
        self._table.close()
        os.close(self._descriptor)
