"""Writing: saving a draft, submitting it, returning it, publishing it by a second person, discarding it.

Every act is one transaction with its audit record and, where somebody else should know, its event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.outbox import api as outbox
from yiwang.data.decisions import checking, in_force, queries, rows, sheets
from yiwang.data.decisions.errors import NoTableDraft, SameAuthor, StaleTable, TableHasFindings, TableNeedsReason, WrongTableStep
from yiwang.data.decisions.models import Step, Version
from yiwang.data.decisions.states import PERMISSIONS, STATES, STEP_NAMES, STEPS
from yiwang.data.decisions.values import Table, TableVersion, TestCase
from yiwang.rules.api import TableModel, load, write
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.errors import InvalidInput
from yiwang.standards.events import TablePublished, TableReturned, TableSubmitted


def save(key: str, *, sheet: TableModel, cases: Sequence[TestCase], note: str, actor: Actor, lock: int) -> TableVersion:
    """See the door."""
    data, tests = sheets.to_json(sheet), sheets.cases_to_json(cases)
    sheets.from_json(data)
    sheets.cases_from_json(tests)
    with transaction.atomic():
        table = queries.seen_table(key, actor, PERMISSIONS["save"])
        _one_at_a_time(key)
        row = queries.open_row(key, lock=True)
        if row is None and lock == 0:
            row = Version(key=key, number=queries.draft(key, actor=actor).number, lock=0, department=table.department, region=table.region)
            row.state = "draft"
        _fresh(row, table, lock)
        assert row is not None
        row.state = _after(row, table, "save")
        row.sheet, row.cases, row.note, row.lock = data, tests, note.strip()[:2000], row.lock + 1
        row.editors = [*row.editors, actor.account_id] if actor.account_id not in row.editors else row.editors
        row.edited_by_name, row.edited_at = actor.name, now()
        row.save()
        _told(row, "save", actor, "", proven=False)
    return queries.view(row, actor)


def _one_at_a_time(key: str) -> None:
    """Two first saves of one table wait for each other; there is no row to lock yet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"decisions:{key}"])


def _fresh(row: Version | None, table: Table, lock: int) -> None:
    current = row.lock if row else 0
    if row is None or current != lock:
        raise StaleTable(title=table.title, editor=row.edited_by_name if row else "别人发布或放弃,草稿已", yours=lock, current=current)


def _after(row: Version, table: Table, step: str) -> str:
    state = STEPS.get((row.state, step))
    if state is None:
        raise WrongTableStep(title=table.title, state=STATES[row.state], step=STEP_NAMES[step])
    return state


def _taken(key: str, step: str, actor: Actor, lock: int) -> tuple[Table, Version, str]:
    """The table, its locked open version and the state after a step, once everything allows it."""
    table = queries.seen_table(key, actor, PERMISSIONS[step])
    row = queries.open_row(key, lock=True)
    if row is None:
        raise NoTableDraft(title=table.title)
    _fresh(row, table, lock)
    return table, row, _after(row, table, step)


def _told(row: Version, step: str, actor: Actor, note: str, *, proven: bool) -> None:
    """The step in the history and the audit record."""
    Step.objects.create(version=row, step=step, at=now(), by=actor.account_id, by_name=actor.name, note=note)
    detail = {"key": row.key, "number": row.number, "lock": row.lock, "note": note}
    content = rows.content(row) if proven else None
    audit.record(Record(f"table.{step}", actor, rows.VERSION, str(row.id), detail=detail, row=content))


def _faultless(row: Version, table: Table, step: str) -> int:
    """How many warnings a version without errors has.

    Raises:
        TableHasFindings: it has errors.
    """
    findings, _ = checking.examined(table, sheets.from_json(row.sheet), sheets.cases_from_json(row.cases))
    errors = [one for one in findings if one.level == "error"]
    if errors:
        said = ";".join(one.cause for one in errors[:5])
        raise TableHasFindings(title=table.title, count=len(errors), step=STEP_NAMES[step], findings=said)
    return len(findings)


def submit(key: str, *, actor: Actor, lock: int, reason: str) -> TableVersion:
    """See the door."""
    with transaction.atomic():
        table, row, state = _taken(key, "submit", actor, lock)
        warnings = _faultless(row, table, "submit")
        if warnings and not reason.strip():
            raise TableNeedsReason(why=f"还有 {warnings} 处提醒,请说明为什么可以这样发布", field="reason")
        row.state, row.warnings_reason, row.return_reason = state, reason.strip()[:2000], ""
        row.editors = [*row.editors, actor.account_id] if actor.account_id not in row.editors else row.editors
        row.lock += 1
        row.save()
        _told(row, "submit", actor, row.warnings_reason, proven=False)
        outbox.emit(TableSubmitted(at=now(), table=key, version=row.number, department=table.department, title=table.title))
    return queries.view(row, actor)


def give_back(key: str, *, actor: Actor, lock: int, reason: str) -> TableVersion:
    """See the door."""
    with transaction.atomic():
        table, row, state = _taken(key, "return", actor, lock)
        if actor.account_id in row.editors:
            raise SameAuthor(title=table.title)
        if not reason.strip():
            raise TableNeedsReason(why="为什么退回", field="reason")
        row.state, row.return_reason, row.lock = state, reason.strip()[:2000], row.lock + 1
        row.save()
        _told(row, "return", actor, row.return_reason, proven=False)
        outbox.emit(
            TableReturned(at=now(), table=key, version=row.number, department=table.department, title=table.title, reason=row.return_reason)
        )
    return queries.view(row, actor)


def discard(key: str, *, actor: Actor, lock: int) -> None:
    """See the door."""
    with transaction.atomic():
        _, row, state = _taken(key, "discard", actor, lock)
        row.state, row.lock = state, row.lock + 1
        row.save()
        _told(row, "discard", actor, "", proven=False)


def publish(key: str, *, actor: Actor, lock: int, effective_from: date | None) -> TableVersion:
    """See the door."""
    day = effective_from or today()
    if day < today():
        raise InvalidInput(f"生效日期 {day} 早于今天,请选择今天或以后的日期。", field="effective_from")
    with transaction.atomic():
        table, row, state = _taken(key, "publish", actor, lock)
        if actor.account_id in row.editors:
            raise SameAuthor(title=table.title)
        _faultless(row, table, "publish")
        source = write(sheets.from_json(row.sheet))
        row.source, row.digest = source.decode(), load(source).digest
        row.state, row.effective_from, row.lock = state, day, row.lock + 1
        row.published_by, row.published_by_name, row.published_at = actor.account_id, actor.name, now()
        row.save()
        _told(row, "publish", actor, "", proven=True)
        outbox.emit(
            TablePublished(
                at=now(),
                table=key,
                version=row.number,
                department=table.department,
                title=table.title,
                digest=row.digest,
                effective_from=day,
            )
        )
        in_force.memory.forget()
        transaction.on_commit(in_force.memory.forget)
    return queries.view(row, actor)
