"""The journey of a correction: open → (escalate) → corrected or upheld. Each step is one transaction with its record and event."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import derive, now
from yiwang.base.outbox.api import emit
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Key
from yiwang.data.quality import rulebook, states
from yiwang.data.quality.claimed import checked
from yiwang.data.quality.models import CorrectionRow
from yiwang.data.quality.report import Suggestion
from yiwang.data.quality.values import Correction, CorrectionAnswered, CorrectionInvalid, CorrectionNotFound
from yiwang.data.registers import api as registers
from yiwang.security.access.api import SYSTEM, Actor, may, require
from yiwang.security.audit.api import Record, record
from yiwang.standards.errors import Forbidden
from yiwang.standards.events import CorrectionClosed, CorrectionOpened
from yiwang.standards.subjects import Subject

OPEN = ("open", "escalated")


def open_correction(
    case_id: UUID | None, *, element: str, key: Subject | Key, held_value: str, claimed_value: str, reason: str, actor: Actor
) -> Correction:
    """Open an order; see the door."""
    held = catalogue.element(element)
    _may_open(actor, key)
    claimed = checked(held, held_value=held_value, claimed_value=claimed_value, reason=reason)
    at = now()
    due = derive(at, limit=states.LIMIT).due
    assert due is not None  # only an open stop leaves a deadline open, and there is none
    with transaction.atomic():
        row, created = CorrectionRow.objects.get_or_create(
            element=element,
            key=str(key),
            opened_by=_opener(actor),
            state__in=OPEN,
            defaults={
                "state": "open",
                "case_id": case_id,
                "department": held.department,
                "held_value": held_value,
                "claimed_value": claimed,
                "reason": reason.strip(),
                "opened_by_name": actor.name,
                "opened_at": at,
                "due": due,
            },
        )
        if created:
            opened(row, actor)
    return view(row)


def opened(row: CorrectionRow, actor: Actor) -> None:
    """Record and tell of a new order, in the caller's transaction."""
    _record(row, "correction.open", actor)
    emit(
        CorrectionOpened(
            at=row.opened_at,
            correction_id=str(row.id),
            element=row.element,
            department=row.department,
            applicant=row.opened_by,
            case_id=str(row.case_id or ""),
            due=row.due,
        )
    )


def _may_open(actor: Actor, key: Subject | Key) -> None:
    if actor.kind == "anonymous" or not exchange.concerns(actor, key):
        raise Forbidden("只能对本人或与本人有登记关系的数据提出纠错,请登录本人账号后再试。")


def _opener(actor: Actor) -> str:
    subject = actor.represents
    return str(subject) if actor.kind == "citizen" and subject else f"{actor.kind}:{actor.account_id}"


def answer(correction_id: UUID, *, outcome: str, note: str, actor: Actor, value: str = "") -> Correction:
    """Answer an order; see the door."""
    step = states.transition(outcome)
    if step is None or not step.permission:
        raise CorrectionInvalid("答复只能是「已更正」或「经核实维持」。", field="outcome")
    if not note.strip():
        raise CorrectionInvalid("请写明核实情况和理由,申请人会看到。", field="note")
    with transaction.atomic():
        row = CorrectionRow.objects.select_for_update().filter(id=correction_id).first()
        if row is None or (actor.kind == "staff" and actor.department != row.department):
            raise CorrectionNotFound()
        require(actor, step.permission, department=row.department)
        if row.state not in step.origins:
            raise CorrectionAnswered()
        if outcome == "corrected":
            if row.rule:
                row.claimed_value = _right_value(row, value)
            _correct(row)
        row.state, row.note, row.answered_by, row.answered_at = step.target, note.strip(), actor.name, now()
        row.save(update_fields=["claimed_value", "state", "note", "answered_by", "answered_at"])
        closed(row, outcome, actor)
    return view(row)


def closed(row: CorrectionRow, outcome: str, actor: Actor) -> None:
    """Record and tell of an answered order, in the caller's transaction."""
    _record(row, f"correction.{outcome}", actor)
    emit(
        CorrectionClosed(
            at=row.answered_at or now(),
            correction_id=str(row.id),
            element=row.element,
            department=row.department,
            applicant=row.opened_by,
            outcome=outcome,
            case_id=str(row.case_id or ""),
            note=row.note,
        )
    )


def _right_value(row: CorrectionRow, value: str) -> str:
    """What the officer says is right; a rule only said that the held value is not."""
    if not value.strip():
        raise CorrectionInvalid("请填写核实后的正确内容,或选用一条建议。", field="value")
    if value.strip() == row.held_value:
        raise CorrectionInvalid("填写的内容与现有内容相同;确认无误时请选择「维持」。", field="value")
    if catalogue.known(row.element):
        return checked(catalogue.element(row.element), held_value=row.held_value, claimed_value=value, reason=row.reason)
    return value.strip()


