"""Facts with their source for named rows: verified one by one, so that each person's diary says who looked and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.business.benefits.definitions import HELD_KIND, HELD_STATUS, Definition, Input
from yiwang.business.benefits.population import PAYING, put
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Claim, Fact, Key
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.subjects import Subject


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of one row: values for the table, and each input's fact with source (None: only the person knows it)."""

    key: str
    person: str
    recipient: str
    name: str
    division: str
    values: Mapping[str, Any]
    facts: tuple[tuple[Input, Fact | None], ...]
    held: tuple[str, ...]


def gather(definition: Definition, keys: Sequence[str], *, actor: Actor) -> dict[str, Gathered]:
    """Facts of the rows by their key: one reading for the rows themselves, one for everything that hangs on them.

    Raises:
        ClaimInvalid: a definition that asks a register in a way it has not.
    """
    own = list(dict.fromkeys(_own(definition)))
    first = _verify(definition, [Claim(code, _row_key(definition, key)) for key in keys for code in own], actor)
    claims = {key: _others(definition, key, first) for key in keys}
    second = _verify(definition, [claim for mine in claims.values() for claim in mine], actor)
    known = {**first, **second}
    held = _held(definition, [_named(definition, key, definition.subject, first) for key in keys])
    return {key: _gathered(definition, key, known, held) for key in keys}


def row_key(definition: Definition, key: str) -> Subject | Key:
    """What the exchange calls a row of the population."""
    return _row_key(definition, key)


def _row_key(definition: Definition, key: str) -> Subject | Key:
    return Subject("person", key) if definition.by == "person" else Key(definition.by, key)


def _own(definition: Definition) -> list[str]:
    codes = [code for code in (definition.subject, *definition.recipient) if code]
    codes += [one.via for one in definition.inputs if one.via]
    return codes + [one.element for one in definition.inputs if one.element and _here(definition, one)]


def _here(definition: Definition, one: Input) -> bool:
    return catalogue.element(one.element).register == definition.population


def _verify(definition: Definition, claims: Sequence[Claim], actor: Actor) -> dict[tuple[str, str], Fact]:
    facts = exchange.verify(None, claims=claims, purpose=definition.purpose, legal_basis=definition.legal_basis, actor=actor)
    return {(claim.element, str(claim.key)): fact for claim, fact in zip(claims, facts, strict=True)}


def _named(definition: Definition, key: str, via: str, known: Mapping[tuple[str, str], Fact]) -> str:
    """The person an element of the row names; the row's own key for ''."""
    if via == "":
        return key
    fact = known[via, str(_row_key(definition, key))]
    return str(fact.value) if fact.usable and fact.value else ""


def _recipient(definition: Definition, key: str, known: Mapping[tuple[str, str], Fact]) -> str:
    return next((found for code in definition.recipient if (found := _named(definition, key, code, known))), "")


def _others(definition: Definition, key: str, known: Mapping[tuple[str, str], Fact]) -> list[Claim]:
    claims = []
    for one in definition.inputs:
        person = "" if not one.element or _here(definition, one) else _named(definition, key, one.via, known)
        if person:
            claims.append(Claim(one.element, Subject("person", person)))
    recipient = _recipient(definition, key, known)
    if recipient:
        claims += [Claim("person.name", Subject("person", recipient)), Claim("person.domicile_division", Subject("person", recipient))]
    return list(dict.fromkeys(claims))


def _held(definition: Definition, persons: Sequence[str]) -> dict[str, tuple[str, ...]]:
    kinds: dict[str, tuple[str, ...]] = {}
    for chunk in exchange.scan(
        definition.purpose,
        register="benefit_payment",
        elements=[HELD_KIND, HELD_STATUS],
        legal_basis=definition.legal_basis,
        actor=SYSTEM,  # the diary entry of this look is the claim on benefit.kind
        keys=[person for person in persons if person],
    ):
        for row in chunk:
            if row.values[HELD_STATUS] == PAYING:
                kinds[row.found_by] = (*kinds.get(row.found_by, ()), str(row.values[HELD_KIND]))
    return kinds


def _gathered(definition: Definition, key: str, known: Mapping[tuple[str, str], Fact], held: Mapping[str, tuple[str, ...]]) -> Gathered:
    person = _named(definition, key, definition.subject, known)
    recipient = _recipient(definition, key, known)
    values: dict[str, Any] = {}
    facts: list[tuple[Input, Fact | None]] = []
    for one in definition.inputs:
        fact = known.get((one.element, _of(definition, key, one, known)))
        facts.append((one, fact))
        if one.many:
            values[one.name] = list(held.get(person, ()))
        elif fact is not None and fact.status not in ("denied", "unavailable"):
            put(values, one, {one.element: fact.value} if fact.usable else None, known=True)
    name, division = (known.get((code, f"person:{recipient}")) for code in ("person.name", "person.domicile_division"))
    return Gathered(key, person, recipient, _text(name), _text(division), values, tuple(facts), held.get(person, ()))


def _of(definition: Definition, key: str, one: Input, known: Mapping[tuple[str, str], Fact]) -> str:
    """Whose fact an input is, as text."""
    if not one.element or _here(definition, one):
        return str(_row_key(definition, key))
    return f"person:{_named(definition, key, one.via, known)}"


def _text(fact: Fact | None) -> str:
    return str(fact.value) if fact is not None and fact.usable else ""
