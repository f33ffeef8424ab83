"""A draft of a decision table read over what was decided before: how many outcomes would change, which way; nobody is named.

The facts are those that each decision was stored with, its dated values of then included. Nothing is changed or kept but the
audit record. Cost: one statement over the newest decisions (a table that decides rarely is looked for through all of them) and
one decision for each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from yiwang.business.cases import deciding, writing
from yiwang.business.cases.sealing import opened
from yiwang.business.cases.showing import element_mask
from yiwang.business.cases.values import RehearsedCase, TableRehearsal
from yiwang.business.cases.writing import Row
from yiwang.business.matters.api import MatterVersion, version_of
from yiwang.rules.api import Model, Outcome, decide
from yiwang.security.access.api import Actor, covers, require
from yiwang.security.audit.api import Record, record
from yiwang.security.masking.api import mask

MOST: Final = 5_000
EXAMPLES: Final = 12
_NOT_KNOWN: Final = ("denied", "unavailable", "unknown", "absent")
_RECORDED: Final = """
    SELECT d.id, d.inputs, d.reading, c.matter_version, c.region FROM cases_decision d JOIN cases_case c ON c.id = d.case_id
    WHERE d.table_name = %s AND d.table_digest <> '' AND c.department = %s ORDER BY d.id DESC LIMIT %s"""


def rehearse_table(table: str, *, model: Model, actor: Actor, limit: int) -> TableRehearsal:
    """See ``api.rehearse_table``."""
    require(actor, "table.view", department=actor.department)
    with writing.raw_cursor() as cursor:
        rows = cursor.execute(_RECORDED, [table, actor.department, max(1, min(limit, MOST))]).fetchall()
    counted = _Counted(model)
    for decision_id, inputs, reading, version_id, region in rows:
        if covers(actor.region, region):
            held = opened("decisions", {"id": decision_id, "inputs": json.loads(inputs), "reading": json.loads(reading)})
            counted.add(held["inputs"], held["reading"], version_id)
    told = counted.told()
    detail = {"table": table, "digest": model.digest, "cases": told.cases, "changed": sum(number for _, _, number in told.moves)}
    record(Record("table.rehearse", actor, "table", table, detail=detail))
    return told


class _Counted:
    """What a rehearsal counts."""

    def __init__(self, model: Model) -> None:
        self.model, self.cases = model, 0
        self.moves: Counter[tuple[str, str]] = Counter()
        self.missing: Counter[str] = Counter()
        self.otherwise = 0
        self.examples: list[RehearsedCase] = []

    def add(self, inputs: Row, reading: Row, version_id: Any) -> None:
        """One recorded decision under the draft."""
        self.cases += 1
        facts = {name: one["value"] for name, one in inputs.items() if one["status"] not in _NOT_KNOWN}
        outcome = decide(self.model, self.model.decisions[-1], facts, explain=False)
        before, after = reading["result"] or "undetermined", outcome.result or "undetermined"
        if after == "undetermined":
            self.missing.update(deciding.label_of(version_of(version_id), name) for name in outcome.missing)
        if before != after:
            self.moves[before, after] += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(_example(inputs, reading, outcome, version_of(version_id)))
        elif outcome.to_json()["value"] != reading["value"]:
            self.otherwise += 1

    def told(self) -> TableRehearsal:
        """The counts."""
        moves = tuple((before, after, number) for (before, after), number in self.moves.most_common())
        return TableRehearsal(self.cases, moves, self.otherwise, tuple(self.missing.most_common(10)), tuple(self.examples))


def _example(inputs: Row, reading: Row, outcome: Outcome, version: MatterVersion) -> RehearsedCase:
    facts = [(deciding.label_of(version, name), _masked(one, version.decision_inputs.get(name, {}))) for name, one in inputs.items()]
    return RehearsedCase(
        reading["result"] or "undetermined",
        outcome.result or "undetermined",
        tuple(row["index"] for row in reading.get("rows", ())),
        tuple(row.index for row in outcome.rows),
        tuple(facts),
    )


def _masked(given: Row, source: Mapping[str, str]) -> str:
    """A recorded value as somebody reads it who has nothing to do with the case."""
    value = given["value"]
    if given["status"] in _NOT_KNOWN or value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    kind = element_mask(source.get("element", "")) if "element" in source else "text" if "field" in source else ""
    return mask(str(value), kind) if kind else str(value)
