"""One run: every file of a path into the lake, then the theme table, then the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from yiwang.data.lake import arriving, engines, ingesting, publishing, repairing, shapes
from yiwang.data.lake.errors import NothingToIngest
from yiwang.data.lake.ingesting import Ingested
from yiwang.data.lake.standardising import Counts

_HERE: Final = ZoneInfo("Asia/Shanghai")


def ingest(path: Path, *, dataset: str, out: Path, batch_rows: int, told: Callable[[str], None] | None) -> dict[str, Any]:
    """See `api.ingest`."""
    shape = shapes.shape(dataset)
    found, skipped = files_of(path, out)
    today = datetime.now(_HERE).date()
    with ingesting.alone(out):
        done = [_one(file, name, shape, out, today, batch_rows, told) for name, file in found]
        kept = [one.folder for one in done if one.folder]
        table = publishing.publish(out, shape, engine=engines.engine())
        rows = sum(one.counts.rows_good for one in done)
        outputs = publishing.run_files(out, shape, kept, rows)
    return _reported(dataset, done, skipped, table, outputs)


def waiting(dataset: str, *, out: Path) -> list[dict[str, Any]]:
    """See `api.waiting`."""
    return [asdict(one) for one in repairing.waiting(out, shapes.shape(dataset))]


def replay(dataset: str, *, out: Path, repairs: list[dict[str, Any]]) -> dict[str, Any]:
    """See `api.replay`."""
    with ingesting.alone(out):
        return repairing.replay(out, shapes.shape(dataset), repairs, today=datetime.now(_HERE).date())


def files_of(path: Path, out: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The files to read with the names that reports use, and those of other kinds; the lake's own are neither. NothingToIngest."""
    if path.is_file():
        return [(path.name, path)], []
    inside = out.resolve()
    found = path.rglob("*") if path.is_dir() else ()
    everything = sorted(one for one in found if one.is_file() and not one.name.startswith(".") and not one.resolve().is_relative_to(inside))
    wanted = [one for one in everything if one.suffix.lower() in (*arriving.TEXTS, *arriving.OTHERS)]
    if not wanted:
        raise NothingToIngest(path=path)
    return [(str(one.relative_to(path)), one) for one in wanted], [str(one.relative_to(path)) for one in everything if one not in wanted]


def _one(
    path: Path, name: str, shape: shapes.Shape, out: Path, today: date, batch_rows: int, told: Callable[[str], None] | None
) -> Ingested:
    def say(counts: Counts) -> None:
        if told:
            told(f"{name}: {counts.rows_read:,} rows read, {counts.rows_quarantined:,} quarantined")

    return ingesting.ingest_file(path, shape, out, name=name, today=today, batch_rows=batch_rows, told=say)


def _reported(
    dataset: str, done: list[Ingested], skipped: list[str], table: publishing.Published, outputs: dict[str, str]
) -> dict[str, Any]:
    total = Counts()
    files = []
    seen: dict[str, str] = {}
    same = table.manifest["duplicates"]["same"]
    for one in done:
        total.add(one.counts)
        if one.digest in seen:  # the same bytes under another name: all its rows are there already
            same += one.counts.rows_good
            files.append(one.to_json() | {"same_as": seen[one.digest]})
        else:
            files.append(one.to_json())
        seen.setdefault(one.digest, one.file)
    return {
        "dataset": dataset,
        "files": files,
        **total.to_json(),
        "skipped_files": skipped,
        "duplicates": {**table.manifest["duplicates"], "same": same},
        "keys": table.manifest["keys"],
        "outputs": outputs | {"table": str(table.data), "manifest": str(table.data.parent / "manifest.json")},
    }
