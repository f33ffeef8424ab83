"""Standing subscriptions: one file each, written by the worker that answered, read by the process that publishes.

A subscription is of one key to one resource; asked for again on other terms it replaces the one before. Its name is its account at the
message server, where nothing else can be read or written.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from yiwang.data.gateway.policy import Grant, Key

NAMES = {"stream": "rows", "subject": "rows"}  # inside the account; the same for all


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whose it is, of what, which fields for which purpose and case; ``grant`` is the number of the grant it was opened under."""

    name: str
    key: str
    resource: str
    grant: str
    fields: tuple[str, ...]
    purpose: str
    case: str

    @classmethod
    def of(cls, key: Key, grant: Grant, fields: Sequence[str], *, purpose: str, case: str) -> Subscription:
        """The subscription of a key under a grant."""
        name = hashlib.blake2b(f"{key.code}\n{grant.resource}".encode(), digest_size=10).hexdigest()
        return cls(f"S{name}", key.code, grant.resource, grant.code, tuple(fields), purpose, case)

    def password(self, shared: bytes) -> str:
        """What the subscriber shows the message server; other terms, another password."""
        return hmac.digest(shared, b"subscription " + orjson.dumps(asdict(self)), "sm3").hex()

    def shape(self, grant: Grant) -> str:
        """A mark of what is shown and how: where it changes, nothing that was published under the old one may be read any more."""
        shown = [(name, grant.fields[name].kind, grant.fields[name].level) for name in self.fields]
        keyed = [(name, mask.level) for name, mask in sorted(grant.fields.items())]  # whether the key is shown depends on them
        return hashlib.sha256(orjson.dumps([asdict(self), grant.code, shown, keyed])).hexdigest()[:32]


def keep(folder: Path, made: Subscription) -> None:
    """Write a subscription down, unless it stands there already; it is on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place, data = folder / f"{made.name}.json", orjson.dumps(asdict(made))
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.exists() and place.read_bytes() == data:
            return
        aside = folder / f".{made.name}"
        with aside.open("wb") as output:
            output.write(data)
            output.flush()
            os.fsync(output.fileno())
        aside.replace(place)
    finally:
        os.close(lock)


def kept(folder: Path) -> list[Subscription]:
    """All that stand there."""
    found = []
    for place in sorted(folder.glob("S*.json")):
        try:
            told = orjson.loads(place.read_bytes())
        except FileNotFoundError:
            continue
        found.append(Subscription(**{**told, "fields": tuple(told["fields"])}))
    return found


def forget(folder: Path, ended: Subscription) -> None:
    """Drop a subscription, if it has not been opened anew meanwhile."""
    place = folder / f"{ended.name}.json"
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.exists() and place.read_bytes() == orjson.dumps(asdict(ended)):
            place.unlink()
    finally:
        os.close(lock)
