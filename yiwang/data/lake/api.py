"""The door of the lake. Importing it is cheap; Arrow and DuckDB come with the first call. No web framework is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from yiwang.data.lake.errors import BadQuery, LakeBusy, NothingToIngest, UnknownDataset, UnknownTable

__all__ = ["BadQuery", "LakeBusy", "NothingToIngest", "UnknownDataset", "UnknownTable", "datasets", "ingest"]


def datasets() -> list[str]:
    """The names of the data sets that can be ingested."""
    from yiwang.data.lake import shapes

    return shapes.names()


def ingest(path: Path, *, dataset: str, out: Path, batch_rows: int = 250_000, told: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Bring a file or a folder of files into the lake at `out`, and publish the theme table.

    Returns the report: `{files: [{file, rows_read, rows_good, rows_quarantined, reasons, notes, missing, …}], rows_read, …, reasons,
    duplicates, outputs: {good, quarantine, table, manifest}}`; rows_read = rows_good + rows_quarantined for every file and in total,
    `reasons` counts one per quarantined row. The same bytes are never taken twice. `told` hears a line of progress per batch.
    Raises UnknownDataset, NothingToIngest, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.ingest(path, dataset=dataset, out=out, batch_rows=batch_rows, told=told)
