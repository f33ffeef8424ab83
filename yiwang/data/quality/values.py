"""Frozen values and errors of corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from yiwang.data.exchange.api import Key
from yiwang.data.quality.report import Suggestion
from yiwang.standards.errors import Conflict, InvalidInput, NotFound
from yiwang.standards.subjects import Subject

Outcome = Literal["corrected", "upheld"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction order 校核单.

    Attributes:
        state: a key of ``states.STATES``: 'open', 'escalated', 'corrected', 'upheld'.
        opened_by: ``str(Subject)`` of the citizen, or the account of the official.
        rule: the quality rule that opened it, or ''; then ``claimed_value`` is '' until it is answered.
        suggestions: values that could be meant; a person takes one or none.
        due: last day of the ten working days; overdue when past and not answered.
    """

    correction_id: UUID
    case_id: UUID | None
    element: str
    element_name: str
    key: Subject | Key
    department: str
    held_value: str
    claimed_value: str
    reason: str
    opened_by: str
    opened_by_name: str
    opened_at: datetime
    due: date
    state: str
    state_name: str
    outcome: str
    note: str
    answered_by: str
    answered_at: datetime | None
    rule: str = ""
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether an answer has been given."""
        return self.outcome != ""


class CorrectionInvalid(InvalidInput):
    """纠错申请不完整:请写明正确的内容和理由,且与现有内容不同。"""

    code = "correction_invalid"


class CorrectionNotFound(NotFound):
    """没有找到这张纠错单,可能已被删除,或您没有查看权限。"""

    code = "correction_not_found"


class CorrectionAnswered(Conflict):
    """这张纠错单已经答复,不能再次答复。"""

    code = "correction_answered"
