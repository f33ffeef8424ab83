"""From an application to what the state knows: facts first, then fields, then materials (licence → register → applicant).

``resolve`` writes nothing of the case; it asks the exchange (which records every access) and the licence holder's folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from yiwang.business.cases import materials as material_rules
from yiwang.business.cases.plan import OWN_WORD, Need, Plan
from yiwang.business.cases.requesting import Request
from yiwang.business.cases.sources import Known
from yiwang.business.cases.writing import Row
from yiwang.data.catalogue.api import element as element_of
from yiwang.data.exchange.api import Claim, Fact, Key, verify
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import Cleaned, Field, clean
from yiwang.support.licences.api import Licence, find

_MOST_ROUNDS: Final = 4


@dataclass(slots=True)
class Intake:
    """What is known about an application: rows ready to be kept, and what is wrong or missing."""

    subjects: dict[str, Key | Subject]
    facts: dict[Need, Fact]
    fields: list[Row]
    values: dict[str, Any]
    materials: list[Row]
    errors: dict[str, str]
    missing: list[str]
    disagreements: list[str]
    known: Known

    def fact_rows(self) -> list[Row]:
        """Facts as the case keeps them: with the name of the subject beside the provenance."""
        return [{**fact.to_json(), "subject": subject, "name": element_of(element).name} for (element, subject), fact in self.facts.items()]

    def keys(self) -> dict[str, str]:
        """Named subjects as the case keeps them."""
        return {name: str(key) for name, key in self.subjects.items()}


def resolve(request: Request) -> Intake:
    """Facts, fields and materials of an application."""
    subjects, facts = gather(request)
    cleaned, rows, disagreements = fields(request, facts)
    licences = held(request.plan, subjects, request.applicant)
    resolved = [material_rules.resolve(one, request, subjects, facts, licences) for one in request.plan.materials]
    errors = {**cleaned.errors, **{row["key"]: row.pop("error") for row in resolved if "error" in row}}
    return Intake(
        subjects=subjects,
        facts=facts,
        fields=rows,
        values=cleaned.values,
        materials=resolved,
        errors=errors,
        missing=[row["label"] for row in resolved if row["state"] == "missing"],
        disagreements=disagreements,
        known=Known(cleaned.values, request.answers, {need: fact.value for need, fact in facts.items() if fact.usable}),
    )


def gather(request: Request) -> tuple[dict[str, Key | Subject], dict[Need, Fact]]:
    """All needed facts, round by round: what a fact reveals (the mother of a birth record) is asked about in the next round.

    A subject that the matter derives is never taken from the applicant's word, only from the fact.
    """
    plan = request.plan
    subjects: dict[str, Key | Subject] = {"applicant": request.applicant}
    subjects.update({name: key for name, key in request.keys.items() if name not in plan.derived and name != "applicant"})
    facts: dict[Need, Fact] = {}
    for _ in range(_MOST_ROUNDS):
        wanted = [need for need in plan.needs if need not in facts and need[1] in subjects]
        if not wanted:
            break
        found = verify(
            request.case_id,
            claims=[Claim(element, subjects[subject]) for element, subject in wanted],
            purpose=plan.version.short,
            legal_basis=plan.legal_basis,
            actor=request.actor,
        )
        facts.update(zip(wanted, found, strict=True))
        for name, (element, of, kind) in plan.derived.items():
            fact = facts.get((element, of))
            if name not in subjects and fact is not None and fact.usable and fact.value:
                subjects[name] = Subject(kind, str(fact.value)) if kind in ("person", "company") else Key(kind, str(fact.value))  # type: ignore[arg-type]
    return subjects, facts


def held(plan: Plan, subjects: Mapping[str, Key | Subject], applicant: Subject) -> dict[str, list[Licence]]:
    """Valid licences that could stand for a material, by name of the holder; those about a record lie with the applicant."""
    kinds: dict[str, list[str]] = {}
    for material in plan.materials:
        if material.licence_kind:
            kinds.setdefault(material.licence_holder, []).append(material.licence_kind)
    folders: dict[str, list[Licence]] = {}
    for name, wanted in kinds.items():
        key = subjects.get(name)
        if isinstance(key, Subject):
            folders[name] = find(key, kinds=wanted)
        elif key is not None:
            folders[name] = [one for one in find(applicant, kinds=wanted) if one.data.get(ABOUT) == str(key)]
    return folders


ABOUT: Final = "关联记录"


def fields(request: Request, facts: Mapping[Need, Fact]) -> tuple[Cleaned, list[Row], list[str]]:
    """Values of the form: the register's where it has one, else the applicant's; never both silently.

    Where the applicant types something else than the register holds, the register's value stands and the difference is kept
    for the official; of what he knows better (telephone, account) his own word stands.
    """
    form = request.plan.form
    data, from_fact = _merged(form, request, facts)
    cleaned = clean(form, data)
    spoilt = [key for key in cleaned.errors if key in from_fact]
    if spoilt:  # the register's own value does not pass the check: better asked than wrong
        data.update({key: request.values.get(key) for key in spoilt})
        from_fact = {key: fact for key, fact in from_fact.items() if key not in spoilt}
        cleaned = clean(form, data)
    rows: list[Row] = []
    disagreements: list[str] = []
    for one in form:
        if not one.shown(data):
            continue
        row = _field_row(one, request, cleaned, from_fact.get(one.key), facts.get((one.element, one.subject)))
        if row.get("typed"):
            disagreements.append(f"「{one.label}」登记为「{row['value']}」,申请人填写为「{row['typed']}」,请核实")
        rows.append(row)
    return cleaned, rows, disagreements


def _merged(form: Sequence[Field], request: Request, facts: Mapping[Need, Fact]) -> tuple[dict[str, Any], dict[str, Fact]]:
    data: dict[str, Any] = {}
    from_fact: dict[str, Fact] = {}
    for one in form:
        typed = request.values.get(one.key)
        fact = facts.get((one.element, one.subject)) if one.element else None
        if fact is None or not fact.usable or fact.value in (None, "") or (one.element in OWN_WORD and typed and typed != fact.value):
            data[one.key] = request.previous.get(one.key) if typed in (None, "") else typed
        else:
            data[one.key] = fact.value
            from_fact[one.key] = fact
    return data, from_fact


def _field_row(one: Field, request: Request, cleaned: Cleaned, fact: Fact | None, tried: Fact | None) -> Row:
    value = cleaned.values.get(one.key)
    row: Row = {"key": one.key, "label": one.label, "kind": one.kind, "value": value, "element": one.element}
    if fact is not None:
        row |= {"origin": "register", "source": source_of(fact), "why": fact.note}
        typed = request.values.get(one.key)
        if typed not in (None, "") and str(typed).strip() != str(fact.value) and not _same(one, typed, value):
            row["typed"] = str(typed)[: one.max_length]
        return row
    if one.key in request.previous and request.values.get(one.key) in (None, "", request.previous[one.key]):
        return row | {"origin": "previous_case", "why": "取自您以前办件中填写的内容"}
    return row | {"origin": "applicant", "why": why_asked(one.element, tried)}


def _same(one: Field, typed: object, value: object) -> bool:
    return clean([one], {one.key: typed}).values.get(one.key) == value


def source_of(fact: Fact) -> Row:
    """Provenance as a row keeps it."""
    return {
        "department": fact.source_department,
        "register": fact.source_register,
        "version": str(fact.source_version),
        "observed_at": fact.observed_at.isoformat(),
        "status": fact.status,
        "note": fact.note,
    }


_WHY: Final = {
    "absent": "登记库没有这项记录",
    "denied": "没有共享协议,不能向登记库查询",
    "unavailable": "登记库暂时无法访问",
}


def why_asked(element: str, fact: Fact | None) -> str:
    """Why the applicant had to say it himself."""
    if not element:
        return "这项内容只有申请人知道,登记库没有"
    if fact is None:
        return "没有确定的登记主体,无法向登记库查询"
    if fact.usable:
        return "申请人填写的与登记不同,以申请人填写的为准"
    return fact.note or _WHY.get(fact.status, "")
