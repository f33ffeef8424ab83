"""A rehearsal: a draft of the parameters or of the table replayed over the population. Only its summary is kept; nobody is told.

Cost: one reading of the population and two decisions for each member (three where another register disagrees).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.business.benefits import definitions, population
from yiwang.business.benefits.definitions import DECISION, Definition
from yiwang.business.benefits.errors import BadAnswer
from yiwang.business.benefits.models import RehearsalRow
from yiwang.business.benefits.population import Draft, Member
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.rules import api as rules
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record

_ABOUT: Final = ("person.birth_date", "person.sex", "person.domicile_division")
_BANDS: Final = (0, 3, 18, 35, 60, 70, 80, 90, 100)
MOST_TABLE: Final = 500_000
_STEPS: Final = 6  # months on each side of a threshold date, or units of a number


def rehearse(code: str, *, actor: Actor, parameters: Mapping[str, str], table: bytes | None) -> RehearsalRow:
    """Replay a draft; see the door."""
    definition = definitions.get(code)
    require(actor, "benefit.handle", department=definition.department)
    present = Draft.of(definition)
    draft = Draft(_table(definition, table), _parameters(present.parameters, parameters), present.on)
    count = _Count()
    with transaction.atomic():
        disagreeing = _Disagreeing(definition, actor)
        for chunk in population.survey(definition, actor=actor, about=_ABOUT):
            others = disagreeing.of(chunk)
            for member in chunk:
                count.add(definition, member, present, draft, others.get(member.key, {}))
        changed = {name: value for name, value in draft.parameters.items() if present.parameters.get(name) != value}
        row = RehearsalRow.objects.create(
            benefit=code,
            department=definition.department,
            at=now(),
            by_name=actor.name,
            draft={"parameters": changed, "table": draft.model.digest if table else ""},
            summary=count.summary(definition),
        )
        record(Record("benefit.rehearse", actor, "rehearsal", str(row.id), detail={"benefit": code, "draft": sorted(changed)}))
    return row


def _table(definition: Definition, table: bytes | None) -> rules.Model:
    """The draft table, which must ask for the same facts; InvalidModel for one that cannot be read."""
    if not table:
        return definition.model
    if len(table) > MOST_TABLE:
        raise BadAnswer("决策表文件超过 500 KB。", field="table")
    model = rules.load(table)
    if DECISION not in model.decisions:
        raise BadAnswer(f"决策表中没有名为「{DECISION}」的决定。", field="table")
    strange = set(model.inputs(DECISION)) - set(definition.model.inputs(DECISION))
    if strange:
        raise BadAnswer(f"决策表需要本待遇没有的输入:{'、'.join(sorted(strange))}。", field="table")
    return model


def _parameters(present: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, Any]:
    """The present parameters with the draft's, each of the kind it has now."""
    draft = dict(present)
    for name, text in wanted.items():
        if name not in present:
            raise BadAnswer(f"这项待遇没有名为「{name}」的参数。", field=name)
        if isinstance(present[name], str):
            draft[name] = text.strip()
            continue
        try:
            value = float(text)
        except ValueError as error:
            raise BadAnswer(f"参数「{name}」须为数字。", field=name) from error
        if not 0 <= value <= 10_000_000:
            raise BadAnswer(f"参数「{name}」须在 0 至 10000000 之间。", field=name)
        draft[name] = int(value) if value == int(value) else value
    return draft


class _Disagreeing:
    """What other registers hold for the inputs that the catalogue knows another source for."""

    def __init__(self, definition: Definition, actor: Actor) -> None:
        self.definition, self.actor = definition, actor
        self.inputs = [one for one in definition.inputs if one.element and catalogue.element(one.element).cross and not one.via]

    def of(self, chunk: Sequence[Member]) -> dict[str, dict[str, Any]]:
        """By key, the differing values by input name."""
        found: dict[str, dict[str, Any]] = {}
        for one in self.inputs:
            theirs = exchange.cross_values(
                self.definition.purpose,
                element=one.element,
                legal_basis=self.definition.legal_basis,
                actor=self.actor,
                keys=[member.key for member in chunk],
            )
            for member in chunk:
                value = theirs.get(member.key)
                if value not in (None, "") and value != member.facts.get(one.name):
                    found.setdefault(member.key, {})[one.name] = value
        return found


