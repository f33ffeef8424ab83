"""From registers to an open table: sources → Arrow → SQL → protection. Nothing unprotected leaves this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from yiwang.base.clock.api import today
from yiwang.data.catalogue import api as catalogue
from yiwang.data.lake import api as lake
from yiwang.data.opening import noising, risks, suppressing
from yiwang.data.opening.definitions import Column, Definition, invented, provided
from yiwang.data.opening.errors import UnreadableDefinition
from yiwang.data.registers import api as registers

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK: Final = 20_000
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """A protected table, what protecting it did, and what was read for it (register → columns; rows in all)."""

    table: pa.Table
    done: dict[str, Any]
    read: dict[str, Any]


def schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow types of a dictionary."""
    import pyarrow as pa

    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "boolean": pa.bool_()}
    return pa.schema([(one.name, types[one.kind]) for one in columns])


def make(definition: Definition) -> Made:
    """The protected table of a data set as of today.

    Raises:
        UnreadableDefinition: the SQL fails, or gives other columns than the dictionary has.
        RegistersUnavailable: a register is switched off or does not answer.
    """
    import pyarrow as pa

    tables, read = gather(definition)
    given: dict[str, object] = {"year": today().year} if "$year" in definition.sql else {}
    try:
        found = lake.ask(definition.sql, tables=tables, given=given)
    except lake.BadQuery as error:
        raise UnreadableDefinition(code=definition.code, reason=error.message) from error
    wanted = schema(definition.columns)
    if sorted(found.column_names) != sorted(wanted.names):
        raise UnreadableDefinition(code=definition.code, reason=f"SQL 给出的列是 {'、'.join(found.column_names)},和字典不一致。")
    rows = found.select(wanted.names).cast(wanted).to_pylist()
    kept, done = protect(definition, rows)
    return Made(pa.Table.from_pylist([dict(one) for one in kept], schema=wanted), done, read)


def gather(definition: Definition) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """The source tables by name, only the columns that the definition names; keys and names of people are not taken along."""
    import pyarrow as pa

    sources, tables = definition.sources, {}
    for name, columns in sources.get("registers", {}).items():
        tables[name] = _register(name, columns)
    for name in sources.get("codes", []):
        pairs = catalogue.codes(name)
        tables[f"code_{name}"] = pa.table({"code": list(pairs), "name": list(pairs.values())})
    for name in sources.get("files", []):
        tables[name] = pa.Table.from_pylist(invented(name))
    for name in sources.get("provided", []):
        tables[name] = pa.Table.from_pylist(provided(name))
    rows = {name: table.num_rows for name, table in tables.items() if not name.startswith("code_")}
    return tables, {"registers": dict(sources.get("registers", {})), "rows": rows}


def _register(name: str, columns: Sequence[str]) -> pa.Table:
    """Chosen columns of a whole register, chunk by chunk."""
    import pyarrow as pa

    held: list[list[Any]] = [[] for _ in columns]
    after = ""
    while chunk := registers.sweep(name, columns=columns, after=after, limit=CHUNK):
        for row in chunk:
            for place, value in enumerate(row[3]):
                held[place].append(value)
        after = chunk[-1][0]
    return pa.table({column: pa.array(values) for column, values in zip(columns, held, strict=True)})


def protect(definition: Definition, rows: Rows) -> tuple[Rows, dict[str, Any]]:
    """The rows that may be opened, and what was done to them."""
    guard = definition.protection
    if guard.method == "suppress":
        return _suppressed(definition, rows)
    if guard.method == "noise":
        return _noised(definition, rows), {"epsilon": str(guard.epsilon)}
    if guard.method == "rows":
        quasi, sensitive = roles(definition)
        kept = risks.safe_rows(rows, quasi=quasi, sensitive=sensitive, k=guard.k, diversity=guard.diversity)
        return kept, {"left_out": len(rows) - len(kept), "before": asdict(_assess(definition, rows)) | {"rare": []}}
    return rows, {}


def roles(definition: Definition) -> tuple[tuple[str, ...], str]:
    """The columns that others may know of a person, and the one that nobody may learn ('' for none)."""
    quasi = tuple(one.name for one in definition.columns if one.quasi)
    return quasi, next((one.name for one in definition.columns if one.sensitive), "")


def _assess(definition: Definition, rows: Rows) -> risks.Risk:
    quasi, sensitive = roles(definition)
    guard = definition.protection
    return risks.assess(rows, quasi=quasi, sensitive=sensitive, k=guard.k, diversity=guard.diversity)


def _counts(definition: Definition, rows: Rows) -> dict[tuple[str, ...], int]:
    guard = definition.protection
    return {tuple(str(row[name]) for name in guard.dimensions): int(row[guard.count]) for row in rows}


def _suppressed(definition: Definition, rows: Rows) -> tuple[Rows, dict[str, Any]]:
    guard = definition.protection
    cells = suppressing.with_totals(_counts(definition, rows))
    held = suppressing.suppress(cells, threshold=guard.threshold)
    hidden = held.all
    order = sorted(cells, key=lambda cell: tuple((value == suppressing.TOTAL, value) for value in cell))
    kept = [{**dict(zip(guard.dimensions, cell, strict=True)), guard.count: None if cell in hidden else cells[cell]} for cell in order]
    return kept, {"small": len(held.primary), "with_them": len(held.complementary), "guessable": len(held.narrow), "cells": len(cells)}


def _noised(definition: Definition, rows: Rows) -> Rows:
    guard = definition.protection
    counts = _counts(definition, rows)
    domain = list(product(*(guard.domain[name] for name in guard.dimensions)))
    if outside := sorted(set(counts) - set(domain)):
        raise UnreadableDefinition(code=definition.code, reason=f"有的取值不在 domain 里:{'、'.join(outside[0])}。")
    found = noising.noised([counts.get(cell, 0) for cell in domain], Fraction(guard.epsilon))
    return [{**dict(zip(guard.dimensions, cell, strict=True)), guard.count: count} for cell, count in zip(domain, found, strict=True)]
