"""The door of sensing: Arrow tables in, proposals per field out. Pure; pyarrow is imported when first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.data.sensing import judging, profiling, reading
from yiwang.data.sensing.kinds import KINDS as _ALL
from yiwang.data.sensing.reading import UnreadableSource
from yiwang.data.sensing.values import Evidence, FieldProposal, Profile, Relation

__all__ = [
    "KINDS",
    "Evidence",
    "FieldProposal",
    "Profile",
    "Relation",
    "UnreadableSource",
    "classify",
    "read",
    "read_address",
    "read_bytes",
    "relations",
]

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


def read(where: str, *, headers: Mapping[str, str] | None = None) -> tuple[dict[str, Any], list[str]]:
    """The tables of a file, a folder (CSV, xlsx, Parquet, JSON, also below), a PostgreSQL address or an HTTP API that answers JSON:
    by name as ``pyarrow.Table`` of texts (Parquet keeps its types), at most 100,000 rows each; and what could not be read, in words.
    ``headers``: sent to an HTTP API, say its credentials.

    Raises:
        UnreadableSource: the database or API does not answer. NotFound: no such path.
    """
    return reading.read(where, headers)


def read_address(
    address: str, *, headers: Mapping[str, str] | None = None, rows: int = 100_000, tables: int = 200, seconds: int = 600
) -> tuple[dict[str, Any], list[str]]:
    """The tables of a PostgreSQL address or an HTTP API, as ``read`` gives them, within limits: the first ``rows`` of each of at most
    ``tables`` tables, as far as ``seconds`` reach; what was left out is told in words. The caller has asked whether the address may be
    reached; an API that redirects is not followed.

    Raises:
        UnreadableSource: it does not answer, or the address is of another kind.
    """
    return reading.read_address(address, headers=headers, rows=rows, tables=tables, seconds=seconds)


def read_bytes(name: str, *, content: bytes) -> dict[str, Any]:
    """The tables of one file by its name's ending (a workbook has one per sheet). Raises UnreadableSource."""
    return reading.read_bytes(name, content)
