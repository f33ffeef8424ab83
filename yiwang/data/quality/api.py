"""The door of corrections 核实纠错: dispute a value, check it at its source within ten working days, correct or uphold."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yiwang.data.exchange.api import Key
from yiwang.data.quality import journey
from yiwang.data.quality.values import Correction, CorrectionAnswered, CorrectionInvalid, CorrectionNotFound, Outcome
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject

__all__ = [
    "Correction",
    "CorrectionAnswered",
    "CorrectionInvalid",
    "CorrectionNotFound",
    "Outcome",
    "answer",
    "get",
    "mine",
    "open_correction",
    "tick",
    "todo",
]


def open_correction(
    case_id: UUID | None, *, element: str, key: Subject | Key, held_value: str, claimed_value: str, reason: str, actor: Actor
) -> Correction:
    """Dispute a value at the department that owns it; the clock of ten working days starts.

    A citizen may dispute only his own data or that of a record related to him; an official any. The same person disputing
    the same element again while one is open gets the open one back.

    Raises:
        CorrectionInvalid: no claimed value or reason, or the claim equals the held value or breaks the element's rule.
        Forbidden: a citizen disputing a stranger's data; an anonymous visitor.
        UnknownElement: no such element.
    """
    return journey.open_correction(
        case_id, element=element, key=key, held_value=held_value, claimed_value=claimed_value, reason=reason, actor=actor
    )


def answer(correction_id: UUID, *, outcome: Outcome, note: str, actor: Actor) -> Correction:
    """Answer for the owner: 'corrected' writes the claimed value into the register as a new version, 'upheld' needs a reason.

    Raises:
        CorrectionNotFound: no such order, or of another department.
        Forbidden: without the permission ``correction.handle``.
        CorrectionAnswered: already answered.
        CorrectionInvalid: unknown outcome, or no note.
    """
    return journey.answer(correction_id, outcome=outcome, note=note, actor=actor)


def get(correction_id: UUID, *, actor: Actor) -> Correction:
    """One order, for who opened it, whom it is about, or the owner's staff; CorrectionNotFound for everybody else."""
    return journey.get(correction_id, actor=actor)


def todo(actor: Actor) -> list[Correction]:
    """Open orders of the actor's department, most urgent first; [] without the permission."""
    return journey.todo(actor)


def mine(actor: Actor) -> list[Correction]:
    """Orders that the actor opened, newest first."""
    return journey.mine(actor)


def tick(at: datetime | None = None) -> int:
    """Escalate orders past their last day; returns how many. Called by the periodic job."""
    return journey.tick(at)
