"""Benefits as data: read once from ``definitions/*.json`` with their decision tables; parameters are dated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from yiwang.business.benefits.errors import BenefitNotFound
from yiwang.data.catalogue import api as catalogue
from yiwang.rules import api as rules

_ROOM: Final = Path(__file__).parent
DECISION: Final = "decision"
HELD_KIND, HELD_STATUS = "benefit.kind", "benefit.status"


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
class Dated:
    """A value in force from a day, with its source."""

    since: date
    value: str | int | float
    source: str


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
    parameters: Mapping[str, tuple[Dated, ...]]
    threshold: Mapping[str, str]

    @property
    def purpose(self) -> str:
        """The purpose of its agreements and in the diary."""
        return f"benefit.{self.code}"

    @property
    def model(self) -> rules.Model:
        """Its decision table."""
        return rules.load(_ROOM / "decisions" / f"{self.code}.dmn")

    def in_force(self, on: date) -> dict[str, str | int | float]:
        """The parameters of a day; a parameter without a value on that day is left out, so that the table says undetermined."""
        chosen = {}
        for name, values in self.parameters.items():
            current = [one for one in values if one.since <= on]
            if current:
                chosen[name] = max(current, key=lambda one: one.since).value
        return chosen

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


def get(code: str) -> Definition:
    """One benefit; BenefitNotFound for a wrong code."""
    found = load().get(code)
    if found is None:
        raise BenefitNotFound(f"没有代码为「{code}」的待遇,请核对。", benefit=code)
    return found


def _definition(data: Mapping[str, Any]) -> Definition:
    inputs = tuple(Input(**one) for one in data["inputs"])
    catalogue.elements([one.element for one in inputs if one.element])
    parameters = {
        name: tuple(Dated(date.fromisoformat(one["from"]), one["value"], one["source"]) for one in values)
        for name, values in data["parameters"].items()
    }
    plain = {name: value for name, value in data.items() if name not in ("inputs", "parameters", "threshold", "recipient")}
    return Definition(
        **plain, inputs=inputs, parameters=parameters, recipient=tuple(data["recipient"]), threshold=data.get("threshold", {})
    )
