"""The version in force, from memory; the memory follows the tables within a second.

Published versions never change, so their models are kept for ever; only *which* version is in force is asked again, by one
small statement a second and process. A table that nobody has published is its file.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

from django.db.models import Count, Max

from yiwang.base.clock.api import today
from yiwang.data.decisions.errors import NoSuchTableVersion
from yiwang.data.decisions.models import Version
from yiwang.data.decisions.registering import table, tables
from yiwang.rules.api import Model, load

FRESH_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class InForce:
    """A table in force: its model, its DMN text, its number (0: the file) and since when."""

    model: Model
    source: str
    number: int
    effective_from: date | None


class Memory:
    """What one process knows about published tables."""

    def __init__(self) -> None:
        self.stamp: object = None
        self.asked = -FRESH_SECONDS
        self.known: dict[str, tuple[tuple[date | None, UUID, int], ...]] = {}
        self.versions: dict[UUID, InForce] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Ask the tables at the next question."""
        self.asked = -FRESH_SECONDS

    def refresh(self) -> None:
        """Look whether anything was published since last asked, at most once in ``FRESH_SECONDS``."""
        if time.monotonic() - self.asked < FRESH_SECONDS:
            return
        with self._lock:
            published = Version.objects.filter(state="published")
            counted = published.aggregate(Count("id"), Max("published_at"))
            stamp = (counted["id__count"], counted["published_at__max"])
            if stamp != self.stamp:
                known: dict[str, tuple[tuple[date | None, UUID, int], ...]] = {}
                for key, since, version_id, number in published.order_by("-number").values_list("key", "effective_from", "id", "number"):
                    known[key] = (*known.get(key, ()), (since, version_id, number))
                self.known = known
            self.stamp, self.asked = stamp, time.monotonic()

    def version(self, version_id: UUID) -> InForce:
        """A published version by its id, compiled once."""
        found = self.versions.get(version_id)
        if found is None:
            row = Version.objects.get(id=version_id)
            found = self.versions[version_id] = InForce(load(row.source.encode()), row.source, row.number, row.effective_from)
        return found


memory = Memory()


@cache
def of_file(key: str) -> InForce:
    """The table as its file has it: version 0."""
    source = table(key).path.read_bytes()
    return InForce(load(source), source.decode(), 0, None)


def in_force(key: str, *, on: date | None = None) -> InForce:
    """See the door."""
    memory.refresh()
    versions = memory.known.get(key)
    if not versions:
        return of_file(key)
    day = on or today()
    chosen = next((version_id for since, version_id, _ in versions if since is None or since <= day), None)
    return memory.version(chosen) if chosen is not None else of_file(key)


def by_digest(digest: str) -> Model:
    """See the door."""
    row = Version.objects.filter(state="published", digest=digest).first() if digest else None
    if row is not None:
        return load(row.source.encode())
    found = next((model for one in tables() if (model := of_file(one.key).model).digest == digest), None)
    if found is None:
        raise NoSuchTableVersion(version=digest[:12])
    return found
