"""The citizen's answers, and what happens when there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit, emit_many
from yiwang.business.benefits import definitions, reporting, states
from yiwang.business.benefits.errors import BadAnswer, BenefitNotFound, WrongStep
from yiwang.business.benefits.models import AwardRow
from yiwang.business.benefits.running import tell
from yiwang.business.benefits.states import Step
from yiwang.business.benefits.writing import seal
from yiwang.data.exchange.api import Fact
from yiwang.data.quality import api as quality
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.events import BenefitAnswered, BenefitReminded, BenefitSuspended, from_json
from yiwang.standards.money import yuan

_LAPSED_AT_ONCE: Final = 500


def own(award_id: UUID, *, actor: Actor, lock: bool = False) -> AwardRow:
    """An award of the actor's own; BenefitNotFound for everybody else."""
    rows = AwardRow.objects.select_for_update() if lock else AwardRow.objects
    row = rows.filter(id=award_id).first()
    if row is None or actor.kind != "citizen" or row.recipient != str(actor.represents) or row.state == "found":
        raise BenefitNotFound()
    return row


def step(row: AwardRow, act: str, *, version: int = 0) -> Step:
    """The step if the state and the version allow it; WrongStep otherwise."""
    found = states.award_step(act)
    if row.state not in found.origins or (version and version != row.version):
        raise WrongStep(f"这项待遇现在是「{states.AWARDS[row.state]}」,不能「{found.name}」,请刷新页面后再看。")
    return found


def answer(award_id: UUID, *, act: str, actor: Actor, version: int, note: str) -> AwardRow:
    """Confirm or decline; the same answer again changes nothing."""
    if act not in ("confirm", "decline"):
        raise BadAnswer("请选择确认领取或放弃。", field="act")
    with transaction.atomic():
        row = own(award_id, actor=actor, lock=True)
        if row.state == states.award_step(act).target:
            return row
        row.state = step(row, act, version=version).target
        row.note, row.answered_at = note.strip()[:500], now()
        _write(row, f"benefit.{act}", actor, ["note", "answered_at"])
        emit(_answered(row, row.state))
    return row


def correct(award_id: UUID, *, name: str, claimed: str, reason: str, actor: Actor, version: int) -> AwardRow:
    """Dispute one fact at its source; the award waits for the answer."""
    with transaction.atomic():
        row = own(award_id, actor=actor, lock=True)
        target = step(row, "correct", version=version).target
        line = next((one for one in row.facts if one["name"] == name and one["fact"]), None)
        if line is None:
            raise BadAnswer("请选择哪一项信息有误。", field="name")
        fact = Fact.from_json(line["fact"])
        opened = quality.open_correction(
            None,
            element=fact.element,
            key=fact.key,
            held_value="" if fact.value is None else str(fact.value),
            claimed_value=claimed,
            reason=reason,
            actor=actor,
        )
        row.state, row.correction_id, row.answered_at = target, opened.correction_id, now()
        _write(row, "benefit.correct", actor, ["correction_id", "answered_at"], element=fact.element)
        emit(_answered(row, "correcting"))
    return row


def on_correction(event: Mapping[str, Any]) -> None:
    """A fact was corrected or upheld: the awards that waited for it are decided again and told anew, or end."""
    correction = UUID(str(from_json(event).subject))
    with transaction.atomic():
        rows = list(AwardRow.objects.select_for_update().filter(correction_id=correction, state="correcting"))
        for row in rows:
            row.state = "found"
            row.save(update_fields=["state"])
        for code in sorted({row.benefit for row in rows}):
            tell(definitions.get(code), actor=SYSTEM, only=[row for row in rows if row.benefit == code])


def lapse(at: datetime | None) -> int:
    """Awards past their day count as not confirmed; each is reminded once. Returns how many."""
    day = (at or now()).date()
    with transaction.atomic():
        waiting = AwardRow.objects.select_for_update(skip_locked=True).filter(state="told", answer_due__lt=day).order_by("id")
        rows = list(waiting[:_LAPSED_AT_ONCE])
        reminders = []
        for row in rows:
            row.state, row.version = "silent", row.version + 1
            if row.reminded_at is None:
                row.reminded_at = now()
                reminders.append(BenefitReminded(at=now(), **members(row)))
        AwardRow.objects.bulk_update(rows, ["state", "version", "reminded_at"])
        seal("benefit.lapse", SYSTEM, rows)
        emit_many(reminders)
    return len(rows)


def suspend(row: AwardRow, *, actor: Actor, reason: str) -> None:
    """Stop paying until a person has looked; in the caller's transaction."""
    row.state = step(row, "suspend").target
    _write(row, "benefit.suspend", actor, [], reason=reason)
    reporting.changed(row, reporting.SUSPENDED, actor=actor)
    emit(BenefitSuspended(at=now(), reason=reason, **members(row)))


def close(row: AwardRow, act: str, *, actor: Actor, note: str) -> None:
    """End or restore an award; in the caller's transaction."""
    row.state, row.note = step(row, act).target, note
    _write(row, f"benefit.{act}", actor, ["note"])
    reporting.changed(row, reporting.PAYING if act == "restore" else reporting.ENDED, actor=actor)


def adjust(amounts: Sequence[tuple[AwardRow, int]], *, actor: Actor) -> None:
    """Confirmed awards whose monthly amount is another now (a parameter changed, an age was reached) get it from the next list."""
    for stale, fen in amounts:
        if not fen or fen == stale.amount_fen:
            continue
        with transaction.atomic():
            row = AwardRow.objects.select_for_update().get(id=stale.id)
            if row.state == "confirmed":
                before, row.amount_fen = row.amount_fen, fen
                _write(row, "benefit.adjust", actor, ["amount_fen"], before=yuan(before), after=yuan(fen))


def members(row: AwardRow) -> dict[str, Any]:
    """What every event of an award carries."""
    definition = definitions.get(row.benefit)
    return {
        "award_id": str(row.id),
        "benefit": row.benefit,
        "department": row.department,
        "recipient": row.recipient,
        "title": definition.name,
        "title_en": definition.name_en,
        "amount": yuan(row.amount_fen),
    }


def _answered(row: AwardRow, outcome: str) -> BenefitAnswered:
    return BenefitAnswered(at=now(), outcome=outcome, **members(row))


def _write(row: AwardRow, act: str, actor: Actor, fields: list[str], **detail: Any) -> None:
    row.version += 1
    row.save(update_fields=["state", "version", *fields])
    seal(act, actor, [row], **detail)
