"""The door of decision tables 决策表: the one in force, drafts with findings and test cases, publishing by two persons.

Owners register their tables and ask ``model(key)``; officials read and write with ``table.view``, ``table.edit``, ``table.publish`` for
their own department. A key is ``<room>/<file stem>``, e.g. ``matters/household_registration``. Version 0 is the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from yiwang.data.decisions import editing, queries, registering, sheets
from yiwang.data.decisions import in_force as current
from yiwang.data.decisions.errors import (
    NoSuchTable,
    NoSuchTableVersion,
    NoTableDraft,
    SameAuthor,
    StaleTable,
    TableHasFindings,
    TableNeedsReason,
    TableTooLarge,
    UnreadableTable,
    WrongTableStep,
)
from yiwang.data.decisions.in_force import InForce
from yiwang.data.decisions.states import STATES, STEP_NAMES
from yiwang.data.decisions.values import (
    ConditionSeen,
    Evaluated,
    RowCoverage,
    SheetChange,
    Table,
    TableFinding,
    TableLine,
    TableStep,
    TableVersion,
    TestCase,
    Tested,
    TestRun,
)
from yiwang.rules.api import DecisionTable, Model, TableModel
from yiwang.security.access.api import Actor

__all__ = [
    "STATES", "STEP_NAMES", "ConditionSeen", "Evaluated", "InForce", "NoSuchTable", "NoSuchTableVersion", "NoTableDraft", "RowCoverage",
    "SameAuthor", "SheetChange", "StaleTable", "Table", "TableFinding", "TableHasFindings", "TableLine", "TableNeedsReason",
    "TableStep", "TableTooLarge", "TableVersion", "TestCase", "TestRun", "Tested", "UnreadableTable", "WrongTableStep",
    "cases_from_json", "cases_to_json", "compare", "describe", "differences", "discard", "draft", "edit_table", "edited_table",
    "evaluate", "examine", "export", "give_back", "history", "in_force", "listing", "model", "model_by_digest", "publish", "read_dmn",
    "register", "register_all", "save", "sheet_from_json", "sheet_to_json", "submit", "suggest", "trial_model", "version", "versions",
    "with_fact",
]  # fmt: skip


def register(
    key: str,
    *,
    path: Path,
    title: str,
    department: str,
    law_owner: str = "",
    region: str = "",
    decision: str = "",
    facts: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Register one table (in ``AppConfig.ready``); the same key again replaces it.

    ``path``: the DMN file; ``department`` and ``region``: whose officials may edit it; ``law_owner``: who answers for the law behind it;
    ``decision``: what the owner asks for ('' the last); ``facts``: name → label of every fact that it supplies (empty: those of the file).
    """
    registering.register(
        key, path=path, title=title, department=department, law_owner=law_owner, region=region, decision=decision, facts=facts
    )


def register_all(room: str, *, tables: Callable[[], Iterable[Table]]) -> None:
    """Register the tables of a room whose keys begin with ``<room>/``; ``tables`` is called once, when first needed."""
    registering.register_all(room, tables=tables)


def model(key: str, *, on: date | None = None) -> Model:
    """The model in force on a day (today): the newest published version, else the file. Two lookups in memory; no statement but
    one a second and process.

    Raises:
        NoSuchTable: nobody registered it.
    """
    return current.in_force(key, on=on).model


def in_force(key: str, *, on: date | None = None) -> InForce:
    """``model(key)`` together with its DMN text, its number (0: the file) and since when it is in force."""
    return current.in_force(key, on=on)


def model_by_digest(digest: str) -> Model:
    """A published version or a file by its digest, however old: what a stored outcome is replayed with.

    Raises:
        NoSuchTableVersion: no published version and no file has it.
    """
    return current.by_digest(digest)


def listing(actor: Actor) -> list[TableLine]:
    """The tables of the actor's department with their open drafts; [] without ``table.view``."""
    return queries.listing(actor)


def describe(key: str, *, actor: Actor) -> Table:
    """The registered table. Raises NoSuchTable, PermissionDenied."""
    return queries.seen_table(key, actor)


def version(key: str, *, number: int | None = None, actor: Actor) -> TableVersion:
    """A version by its number (0 the file; None the one in force). Raises NoSuchTable, NoSuchTableVersion, PermissionDenied."""
    return queries.version(key, number=number, actor=actor)


def versions(key: str, *, actor: Actor) -> list[TableVersion]:
    """Every version, newest first, the file last. Raises NoSuchTable, PermissionDenied."""
    return queries.versions(key, actor=actor)


def draft(key: str, *, actor: Actor) -> TableVersion:
    """The draft (also submitted or returned), or what a new one would start from (``lock`` 0). Raises NoSuchTable, PermissionDenied."""
    return queries.draft(key, actor=actor)


def examine(key: str, *, sheet: TableModel, cases: Sequence[TestCase], actor: Actor) -> tuple[list[TableFinding], Tested | None]:
    """All findings of a sheet, errors first, and its test cases run (None where it cannot be read at all); nothing is kept."""
    return queries.examine(key, sheet=sheet, cases=cases, actor=actor)


def suggest(key: str, *, sheet: TableModel, cases: Sequence[TestCase], actor: Actor) -> list[TestCase]:
    """Test cases for rows that no test case fires, expectations left empty for their author; not every row can be reached."""
    return queries.suggest(key, sheet=sheet, cases=cases, actor=actor)


def save(key: str, *, sheet: TableModel, cases: Sequence[TestCase], note: str = "", actor: Actor, lock: int) -> TableVersion:
    """Save the draft (of a table without one: begin it); ``lock`` is the one last seen. Findings do not prevent saving.

    Raises:
        StaleTable: somebody saved in between. WrongTableStep: it is submitted. TableTooLarge, UnreadableTable, NoSuchTable.
        PermissionDenied: without ``table.edit``.
    """
    return editing.save(key, sheet=sheet, cases=cases, note=note, actor=actor, lock=lock)


