"""The population of a benefit: its register read chunk by chunk, each person decided by the table.

Cost: per chunk one SELECT for the register itself and one for each other register the inputs come from, and one decision per
row; memory holds one chunk. Time grows linearly with the rows of the population's register.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.business.benefits.definitions import DECISION, HELD_KIND, HELD_STATUS, OURS, Definition, Input
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.rules import api as rules
from yiwang.security.access.api import Actor

PAYING: Final = "1"
CHUNK: Final = 2000


@dataclass(frozen=True, slots=True)
class Draft:
    """What decides: a table and its parameters on a day. ``of`` gives the one in force."""

    model: rules.Model
    parameters: Mapping[str, Any]
    on: date

    @classmethod
    def of(cls, definition: Definition, on: date | None = None) -> Draft:
        """The table and the parameters in force on a day, today by default."""
        day = on or today()
        return cls(definition.model, definition.in_force(day), day)

    def decide(self, facts: Mapping[str, Any], *, explain: bool = False) -> rules.Outcome:
        """The outcome for one person."""
        return rules.decide(self.model, DECISION, {**self.parameters, **facts, "today": self.on}, explain=explain)


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the population with its facts; ``person`` is whom the benefit is for, '' when the register does not say.

    ``held``: kinds of benefits now being paid; ``elsewhere``: those of them that are not paid by us.
    """

    key: str
    person: str
    recipient: str
    facts: Mapping[str, Any]
    held: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


def survey(definition: Definition, *, actor: Actor, about: Sequence[str] = (), keys: Sequence[str] | None = None) -> Iterator[list[Member]]:
    """Everybody of the population with the facts the table needs, chunk by chunk; ``about``: more elements of the person."""
    own = [code for code in (definition.subject, *definition.recipient) if code]
    own += [one.via for one in definition.inputs if one.via]
    own += [one.element for one in definition.inputs if one.element and _register(one.element) == definition.population]
    chunks = exchange.scan(
        definition.purpose,
        register=definition.population,
        elements=own or [_least(definition)],
        legal_basis=definition.legal_basis,
        actor=actor,
        keys=keys,
        by=definition.by,
        chunk=CHUNK,
    )
    for rows in chunks:
        yield _members(definition, rows, actor, about)


def _least(definition: Definition) -> str:
    """An element of the population register, where the table itself needs none."""
    return next(code for code in definition.elements() if _register(code) == definition.population)


def _register(code: str) -> str:
    return catalogue.element(code).register


def _members(definition: Definition, rows: Sequence[exchange.ScanRow], actor: Actor, about: Sequence[str]) -> list[Member]:
    outside: dict[tuple[str, str], list[str]] = {}
    for one in definition.inputs:
        if one.element and not one.many and _register(one.element) != definition.population:
            outside.setdefault((_register(one.element), one.via), []).append(one.element)
    for code in about:
        outside.setdefault((_register(code), definition.subject), []).append(code)
    found = {place: _of_others(definition, place, codes, rows, actor) for place, codes in outside.items()}
    held = _held(definition, rows, actor)
    return [_member(definition, row, found, held, about) for row in rows]


def _of_others(
    definition: Definition, place: tuple[str, str], codes: Sequence[str], rows: Sequence[exchange.ScanRow], actor: Actor
) -> dict[str, Mapping[str, Any]]:
    """Rows of another register by the key they are found by; of several the last."""
    register, via = place
    chunks = exchange.scan(
        definition.purpose,
        register=register,
        elements=codes,
        legal_basis=definition.legal_basis,
        actor=actor,
        keys=[key for row in rows if (key := _key(row, via))],
    )
    return {row.found_by: row.values for chunk in chunks for row in chunk}


def _held(definition: Definition, rows: Sequence[exchange.ScanRow], actor: Actor) -> dict[str, tuple[tuple[str, str], ...]]:
    """Benefits now being paid as (kind, payment number), by person."""
    persons = [key for row in rows if (key := _key(row, definition.subject))]
    kinds: dict[str, tuple[tuple[str, str], ...]] = {}
    for chunk in exchange.scan(
        definition.purpose,
        register="benefit_payment",
        elements=[HELD_KIND, HELD_STATUS],
        legal_basis=definition.legal_basis,
        actor=actor,
        keys=persons,
    ):
        for row in chunk:
            if row.values[HELD_STATUS] == PAYING:
                kinds[row.found_by] = (*kinds.get(row.found_by, ()), (str(row.values[HELD_KIND]), row.key))
    return kinds


def _key(row: exchange.ScanRow, via: str) -> str:
    return row.key if via == "" else str(row.values[via] or "")


def _member(
    definition: Definition,
    row: exchange.ScanRow,
    found: Mapping[tuple[str, str], Mapping[str, Mapping[str, Any]]],
    held: Mapping[str, tuple[tuple[str, str], ...]],
    about: Sequence[str],
) -> Member:
    person = _key(row, definition.subject)
    paid = held.get(person, ())
    kinds = tuple(kind for kind, _ in paid)
    facts: dict[str, Any] = {}
    for one in definition.inputs:
        if not one.element:
            continue
        if one.many:
            facts[one.name] = list(kinds)
            continue
        here = _register(one.element) == definition.population
        values = row.values if here else found[_register(one.element), one.via].get(_key(row, one.via))
        put(facts, one, values, known=bool(here or _key(row, one.via)))
    recipient = next((key for code in definition.recipient if (key := _key(row, code))), "")
    more = {code: (found[_register(code), definition.subject].get(person) or {}).get(code) for code in about}
    elsewhere = tuple(kind for kind, number in paid if not number.startswith(OURS))
    return Member(row.key, person, recipient, facts, kinds, elsewhere, more)


def put(facts: dict[str, Any], one: Input, values: Mapping[str, Any] | None, *, known: bool) -> None:
    """One fact into the facts; what is not known is left out. ``known``: the register could be asked."""
    if one.present:
        if known:
            facts[one.name] = values is not None
        return
    value = (values or {}).get(one.element)
    if value is not None and value != "":
        facts[one.name] = value


def receives(definition: Definition, member: Member) -> bool:
    """Whether the register says that this benefit is already being paid."""
    return bool(definition.benefit_kind) and definition.benefit_kind in member.held
