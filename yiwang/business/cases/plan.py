"""What one version of a matter needs for given answers: form, materials, facts; worked out once and kept in the process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from yiwang.business.cases import sources
from yiwang.business.matters.api import Material, MatterVersion, narrow
from yiwang.support.forms.api import Field, fields_from_json

Need = tuple[str, str]  # element code, name of the subject

# what the applicant knows better than any register: his word counts and blocks nothing
OWN_WORD: Final = frozenset({"person.phone", "company.phone", "person.residence_address", "bank.account_no", "bank.name"})


@dataclass(frozen=True, slots=True)
class Plan:
    """``needs`` are all elements to verify; ``derived`` names subjects that a fact about another subject reveals."""

    version: MatterVersion
    form: tuple[Field, ...]
    materials: tuple[Material, ...]
    needs: tuple[Need, ...]
    derived: Mapping[str, tuple[str, str, str]]
    open_questions: tuple[str, ...]
    legal_basis: str


_PLANS: dict[tuple[object, ...], Plan] = {}
_MOST: Final = 4096


def plan_of(version: MatterVersion, answers: Mapping[str, str]) -> Plan:
    """The plan; a version never changes, so it is kept until the process ends (4,096 plans, then begun anew)."""
    key = (version.id, version.version, *sorted(answers.items()))
    found = _PLANS.get(key)
    if found is None:
        if len(_PLANS) >= _MOST:
            _PLANS.clear()
        found = _PLANS[key] = _make(version, answers)
    return found


def _make(version: MatterVersion, answers: Mapping[str, str]) -> Plan:
    narrowed = narrow(version, answers)
    form = fields_from_json(list(narrowed.fields))
    needs: dict[Need, None] = {}
    for one in form:
        if one.element:
            needs[one.element, one.subject] = None
    for material in narrowed.materials:
        for element in material.elements:
            needs[element, material.element_subject] = None
    for given in version.decision_inputs.values():
        if given.get("element"):
            needs[given["element"], given.get("key", "applicant")] = None
    for need in _sources(version):
        needs[need] = None
    derived = {
        name: (who["element"], who.get("of", "applicant"), who.get("kind", "person"))
        for name, who in version.subjects.items()
        if who.get("element")
    }
    wanted = _closure({subject for _, subject in needs} | {material.licence_holder for material in narrowed.materials}, derived)
    for name in wanted:
        element, of, _ = derived[name]
        needs[element, of] = None
    return Plan(
        version,
        form,
        narrowed.materials,
        tuple(needs),
        {name: derived[name] for name in wanted},
        tuple(question.text for question in narrowed.open_questions),
        "、".join(str(basis) for basis in version.legal_bases),
    )


def _sources(version: MatterVersion) -> Iterable[Need]:
    """Elements that the licence or the write-back prints: ``element@subject``."""
    texts = [*version.result.licence_data.values(), *(text for report in version.report_back for text in report.get("values", {}).values())]
    for text in texts:
        yield from sources.needs(str(text))


def _closure(names: set[str], derived: Mapping[str, tuple[str, str, str]]) -> list[str]:
    """The derived subjects among these and those they are derived from, the ground first."""
    ordered: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in derived and name not in ordered and name not in trail:
            visit(derived[name][1], (*trail, name))
            ordered.append(name)

    for name in sorted(names):
        visit(name, ())
    return ordered
