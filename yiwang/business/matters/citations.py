"""What the matters in force cite: legal bases, fees, and the clauses of their decision tables."""

from __future__ import annotations

from collections.abc import Iterator

from yiwang.business.matters import queries
from yiwang.business.matters.decision_tables import table_key
from yiwang.business.matters.values import MatterVersion
from yiwang.data.decisions import api as decisions
from yiwang.data.laws.api import Cited


def cited() -> Iterator[Cited]:
    """Every citation with its place, when the matter took effect, and the department that answers for it."""
    for listed in queries.listing():
        matter = queries.described(listed.short)
        about = (matter.effective_from, matter.short)
        for one in matter.legal_bases:
            yield Cited(str(one), *about, one.text, matter.department)
        for fee in matter.fees:
            if fee.basis:
                yield Cited(fee.basis, matter.effective_from, f"{matter.short} {fee.name}", "", matter.department)
        yield from _of_table(matter)


def _of_table(matter: MatterVersion) -> Iterator[Cited]:
    if not matter.decision_table:
        return
    for clause in decisions.model(table_key(matter.decision_table)).clauses():
        yield Cited(clause, matter.effective_from, f"{matter.short} {matter.decision_table}", "", matter.department)
