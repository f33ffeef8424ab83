"""What a decision answers: the value, the rows that fired, every condition, the clauses, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from yiwang.rules.facts import to_json as value_to_json
from yiwang.rules.feel.values import UNKNOWN, Value

Result = Literal["yes", "no", "undetermined"]
_RESULT_FIELDS: Final = ("result", "decision", "结果", "决定", "结论")
_YES: Final = frozenset({"yes", "true", "是", "通过", "准予", "符合", "同意", "批准", "准予许可"})
_NO: Final = frozenset({"no", "false", "否", "不通过", "不予", "不符合", "不同意", "不批准", "不予许可"})
_OPEN: Final = frozenset({"undetermined", "review", "待定", "无法判定", "人工", "转人工"})


@dataclass(frozen=True, slots=True)
class FiredRow:
    """A row that fired: the decision, its 1-based number, results by column name, annotations by name, its clause."""

    decision: str
    index: int
    outputs: Mapping[str, Value]
    annotations: Mapping[str, str]
    clause: str


class Condition(NamedTuple):
    """One tested cell: ``result`` None is null or, with ``unknown``, a fact nobody gave."""

    decision: str
    row: int
    input: str
    test: str
    value: Value
    operands: tuple[tuple[str, Value], ...]
    result: bool | None
    unknown: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one decision; ``result`` is None when the value says neither yes nor no."""

    model: str
    digest: str
    decision: str
    value: Value
    result: Result | None
    facts: Mapping[str, Value]
    rows: tuple[FiredRow, ...] = ()
    conditions: tuple[Condition, ...] = ()
    clauses: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    diagnostics: tuple[str, ...] = field(default=())

    @property
    def reason(self) -> str:
        """What the value says in words in its member ``reason``; '' where it says nothing."""
        return str(self.value.get("reason", "")) if isinstance(self.value, dict) else ""

    @property
    def amount_fen(self) -> int:
        """The member ``amount`` of a yes, yuan in the table, in fen; else 0."""
        amount = self.value.get("amount") if isinstance(self.value, dict) and self.result == "yes" else None
        return int(amount * 100) if isinstance(amount, Decimal) else 0

    def to_json(self) -> dict[str, object]:
        """Everything as plain JSON, enough to replay the decision."""
        return {
            "model": self.model,
            "digest": self.digest,
            "decision": self.decision,
            "facts": {name: value_to_json(value) for name, value in self.facts.items()},
            "value": value_to_json(self.value),
            "result": self.result,
            "rows": [
                {
                    "decision": row.decision,
                    "index": row.index,
                    "outputs": {name: value_to_json(value) for name, value in row.outputs.items()},
                    "annotations": dict(row.annotations),
                    "clause": row.clause,
                }
                for row in self.rows
            ],
            "conditions": [
                {
                    "decision": condition.decision,
                    "row": condition.row,
                    "input": condition.input,
                    "test": condition.test,
                    "value": value_to_json(condition.value),
                    "operands": {name: value_to_json(value) for name, value in condition.operands},
                    "result": condition.result,
                    "unknown": condition.unknown,
                    "clause": condition.clause,
                }
                for condition in self.conditions
            ],
            "clauses": list(self.clauses),
            "missing": list(self.missing),
            "diagnostics": list(self.diagnostics),
        }


def result_of(value: Value) -> Result | None:
    """Yes, no or undetermined as the value says it, itself or in its field ``result`` or ``decision`` (结果, 决定, 结论)."""
    if value is UNKNOWN:
        return "undetermined"
    if isinstance(value, dict):
        return next((result_of(value[name]) for name in _RESULT_FIELDS if name in value), None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return None
    word = value.strip().lower()
    return "yes" if word in _YES else "no" if word in _NO else "undetermined" if word in _OPEN else None