def _correct(row: CorrectionRow) -> None:
    """Put the claimed value into the owner's register as a new version."""
    if row.rule:
        _correct_row(row)
        return
    element = catalogue.element(row.element)
    if element.column == registers.register(element.register).key_column:
        raise CorrectionInvalid(f"「{element.name}」是登记册的编号,不能直接改写,请按登记机关的变更程序另行办理。")
    registers.write(
        element.register, read_key(row.key), values={element.column: row.claimed_value}, source=f"correction:{row.id}", origin="corrected"
    )


def _correct_row(row: CorrectionRow) -> None:
    """The same for an order of a rule, which names its row by the register's own number."""
    if rulebook.shipped()[row.resource].get("lake"):
        raise CorrectionInvalid("这是主题库的数据,请在来源系统更正后重新归集,复检通过后自动办结;核实无误请选择「维持」。")
    register, key = registers.register(row.resource), read_key(row.key)
    column = row.element.rpartition(".")[2] if not catalogue.known(row.element) else catalogue.element(row.element).column
    if column == register.key_column:
        raise CorrectionInvalid("这是登记册的编号,不能直接改写,请在来源系统更正,复检通过后自动办结。")
    values: dict[str, registers.Value] = {column: row.claimed_value}
    if isinstance(key, Key) and register.lookup(key.kind) is None:  # found by another key only: its own number stands among the values
        values[register.key_column], key = row.row_key, Key(register.lookups[0].kind, "")
    registers.write(row.resource, key, values=values, source=f"correction:{row.id}", origin="corrected")


def get(correction_id: UUID, *, actor: Actor) -> Correction:
    """One order for those it concerns."""
    row = CorrectionRow.objects.filter(id=correction_id).first()
    if row is None or not _sees(actor, row):
        raise CorrectionNotFound()
    return view(row)


def _sees(actor: Actor, row: CorrectionRow) -> bool:
    if row.opened_by == _opener(actor):
        return True
    if actor.kind == "citizen":
        return row.key in {str(subject) for subject in (actor.subject, actor.acting_for) if subject}
    return may(actor, "correction.handle", department=row.department)


def todo(actor: Actor) -> list[Correction]:
    """Open orders of the actor's department, most urgent first."""
    if actor.kind != "staff" or not may(actor, "correction.handle", department=actor.department):
        return []
    return [view(row) for row in CorrectionRow.objects.filter(department=actor.department, state__in=OPEN).order_by("due", "id")]


def mine(actor: Actor) -> list[Correction]:
    """Orders that the actor opened."""
    if actor.kind == "anonymous":
        return []
    return [view(row) for row in CorrectionRow.objects.filter(opened_by=_opener(actor)).order_by("-opened_at", "-id")]


def tick(at: datetime | None) -> int:
    """Escalate what is overdue."""
    today = (at or now()).date()
    with transaction.atomic():
        rows = list(CorrectionRow.objects.select_for_update(skip_locked=True).filter(state="open", due__lt=today))
        for row in rows:
            row.state = "escalated"
            row.save(update_fields=["state"])
            _record(row, "correction.escalate", SYSTEM)
    return len(rows)


def _record(row: CorrectionRow, act: str, actor: Actor) -> None:
    record(
        Record(
            act=act,
            actor=actor,
            kind="correction",
            ref=str(row.id),
            case_id=row.case_id,
            detail={"element": row.element, "department": row.department, "state": row.state},
            row=content(row),
        )
    )


def content(row: CorrectionRow) -> dict[str, Any]:
    """What of an order is sealed in the evidence after each act."""
    return {
        "element": row.element,
        "key": row.key,
        "department": row.department,
        "held_value": row.held_value,
        "claimed_value": row.claimed_value,
        "reason": row.reason,
        "opened_by": row.opened_by,
        "due": row.due.isoformat(),
        "state": row.state,
        "note": row.note,
        "answered_by": row.answered_by,
    }


def load(refs: Any) -> dict[str, dict[str, Any]]:
    """Current contents by id, for the verification of the evidence."""
    return {str(row.id): content(row) for row in CorrectionRow.objects.filter(id__in=list(refs))}


def read_key(text: str) -> Subject | Key:
    """The subject or record that was stored as text."""
    return Subject.read(text) if text.startswith(("person:", "company:")) else Key.read(text)


def view(row: CorrectionRow) -> Correction:
    """The frozen value of a row."""
    return Correction(
        correction_id=row.id,
        case_id=row.case_id,
        element=row.element,
        element_name=name_of(row),
        key=read_key(row.key),
        department=row.department,
        held_value=row.held_value,
        claimed_value=row.claimed_value,
        reason=row.reason,
        opened_by=row.opened_by,
        opened_by_name=row.opened_by_name,
        opened_at=row.opened_at,
        due=row.due,
        state=row.state,
        state_name=states.STATES[row.state],
        outcome="" if row.state in OPEN else row.state,
        note=row.note,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        rule=row.rule,
        suggestions=tuple(Suggestion(**one) for one in row.suggestions),
    )


def name_of(row: CorrectionRow) -> str:
    """The disputed field's name."""
    if catalogue.known(row.element):
        return catalogue.element(row.element).name
    titles = rulebook.shipped()[row.resource]["titles"]
    return f"{rulebook.title(row.resource)}·{titles.get(row.element.rpartition('.')[2], row.element)}"
