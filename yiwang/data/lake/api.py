"""The door of the lake. Importing it is cheap; Arrow and DuckDB come with the first call. No web framework is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yiwang.data.lake.errors import BadQuery, LakeBusy, NothingToIngest, SourceFailed, UnknownDataset, UnknownQuery, UnknownTable

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "BadQuery",
    "LakeBusy",
    "NothingToIngest",
    "SourceFailed",
    "UnknownDataset",
    "UnknownQuery",
    "UnknownTable",
    "ask",
    "datasets",
    "fetch",
    "fields",
    "ingest",
    "queries",
    "query",
    "replay",
    "tables",
    "waiting",
]


def ask(sql: str, *, tables: Mapping[str, pa.Table], given: Mapping[str, object] | None = None) -> pa.Table:
    """Answer a query over Arrow tables in memory, known to it by their names; it can reach no file, network or other database.

    `given` fills the `$words` of the query. Raises BadQuery.
    """
    from yiwang.data.lake import engines

    return engines.ask(sql, tables, given)


def datasets() -> list[str]:
    """The names of the data sets that can be ingested."""
    from yiwang.data.lake import shapes

    return shapes.names()


def ingest(
    path: Path, *, dataset: str, out: Path, batch_rows: int = 250_000, spark: str = "", told: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Bring a file or a folder of files into the lake at `out`, and publish the theme table.

    Returns the report: `{files: [{file, rows_read, rows_good, rows_quarantined, reasons, notes, missing, …}], rows_read, …, reasons,
    duplicates, outputs: {good, quarantine, table, manifest}}`; rows_read = rows_good + rows_quarantined for every file and in total,
    `reasons` counts one per quarantined row. The same bytes are never taken twice. `told` hears a line of progress per batch.
    `spark`: the address of the Spark that works out the history (local[2], spark://host:7077); '' is DuckDB in this process.
    Raises UnknownDataset, NothingToIngest, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.ingest(path, dataset=dataset, out=out, batch_rows=batch_rows, spark=spark, told=told)


def fields(dataset: str) -> list[str]:
    """The names of a data set's fields, in order; raises UnknownDataset."""
    from yiwang.data.lake import shapes

    return [one.name for one in shapes.shape(dataset).fields]


def fetch(
    address: str,
    *,
    name: str,
    dataset: str,
    out: Path,
    table: str = "",
    changed: str = "",
    items: str = "items",
    stream: str = "",
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Bring what is new in a source that is no file into the lake: postgresql:// (`table`, and `changed`: a column that grows with every
    change), http(s):// (pages with their list under `items`), nats:// (`stream`; each message one JSON object).

    Returns `{rows_read, rows_good, rows_quarantined, batches}` of this call, all 0 where nothing is new. What was fetched is remembered
    under `name` only after it is in the lake: a kill in between fetches again and loses or doubles nothing.
    Raises UnknownDataset, SourceFailed, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.fetch(
        address, name=name, dataset=dataset, out=out, table=table, changed=changed, items=items, stream=stream, headers=headers or {}
    )


def tables(out: Path) -> list[dict[str, Any]]:
    """The current theme tables of a lake: `{theme, dataset, version, made_at, digest, rows, keys, current, duplicates, schema}` each."""
    from yiwang.data.lake import asking

    return asking.tables(out)


def queries() -> dict[str, str]:
    """The named queries: name → the sentence that says what it answers."""
    from yiwang.data.lake import asking

    return asking.queries()


def query(name: str, *, out: Path, given: dict[str, object] | None = None, spark: str = "") -> pa.Table:
    """Answer a named query over the theme tables as an Arrow table, on DuckDB or on the Spark at an address.

    `given` fills the `$words` of the query. Raises UnknownQuery, UnknownTable (nothing was published yet), BadQuery (a word is missing).
    """
    from yiwang.data.lake import asking, engines

    return asking.query(name, out=out, given=given or {}, engine=engines.engine(spark))


def waiting(dataset: str, *, out: Path) -> list[dict[str, Any]]:
    """The rows in quarantine: `{digest, row, line, file, reason, problems, raw, values: {field: text}}`; raises UnknownDataset.

    Rows hold what the source said, personal data included: who shows them masks them.
    """
    from yiwang.data.lake import running

    return running.waiting(dataset, out=out)


def replay(dataset: str, *, out: Path, repairs: list[dict[str, Any]]) -> dict[str, Any]:
    """Send repaired rows, each `{digest, row, values: {field: text}}`, through the same checks as files.

    Returns `{accepted, refused: [{digest, row, reason, problems}], unknown, settled}`: refused rows stay in quarantine with the new reason,
    `settled` were repaired before. Raises UnknownDataset, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.replay(dataset, out=out, repairs=repairs)
