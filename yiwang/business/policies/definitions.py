"""Policies as data: read once from ``definitions/*.json`` with their decision tables; parameters and windows are dated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from yiwang.business.policies.errors import PolicyNotFound
from yiwang.data.catalogue import api as catalogue
from yiwang.data.decisions import api as decisions
from yiwang.rules import api as rules
from yiwang.standards.errors import InvalidInput, YiwangError
from yiwang.support.identity import api as identity

ROOM: Final = Path(__file__).parent
DECISION: Final = "decision"
MATCHING: Final = "policy.match"  # the purpose under which all companies are matched; ``policy.<code>`` for one claim
MATCHING_BASIS: Final = "《优化营商环境条例》第三十八条"
PLATFORM: Final = "data"  # the department that runs the matching
ACCOUNT: Final = ("bank.account_no", "bank.name")
TRAITS: Final = ("company.name", "company.kind", "company.industry_code", "company.established_on", "company.division")


@dataclass(frozen=True, slots=True)
class Input:
    """A fact the table needs and its element; ``absent`` is what the lack of a record says (None: then it is not known)."""

    name: str
    label: str
    element: str
    absent: str | int | bool | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A column of the table for people: its unit, what helps whoever fails it; ``fixed``: no small step leads there."""

    label: str
    unit: str
    remedy: str
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is shown for a claim: a data element of the catalogue, or a licence (and the matter that issues it)."""

    element: str = ""
    licence: str = ""
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value in force from a day, with its source."""

    since: date
    value: str | int | float
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One policy. ``budget_fen`` is for a calendar year; ``exclusive``: policies not to be had in the same year; ``second_look``: what an
    official looks at before approval, '' for none."""

    code: str
    title: str
    title_en: str
    department: str
    topic: str
    summary: str
    summary_en: str
    gives: str
    gives_en: str
    legal_basis: str
    document: Mapping[str, str]
    opens: date
    closes: date | None
    budget_fen: int
    exclusive: tuple[str, ...]
    group: str
    second_look: str
    evidence: tuple[Evidence, ...]
    inputs: tuple[Input, ...]
    parameters: Mapping[str, tuple[Dated, ...]]
    conditions: tuple[Condition, ...]

    @property
    def purpose(self) -> str:
        """The purpose of its agreements and in the diary."""
        return f"policy.{self.code}"

    @property
    def file(self) -> rules.Model:
        """Its decision table as this room ships it."""
        return rules.load(ROOM / "decisions" / f"{self.code}.dmn")

    @property
    def model(self) -> rules.Model:
        """Its decision table in force: the newest published version, else the file."""
        return decisions.model(f"policies/{self.code}")

    def in_force(self, on: date) -> dict[str, str | int | float]:
        """The parameters of a day; one without a value on that day is left out, so that the table says undetermined."""
        chosen = {}
        for name, values in self.parameters.items():
            current = [one for one in values if one.since <= on]
            if current:
                chosen[name] = max(current, key=lambda one: one.since).value
        return chosen

    def open_on(self, on: date) -> bool:
        """Whether it may be claimed on a day."""
        return self.opens <= on and (self.closes is None or on <= self.closes)

    def elements(self) -> tuple[str, ...]:
        """Every element it may see for a claim: inputs, name, and the account to be paid to."""
        return tuple(dict.fromkeys([*(one.element for one in self.inputs), "company.name", "company.division", *ACCOUNT]))


@cache
def load() -> Mapping[str, Definition]:
    """All policies by code, in the order of their codes; InvalidInput naming the file that is wrong."""
    found = {}
    for path in sorted((ROOM / "definitions").glob("*.json")):
        one = read(json.loads(path.read_text("utf-8")), origin=path.name)
        found[one.code] = one
    for one in found.values():
        strange = set(one.exclusive) - set(found)
        if strange:
            raise InvalidInput(f"政策「{one.code}」互斥的政策不存在:{'、'.join(sorted(strange))}。", policy=one.code)
    return found


def get(code: str) -> Definition:
    """One policy; PolicyNotFound for a wrong code."""
    found = load().get(code)
    if found is None:
        raise PolicyNotFound(f"没有代码为「{code}」的政策,请核对。", policy=code)
    return found


def tables() -> Iterator[decisions.Table]:
    """The decision tables as the decisions room keeps them: of which department, and which facts they may use."""
    for one in load().values():
        facts = {each.name: each.label for each in one.inputs} | {name: values[-1].source for name, values in one.parameters.items()}
        path, region = ROOM / "decisions" / f"{one.code}.dmn", identity.department(one.department).region
        yield decisions.Table(f"policies/{one.code}", path, one.title, one.department, region, DECISION, facts={**facts, "today": "今天"})


@cache
def topics() -> Mapping[str, Mapping[str, str]]:
    """Topics by code with their names."""
    known: Mapping[str, Mapping[str, str]] = json.loads((ROOM / "topics.json").read_text("utf-8"))
    return known


@cache
def groups() -> Mapping[str, Mapping[str, Any]]:
    """Stacking groups: what a company may get from a group in a year, together."""
    known: Mapping[str, Mapping[str, Any]] = json.loads((ROOM / "stacking.json").read_text("utf-8"))
    return known


def read(data: Mapping[str, Any], *, origin: str) -> Definition:
    """One definition from its JSON, checked against catalogue, departments, topics and its own table.

    Raises:
        InvalidInput: naming the file and the member that is wrong.
    """
    try:
        one = _definition(data)
        catalogue.elements([each.element for each in one.inputs] + [each.element for each in one.evidence if each.element])
        identity.department(one.department)
    except (KeyError, TypeError, ValueError, YiwangError) as error:
        raise InvalidInput(f"政策文件「{origin}」缺少或写错了:{error}。", file=origin) from error
    wrong = [name for name, known in (("topic", one.topic in topics()), ("group", not one.group or one.group in groups())) if not known]
    labels = [column.label for decision in one.file.as_tables().decisions for column in decision.table.inputs]
    if labels != [each.label for each in one.conditions]:
        wrong.append("conditions")
    if one.budget_fen <= 0 or (one.closes and one.closes < one.opens):
        wrong.append("budget_yuan/window")
    if wrong:
        raise InvalidInput(f"政策文件「{origin}」写错了:{'、'.join(wrong)}。", file=origin)
    return one


def _definition(data: Mapping[str, Any]) -> Definition:
    window = data["window"]
    kept = ("inputs", "parameters", "conditions", "evidence", "window", "budget_yuan", "exclusive")
    plain = {name: value for name, value in data.items() if name not in kept}
    return Definition(
        **plain,
        opens=date.fromisoformat(window["from"]),
        closes=date.fromisoformat(window["until"]) if window["until"] else None,
        budget_fen=int(data["budget_yuan"]) * 100,
        exclusive=tuple(data["exclusive"]),
        evidence=tuple(Evidence(**each) for each in data["evidence"]),
        inputs=tuple(Input(**each) for each in data["inputs"]),
        conditions=tuple(Condition(**each) for each in data["conditions"]),
        parameters={
            name: tuple(Dated(date.fromisoformat(each["from"]), each["value"], each["source"]) for each in values)
            for name, values in data["parameters"].items()
        },
    )
