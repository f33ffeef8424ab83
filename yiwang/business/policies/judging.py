"""One policy and one company: the table's answer, what it falls short of and by how much, which fact is missing. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.business.policies.definitions import DECISION, Condition, Definition
from yiwang.rules import api as rules

_COMPARED: Final = re.compile(r"^(>=|<=|>|<)\s*(.+)$")
_WORDS: Final = {">=": "至少", "<=": "不超过", ">": "多于", "<": "少于"}
NEAR_SHARE: Final = Decimal("0.5")  # whoever has at least half of what a threshold asks is near it
_SLACK: Final = Decimal("0.2")  # of a difference: a fifth of the larger of what is compared


@dataclass(frozen=True, slots=True)
class Short:
    """A condition that fails: what was seen, what is wanted, by how much it fails ('' where that is no number), what helps."""

    label: str
    seen: str
    wanted: str
    gap: str
    unit: str
    remedy: str
    near: bool

    def to_json(self) -> dict[str, Any]:
        """As it is kept beside a match."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer for one company. ``result``: yes, near (one condition that can change fails by little), undetermined or no."""

    result: str
    amount_fen: int
    missing: tuple[str, ...]
    short: tuple[Short, ...]
    outcome: rules.Outcome


@dataclass(frozen=True, slots=True)
class Draft:
    """What decides: a table and its parameters on a day. ``of`` gives the one in force."""

    definition: Definition
    model: rules.Model
    parameters: Mapping[str, Any]
    on: date
    words: Mapping[str, Condition]
    granting: int  # the row (1-based) whose conditions a company has to meet

    @classmethod
    def of(cls, definition: Definition, on: date | None = None) -> Draft:
        """The table and the parameters in force on a day, today by default."""
        day = on or today()
        return cls.made(definition, definition.model, definition.in_force(day), day)

    @classmethod
    def made(cls, definition: Definition, model: rules.Model, parameters: Mapping[str, Any], on: date) -> Draft:
        """A draft of these parts; a column that the policy's own table does not have speaks for itself."""
        own = dict(zip(_columns(definition.file), definition.conditions, strict=True))
        words = {expression: own.get(expression, Condition(expression, "", "")) for expression in _columns(model)}
        return cls(definition, model, parameters, on, words, _granting(model))

    def decide(self, facts: Mapping[str, Any], *, explain: bool = True) -> rules.Outcome:
        """The outcome for the facts of one company, by input name."""
        return rules.decide(self.model, DECISION, {**self.parameters, **facts, "today": self.on}, explain=explain)

    def judge(self, facts: Mapping[str, Any]) -> Judged:
        """The outcome with what is missing or falls short, in words."""
        outcome = self.decide(facts)
        labels = {one.name: one.label for one in self.definition.inputs}
        missing = tuple(labels.get(name, name) for name in outcome.missing)
        short = () if outcome.result == "yes" else tuple(self._short(outcome, facts))
        result = str(outcome.result)
        if result == "no" and len(short) == 1 and short[0].near and not self._open(outcome):
            result = "near"
        return Judged(result, outcome.amount_fen, missing, short, outcome)

    def _open(self, outcome: rules.Outcome) -> bool:
        return any(one.unknown for one in outcome.conditions if one.row == self.granting)

    def _short(self, outcome: rules.Outcome, facts: Mapping[str, Any]) -> list[Short]:
        """The conditions of the granting row that fail."""
        known = self.words
        return [
            _fails(one, known[one.input], self.parameters) for one in outcome.conditions if one.row == self.granting and one.result is False
        ]


def _columns(model: rules.Model) -> tuple[str, ...]:
    return tuple(column.expression for decision in model.as_tables().decisions for column in decision.table.inputs)


def _granting(model: rules.Model) -> int:
    """The first row that says yes."""
    rows = [row.outputs[0] for decision in model.as_tables().decisions for row in decision.table.rules]
    return next((place for place, output in enumerate(rows, start=1) if output.strip() == '"yes"'), 1)


def _fails(one: rules.Condition, words: Condition, parameters: Mapping[str, Any]) -> Short:
    compared = _COMPARED.match(one.test)
    seen = one.value
    if compared is None or not isinstance(seen, Decimal):
        return Short(words.label, shown(seen), "", "", words.unit, words.remedy, not words.fixed)
    wanted = rules.evaluate(compared[2], {name: _number(value) for name, value in parameters.items()})
    if not isinstance(wanted, Decimal):
        return Short(words.label, shown(seen), one.test, "", words.unit, words.remedy, False)
    gap = abs(wanted - seen)
    counted = max((abs(value) for _, value in one.operands if isinstance(value, Decimal)), default=Decimal(0))
    least = counted * _SLACK if wanted == 0 else abs(wanted) * NEAR_SHARE
    plain = len(one.operands) == 1 and wanted != 0
    return Short(
        words.label,
        shown(seen) if plain else "",
        f"{_WORDS[compared[1]]} {shown(wanted)}" if plain else "",
        shown(gap.quantize(Decimal(1)) if gap > 1 else gap),
        words.unit,
        words.remedy,
        not words.fixed and gap <= least,
    )


def _number(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def shown(value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "" if value is None else str(value)


def facts_of(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by input name from values by element; what the lack of a record says is filled in, what is not known is left out."""
    facts = {}
    for one in definition.inputs:
        value = values.get(one.element)
        value = one.absent if value is None or value == "" else value
        if value is not None:
            facts[one.name] = value
    return facts
