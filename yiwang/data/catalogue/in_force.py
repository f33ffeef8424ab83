"""The resources in force, from memory; the memory follows the tables within a second. What nobody published is as shipped."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import Count, Max

from yiwang.base.clock.api import now
from yiwang.data.catalogue.errors import NoSuchResource
from yiwang.data.catalogue.models import CatalogueDuty, ResourceVersion
from yiwang.data.catalogue.values import Duty, Resource, from_json

FRESH_SECONDS: Final = 1.0


@cache
def shipped() -> dict[str, Resource]:
    """The resources of the release by code: version 0."""
    rows = json.loads((Path(__file__).parent / "resources.json").read_text(encoding="utf-8"))
    return {one.code: one for one in map(from_json, rows)}


@cache
def shipped_duties() -> dict[str, Duty]:
    """The duties of the release by code."""
    rows = json.loads((Path(__file__).parent / "duties.json").read_text(encoding="utf-8"))
    return {row["code"]: Duty(**row) for row in rows}


def of_row(row: ResourceVersion) -> Resource:
    """The resource of a version, with its number and day."""
    from dataclasses import replace

    day = row.published_at.astimezone(now().tzinfo).date() if row.published_at else None
    return replace(from_json(row.body), number=row.number, published_on=day, catalogue_code=row.catalogue_code)


class Memory:
    """What one process knows about published resources."""

    def __init__(self) -> None:
        self.stamp: object = None
        self.asked = -FRESH_SECONDS
        self.known: dict[str, Resource] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Ask the tables at the next question."""
        self.stamp, self.asked = None, -FRESH_SECONDS

    def all(self) -> dict[str, Resource]:
        """Every resource in force by code; the tables are asked at most once in ``FRESH_SECONDS``."""
        with self._lock:
            if time.monotonic() - self.asked >= FRESH_SECONDS:
                published = ResourceVersion.objects.filter(state="published")
                counted = published.aggregate(Count("id"), Max("published_at"))
                stamp = (counted["id__count"], counted["published_at__max"])
                if stamp != self.stamp:
                    newest = published.order_by("code", "-number").distinct("code")
                    self.known = {**shipped(), **{row.code: of_row(row) for row in newest}}
                self.stamp, self.asked = stamp, time.monotonic()
            return self.known


memory = Memory()
_followers: list[Callable[[], object]] = []


def when_published(call: Callable[[], object]) -> None:
    """See the door."""
    _followers.append(call)


def published() -> None:
    """In the publishing transaction: this process knows at once, and so do the rooms that follow, as soon as it is committed."""
    memory.forget()
    transaction.on_commit(memory.forget)
    for call in _followers:
        transaction.on_commit(call, robust=True)  # the publication stands whatever becomes of this


def resource(code: str) -> Resource:
    """See the door."""
    found = memory.all().get(code)
    if found is None:
        raise NoSuchResource(resource=str(code)[:80])
    return found


def duties() -> dict[str, Duty]:
    """Every duty by code: the shipped ones and those of the table, which come first."""
    known = dict(shipped_duties())
    for row in CatalogueDuty.objects.all():
        known.pop(row.code, None)
        if not row.removed:
            known[row.code] = Duty(row.code, row.title, row.department, row.region, row.basis)
    return dict(sorted(known.items()))
