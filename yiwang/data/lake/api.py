"""The door of the lake. Importing it is cheap; Arrow and DuckDB come with the first call. No web framework is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yiwang.data.lake.errors import BadQuery, LakeBusy, NothingToIngest, NotKept, SourceFailed, UnknownDataset, UnknownQuery, UnknownTable

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "BadQuery",
    "LakeBusy",
    "NotKept",
    "NothingToIngest",
    "SourceFailed",
    "UnknownDataset",
    "UnknownQuery",
    "UnknownTable",
    "again",
    "ask",
    "current",
    "datasets",
    "ensure_stream",
    "expire",
    "fetch",
    "fields",
    "history",
    "ingest",
    "keep",
    "key",
    "kinds",
    "probe",
    "queries",
    "query",
    "raws",
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
    path: Path,
    *,
    dataset: str,
    out: Path,
    batch_rows: int = 250_000,
    spark: str = "",
    told: Callable[[str], None] | None = None,
    under: str = "",
) -> dict[str, Any]:
    """Bring a file or a folder of files into the lake at `out`, and publish the theme table.

    Returns the report: `{files: [{file, rows_read, rows_good, rows_quarantined, reasons, notes, missing, …}], rows_read, …, reasons,
    duplicates, outputs: {good, quarantine, table, manifest}}`; rows_read = rows_good + rows_quarantined for every file and in total,
    `reasons` counts one per quarantined row. The same bytes are never taken twice. `told` hears a line of progress per batch.
    `spark`: the address of the Spark that works out the history (local[2], spark://host:7077); '' is DuckDB in this process.
    `under` stands before the names of the files wherever they are named. Raises UnknownDataset, NothingToIngest, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.ingest(path, dataset=dataset, out=out, batch_rows=batch_rows, spark=spark, told=told, under=under)


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
    what: str = "",
    changed: str = "",
    headers: dict[str, str] | None = None,
    under: str = "",
) -> dict[str, Any]:
    """Bring what is new in a source that is no file into the lake: postgresql:// and mysql:// (`what`: the table; `changed`: a column
    that grows with every change), http(s):// (`what`: where a page keeps its list, items by default), nats:// (`what`: the stream of
    JSON objects).

    Returns `{rows_read, rows_good, rows_quarantined, batches, reasons, notes}` of this call, all 0 where nothing is new. What was fetched
    is remembered under `name` only after it is in the lake: a kill in between fetches again and loses or doubles nothing. The raw file
    is kept compressed (`raws`, `again`, `expire`).
    Raises UnknownDataset, SourceFailed, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.fetch(address, name=name, dataset=dataset, out=out, what=what, changed=changed, headers=headers or {}, under=under)


def probe(address: str, *, dataset: str, what: str = "", headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Look at a source as `fetch` would, taking nothing, for a few seconds: `{columns: [{name, field}], missing: [field, …], waiting}`.

    `field` is '' where a column feeds none; `waiting` is how many messages a stream holds. Raises UnknownDataset, SourceFailed.
    """
    from yiwang.data.lake import probing, shapes

    return probing.probe(address, shapes.shape(dataset), what=what, headers=headers or {})


def ensure_stream(url: str, *, stream: str, subject: str) -> None:
    """Make a JetStream stream of a subject if there is none; raises SourceFailed."""
    from yiwang.data.lake import streaming

    streaming.ensure(url, stream=stream, subject=subject)


def raws(name: str, *, out: Path) -> list[dict[str, Any]]:
    """The raw files of a source that are kept, the newest first: `{digest, kind, landed_at, size}` (bytes as kept)."""
    from yiwang.data.lake import landings, running

    return [asdict(one) for one in landings.raws(running.landing(name, out))]


def keep(path: Path, *, name: str, out: Path) -> None:
    """Keep a file that is in the lake among a source's raw files, compressed; the file itself is removed."""
    from yiwang.data.lake import landings, running

    landings.keep(path, running.landing(name, out))


def again(name: str, *, digest: str, dataset: str, out: Path, under: str = "") -> dict[str, Any]:
    """Read a kept raw file again, by the rules of today; bytes that the same rules have read are not taken twice. As `ingest`; NotKept."""
    from yiwang.data.lake import running

    return running.again(name, digest=digest, dataset=dataset, out=out, under=under)


def expire(name: str, *, out: Path, days: int) -> int:
    """Remove the raw files of a source that are older; returns how many."""
    from yiwang.data.lake import landings, running

    return landings.expire(running.landing(name, out), days=days)


def kinds(dataset: str) -> dict[str, str]:
    """The kind of each field of a data set (credit_code, person_name, id_number, mobile, text, …); raises UnknownDataset."""
    from yiwang.data.lake import shapes

    return {one.name: one.kind for one in shapes.shape(dataset).fields}


def key(dataset: str) -> list[str]:
    """The fields that name a row of a data set; raises UnknownDataset."""
    from yiwang.data.lake import shapes

    return list(shapes.shape(dataset).key)


def history(dataset: str, *, key: Mapping[str, str], out: Path) -> list[dict[str, Any]]:
    """Every version of one key of a theme table, the newest first, as the table holds it (source_file says whose it is).

    `key`: the key's fields and values. Raises UnknownDataset, UnknownTable (nothing was published yet), BadQuery (another key).
    """
    from yiwang.data.lake import asking, shapes

    return asking.history(shapes.shape(dataset), key=key, out=out)


def current(dataset: str, *, out: Path, columns: Sequence[str], most: int | None = None) -> pa.Table:
    """Columns of the rows of a theme table that hold now, in the order of its key, the first `most` where given; personal data included.

    Raises UnknownDataset, UnknownTable (nothing was published yet), BadQuery (no such column).
    """
    from yiwang.data.lake import asking, shapes

    return asking.current(shapes.shape(dataset), out=out, columns=columns, most=most)


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


def waiting(dataset: str, *, out: Path, under: str = "") -> list[dict[str, Any]]:
    """The rows in quarantine: `{digest, row, line, file, reason, problems, raw, values: {field: text}}`; raises UnknownDataset.

    `under`: only rows of files whose name begins so.
    Rows hold what the source said, personal data included: who shows them masks them.
    """
    from yiwang.data.lake import running

    return running.waiting(dataset, out=out, under=under)


def replay(dataset: str, *, out: Path, repairs: list[dict[str, Any]], under: str = "") -> dict[str, Any]:
    """Send repaired rows, each `{digest, row, values: {field: text}}`, through the same checks as files.

    Returns `{accepted, refused: [{digest, row, reason, problems}], unknown, settled}`: refused rows stay in quarantine with the new reason,
    `settled` were repaired before; `under`: only rows of files whose name begins so. Raises UnknownDataset, LakeBusy.
    """
    from yiwang.data.lake import running

    return running.replay(dataset, out=out, repairs=repairs, under=under)
