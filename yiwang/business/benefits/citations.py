"""What the benefits cite: the legal basis of each, the clauses of its decision table, and what allows the recheck."""

from __future__ import annotations

from collections.abc import Iterator

from yiwang.business.benefits import definitions
from yiwang.data.laws.api import Cited


def cited() -> Iterator[Cited]:
    """Every citation with its place, when the benefit's rule was made, and the department that answers for it."""
    for one in definitions.load().values():
        yield Cited(one.legal_basis, one.made_on, f"benefit {one.code}", "", one.department)
        for clause in one.model.clauses():
            yield Cited(clause, one.made_on, f"benefit {one.code} {one.code}.dmn", "", one.department)
    for row in definitions.watched():
        yield Cited(row["legal_basis"], None, f"recheck {row['register']}", "", row["department"])
