"""The master key: 32 bytes from outside (YIWANG_MASTER_KEY) or from ``<var>/keys/master.key``, made once with mode 0600.

Nothing is encrypted with it directly: each use has a key derived by HMAC-SM3, so that uses cannot be confused.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yiwang.security.keys.errors import MasterKeyProblem

_SIZE = 32


def derived(use: str) -> bytes:
    """The 32-byte key of one use."""
    return _derived(settings.YIWANG_MASTER_KEY, str(path()), use)


def path() -> Path:
    """Where the master key lies when it does not come from outside."""
    return Path(settings.YIWANG_VAR) / "keys" / "master.key"


@lru_cache(maxsize=64)
def _derived(given: str, file: str, use: str) -> bytes:
    master = _parse(given) if given else _from_file(Path(file))
    return hmac.digest(master, b"yiwang " + use.encode(), "sm3")


def _from_file(file: Path) -> bytes:
    try:
        if not file.exists():
            _create(file)
        return _parse(file.read_text("ascii").strip())
    except OSError as error:
        raise MasterKeyProblem(cause=f"{file.name}: {error.strerror}") from error


def _create(file: Path) -> None:
    """Write a complete file aside, then link it into place: a rival process that was first wins, half a file is never seen."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_hex(_SIZE).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(aside, file)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def _parse(text: str) -> bytes:
    try:
        master = bytes.fromhex(text)
    except ValueError as error:
        raise MasterKeyProblem(cause="含有非十六进制字符") from error
    if len(master) != _SIZE:
        raise MasterKeyProblem(cause=f"长度为 {len(master) * 2} 位")
    return master
