"""The decision tables of the library, as the decisions room keeps them: which matter each belongs to, which facts it may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yiwang.business.matters import queries, reading
from yiwang.business.matters.values import MatterVersion
from yiwang.data.catalogue import api as catalogue
from yiwang.data.decisions import api as decisions
from yiwang.data.laws import api as laws
from yiwang.rules.api import load

_NOBODYS = "data"  # a table that no matter of the library uses yet is the data bureau's


def table_key(file: str) -> str:
    """The key of a matter's decision table by its file name."""
    return f"matters/{file.removesuffix('.dmn')}"


def tables() -> Iterator[decisions.Table]:
    """Every table of the library's folder, of the first matter that uses it."""
    users: dict[str, MatterVersion] = {}
    for matter in queries.builtin():
        if matter.decision_table:
            users.setdefault(matter.decision_table, matter)
    for path in sorted(reading.DECISIONS.glob("*.dmn")):
        user = users.get(path.name)
        if user is None:
            title, department = load(path).name, queries.departments()[_NOBODYS]
            yield decisions.Table(table_key(path.name), path, title, _NOBODYS, str(department["region"]))
        else:
            facts = {name: _label(user, name, source) for name, source in user.decision_inputs.items()}
            yield decisions.Table(table_key(path.name), path, user.name, user.department, user.region, facts=facts)


def _label(matter: MatterVersion, name: str, source: Mapping[str, Any]) -> str:
    """What people call an input, whoever it is asked about."""
    if "clock" in source:
        return "今天"
    if "element" in source:
        whose = {"mother": "母亲", "father": "父亲", "child": "孩子"}.get(source.get("key", ""), "")
        return f"{whose}{catalogue.element(source['element']).name}"
    if "parameter" in source:
        return laws.parameter_name(source["parameter"])
    if "field" in source:
        return next((str(one["label"]) for one in matter.fields if one["key"] == source["field"]), name)
    return next((one.text for one in matter.questions if one.key == source.get("answer")), name)
