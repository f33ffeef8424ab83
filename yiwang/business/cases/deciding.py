"""Deciding by table: inputs with their provenance, the reading of the table, and what the case does with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.ids.api import new_id
from yiwang.business.cases.acting import Act
from yiwang.business.cases.writing import Row, raw_cursor
from yiwang.business.matters.api import MatterVersion, table_key
from yiwang.data.catalogue.api import element as element_of
from yiwang.data.decisions import api as decisions
from yiwang.data.laws import api as laws
from yiwang.rules.api import Model, Outcome, decide

_KNOWN: Final = frozenset({"verified", "disagrees"})
_kept: set[str] = set()


def model_of(table: str) -> tuple[Model, str]:
    """The decision table in force under a file name of the matters' library, compiled, with its text."""
    found = decisions.in_force(table_key(table))
    return found.model, found.source


def evaluate(act: Act, *, settled: Mapping[str, Any] | None = None) -> tuple[Outcome, Row]:
    """Read the matter's table with what the case knows; the outcome and the decision row that keeps it.

    ``settled``: inputs that an official has established himself; they stand above what the registers say.
    """
    model, text = model_of(act.version.decision_table)
    inputs = given_inputs(act, settled or {})
    facts = {name: one["value"] for name, one in inputs.items() if one["status"] not in ("denied", "unavailable", "unknown")}
    outcome = decide(model, model.decisions[-1], facts)
    keep_table(model, act.version.decision_table, text)
    kept = outcome.to_json()
    row = _row(act, outcome.result or "undetermined", text="".join(str(one) for one in messages(outcome)))
    row |= {
        "table_name": act.version.decision_table,
        "table_digest": model.digest,
        "inputs": inputs,
        "reading": kept,
        "clauses": list(outcome.clauses) or [str(one) for one in act.version.legal_bases],
        "settles": settles(act.version, outcome),
    }
    return outcome, row


def given_inputs(act: Act, settled: Mapping[str, Any]) -> dict[str, Row]:
    """Every input of the table: its value, where it is from, whether it is known."""
    case = act.file.case
    facts = {(row["element"], row["subject"]): row for row in case["facts"]}
    values = {row["key"]: row["value"] for row in case["fields"]}
    inputs: dict[str, Row] = {}
    in_force = _parameters(act.version)
    for name, source in act.version.decision_inputs.items():
        if name in settled:
            inputs[name] = {"value": settled[name], "from": act.actor.name, "status": "settled"}
        elif "element" in source:
            inputs[name] = _from_fact(facts.get((source["element"], source.get("key", "applicant"))))
        elif "field" in source:
            inputs[name] = {"value": values.get(source["field"]), "from": f"field:{source['field']}", "status": "given"}
        elif "parameter" in source:
            inputs[name] = _from_parameter(source["parameter"], in_force)
        elif "answer" in source:
            inputs[name] = {"value": case["answers"].get(source["answer"]), "from": f"answer:{source['answer']}", "status": "given"}
        else:
            inputs[name] = {"value": today().isoformat(), "from": "clock:today", "status": "given"}
    return inputs


def _from_fact(fact: Row | None) -> Row:
    if fact is None:  # nobody to ask about, for example a father that the birth record does not name
        return {"value": None, "from": "", "status": "absent"}
    source = f"{fact['source_department']}/{fact['source_register']}#{fact['source_version']}"
    value = fact["value"] if fact["status"] in _KNOWN else None
    return {"value": value, "from": source, "status": fact["status"], "observed_at": fact["observed_at"]}


def _parameters(version: MatterVersion) -> Mapping[str, laws.Parameter]:
    """The dated values that the table compares with, as in force today."""
    codes = [source["parameter"] for source in version.decision_inputs.values() if "parameter" in source]
    return laws.parameters_on(codes, on=today()) if codes else {}


def _from_parameter(code: str, in_force: Mapping[str, laws.Parameter]) -> Row:
    """A dated value with its source; unknown where none is in force, so that an official decides."""
    held = in_force.get(code)
    if held is None:
        return {"value": None, "from": f"parameter:{code}", "status": "unknown"}
    since = held.valid_from.isoformat()
    return {"value": held.plain, "from": f"parameter:{code}", "status": "given", "since": since, "source": held.source}


def messages(outcome: Outcome) -> list[object]:
    """What the fired rows say to the applicant."""
    return [value for row in outcome.rows for name, value in row.outputs.items() if name in ("reason", "message", "理由", "说明") and value]


def settles(version: MatterVersion, outcome: Outcome) -> str:
    """The one fact that would settle an undetermined outcome, in words."""
    return "、".join(label_of(version, name) for name in outcome.missing)


def label_of(version: MatterVersion, name: str) -> str:
    """An input of the table as people call it."""
    source = version.decision_inputs.get(name, {})
    if "clock" in source:
        return "今天"
    if "element" in source:
        return element_of(source["element"]).name
    if "parameter" in source:
        return laws.parameter_name(source["parameter"])
    if "field" in source:
        return next((str(one["label"]) for one in version.fields if one["key"] == source["field"]), name)
    if "answer" in source:
        return next((one.text for one in version.questions if one.key == source["answer"]), name)
    return name


def by_official(act: Act, outcome: str, *, text: str, settled: Mapping[str, Any] | None = None, clauses: Sequence[str] = ()) -> Row:
    """The decision row of an official; the table's own reading stands beside it where there is a table."""
    if act.version.decision_table:
        _, row = evaluate(act, settled=settled)
        row |= {"outcome": outcome, "text": text, "settles": ""}
    else:
        row = _row(act, outcome, text=text)
    row |= {"automatic": False, "decided_by": act.actor.name}
    row["clauses"] = list(clauses) or row["clauses"] or [str(one) for one in act.version.legal_bases]
    return act.file.add("decisions", row)


def _row(act: Act, outcome: str, *, text: str) -> Row:
    return {
        "id": new_id(),
        "at": act.at,
        "outcome": outcome,
        "automatic": True,
        "table_name": "",
        "table_digest": "",
        "inputs": {},
        "reading": {},
        "clauses": [],
        "settles": "",
        "text": text,
        "decided_by": "系统自动办理",
    }


def keep_table(model: Model, name: str, text: str) -> None:
    """Keep the table by its digest, once, in the caller's transaction."""
    if model.digest in _kept:
        return
    with raw_cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_table (digest, name, source, kept_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [model.digest, name, text, now()],
        )
    transaction.on_commit(lambda: _kept.add(model.digest))
