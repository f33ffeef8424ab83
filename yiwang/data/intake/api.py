"""The door of intake: sources of the lake, their runs, the rows that wait for repair, the theme tables that came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from yiwang.data.intake import queries, registering, seeing, states
from yiwang.data.intake.errors import (
    BadKey,
    BadPurpose,
    BadSource,
    BadUpload,
    NoSuchRun,
    NoSuchSource,
    NoSuchWaitingRow,
    RunWaiting,
    SourceChanged,
    SourcePaused,
)
from yiwang.data.intake.values import CellView, IntakeRun, IntakeSource, KeyVersion, RawFile, Repaired, ThemeTable, WaitingRow
from yiwang.data.lake.api import LakeBusy, NotKept, SourceFailed, datasets
from yiwang.security.access.api import Actor

__all__ = [
    "CAUSES",
    "KINDS",
    "OPTIONS",
    "PROBLEMS",
    "REASONS",
    "RUN_STATES",
    "SCHEDULES",
    "STATES",
    "BadKey",
    "BadPurpose",
    "BadSource",
    "BadUpload",
    "CellView",
    "IntakeRun",
    "IntakeSource",
    "KeyVersion",
    "LakeBusy",
    "NoSuchRun",
    "NoSuchSource",
    "NoSuchWaitingRow",
    "NotKept",
    "RawFile",
    "Repaired",
    "RunWaiting",
    "SourceChanged",
    "SourceFailed",
    "SourcePaused",
    "ThemeTable",
    "WaitingRow",
    "address_for",
    "ask",
    "ask_again",
    "change",
    "datasets",
    "history",
    "probe",
    "raws",
    "register",
    "repair",
    "reveal",
    "run",
    "runs",
    "source",
    "sources",
    "switch",
    "tables",
    "upload",
    "waiting",
    "waiting_row",
]

CAUSES, KINDS, OPTIONS, PROBLEMS, REASONS = states.CAUSES, states.KINDS, states.OPTIONS, states.PROBLEMS, states.REASONS
RUN_STATES, SCHEDULES, STATES = states.RUN_STATES, states.SCHEDULES, states.STATES


def register(
    name: str,
    *,
    kind: str,
    dataset: str,
    address: str = "",
    secret: str = "",
    options: Mapping[str, str] | None = None,
    every_minutes: int = 0,
    keep_days: int = 90,
    actor: Actor,
) -> IntakeSource:
    """Register a source of the actor's department; a password in the address is sealed with ``secret``'s place.

    ``kind`` one of KINDS; ``options``: table, changed (of databases), items, header (http), stream (nats); ``every_minutes`` of SCHEDULES.
    Raises:
        PermissionDenied: without ``intake.edit``. BadSource: names the field and what helps.
    """
    return registering.register(
        name, kind=kind, dataset=dataset, address=address, secret=secret, options=options or {}, every_minutes=every_minutes,
        keep_days=keep_days, actor=actor,
    )  # fmt: skip


def change(
    source_id: UUID,
    *,
    version: int,
    name: str,
    address: str = "",
    secret: str = "",
    options: Mapping[str, str] | None = None,
    every_minutes: int = 0,
    keep_days: int = 90,
    actor: Actor,
) -> IntakeSource:
    """Change a source; an empty ``secret`` keeps the sealed one while the address stays the same.

    Raises:
        NoSuchSource, PermissionDenied, BadSource. SourceChanged: ``version`` is not the last one.
    """
    return registering.change(
        source_id, version=version, name=name, address=address, secret=secret, options=options or {}, every_minutes=every_minutes,
        keep_days=keep_days, actor=actor,
    )  # fmt: skip


def address_for(address: str, *, secret: str = "") -> str:
    """The address with its credentials, once it is known that this platform may reach it: PostgreSQL or HTTP, not this machine.

    An HTTP address carries no credentials: the caller sends ``secret`` in a header.

    Raises:
        BadSource: wrongly written, another kind, an unknown host, this machine or a reserved address that no operator allowed.
    """
    return registering.address_for(address, secret=secret)


def switch(source_id: UUID, *, state: str, version: int, actor: Actor) -> IntakeSource:
    """Pause a source ('paused': queued runs end) or take it up again ('active'). Raises as ``change``."""
    return registering.switch(source_id, state=state, version=version, actor=actor)


def probe(source_id: UUID, *, actor: Actor) -> dict[str, Any]:
    """Reach the source for a few seconds and take nothing: `{columns: [{name, field}], missing: [field, …], waiting}`; see ``lake.probe``.

    Raises:
        NoSuchSource, PermissionDenied, BadSource (an address that may not be reached), SourceFailed.
    """
    return registering.probe(source_id, actor=actor)


def ask(source_id: UUID, *, actor: Actor) -> IntakeRun:
    """Put a run in the queue now. Raises NoSuchSource, PermissionDenied, SourcePaused, RunWaiting, BadSource (an upload source)."""
    return registering.ask(source_id, actor=actor)


def ask_again(source_id: UUID, *, digest: str, actor: Actor) -> IntakeRun:
    """Read a kept raw file again by the rules of today. Raises as ``ask``; NotKept."""
    return registering.ask_again(source_id, digest=digest, actor=actor)


def upload(source_id: UUID, *, name: str, file: IO[bytes], size: int, actor: Actor) -> IntakeRun:
    """Take a file for an upload source and put its run in the queue; ``size`` in bytes, at most 64 MB.

    Raises:
        NoSuchSource, PermissionDenied, SourcePaused. BadUpload: too large, empty, another kind than its name says, a broken workbook.
    """
    return registering.upload(source_id, name=name, file=file, size=size, actor=actor)


def sources(actor: Actor) -> list[IntakeSource]:
    """Sources of the actor's department in his region with their last run; [] without ``intake.view``."""
    return queries.sources(actor)


