"""A rehearsal: draft parameters or a draft table replayed over all companies. Only the summary is kept; nobody is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.policies import companies, definitions
from yiwang.business.policies.definitions import DECISION, Definition
from yiwang.business.policies.errors import BadInput
from yiwang.business.policies.judging import Draft, facts_of
from yiwang.business.policies.models import RehearsalRow
from yiwang.rules import api as rules
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.security.audit.api import Record, record

MOST_TABLE: Final = 500_000
_GROUPS: Final = ("size", "branch", "age")
_TOTALS: Final = ("scanned", "before", "after", "before_fen", "after_fen", "gains", "loses", "undetermined")


def rehearse(code: str, *, actor: Actor, parameters: Mapping[str, str], table: bytes | None) -> RehearsalRow:
    """Replay a draft; see the door. The companies are read by the platform itself: the official sees sums only."""
    definition = definitions.get(code)
    require(actor, "policy.handle", department=definition.department)
    present = Draft.of(definition)
    draft = Draft.made(definition, _table(definition, table), _parameters(present.parameters, parameters), present.on)
    totals: Counter[str] = Counter()
    groups: dict[str, dict[str, Counter[str]]] = {name: {} for name in _GROUPS}
    with transaction.atomic():
        for chunk in companies.survey(SYSTEM):
            for company in chunk:
                _count(present, draft, company, totals, groups)
        changed = {name: value for name, value in draft.parameters.items() if present.parameters.get(name) != value}
        summary = {name: totals[name] for name in _TOTALS} | {
            "budget_fen": definition.budget_fen,
            "groups": {
                group: [[name, one["gains"], one["loses"], one["fen"]] for name, one in sorted(rows.items())]
                for group, rows in groups.items()
            },
        }
        row = RehearsalRow.objects.create(
            policy=code,
            department=definition.department,
            at=now(),
            by_name=actor.name,
            draft={"parameters": changed, "table": draft.model.digest if table else ""},
            summary=summary,
        )
        record(Record("policy.rehearse", actor, "policy_rehearsal", str(row.id), detail={"policy": code, "draft": sorted(changed)}))
    return row


def _count(
    present: Draft, draft: Draft, company: companies.Company, totals: Counter[str], groups: Mapping[str, dict[str, Counter[str]]]
) -> None:
    """One company under both rules."""
    facts = facts_of(present.definition, company.values)
    before, after = present.decide(facts, explain=False), draft.decide(facts, explain=False)
    was, will = before.amount_fen, after.amount_fen
    totals.update({"scanned": 1, "before_fen": was, "after_fen": will})
    totals.update({"before": before.result == "yes", "after": after.result == "yes", "undetermined": after.result == "undetermined"})
    change = "gains" if will > was else "loses" if will < was else ""
    if change:
        totals[change] += 1
        for group in _GROUPS:
            groups[group].setdefault(company.traits[group], Counter()).update({change: 1, "fen": will - was})


def _table(definition: Definition, table: bytes | None) -> rules.Model:
    """The draft table, which must ask for the same facts; InvalidModel for one that cannot be read."""
    if not table:
        return definition.model
    if len(table) > MOST_TABLE:
        raise BadInput("决策表文件超过 500 KB。", field="table")
    model = rules.load(table)
    if DECISION not in model.decisions:
        raise BadInput(f"决策表中没有名为「{DECISION}」的决定。", field="table")
    strange = set(model.inputs(DECISION)) - set(definition.model.inputs(DECISION))
    if strange:
        raise BadInput(f"决策表需要本政策没有的输入:{'、'.join(sorted(strange))}。", field="table")
    return model


def _parameters(present: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, Any]:
    """The present parameters with the draft's, each of the kind it has now."""
    draft = dict(present)
    for name, text in wanted.items():
        if name not in present:
            raise BadInput(f"这项政策没有名为「{name}」的参数。", field=name)
        if isinstance(present[name], str):
            draft[name] = str(text).strip()[:100]
            continue
        try:
            value = float(text)
        except ValueError as error:
            raise BadInput(f"参数「{name}」须为数字。", field=name) from error
        if not 0 <= value <= 1_000_000_000:
            raise BadInput(f"参数「{name}」须在 0 至 10 亿之间。", field=name)
        draft[name] = int(value) if value == int(value) else value
    return draft
