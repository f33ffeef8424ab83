"""The door of checks: rules read from data, run over a table, written as SQL. Libraries are loaded when a check runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from yiwang.data.checks.rules import DIMENSIONS, TYPES, Definition, Rule, RuleInvalid, read
from yiwang.data.checks.sql import statement

if TYPE_CHECKING:
    import pyarrow

    from yiwang.data.checks.running import Finding

__all__ = ["DIMENSIONS", "TYPES", "Definition", "Rule", "RuleInvalid", "check", "read", "statement"]


def check(
    source: Path | pyarrow.Table, definition: Definition, *, references: Mapping[str, Path | pyarrow.Table] | None = None, as_of: date
) -> list[Finding]:
    """Run every rule over a table and name the failing rows (0-based numbers in the table's order).

    Args:
        source: a Parquet file, a CSV (UTF-8, header) or an Arrow table with at least the declared columns.
        references: tables that ``reference`` rules name.
        as_of: the day of the check.

    Returns:
        A finding for each rule, before them ``typed:<column>`` for columns that hold texts not of their declared type.

    Raises:
        SourceUnusable: unreadable, or a column or a reference table is missing.
    """
    from yiwang.data.checks.running import check as run

    return run(source, definition, references=references or {}, as_of=as_of)