class _Count:
    """What the rehearsal counts: sums and groups, never a person."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.groups: dict[str, dict[str, Counter[str]]] = {"age": {}, "sex": {}, "district": {}}
        self.cliff: Counter[int] = Counter()
        self.missing: Counter[str] = Counter()

    def add(self, definition: Definition, member: Member, present: Draft, draft: Draft, others: Mapping[str, Any]) -> None:
        """One member under both rules."""
        before, after = present.decide(member.facts), draft.decide(member.facts)
        was, will = before.amount_fen, after.amount_fen
        self.totals["scanned"] += 1
        self.totals["before"] += before.result == "yes"
        self.totals["after"] += after.result == "yes"
        self.totals["before_fen"] += was
        self.totals["after_fen"] += will
        if after.result == "undetermined":
            self.totals["undetermined"] += 1
            self.missing.update(after.missing)
        if others and after.result != "yes" and draft.decide({**member.facts, **others}).result == "yes":
            self.totals["disagreeing"] += 1
        change = "gains" if will > was else "loses" if will < was else ""
        if change:
            self.totals[change] += 1
            for group, name in _groups(member).items():
                self.groups[group].setdefault(name, Counter()).update({change: 1, "fen": will - was})
        if after.result == "no" and before.result != "undetermined":
            self._near(definition, member, draft)

    def _near(self, definition: Definition, member: Member, draft: Draft) -> None:
        """How far a member who gets nothing is from the threshold: steps after which the answer would be yes."""
        distance = _distance(definition, member, draft)
        if distance is not None:
            self.cliff[distance] += 1

    def summary(self, definition: Definition) -> dict[str, Any]:
        """Everything as plain JSON; missing facts by what they are called."""
        labels = {one.name: one.label for one in definition.inputs}
        missing = {labels.get(name, name): people for name, people in self.missing.most_common(10)}
        totals = {name: self.totals[name] for name in sorted(_TOTALS)}
        groups = {
            group: [[name, one["gains"], one["loses"], one["fen"]] for name, one in sorted(rows.items())]
            for group, rows in self.groups.items()
        }
        cliffs = [[step, self.cliff[step]] for step in range(1, _STEPS + 1)]
        return {**totals, "groups": groups, "cliffs": cliffs, "missing": missing}


_TOTALS: Final = frozenset(("scanned", "before", "after", "before_fen", "after_fen", "gains", "loses", "undetermined", "disagreeing"))


def _groups(member: Member) -> dict[str, str]:
    born, sex, division = (member.about.get(code) for code in _ABOUT)
    return {
        "age": _band(str(born)) if born else "未知",
        "sex": catalogue.label("person.sex", sex) or "未知",
        "district": _district(division),
    }


def _district(division: Any) -> str:
    return catalogue.label("person.domicile_division", str(division)[:6]) if division else "未知"


def _band(born: str) -> str:
    birth, day = date.fromisoformat(born), today()
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    low = max(edge for edge in _BANDS if edge <= max(age, 0))
    high = next((edge for edge in _BANDS if edge > low), None)
    return f"{low}–{high - 1} 岁" if high else f"{low} 岁以上"


def _distance(definition: Definition, member: Member, draft: Draft) -> int | None:
    """In how many steps (months of age, or units of a number) the threshold is reached, at most ``_STEPS``; else None."""
    name = definition.threshold.get("input", "")
    value = member.facts.get(name)
    if value is None:
        return None
    limit = draft.parameters.get(definition.threshold.get("parameter", ""))
    if not isinstance(limit, int | float):
        return None
    if isinstance(value, str):
        birth, day = date.fromisoformat(value), draft.on
        months = (day.year - birth.year) * 12 + day.month - birth.month
        gap = int(abs(limit * 12 - months))
    else:
        gap = int(abs(limit - value))
    return max(gap, 1) if gap <= _STEPS else None
