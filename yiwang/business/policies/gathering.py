"""A company's facts for one policy, each verified at its source for the policy's purpose, which the company's diary shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.business.policies.definitions import Definition, Evidence
from yiwang.business.policies.judging import facts_of
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Claim, Fact
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject
from yiwang.support.licences import api as licences


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts by input name for the table, the same as lines with their source, and the licences that are lacking."""

    values: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    name: str
    region: str
    lacking: tuple[Evidence, ...]


def gather(definition: Definition, company: Subject, *, case_id: UUID | None, actor: Actor) -> Gathered:
    """Verify every input of a policy for one company, in the caller's transaction."""
    codes = list(dict.fromkeys([*(one.element for one in definition.inputs), "company.name", "company.division"]))
    found = exchange.verify(
        case_id,
        claims=[Claim(code, company) for code in codes],
        purpose=definition.purpose,
        legal_basis=definition.legal_basis,
        actor=actor,
    )
    facts = {one.element: one for one in found}
    values = {code: _value(fact) for code, fact in facts.items()}
    silent = {code for code, fact in facts.items() if fact.status in ("denied", "unavailable")}
    known = facts_of(definition, values)
    for one in definition.inputs:
        if one.element in silent:  # a source that does not answer says nothing, not even that there is no record
            known.pop(one.name, None)
    held = {one.kind for one in licences.find(company, kinds=[one.licence for one in definition.evidence if one.licence])}
    lines = tuple(_line(one.name, one.label, facts[one.element]) for one in definition.inputs)
    lacking = tuple(one for one in definition.evidence if one.licence and one.licence not in held)
    return Gathered(known, lines, str(values["company.name"] or ""), str(values["company.division"] or "")[:6], lacking)


def _value(fact: Fact) -> Any:
    return fact.value if fact.usable else None


def _line(name: str, label: str, fact: Fact) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "shown": catalogue.label(fact.element, fact.value) if fact.usable else "",
        "status": fact.status,
        "department": fact.source_department,
        "version": fact.source_version,
        "observed_at": fact.observed_at.isoformat(),
        "note": fact.note,
        "element": fact.element,
    }
