"""One run: every file of a path into the lake, then the theme table, then the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from yiwang.data.lake import arriving, engines, fetching, ingesting, landings, mysql, publishing, repairing, shapes, streaming
from yiwang.data.lake.errors import NothingToIngest, SourceFailed
from yiwang.data.lake.ingesting import Ingested
from yiwang.data.lake.standardising import Counts

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_HERE: Final = ZoneInfo("Asia/Shanghai")


def ingest(
    path: Path,
    *,
    dataset: str,
    out: Path,
    batch_rows: int = ingesting.BATCH_ROWS,
    spark: str = "",
    told: Callable[[str], None] | None = None,
    under: str = "",
) -> dict[str, Any]:
    """See `api.ingest`."""
    shape = shapes.shape(dataset)
    found, skipped = files_of(path, out)
    found = [(f"{under}{name}", file) for name, file in found]
    today = datetime.now(_HERE).date()
    with ingesting.alone(out):
        done = [_one(file, name, shape, out, today, batch_rows, told) for name, file in found]
        kept = [one.folder for one in done if one.folder]
        table = publishing.publish(out, shape, engine=engines.engine(spark))
        rows = sum(one.counts.rows_good for one in done)
        outputs = publishing.run_files(out, shape, kept, rows)
    return _reported(dataset, done, skipped, table, outputs)


def fetch(
    address: str,
    *,
    name: str,
    dataset: str,
    out: Path,
    what: str,
    changed: str,
    headers: dict[str, str],
    under: str = "",
) -> dict[str, Any]:
    """See `api.fetch`."""
    shapes.shape(dataset)
    folder = landing(name, out)
    found: dict[str, Any] = {"rows_read": 0, "rows_good": 0, "rows_quarantined": 0, "batches": 0, "reasons": {}, "notes": {}}

    def take(path: Path) -> None:
        report = ingest(path, dataset=dataset, out=out, under=under)
        for count in ("rows_read", "rows_good", "rows_quarantined"):
            found[count] += report[count]
        for words in ("reasons", "notes"):
            found[words] = dict(Counter(found[words]) + Counter(report[words]))
        found["batches"] += 1

    kind = address.partition("://")[0]
    if kind == "nats":
        streaming.drain(address, stream=what, consumer=f"lake-{name}".replace(".", "-"), folder=folder, take=take)
        return found
    if kind in ("postgresql", "postgres"):
        landed = fetching.from_postgres(address, what, folder=folder, changed=changed)
    elif kind in mysql.SCHEMES:
        landed = fetching.from_mysql(address, what, folder=folder, changed=changed)
    else:
        landed = fetching.from_http(address, folder=folder, items=what or "items", headers=headers)
    if landed:
        take(landed.path)
        fetching.settle(folder, landed)
    return found


def landing(name: str, out: Path) -> Path:
    """The landing folder of a source; SourceFailed for a name that is none."""
    if not _NAME.fullmatch(name):
        raise SourceFailed(source=name, cause="来源名称只能用字母、数字、点、横线和下划线")
    return out / "landing" / name


def again(name: str, *, digest: str, dataset: str, out: Path, under: str) -> dict[str, Any]:
    """See `api.again`."""
    path = landings.unpacked(digest, landing(name, out))
    try:
        return ingest(path, dataset=dataset, out=out, under=under)
    finally:
        path.unlink()


def waiting(dataset: str, *, out: Path, under: str = "") -> list[dict[str, Any]]:
    """See `api.waiting`."""
    return [asdict(one) for one in repairing.waiting(out, shapes.shape(dataset), under=under)]


def replay(dataset: str, *, out: Path, repairs: list[dict[str, Any]], under: str = "") -> dict[str, Any]:
    """See `api.replay`."""
    with ingesting.alone(out):
        return repairing.replay(out, shapes.shape(dataset), repairs, today=datetime.now(_HERE).date(), under=under)


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
