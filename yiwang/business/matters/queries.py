"""Reading matters: the version in force, from memory; the memory follows the tables within a second.

Published versions never change, so they are kept for ever; only *which* version is in force is asked again, by one small
statement a second per process. Where no matter has been loaded at all the built-in library answers.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import Count, Max

from yiwang.base.clock.api import today
from yiwang.business.matters import reading
from yiwang.business.matters.errors import NoSuchMatter, NotInUse
from yiwang.business.matters.models import Matter, Version
from yiwang.business.matters.values import STATE_NAMES, Listed, MatterVersion, State
from yiwang.support.identity import api as identity

FRESH_SECONDS = 1.0


@cache
def departments() -> Mapping[str, Mapping[str, str]]:
    """The departments by short code, as the library needs them."""
    return {one.short: dataclasses.asdict(one) for one in identity.departments()}


@cache
def builtin() -> tuple[MatterVersion, ...]:
    """The built-in library, every matter in use."""
    return tuple(reading.from_record(record, state="in_use") for record in reading.library(departments()))


@dataclass(frozen=True)
class _Known:
    """One matter in memory: its state and its published versions, newest first, as (effective from, version id)."""

    short: str
    state: State
    reason: str
    versions: tuple[tuple[date | None, UUID], ...]


class Memory:
    """What one process knows about published matters."""

    def __init__(self) -> None:
        self.stamp: object = None
        self.asked = 0.0
        self.known: dict[str, _Known] = {}
        self.versions: dict[UUID, MatterVersion] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Ask the tables at the next question."""
        self.asked = 0.0

    def refresh(self) -> None:
        """Look whether anything changed since last asked, at most once in ``FRESH_SECONDS``."""
        if time.monotonic() - self.asked < FRESH_SECONDS:
            return
        with self._lock:
            counted = Matter.objects.aggregate(Count("id"), Max("changed_at"))
            stamp = (counted["id__count"], counted["changed_at__max"])
            if stamp != self.stamp or not self.known:
                self._load(empty=not counted["id__count"])
            self.stamp, self.asked = stamp, time.monotonic()

    def _load(self, *, empty: bool) -> None:
        known: dict[str, _Known] = {}
        if empty:
            for version in builtin():
                self.versions[version.id] = version
                entry = _Known(version.short, "in_use", "", ((version.effective_from, version.id),))
                known[version.short] = known[version.code] = entry
            self.known = known
            return
        rows = Version.objects.filter(state="published").order_by("matter_id", "-number")
        found: dict[UUID, list[tuple[date | None, UUID]]] = {}
        for matter_id, effective_from, version_id in rows.values_list("matter_id", "effective_from", "id"):
            found.setdefault(matter_id, []).append((effective_from, version_id))
        for matter in Matter.objects.filter(id__in=found):
            entry = _Known(matter.short, matter.state, matter.reason, tuple(found[matter.id]))  # type: ignore[arg-type]
            known[matter.short] = entry
            if matter.code:
                known[matter.code] = entry
        self.known = known

    def fetch(self, ids: Sequence[UUID]) -> dict[UUID, MatterVersion]:
        """The versions of those ids, read together where memory lacks them; unknown ids are missing in the answer."""
        missing = [one for one in ids if one not in self.versions]
        if missing:
            for row in Version.objects.filter(id__in=missing):
                version = reading.from_record(row.record, id=row.id, version=row.number, state="in_use")
                if row.state != "published":
                    continue
                self.versions[row.id] = dataclasses.replace(version, effective_from=row.effective_from)
        return {one: self.versions[one] for one in ids if one in self.versions}


memory = Memory()


def _in_force(entry: _Known, on: date) -> UUID | None:
    return next((version_id for since, version_id in entry.versions if since is None or since <= on), None)


def described(code_or_short: str, *, on: date | None = None) -> MatterVersion:
    """The version in force on a day (today), whatever its state: what a guide page shows of a suspended matter.

    Raises:
        NoSuchMatter: unknown, never published, or not yet in force on that day.
    """
    memory.refresh()
    entry = memory.known.get(code_or_short)
    version_id = _in_force(entry, on or today()) if entry else None
    found = memory.fetch([version_id]).get(version_id) if version_id else None
    if entry is None or found is None:
        raise NoSuchMatter(matter=code_or_short)
    return found if entry.state == "in_use" else dataclasses.replace(found, state=entry.state)


def published(code_or_short: str, *, on: date | None = None) -> MatterVersion:
    """The version by which a new case is handled on a day (today).

    Raises:
        NoSuchMatter: unknown, never published or cancelled.
        NotInUse: suspended.
    """
    version = described(code_or_short, on=on)
    if version.state == "suspended":
        entry = memory.known[code_or_short]
        raise NotInUse(name=version.name, state_name=STATE_NAMES[version.state], reason=f"原因:{entry.reason}。" if entry.reason else "")
    if version.state == "cancelled":
        raise NoSuchMatter(matter=code_or_short)
    return version


def version_of(version_id: UUID | str) -> MatterVersion:
    """The published version of that id, for running cases, whatever became of the matter since.

    Raises:
        NoSuchMatter: no published version has that id.
    """
    key = UUID(str(version_id))
    memory.refresh()
    found = memory.fetch([key]).get(key)
    if found is None:
        raise NoSuchMatter(matter=str(version_id))
    return found


def in_force(*, on: date | None = None, states: Sequence[str] = ("in_use",)) -> list[MatterVersion]:
    """Every version in force on a day (today) of the matters in those states, by short key."""
    memory.refresh()
    entries = {entry.short: entry for entry in memory.known.values() if entry.state in states}
    wanted = {entry.short: _in_force(entry, on or today()) for entry in entries.values()}
    found = memory.fetch([one for one in wanted.values() if one])
    chosen = [(found[one], entries[short].state) for short, one in sorted(wanted.items()) if one in found]
    return [version if state == "in_use" else dataclasses.replace(version, state=state) for version, state in chosen]


def listing(
    *, department: str = "", theme: str = "", subject_kind: str = "", kind: str = "", states: Sequence[str] = ("in_use",)
) -> list[Listed]:
    """The matters in force, one line each, by department and name; '' asks nothing. ``subject_kind`` 'person' also gives 'both'."""
    chosen = [
        version
        for version in in_force(states=states)
        if (not department or version.department == department)
        and (not theme or theme in version.themes)
        and (not subject_kind or version.subject_kind in (subject_kind, "both"))
        and (not kind or version.kind == kind)
    ]
    order = {short: place for place, short in enumerate(departments())}
    chosen.sort(key=lambda version: (order.get(version.department, 99), version.basic_code))
    return [Listed.of(version) for version in chosen]


def stamp() -> object:
    """A value that changes when the published matters change: what the search index is rebuilt by."""
    memory.refresh()
    return memory.stamp


def library() -> list[MatterVersion]:
    """The built-in library as values."""
    return list(builtin())


def elements_of(version: MatterVersion) -> tuple[str, ...]:
    """Every data element the matter may ask registers for: its fields, materials, subjects, decision, result and report."""
    wanted = {str(one["element"]) for one in version.fields if one["element"]}
    wanted |= {element for material in version.materials for element in material.elements}
    wanted |= {source["element"] for source in (*version.subjects.values(), *version.decision_inputs.values()) if source.get("element")}
    texts = [*version.result.licence_data.values(), *(str(text) for one in version.report_back for text in one.get("values", {}).values())]
    for text in texts:
        wanted |= {part.split("@")[0] for part in text.replace("=>", "|").replace(",", "|").replace(":", "|").split("|") if "@" in part}
    return tuple(sorted(wanted))
