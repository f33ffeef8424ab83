"""On which clause a step rests: the law of the matter's kind, else what holds for all services, else the matter's own basis.

``clauses.json`` by action, looked up in this order: ``always``; ``by_kind`` (01 licences: 行政许可法); ``by_law`` (a matter whose
basis is that law has its procedure there); ``companies``; ``services`` (every service handed in on line); then what the
matter itself rests on. ``unfounded`` are house-keeping, and a right that needs no ground.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from yiwang.business.cases.states import ACTIONS
from yiwang.business.matters.api import MatterVersion
from yiwang.data.laws.api import Cited

_LICENCE: Final = "01"


@cache
def _rules() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(files(__package__).joinpath("clauses.json").read_text("utf8"))
    return found


def clause(action: str, *, version: MatterVersion, applicant: str) -> str:
    """The citation of one step of a case of this matter; '' where a step needs none. ``applicant``: ``str(Subject)``."""
    rules = _rules()
    tables = [rules["always"], rules["by_kind"].get(version.kind, {})]
    if version.kind != _LICENCE:
        tables += [rules["by_law"][one.law] for one in version.legal_bases if one.law in rules["by_law"]]
        tables += [rules["companies"]] if applicant.startswith("company:") else []
        tables += [rules["services"]]
    found = next((table[action] for table in tables if action in table), "")
    if found or action in rules["unfounded"]:
        return str(found)
    return next((str(one) for one in version.legal_bases), "")


def cited() -> Iterator[Cited]:
    """Every article that steps are founded on, for the check against the law library; the department is nobody's own."""
    rules = _rules()
    named = {**rules["by_kind"], **rules["by_law"], "companies": rules["companies"], "services": rules["services"]}
    for table, steps in named.items():
        for action, text in steps.items():
            if text.startswith("《"):
                yield Cited(text, None, f"case {table} {ACTIONS[action].label}", "", "")
