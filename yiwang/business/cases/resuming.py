"""Going on with a case after the applicant has added something: the whole intake is worked out again from what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.business.cases import intake
from yiwang.business.cases.acting import Act, read_key
from yiwang.business.cases.errors import FormIncomplete
from yiwang.business.cases.plan import plan_of
from yiwang.business.cases.requesting import Request
from yiwang.business.cases.values import GivenMaterial
from yiwang.business.cases.writing import Row
from yiwang.standards.subjects import Subject

_KEPT = ("state", "origin", "given_as", "ref", "name", "why", "due_on", "source")


def renew(act: Act, inputs: Mapping[str, Any]) -> intake.Intake:
    """Fields, facts and materials anew with the additions; FormIncomplete if what was added cannot be taken."""
    found = _resolve(act, values=inputs.get("values", {}), materials=inputs.get("materials", {}))
    act.file.put(fields=found.fields, facts=found.fact_rows(), keys=found.keys())
    act.__dict__.pop("subjects", None)
    rows = {row["key"]: row for row in act.file.materials}
    for new in found.materials:
        old = rows.get(new["key"])
        if old is None:
            act.file.add("materials", new)
        elif any(old[name] != new[name] for name in _KEPT):
            act.file.change("materials", old, **{name: new[name] for name in _KEPT})
    act.file.put(waiting_for=waiting_for(found))
    act.found = found
    return found


def give(act: Act, materials: Mapping[str, GivenMaterial], *, only: str) -> None:
    """Put materials in the place of deferred or promised ones; others are refused by name."""
    places = {row["key"]: row for row in act.file.materials if row["state"] == only}
    wrong = {key: "这份材料现在不需要补交,请从列出的材料中选择。" for key in materials if key not in places}
    wrong |= {key: "请提供材料本身,不能再次承诺或容缺。" for key, one in materials.items() if one.kind in ("commitment", "deferred")}
    if wrong:
        raise FormIncomplete(wrong, {key: one.name for key, one in materials.items()})
    act.found = found = _resolve(act, values={}, materials=materials)
    for new in found.materials:
        if new["key"] in materials:
            act.file.change("materials", places[new["key"]], **{name: new[name] for name in _KEPT})


def waiting_for(found: intake.Intake) -> str:
    """The first thing that keeps a case from being decided by the table."""
    if found.missing:
        return f"缺少材料:{'、'.join(found.missing)}"
    if found.disagreements:
        return found.disagreements[0]
    pending = [row["label"] for row in found.materials if row["state"] == "pending"]
    return f"待核验:{'、'.join(pending)}(登记库暂时无法访问)" if pending else ""


def _resolve(act: Act, *, values: Mapping[str, Any], materials: Mapping[str, GivenMaterial]) -> intake.Intake:
    case = act.file.case
    plan = plan_of(act.version, case["answers"])
    request = Request(
        case_id=act.file.id,
        plan=plan,
        applicant=Subject.read(case["applicant"]),
        actor=act.actor,
        values=_values(case, values),
        materials={**_given(act), **materials},
        keys={name: read_key(text) for name, text in case["keys"].items()},
        answers=case["answers"],
        channel=case["channel"] if act.actor.kind == "citizen" else "window",
    )
    found = intake.resolve(request)
    touched = {key: message for key, message in found.errors.items() if key in values or key in materials}
    if touched:
        raise FormIncomplete(touched, {**values, **{key: one.name for key, one in materials.items()}})
    return found


def _values(case: Row, added: Mapping[str, Any]) -> dict[str, Any]:
    """What the applicant has typed so far with the additions; a value from a register is asked of the register again."""
    typed = {row["key"]: row.get("typed") or row["value"] for row in case["fields"] if row["origin"] != "register" or row.get("typed")}
    return {**typed, **added}


def _given(act: Act) -> dict[str, GivenMaterial]:
    return {
        row["key"]: GivenMaterial(row["given_as"], row["due_on"] if row["state"] == "deferred" else row["ref"], row["name"])
        for row in act.file.materials
        if row["origin"] == "applicant" and row["given_as"]
    }
