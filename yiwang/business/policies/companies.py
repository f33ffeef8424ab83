"""All companies with what the tables need, chunk by chunk: one SELECT per register and chunk, nobody's facts kept.

The traits rank pushes: bands of size and age, kind and branch of trade; they are no facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.business.policies import definitions
from yiwang.business.policies.definitions import MATCHING, MATCHING_BASIS, TRAITS
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor

CHUNK: Final = 1000
POPULATION: Final = "company"
_BRANCHES: Final = (  # first two digits of GB/T 4754, up to and including
    (43, "making"),
    (50, "building"),
    (52, "trade"),
    (60, "transport"),
    (62, "catering"),
    (65, "digital"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """One company with the values of every element the policies need, by element code."""

    key: str
    name: str
    region: str
    values: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What tells whether anything has changed since it was last matched."""
        return sha256(json.dumps(self.values, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def traits(self) -> dict[str, str]:
        """Size, branch, kind and age in bands."""
        staff, born = self.values.get("staffing.insured"), self.values.get("company.established_on")
        size = "unknown" if staff is None else "micro" if staff < 10 else "small" if staff < 50 else "medium"
        years = today().year - date.fromisoformat(str(born)).year if born else 0
        kind = "sole" if self.values.get("company.kind") == "2" else "company"
        age = "new" if years <= 3 else "young" if years <= 10 else "old"
        return {"size": size, "branch": branch(str(self.values.get("company.industry_code") or "")), "kind": kind, "age": age}


def branch(industry: str) -> str:
    """The branch of trade of an industry code of GB/T 4754, coarsely."""
    division = int(industry[:2]) if industry[:2].isdigit() else 99
    return next((name for last, name in _BRANCHES if division <= last), "services")


@cache
def elements() -> Mapping[str, tuple[str, ...]]:
    """The elements of all policies by register."""
    wanted = [*TRAITS, *(one.element for policy in definitions.load().values() for one in policy.inputs)]
    by_register: dict[str, list[str]] = {}
    for code in dict.fromkeys(wanted):
        by_register.setdefault(catalogue.element(code).register, []).append(code)
    return {register: tuple(codes) for register, codes in by_register.items()}


def survey(actor: Actor, *, keys: Sequence[str] | None = None) -> Iterator[list[Company]]:
    """Every company, or those of the keys, chunk by chunk.

    Raises:
        ScanRefused: no agreement. RegistersUnavailable.
    """
    for start in range(0, len(keys), CHUNK) if keys is not None else (0,):
        some = None if keys is None else keys[start : start + CHUNK]
        for rows in _scan(POPULATION, actor, some):
            yield _with_others(rows, actor)


def _scan(register: str, actor: Actor, keys: Sequence[str] | None) -> Iterator[tuple[exchange.ScanRow, ...]]:
    return exchange.scan(
        MATCHING,
        register=register,
        elements=elements()[register],
        legal_basis=MATCHING_BASIS,
        actor=actor,
        keys=keys,
        by="company",
        chunk=CHUNK,
    )


def _with_others(rows: Sequence[exchange.ScanRow], actor: Actor) -> list[Company]:
    values: dict[str, dict[str, Any]] = {row.key: dict(row.values) for row in rows}
    for register in elements():
        if register != POPULATION:
            for chunk in _scan(register, actor, list(values)):
                for row in chunk:
                    values[row.found_by].update(row.values)
    return [Company(key, str(one["company.name"]), str(one["company.division"] or "")[:6], one) for key, one in sorted(values.items())]
