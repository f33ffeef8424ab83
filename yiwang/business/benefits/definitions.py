"""Benefits as data: read once from ``definitions/*.json`` with their decision tables; amounts and ages are the law library's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from yiwang.business.benefits.errors import BenefitNotFound
from yiwang.data.catalogue import api as catalogue
from yiwang.data.decisions import api as decisions
from yiwang.data.laws import api as laws
from yiwang.rules import api as rules
from yiwang.support.identity import api as identity

_ROOM: Final = Path(__file__).parent
DECISION: Final = "decision"
HELD_KIND, HELD_STATUS = "benefit.kind", "benefit.status"
OURS: Final = "YW"  # payment numbers in the register that begin so are those we report ourselves


@dataclass(frozen=True, slots=True)
class Input:
    """A fact the table needs: its element, and by which element of the population row its register is found ('' the row's own key).

    ``present``: the fact is whether a record exists. ``many``: all values of records now being paid. No element: only the
    person himself knows it.
    """

    name: str
    label: str
    element: str
    via: str
    present: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter of the table: its code in the law library, and by what its value is divided (a yearly amount paid by the month)."""

    code: str
    divided_by: int = 1

    def value(self, held: laws.Parameter) -> str | int | float:
        """The value as the table takes it."""
        plain = held.plain
        if isinstance(plain, tuple):
            raise TypeError(f"parameter {self.code} is a table")
        if isinstance(plain, str) or self.divided_by == 1:
            return plain
        share = plain / self.divided_by
        return int(share) if share == int(share) else round(share, 2)


@dataclass(frozen=True, slots=True)
class Definition:
    """One benefit. ``population`` is the register that is scanned, ``by`` the kind of its key, ``subject`` the element whose value
    is the person it is for ('' the row's key), ``recipient`` the elements that name who receives it, the first that is filled.
    """

    code: str
    name: str
    name_en: str
    department: str
    legal_basis: str
    made_on: date
    summary: str
    summary_en: str
    population: str
    by: str
    subject: str
    recipient: tuple[str, ...]
    benefit_kind: str
    answer_workdays: int
    matter: str
    inputs: tuple[Input, ...]
    parameters: Mapping[str, Named]
    threshold: Mapping[str, str]

    @property
    def purpose(self) -> str:
        """The purpose of its agreements and in the diary."""
        return f"benefit.{self.code}"

    @property
    def model(self) -> rules.Model:
        """Its decision table in force."""
        return decisions.model(f"benefits/{self.code}")

    def in_force(self, on: date) -> dict[str, str | int | float]:
        """The law library's values of a day; one without a value that day is left out, so that the table says undetermined."""
        return {name: self.parameters[name].value(held) for name, held in self.sourced(on).items()}

    def sourced(self, on: date) -> dict[str, laws.Parameter]:
        """The parameters in force on a day by the table's names, with source and span; one statement."""
        held = laws.parameters_on([one.code for one in self.parameters.values()], on=on)
        return {name: held[one.code] for name, one in self.parameters.items() if one.code in held}

    def elements(self) -> tuple[str, ...]:
        """Every element it may see: inputs, whose it is, who receives it, the name and the bank account."""
        wanted = [one.element for one in self.inputs if one.element] + [one for one in (self.subject, *self.recipient) if one]
        wanted += [one.via for one in self.inputs if one.via]
        return tuple(
            dict.fromkeys([*wanted, HELD_KIND, HELD_STATUS, "person.name", "person.sex", "person.birth_date", *ACCOUNT, *DIVISION])
        )


ACCOUNT: Final = ("bank.account_no", "bank.name")
DIVISION: Final = ("person.domicile_division", "person.death_date")


@cache
def load() -> Mapping[str, Definition]:
    """All benefits by code."""
    found = (_definition(json.loads(path.read_text("utf-8"))) for path in sorted((_ROOM / "definitions").glob("*.json")))
    return {one.code: one for one in found}


@cache
def watched() -> tuple[Mapping[str, str], ...]:
    """Registers of payments that the recheck looks through besides our own awards."""
    return tuple(json.loads((_ROOM / "watched.json").read_text("utf-8")))


def tables() -> Iterator[decisions.Table]:
    """The decision tables as the decisions room keeps them: of which department, and which facts they may use."""
    for one in load().values():
        facts = {each.name: each.label for each in one.inputs} | {
            name: laws.parameter_name(each.code) for name, each in one.parameters.items()
        }
        path, region = _ROOM / "decisions" / f"{one.code}.dmn", identity.department(one.department).region
        yield decisions.Table(f"benefits/{one.code}", path, one.name, one.department, region, DECISION, facts={**facts, "today": "今天"})


def get(code: str) -> Definition:
    """One benefit; BenefitNotFound for a wrong code."""
    found = load().get(code)
    if found is None:
        raise BenefitNotFound(f"没有代码为「{code}」的待遇,请核对。", benefit=code)
    return found


def _definition(data: Mapping[str, Any]) -> Definition:
    inputs = tuple(Input(**one) for one in data["inputs"])
    catalogue.elements([one.element for one in inputs if one.element])
    parameters = {name: Named(one) if isinstance(one, str) else Named(**one) for name, one in data["parameters"].items()}
    plain = {name: value for name, value in data.items() if name not in ("inputs", "parameters", "threshold", "recipient", "made_on")}
    return Definition(
        **plain,
        made_on=date.fromisoformat(data["made_on"]),
        inputs=inputs,
        parameters=parameters,
        recipient=tuple(data["recipient"]),
        threshold=data.get("threshold", {}),
    )
