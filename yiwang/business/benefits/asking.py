"""为什么不是我: any citizen asks for himself and gets the conditions, the facts with their source, and what to dispute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from yiwang.business.benefits import definitions
from yiwang.business.benefits.definitions import Definition, Input
from yiwang.business.benefits.errors import BenefitNotFound
from yiwang.business.benefits.gathering import Gathered, gather
from yiwang.business.benefits.population import Draft
from yiwang.business.benefits.running import shown_facts
from yiwang.business.benefits.values import ConditionLine, Explained, FactLine
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Key
from yiwang.rules import api as rules
from yiwang.security.access.api import Actor


def why(code: str, *, actor: Actor) -> list[Explained]:
    """One answer for each row of the population that is the actor's own; see the door."""
    definition = definitions.get(code)
    if actor.kind != "citizen" or actor.represents is None or actor.represents.kind != "person":
        raise BenefitNotFound("请以本人身份登录后查询自己的待遇。")
    with transaction.atomic():
        keys = _keys(definition, actor)
        known = gather(definition, keys, actor=actor) if keys else {}
    draft = Draft.of(definition)
    return [_explained(definition, draft, known[key]) for key in keys]


def _keys(definition: Definition, actor: Actor) -> list[str]:
    subject = actor.represents
    assert subject is not None
    if definition.by == "person":
        return [subject.key]
    records = exchange.records_of(
        None, subject=subject, kinds=[definition.by], purpose=definition.purpose, legal_basis=definition.legal_basis, actor=actor
    )
    return [one.key.value for one in records if isinstance(one.key, Key)]


def _explained(definition: Definition, draft: Draft, found: Gathered) -> Explained:
    outcome = draft.decide(found.values, explain=True)
    labels = {one.name: one.label for one in definition.inputs}
    receiving = bool(definition.benefit_kind) and definition.benefit_kind in found.held
    return Explained(
        definition.code,
        definition.name,
        found.key if definition.by != "person" else "",
        str(outcome.result),
        outcome.reason,
        outcome.amount_fen,
        receiving,
        outcome.clauses,
        conditions(outcome, definition, draft.parameters),
        tuple(fact_line(line) for line in shown_facts(found)),
        tuple(labels.get(name, name) for name in outcome.missing),
    )


def column_labels(model: rules.Model) -> Mapping[str, str]:
    """The condition columns' labels by their expressions."""
    return {column.expression: column.label for one in model.as_tables().decisions for column in one.table.inputs}


def conditions(outcome: rules.Outcome, definition: Definition, parameters: Mapping[str, Any]) -> tuple[ConditionLine, ...]:
    """The conditions of the row that fired, or of the rows that might (undetermined): each asked once, in words."""
    fired = {row.index for row in outcome.rows}
    labels = column_labels(definition.model)
    names = {one.name: one.label for one in definition.inputs} | {name: str(value) for name, value in parameters.items()}
    codes = {one.name: code_words(one) for one in definition.inputs if code_words(one)}
    lines: dict[str, ConditionLine] = {}
    for one in outcome.conditions:
        if fired and one.row not in fired:
            continue
        if not fired and one.result is False:
            continue
        label = labels.get(one.input, "")
        said = rules.in_words(one.input, one.test, names=names, codes=codes, subject=label)
        found = seen(one.value, unknown=one.unknown)
        line = ConditionLine(label or one.input, said, codes.get(one.input, {}).get(found, found), one.result, one.clause)
        lines.setdefault(one.input, line)
    return tuple(lines.values())


def code_words(one: Input) -> Mapping[str, str]:
    """What the codes of an input mean; {} where it has none."""
    table = catalogue.element(one.element).code_table if one.element else ""
    return catalogue.codes(table) if table else {}


def seen(value: Any, *, unknown: bool) -> str:
    """A value of a condition in words."""
    if unknown:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def fact_line(line: Mapping[str, Any]) -> FactLine:
    """A kept fact as pages show it."""
    fact = line["fact"] or {}
    disputable = bool(fact) and fact.get("status") in ("verified", "disagrees", "absent")
    return FactLine(
        line["name"],
        line["label"],
        line["shown"],
        line["status"],
        fact.get("source_department", ""),
        fact.get("observed_at", ""),
        fact.get("note", ""),
        fact.get("element", "") if disputable else "",
        fact.get("key", "") if disputable else "",
        "" if fact.get("value") is None else str(fact.get("value")),
    )
