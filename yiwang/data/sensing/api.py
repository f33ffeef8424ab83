"""The door of sensing: Arrow tables in, proposals per field out. Pure; pyarrow is imported when first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.data.sensing import judging, profiling
from yiwang.data.sensing.kinds import KINDS as _ALL
from yiwang.data.sensing.values import Evidence, FieldProposal, Profile, Relation

__all__ = ["KINDS", "Evidence", "FieldProposal", "Profile", "Relation", "classify", "relations"]

KINDS: Mapping[str, str] = {one.name: one.title for one in _ALL}
"""Kinds by name with their Chinese titles."""


def classify(table: Any) -> list[FieldProposal]:
    """What each column of a ``pyarrow.Table`` holds, in the order of its columns: type, profile, key, and the proposed kind, level,
    sensitivity and mask with their evidence. Examples in the profile are masked where a kind was recognised.

    Cost: profile and distinct counts read all rows once; kinds are judged on at most 2,000 values a column.
    """
    keys = profiling.keys(table)
    return [judging.proposal(name, table.column(place), key=name in keys) for place, name in enumerate(table.column_names)]


def relations(tables: Mapping[str, Any]) -> list[Relation]:
    """Which columns of the tables hold the key values of another: at least 90 % of their distinct values are found there, and at
    least three of them; best first.
    """
    return profiling.relations(tables)