def source(source_id: UUID, *, actor: Actor) -> IntakeSource:
    """One source; NoSuchSource."""
    row = queries.row_for(actor, source_id)
    return queries.source_view(row, row.runs.order_by("-asked_at").first())


def runs(actor: Actor, *, source_id: UUID | None = None, page: int = 1) -> list[IntakeRun]:
    """Runs, 50 a page, the newest first; of one source where it is named (NoSuchSource)."""
    return queries.runs(actor, source_id=source_id, page=page)


def run(run_id: UUID, *, actor: Actor) -> IntakeRun:
    """One run; NoSuchRun."""
    return queries.run(actor, run_id)


def raws(source_id: UUID, *, actor: Actor) -> list[RawFile]:
    """The raw files of a source that are kept, the newest first; NoSuchSource."""
    return seeing.raws(source_id, actor=actor)


def waiting(source_id: UUID, *, reason: str = "", page: int = 1, actor: Actor) -> tuple[dict[str, int], list[WaitingRow]]:
    """(rows in quarantine by reason, one page of 50 of them, masked); NoSuchSource."""
    return seeing.waiting(source_id, reason=reason, page=page, actor=actor)


def waiting_row(source_id: UUID, *, digest: str, row: int, actor: Actor) -> WaitingRow:
    """One row in quarantine, masked; NoSuchSource, NoSuchWaitingRow."""
    return seeing.waiting_row(source_id, digest=digest, row=row, actor=actor)


def reveal(source_id: UUID, *, digest: str, row: int, purpose: str, legal_basis: str, actor: Actor) -> WaitingRow:
    """One row in full, for a purpose and ground that are recorded with who looked.

    Raises:
        PermissionDenied: without ``intake.reveal``. BadPurpose, NoSuchSource, NoSuchWaitingRow.
    """
    return seeing.reveal(source_id, digest=digest, row=row, purpose=purpose, legal_basis=legal_basis, actor=actor)


def repair(source_id: UUID, *, digest: str, row: int, values: Mapping[str, str], actor: Actor) -> Repaired:
    """Send a row through the checks with some cells repaired; cells that are not named stay as the source said them.

    Raises:
        PermissionDenied: without ``intake.repair``. NoSuchSource, NoSuchWaitingRow (repaired by another), LakeBusy (a run writes).
    """
    return seeing.repair(source_id, digest=digest, row=row, values=values, actor=actor)


def tables(actor: Actor) -> list[ThemeTable]:
    """The manifests of the current theme tables (counts and columns, no rows); PermissionDenied without ``intake.view``."""
    return seeing.tables(actor)


def history(dataset: str, *, key: Mapping[str, str], purpose: str = "", legal_basis: str = "", actor: Actor) -> list[KeyVersion]:
    """The versions of one key that the actor's department brought, the newest first; masked, unless a purpose and ground are recorded.

    Raises:
        PermissionDenied: without ``intake.view``, in full without ``intake.reveal``. BadKey, BadPurpose, UnknownTable.
    """
    return seeing.history(dataset, key=key, purpose=purpose, legal_basis=legal_basis, actor=actor)
