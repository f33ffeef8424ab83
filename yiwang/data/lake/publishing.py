"""Standard rows → what is published: the theme table with its history, the good rows and the quarantined rows of a run, and manifests.

A version is written into a folder of its own and becomes current by one rename: a reader never sees half of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from yiwang.data.lake import engines
from yiwang.data.lake.arrivals import Batch, batches
from yiwang.data.lake.keeping import write_whole
from yiwang.data.lake.shapes import Shape
from yiwang.data.lake.standardising import schema

ONE_FILE_ROWS: Final = 500_000  # a run of more rows is published as its parts, not copied into one file


@dataclass(frozen=True, slots=True)
class Published:
    """The current version of a theme table: its file and its manifest."""

    data: Path
    manifest: dict[str, Any]


def publish(out: Path, shape: Shape, *, engine: engines.Engine | None = None) -> Published:
    """Make the theme table of everything that is in the lake current; the same content keeps the version that stands."""
    held = batches(out, shape)
    version = hashlib.sha256(
        "\n".join([shape.theme, *(f"{one.folder.name} {one.number} {one.said['rules']}" for one in held)]).encode()
    ).hexdigest()[:16]
    theme = out / "themes" / shape.theme
    if (now := current(out, shape.theme)) and now.manifest["version"] == version:
        return now
    made = theme / f"{version}.new"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    with engine or engines.embedded() as running:
        running.rows(held, shape)
        running.keep("repeated", engines.named("repeated", key=", ".join(shape.key)), spill=made / "spill")
        running.write(versions_sql(shape), made / "data.parquet")
        facts = running.one(
            "SELECT count(*), sum(CASE WHEN version = 1 THEN 1 ELSE 0 END), sum(CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END) FROM written"
        )
    write_whole(made / "manifest.json", _manifest(shape, version, held, made / "data.parquet", facts))
    final = theme / version
    shutil.rmtree(final, ignore_errors=True)
    made.rename(final)
    write_whole(theme / "current.json", {"version": version})
    return Published(final / "data.parquet", json.loads((final / "manifest.json").read_text()))


def versions_sql(shape: Shape) -> str:
    """The named query `versions`, filled with a data set's columns."""
    columns = schema(shape).names
    values = [name for name in columns if not name.startswith("source_")]
    return engines.named(
        "versions",
        key=", ".join(shape.key),
        columns=", ".join(columns),
        content=", ".join(f"coalesce(CAST({name} AS STRING), '')" for name in values),
        same_key=" AND ".join(f"repeated.{name} = rows.{name}" for name in shape.key),
    )


def current(out: Path, theme: str) -> Published | None:
    """The version of a theme table that readers see, or None."""
    try:
        version = json.loads((out / "themes" / theme / "current.json").read_text())["version"]
        folder = out / "themes" / theme / version
        return Published(folder / "data.parquet", json.loads((folder / "manifest.json").read_text()))
    except FileNotFoundError:
        return None


def run_files(out: Path, shape: Shape, folders: Sequence[Path], rows: int) -> dict[str, str]:
    """The good rows and the quarantined rows of one run, each as one Parquet file (a folder of parts where they are very many)."""
    name = hashlib.sha256(
        "\n".join(sorted({f"{folder.name} {(folder / 'report.json').stat().st_mtime_ns}" for folder in folders})).encode()
    )
    run = out / "runs" / f"{shape.name}-{name.hexdigest()[:16]}"
    if not run.exists():
        made = run.with_suffix(".new")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        unique = list(dict.fromkeys(folders))
        _gather(made, "good", [path for folder in unique for path in sorted(folder.glob("part-*.parquet"))], whole=rows <= ONE_FILE_ROWS)
        _gather(made, "quarantine", [path for folder in unique for path in sorted(folder.glob("quarantine-*.parquet"))], whole=True)
        made.rename(run)
    good = run / "good.parquet"
    return {"good": str(good if good.exists() else run / "good"), "quarantine": str(run / "quarantine.parquet")}


def _gather(folder: Path, name: str, parts: Iterable[Path], *, whole: bool) -> None:
    if not whole:
        (folder / name).mkdir()
        for number, part in enumerate(parts):
            os.link(part, folder / name / f"{number:05d}.parquet")
        return
    parts = list(parts)
    if len(parts) == 1:  # the part is the file
        os.link(parts[0], folder / f"{name}.parquet")
        return
    writer: pq.ParquetWriter | None = None
    for part in parts:
        file = pq.ParquetFile(part)
        writer = writer or pq.ParquetWriter(folder / f"{name}.parquet", file.schema_arrow, compression="zstd", compression_level=1)
        for batch in file.iter_batches(batch_size=250_000):
            writer.write_batch(batch)
    if writer:
        writer.close()


def _manifest(shape: Shape, version: str, held: list[Batch], data: Path, facts: tuple[Any, ...]) -> dict[str, Any]:
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    rows, keys, now = (int(fact or 0) for fact in facts)
    good = sum(one.said["counts"]["rows_good"] for one in held)
    return {
        "theme": shape.theme,
        "dataset": shape.name,
        "version": version,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "digest": digest,
        "rows": rows,
        "keys": keys,
        "current": now,
        "duplicates": {"same": good - rows, "changed": rows - keys},
        "schema": {column.name: str(column.type) for column in pq.read_schema(data)},
        "sources": [
            {
                "file": one.said["file"],
                "digest": one.said["digest"],
                "batch": one.number,
                "received_at": one.received_at.isoformat(timespec="seconds"),
                "rows_good": one.said["counts"]["rows_good"],
                "rows_quarantined": one.said["counts"]["rows_quarantined"],
            }
            for one in held
        ],
    }
