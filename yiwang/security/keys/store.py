"""Where named keys are kept, opened and remembered by this process.

An opened key is remembered only if its row was written before the current transaction began: a key made in a
transaction that rolls back must not live on in memory. The active version is asked for again every half minute, so
that a rotation elsewhere is noticed; what a version is never changes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.base.ciphers.api import material, sm4
from yiwang.base.ids.api import new_id
from yiwang.security.keys import master
from yiwang.security.keys.errors import KeyUnusable

FRESH_SECONDS = 30
_COLUMNS = "id, name, version, algorithm, state, public_pem, wrapped, created_at < transaction_timestamp() AS settled"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One version of a key as this process knows it; ``secret`` is empty once destroyed."""

    id: UUID
    name: str
    version: int
    algorithm: str
    state: str
    public_pem: str
    secret: bytes
    signer: material.Signer | None
    settled: bool


_active: dict[str, tuple[float, Loaded]] = {}
_versions: dict[tuple[str, int], Loaded] = {}


def forget(name: str = "") -> None:
    """Drop what is remembered, of one key or of all."""
    if not name:
        _active.clear()
        _versions.clear()
        return
    _active.pop(name, None)
    for known in [version for version in _versions if version[0] == name]:
        del _versions[known]


def active(name: str) -> Loaded | None:
    """The active version of a key, from memory if fresh."""
    known = _active.get(name)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    rows = _select("name = %s AND state = 'active'", [name])
    if not rows:
        return None
    loaded = rows[0]
    if loaded.settled:
        _active[name] = (time.monotonic() + FRESH_SECONDS, loaded)
    return loaded


def versions(name: str) -> list[Loaded]:
    """Every version of a key, newest first."""
    return _select("name = %s ORDER BY version DESC", [name])


def version(name: str, number: int) -> Loaded | None:
    """One version, whatever its state, from memory if known."""
    known = _versions.get((name, number))
    if known is not None:
        return known
    rows = _select("name = %s AND version = %s", [name, number])
    if rows and rows[0].settled and rows[0].state != "active":
        _versions[name, number] = rows[0]
    return rows[0] if rows else None


def create(name: str, algorithm: material.Algorithm) -> Loaded:
    """A new active version, unless a rival has just made one: then that one."""
    made = material.make(algorithm)
    number = 1 + max((row.version for row in versions(name)), default=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO security_key (id, name, version, algorithm, state, public_pem, wrapped, created_at)"
            " VALUES (%s, %s, %s, %s, 'active', %s, %s, clock_timestamp()) ON CONFLICT DO NOTHING",
            [new_id(), name, number, algorithm, made.public_pem, _wrap(name, number, algorithm, made.secret)],
        )
    loaded = active(name)
    assert loaded is not None, "either we or the rival inserted an active version"
    return loaded


def end(name: str, number: int, state: str) -> None:
    """Retire or destroy a version; destroying removes the private part for ever."""
    gone = ", wrapped = NULL" if state == "destroyed" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE security_key SET state = %s, ended_at = clock_timestamp(){gone} WHERE name = %s AND version = %s",  # noqa: S608
            [state, name, number],
        )
    forget(name)


def _select(condition: str, parameters: list[Any]) -> list[Loaded]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM security_key WHERE {condition}", parameters)  # noqa: S608
        return [_open(row) for row in cursor.fetchall()]


def _open(row: tuple[Any, ...]) -> Loaded:
    id_, name, number, algorithm, state, public_pem, wrapped, settled = row
    secret = _unwrap(name, number, algorithm, bytes(wrapped)) if wrapped is not None else b""
    signer = material.Signer(algorithm, secret) if secret and algorithm != "sm4" else None
    return Loaded(id_, name, number, algorithm, state, public_pem, secret, signer, settled)


def _wrap(name: str, number: int, algorithm: str, secret: bytes) -> bytes:
    return sm4.seal(master.derived("key wrapping")[:16], secret, context=f"{name}|{number}|{algorithm}".encode())


def _unwrap(name: str, number: int, algorithm: str, wrapped: bytes) -> bytes:
    secret = sm4.unseal(master.derived("key wrapping")[:16], wrapped, context=f"{name}|{number}|{algorithm}".encode())
    if secret is None:
        raise KeyUnusable(name=name)
    return secret
