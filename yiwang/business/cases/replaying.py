"""Why it was decided so: condition by condition, and again from what was stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yiwang.business.cases import deciding, queries, rights, writing
from yiwang.business.cases.clockwork import moment
from yiwang.business.cases.showing import element_mask
from yiwang.business.cases.values import Explanation, InputOrigin, ReasonView
from yiwang.business.cases.writing import Row
from yiwang.business.matters.api import MatterVersion, version_of
from yiwang.data.catalogue import api as catalogue
from yiwang.rules.api import in_words, load
from yiwang.rules.api import replay as replay_outcome
from yiwang.security.access.api import Actor
from yiwang.security.masking.api import mask, mask_text
from yiwang.support.forms.api import fields_from_json


def explanation(case_id: UUID, *, actor: Actor) -> Explanation | None:
    """See ``api.explanation``."""
    file = queries.file_for(case_id, actor)
    if not file.decisions:
        return None
    row = file.decisions[-1]
    masked = not rights.sees_clear(file.case, actor, rights.visible(file.case, actor))
    version = version_of(file.case["matter_version"])
    return Explanation(
        case_id=case_id,
        outcome=row["outcome"],
        automatic=row["automatic"],
        table=row["table_name"],
        table_digest=row["table_digest"],
        reasons=_reasons(row, version, masked),
        clauses=tuple(row["clauses"]),
        settles=row["settles"],
        text=mask_text(row["text"]) if masked else row["text"],
        decided_by=row["decided_by"],
        at=moment(row["at"]),
    )


def origins(case_id: UUID, *, actor: Actor) -> tuple[InputOrigin, ...]:
    """See ``api.origins``."""
    file = queries.file_for(case_id, actor)
    if not file.decisions:
        return ()
    row, version = file.decisions[-1], version_of(file.case["matter_version"])
    masked = not rights.sees_clear(file.case, actor, rights.visible(file.case, actor))
    names = {name: _called(version, row["inputs"], name) for name in version.decision_inputs}
    codes = {name: table for name in version.decision_inputs if (table := _codes(version, name))}
    looked: dict[str, list[ReasonView]] = {}
    for one in row["reading"].get("conditions", ()):
        looked.setdefault(one["input"], []).append(_reason(one, version, names, codes, masked))
    return tuple(
        _origin(name, one, version, codes, masked, tuple(dict.fromkeys(looked.get(name, ())))) for name, one in row["inputs"].items()
    )


def _origin(
    name: str, given: Row, version: MatterVersion, codes: Mapping[str, Mapping[str, str]], masked: bool, conditions: tuple[ReasonView, ...]
) -> InputOrigin:
    source = version.decision_inputs.get(name, {})
    element = str(source.get("element", ""))
    kind = "settled" if given["status"] == "settled" else "fact" if element else str(next(iter(source), "clock"))
    value = given.get("value")
    said = codes.get(name, {}).get(_said(value), _said(value))
    free = kind in ("field", "settled") and name not in codes  # what somebody typed; a choice or a date of the calendar says nothing
    if masked and value is not None and (shape := element_mask(element) or ("text" if free and not element else "")):
        said = mask(said, shape)
    label = deciding.label_of(version, name)
    return InputOrigin(
        name,
        label,
        kind,
        str(source.get("key", "")),
        element,
        str(given.get("from", "")),
        said,
        str(given["status"]),
        str(given.get("observed_at", "")),
        conditions,
    )


def replay(case_id: UUID, *, actor: Actor) -> bool:
    """See ``api.replay``: every decision with a table, read again with the table as it was then."""
    file = queries.file_for(case_id, actor)
    rows = [row for row in file.decisions if row["table_digest"]]
    return bool(rows) and all(_same_again(row) for row in rows)


def _same_again(row: Row) -> bool:
    with writing.raw_cursor() as cursor:
        found = cursor.execute("SELECT source FROM cases_table WHERE digest = %s", [row["table_digest"]]).fetchone()
    if found is None:
        return False
    model = load(str(found[0]).encode())
    if model.digest != row["table_digest"] or not replay_outcome(row["reading"], model=model):
        return False
    return not row["automatic"] or row["outcome"] == (row["reading"]["result"] or "undetermined")


def _reasons(row: Row, version: MatterVersion, masked: bool) -> tuple[ReasonView, ...]:
    """The conditions of the rows that decided; where none did, every condition that was looked at, the unknown ones first."""
    reading = row["reading"]
    fired = {(one["decision"], one["index"]) for one in reading.get("rows", ())}
    conditions = [one for one in reading.get("conditions", ()) if not fired or (one["decision"], one["row"]) in fired]
    names = {name: _called(version, row["inputs"], name) for name in version.decision_inputs}
    codes = {name: table for name in version.decision_inputs if (table := _codes(version, name))}
    ordered = sorted(conditions, key=lambda one: not one["unknown"])
    return tuple(dict.fromkeys(_reason(one, version, names, codes, masked) for one in ordered))


def _reason(
    condition: Row, version: MatterVersion, names: Mapping[str, str], codes: Mapping[str, Mapping[str, str]], masked: bool
) -> ReasonView:
    met = None if condition["unknown"] else bool(condition["result"])
    said = in_words(condition["input"], condition["test"], names=names, codes=codes)
    source = version.decision_inputs.get(condition["input"], {})
    kind = element_mask(source.get("element", "")) if masked else ""
    found = "未知" if condition["unknown"] else _said(condition["value"])
    found = codes.get(condition["input"], {}).get(found, found)
    return ReasonView(said, mask(found, kind) if kind else found, met, condition["clause"])


def _called(version: MatterVersion, inputs: Mapping[str, Row], name: str) -> str:
    """What to say for an input: what it is called; for a dated parameter its value and what it is."""
    label = deciding.label_of(version, name)
    if "parameter" not in version.decision_inputs[name]:
        return label
    value = inputs.get(name, {}).get("value")
    return label if value is None else f"{value}({label})"


def _codes(version: MatterVersion, name: str) -> Mapping[str, str]:
    """What the values of an input mean, where they are codes or choices; {} otherwise."""
    source = version.decision_inputs[name]
    if "element" in source:
        table = catalogue.element(source["element"]).code_table
        return catalogue.codes(table) if table else {}
    if "field" in source:
        field = next((one for one in version.fields if one["key"] == source["field"]), None)
        return {one.value: one.label for one in fields_from_json([field])[0].options} if field else {}
    if "answer" in source:
        question = next((one for one in version.questions if one.key == source["answer"]), None)
        return {one.value: one.label for one in question.options} if question else {}
    return {}


def _said(value: Any) -> str:
    """A FEEL value in JSON as people read it."""
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value.values())))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(one) for one in value)
    return "无" if value is None else str(value)
