"""Reading: the list of tables, one version, the draft, the history, differences, what-if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yiwang.data.decisions import checking, in_force, registering, sheets, suggesting, testing
from yiwang.data.decisions.errors import NoSuchTableVersion, NoTableDraft
from yiwang.data.decisions.models import Step, Version
from yiwang.data.decisions.states import OPEN
from yiwang.data.decisions.values import Evaluated, SheetChange, Table, TableFinding, TableLine, TableStep, TableVersion, TestCase, Tested
from yiwang.rules.api import Model, TableModel, load, write
from yiwang.security.access.api import Actor, may, require


def seen_table(key: str, actor: Actor, permission: str = "table.view") -> Table:
    """The table of a key, for somebody who may; NoSuchTable, PermissionDenied."""
    found = registering.table(key)
    require(actor, permission, department=found.department, region=found.region)
    return found


def listing(actor: Actor) -> list[TableLine]:
    """See the door."""
    own = [one for one in registering.tables() if may(actor, "table.view", department=one.department, region=one.region)]
    drafts = {row.key: row for row in Version.objects.filter(state__in=OPEN, key__in=[one.key for one in own])}
    return [_line(one, drafts.get(one.key)) for one in own]


def _line(table: Table, draft: Version | None) -> TableLine:
    current = in_force.in_force(table.key)
    rows = _rows(table, current.model)
    common = (table.key, table.title, table.department, current.number, current.effective_from, rows)
    if draft is None:
        return TableLine(*common, "", "", 0, 0)
    findings, _ = checking.examined(table, sheets.from_json(draft.sheet), sheets.cases_from_json(draft.cases))
    errors = sum(one.level == "error" for one in findings)
    return TableLine(*common, draft.state, draft.edited_by_name, errors, len(findings) - errors)


def _rows(table: Table, model: Model) -> int:
    sheet = model.as_tables()
    place = sheets.place_of(table, sheet)
    return len(sheet.decisions[place].table.rules) if place is not None else 0


def view(row: Version, actor: Actor) -> TableVersion:
    """A row as its reader sees it."""
    state = row.state
    if state == "published":
        current = in_force.in_force(row.key)
        state = "superseded" if row.number < current.number else "published"
    return TableVersion(
        row.id,
        row.key,
        row.number,
        state,
        row.digest,
        sheets.from_json(row.sheet),
        sheets.cases_from_json(row.cases),
        row.lock,
        row.note,
        row.effective_from,
        row.edited_by_name,
        row.edited_at,
        row.published_by_name,
        row.published_at,
        row.return_reason,
        row.warnings_reason,
        actor.account_id in row.editors,
    )


def _file_version(table: Table) -> TableVersion:
    file = in_force.of_file(table.key)
    state = "superseded" if in_force.in_force(table.key).number else "file"
    sheet = file.model.as_tables()
    return TableVersion(None, table.key, 0, state, file.model.digest, sheet, (), 0, "", None, "", None, "", None, "", "", False)


def version(key: str, *, number: int | None, actor: Actor) -> TableVersion:
    """See the door."""
    table = seen_table(key, actor)
    wanted = in_force.in_force(key).number if number is None else number
    if wanted == 0:
        return _file_version(table)
    row = Version.objects.filter(key=key, number=wanted).first()
    if row is None:
        raise NoSuchTableVersion(version=wanted)
    return view(row, actor)


def versions(key: str, *, actor: Actor) -> list[TableVersion]:
    """See the door."""
    table = seen_table(key, actor)
    return [*(view(row, actor) for row in Version.objects.filter(key=key).order_by("-number")), _file_version(table)]


def open_row(key: str, *, lock: bool = False) -> Version | None:
    """The draft, submitted or returned version of a table."""
    rows = Version.objects.select_for_update() if lock else Version.objects
    return rows.filter(key=key, state__in=OPEN).first()


def draft(key: str, *, actor: Actor) -> TableVersion:
    """See the door."""
    table = seen_table(key, actor)
    row = open_row(key)
    if row is not None:
        return view(row, actor)
    start = version(key, number=None, actor=actor)
    number = (Version.objects.filter(key=table.key).order_by("-number").values_list("number", flat=True).first() or 0) + 1
    return TableVersion(None, key, number, "draft", "", start.sheet, start.cases, 0, "", None, "", None, "", None, "", "", False)


def examine(key: str, *, sheet: TableModel, cases: Sequence[TestCase], actor: Actor) -> tuple[list[TableFinding], Tested | None]:
    """See the door."""
    return checking.examined(seen_table(key, actor), sheet, cases)


def history(key: str, *, actor: Actor) -> list[TableStep]:
    """See the door."""
    seen_table(key, actor)
    rows = Step.objects.filter(version__key=key).select_related("version").order_by("-id")[:200]
    return [TableStep(row.version.number, row.step, row.at, row.by_name, row.note) for row in rows]


def compare(key: str, *, old: int, new: int, actor: Actor) -> list[SheetChange]:
    """See the door."""
    before, after = (version(key, number=one, actor=actor) for one in (old, new))
    return sheets.differences(before.sheet, after.sheet)


def compiled(key: str, *, number: int | None, draft: bool, actor: Actor) -> tuple[Table, int, Model, str]:
    """A table with one of its models and the decision that its owner asks for; NoTableDraft, InvalidModel."""
    table = seen_table(key, actor)
    if draft:
        row = open_row(key)
        if row is None:
            raise NoTableDraft(title=table.title)
        number, model = row.number, sheets.compiled(sheets.from_json(row.sheet))
    elif number is None:
        current = in_force.in_force(key)
        number, model = current.number, current.model
    else:
        model = load(write(version(key, number=number, actor=actor).sheet)) if number else in_force.of_file(key).model
    return table, number, model, table.decision or model.decisions[-1]


def what_if(key: str, *, facts: Mapping[str, Any], number: int | None, draft: bool, explain: bool, actor: Actor) -> Evaluated:
    """See the door."""
    _, chosen, model, decision = compiled(key, number=number, draft=draft, actor=actor)
    return testing.evaluated(key, chosen, model, decision, facts, explain=explain)


def suggest(key: str, *, sheet: TableModel, cases: Sequence[TestCase], actor: Actor) -> list[TestCase]:
    """See the door."""
    table = seen_table(key, actor)
    place = sheets.place_of(table, sheet)
    _, tested = checking.examined(table, sheet, cases)
    if place is None or tested is None:
        return []
    decision = sheet.decisions[place]
    return suggesting.proposals(sheets.compiled(sheet), decision.name, decision.table, tested.uncovered)


def export(key: str, *, number: int | None, draft: bool, actor: Actor) -> bytes:
    """See the door."""
    seen_table(key, actor)
    if draft:
        row = open_row(key)
        if row is None:
            raise NoTableDraft(title=registering.table(key).title)
        return write(sheets.from_json(row.sheet))
    return write(version(key, number=number, actor=actor).sheet)
