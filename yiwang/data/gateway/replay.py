"""Nonces seen in the last minutes: one memory-mapped table that all workers of a gateway share and that survives a kill."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from pathlib import Path

_BUCKETS = 1 << 19
_WAYS = 16  # of a million nonces kept at once, eight a bucket would refuse a hundred new ones; sixteen refuse none
_BUCKET = _WAYS * 16  # a slot is the nonce's 64-bit hash and the millisecond until which it is kept
_READ = struct.Struct(f"<{2 * _WAYS}Q")
_WRITE = struct.Struct("<QQ")


class NonceTable:
    """Says of each nonce whether it is new, once. 8 M slots, 128 MB sparse: at 9,000 calls a second a bucket of 16 holds 2 on average."""

    def __init__(self, file: Path) -> None:
        """Open or make the table."""
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._descriptor, _BUCKETS * _BUCKET)
        self._table = mmap.mmap(self._descriptor, _BUCKETS * _BUCKET)

    def is_new(self, key: str, nonce: str, *, now: int, keep: int) -> bool:
        """Whether this key has not used this nonce; it has from now on, for ``keep`` ms. A full bucket refuses: safe, and rare."""
        digest = hashlib.blake2b(f"{key}\n{nonce}".encode(), digest_size=12).digest()
        mark = int.from_bytes(digest[:8], "little") or 1
        place = (int.from_bytes(digest[8:], "little") % _BUCKETS) * _BUCKET
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX, _BUCKET, place)
        try:
            slots = _READ.unpack_from(self._table, place)
            free = -1
            for way in range(_WAYS):
                if slots[2 * way + 1] <= now:
                    free = way
                elif slots[2 * way] == mark:
                    return False
            if free < 0:
                return False
            _WRITE.pack_into(self._table, place + 16 * free, mark, now + keep)
            return True
        finally:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, _BUCKET, place)

    def close(self) -> None:
        """Give the file back."""
        self._table.close()
        os.close(self._descriptor)