def submit(key: str, *, actor: Actor, lock: int, reason: str = "") -> TableVersion:
    """Hand the draft to a second person. ``reason``: why the warnings may stand.

    Raises:
        TableHasFindings: errors are left. TableNeedsReason: warnings without a reason.
        NoTableDraft, StaleTable, WrongTableStep, PermissionDenied.
    """
    return editing.submit(key, actor=actor, lock=lock, reason=reason)


def give_back(key: str, *, actor: Actor, lock: int, reason: str) -> TableVersion:
    """Return a submitted draft to its authors with a reason.

    Raises:
        TableNeedsReason, SameAuthor, NoTableDraft, StaleTable, WrongTableStep; PermissionDenied: without ``table.publish``.
    """
    return editing.give_back(key, actor=actor, lock=lock, reason=reason)


def publish(key: str, *, actor: Actor, lock: int, effective_from: date | None = None) -> TableVersion:
    """Publish a submitted draft, in force from a day (today). Other processes decide by it within a second.

    Raises:
        SameAuthor: who saved or submitted it. TableHasFindings: an error appeared since. InvalidInput: the day is past.
        NoTableDraft, StaleTable, WrongTableStep; PermissionDenied: without ``table.publish``.
    """
    return editing.publish(key, actor=actor, lock=lock, effective_from=effective_from)


def discard(key: str, *, actor: Actor, lock: int) -> None:
    """Give up a draft; it stays in the history. Raises NoTableDraft, StaleTable, WrongTableStep, PermissionDenied."""
    editing.discard(key, actor=actor, lock=lock)


def history(key: str, *, actor: Actor) -> list[TableStep]:
    """The last 200 steps of a table, newest first."""
    return queries.history(key, actor=actor)


def compare(key: str, *, old: int, new: int, actor: Actor) -> list[SheetChange]:
    """What changed from one version to another, rows aligned by their longest common part."""
    return queries.compare(key, old=old, new=new, actor=actor)


def differences(old: TableModel, new: TableModel) -> list[SheetChange]:
    """What changed from one sheet to another. Pure."""
    return sheets.differences(old, new)


def evaluate(
    key: str, *, facts: Mapping[str, Any], number: int | None = None, draft: bool = False, explain: bool = True, actor: Actor
) -> Evaluated:
    """Ask a table with invented facts: the version in force, one by its number, or the draft. Nothing is kept.

    Facts are texts as typed (是, 2026-01-31, 1,200) or JSON values; what cannot be read counts as unknown and is in ``problems``.

    Raises:
        NoTableDraft, NoSuchTable, NoSuchTableVersion, InvalidModel (a draft that cannot be read), PermissionDenied.
    """
    return queries.what_if(key, facts=facts, number=number, draft=draft, explain=explain, actor=actor)


def trial_model(key: str, *, actor: Actor) -> tuple[Model, bytes]:
    """The draft compiled, with its DMN text, for a rehearsal by who may edit or publish it. Raises NoTableDraft, InvalidModel."""
    _, _, found, _ = queries.compiled(key, number=None, draft=True, actor=actor)
    return found, queries.export(key, number=None, draft=True, actor=actor)


def export(key: str, *, number: int | None = None, draft: bool = False, actor: Actor) -> bytes:
    """A version (in force, by number, or the draft) as DMN 1.3 XML. Raises NoTableDraft, NoSuchTableVersion, PermissionDenied."""
    return queries.export(key, number=number, draft=draft, actor=actor)


def read_dmn(content: bytes) -> TableModel:
    """The sheet of a DMN file (1.1–1.6) made of tables. Raises UnreadableTable, TableTooLarge."""
    return sheets.read(content)


def sheet_to_json(sheet: TableModel) -> dict[str, Any]:
    """A sheet as plain JSON: {name, namespace, inputs, types, decisions: [{name, table: {inputs, outputs, rules, …}}]}."""
    return sheets.to_json(sheet)


def sheet_from_json(data: object) -> TableModel:
    """The sheet of its JSON. Raises UnreadableTable, TableTooLarge."""
    return sheets.from_json(data)


def cases_to_json(cases: Sequence[TestCase]) -> list[dict[str, Any]]:
    """Test cases as plain JSON: [{name, facts, expected}]."""
    return sheets.cases_to_json(cases)


def cases_from_json(data: object) -> tuple[TestCase, ...]:
    """Test cases of their JSON. Raises UnreadableTable, TableTooLarge."""
    return sheets.cases_from_json(data)


def edited_table(key: str, *, sheet: TableModel) -> DecisionTable | None:
    """The table of a sheet that is edited cell by cell: the one its owner asks for; None where the sheet has lost it."""
    place = sheets.place_of(registering.table(key), sheet)
    return None if place is None else sheet.decisions[place].table


def edit_table(key: str, *, sheet: TableModel, table: DecisionTable, act: str = "", at: int = 0) -> TableModel:
    """The sheet with that table in place of the edited one, after one act (add_row, copy_row, delete_row, up, down, add_input,
    delete_input, add_output, delete_output, add_annotation) at a place (0-based). Pure.
    """
    place = sheets.place_of(registering.table(key), sheet)
    return sheet if place is None else sheets.changed(sheet, place, sheets.edited(sheets.evened(table), act, at))


def with_fact(sheet: TableModel, *, name: str, kind: str) -> TableModel:
    """The sheet asking for one fact more. Pure."""
    return sheets.with_fact(sheet, name, kind)
