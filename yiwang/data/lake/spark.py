"""Spark by address: the same SQL over the same Parquet files. The session is the one that the rules engine keeps."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from yiwang.data.lake.errors import BadQuery
from yiwang.data.lake.shapes import Shape
from yiwang.rules import spark

if TYPE_CHECKING:
    from yiwang.data.lake.arrivals import Batch


class Spark:
    """The engine at an address such as `local[2]` or `spark://host:7077`; its workers must see the lake's folder."""

    def __init__(self, master: str) -> None:
        self._master = master

    def __enter__(self) -> Self:
        self._session = spark.session(self._master)
        return self

    def __exit__(self, *failure: object) -> None:
        """The session stays for the next use; it ends with the process."""

    def view(self, name: str, parquet: Sequence[Path]) -> None:
        """See Engine."""
        self._session.read.parquet(*(str(path) for path in parquet)).createOrReplaceTempView(name)

    def rows(self, held: Sequence[Batch], shape: Shape) -> None:
        """See Engine."""
        selects = []
        for one in held:
            self.view(f"batch_{one.number}", sorted(one.folder.glob("part-*.parquet")))
            received = f"CAST('{one.received_at:%Y-%m-%d %H:%M:%S.%f}' AS TIMESTAMP)"
            happened = f"coalesce(CAST({shape.ordered_by} AS TIMESTAMP), {received})" if shape.ordered_by else received
            selects.append(f"SELECT *, {one.number} AS batch, {happened} AS happened_at FROM batch_{one.number}")  # noqa: S608
        self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW rows AS {' UNION ALL '.join(selects)}")

    def keep(self, name: str, sql: str, *, spill: Path) -> None:
        """See Engine."""
        self._session.sql(sql).cache().createOrReplaceTempView(name)

    def write(self, sql: str, target: Path) -> None:
        """See Engine."""
        folder = target.with_suffix(".spark")
        self._session.sql(sql).coalesce(1).write.mode("overwrite").option("compression", "zstd").parquet(str(folder))
        next(folder.glob("part-*.parquet")).rename(target)
        shutil.rmtree(folder)
        self.view("written", [target])

    def one(self, sql: str) -> tuple[Any, ...]:
        """See Engine."""
        return tuple(self._session.sql(sql).first())

    def table(self, sql: str, given: Mapping[str, object] | None = None) -> pa.Table:
        """See Engine."""
        from pyspark.errors import PySparkException

        try:
            return self._session.sql(re.sub(r"\$(?=[a-z_])", ":", sql), args=dict(given or {})).toArrow()
        except PySparkException as error:
            raise BadQuery(name=sql[:60], cause=str(error).splitlines()[0]) from error
