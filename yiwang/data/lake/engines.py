"""Where bulk SQL runs: DuckDB in this process, or Spark by address. Arrow goes in and comes out; the SQL is the common part of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import pyarrow as pa

from yiwang.data.lake.errors import BadQuery
from yiwang.data.lake.shapes import Shape
from yiwang.data.lake.standardising import schema

if TYPE_CHECKING:
    from yiwang.data.lake.arrivals import Batch

MEMORY: Final = "2GB"  # what DuckDB may hold; the rest goes to disk


class Engine(Protocol):
    """What publishing and queries need of an engine."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *failure: object) -> None:
        """Let go of what it holds."""

    def view(self, name: str, parquet: Sequence[Path]) -> None:
        """Make Parquet files known as a table."""

    def rows(self, held: Sequence[Batch], shape: Shape) -> None:
        """Make the standard rows of some batches known as `rows`, with batch and happened_at."""

    def keep(self, name: str, sql: str, *, spill: Path) -> None:
        """Work a query out once and make its result known as a table; what does not fit into memory meanwhile goes to `spill`."""

    def write(self, sql: str, target: Path) -> None:
        """Write a query's result as one Parquet file, which is then known as `written`."""

    def one(self, sql: str) -> tuple[Any, ...]:
        """The first row of a query."""

    def table(self, sql: str, given: Mapping[str, object] | None = None) -> pa.Table:
        """The result of a query, `$name` filled with values."""


@cache
def _text(name: str) -> str:
    return (files("yiwang.data.lake") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def named(name: str, **parts: str) -> str:
    """A query by its name (`queries/<name>.sql`), its {parts} filled with names of columns: never with values."""
    return _text(name).format(**parts)


def ask(sql: str, tables: Mapping[str, pa.Table], given: Mapping[str, object] | None = None) -> pa.Table:
    """The result of a query over Arrow tables in memory; it can reach no file, no network and no other database."""
    import duckdb

    with duckdb.connect(config={"memory_limit": MEMORY, "enable_external_access": "false", "threads": "2"}) as link:
        for name, table in tables.items():
            link.register(name, table)
        link.execute("SET lock_configuration = true")
        try:
            return link.sql(sql, params=dict(given or {})).to_arrow_table()
        except duckdb.Error as error:
            raise BadQuery(name=sql[:60], cause=str(error).splitlines()[0]) from error


def embedded() -> Engine:
    """DuckDB in this process."""
    return _DuckDB()


def engine(master: str = "") -> Engine:
    """Spark at an address, DuckDB where there is none."""
    if not master:
        return embedded()
    from yiwang.data.lake.spark import Spark

    return Spark(master)


class _DuckDB:
    """One connection in memory; what does not fit goes to a temporary folder."""

    def __enter__(self) -> Self:
        import duckdb

        self._link = duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": "false"})
        self._failure = duckdb.Error
        return self

    def __exit__(self, *failure: object) -> None:
        self._link.close()

    def view(self, name: str, parquet: Sequence[Path]) -> None:
        self._link.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({_list(parquet)})")  # noqa: S608 (our own paths, quoted)

    def rows(self, held: Sequence[Batch], shape: Shape) -> None:
        selects = []
        if not held:  # nothing that arrived could be opened: the theme table is there and empty
            self._link.register("nothing", schema(shape).empty_table())
            selects.append("SELECT *, 0 AS batch, CAST(NULL AS TIMESTAMP) AS happened_at FROM nothing")
        for one in held:
            parts = sorted(one.folder.glob("part-*.parquet"))
            received = f"CAST('{one.received_at:%Y-%m-%d %H:%M:%S.%f}' AS TIMESTAMP)"
            happened = f"coalesce(CAST({shape.ordered_by} AS TIMESTAMP), {received})" if shape.ordered_by else received
            selects.append(f"SELECT *, {one.number} AS batch, {happened} AS happened_at FROM read_parquet({_list(parts)})")  # noqa: S608
        self._link.execute(f"CREATE OR REPLACE VIEW rows AS {' UNION ALL '.join(selects)}")

    def keep(self, name: str, sql: str, *, spill: Path) -> None:
        self._link.execute(f"SET temp_directory = '{_quoted(spill)}'")
        self._link.execute(f"CREATE OR REPLACE TEMPORARY TABLE {name} AS {sql}")

    def write(self, sql: str, target: Path) -> None:
        self._link.execute(f"COPY ({sql}) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
        self.view("written", [target])

    def one(self, sql: str) -> tuple[Any, ...]:
        row = self._link.execute(sql).fetchone()
        assert row is not None
        return tuple(row)

    def table(self, sql: str, given: Mapping[str, object] | None = None) -> pa.Table:
        try:
            return self._link.sql(sql, params=dict(given or {})).to_arrow_table()
        except self._failure as error:
            raise BadQuery(name=sql[:60], cause=str(error).splitlines()[0]) from error


def _list(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(f"'{_quoted(path)}'" for path in paths) + "]"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
