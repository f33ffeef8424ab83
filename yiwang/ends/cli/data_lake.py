"""`yiwang data fetch|tables|query|quarantine|replay`: sources that are no files, and what the lake holds."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

from yiwang.ends.cli import install

_ROW = ("digest", "row", "file", "line", "reason")


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The acts of this part."""
    fetch = _act(acts, "fetch", "bring a table, a paged API or a change stream into the lake", run_fetch, dataset=True)
    fetch.add_argument("source", help="postgresql://…, mysql://…, http(s)://… or nats://… (secrets: ${NAME} is taken from the environment)")
    fetch.add_argument("--name", required=True, help="the source's name: what was fetched last is remembered under it")
    fetch.add_argument("--table", help="PostgreSQL, MySQL: the table, name or schema.name")
    fetch.add_argument("--changed", default="", metavar="COLUMN", help="PostgreSQL, MySQL: fetch only rows in which this column grew")
    fetch.add_argument("--items", default="items", help="HTTP: where a page keeps its list (default items)")
    fetch.add_argument("--stream", help="NATS: the stream")
    tables = _act(acts, "tables", "the theme tables: rows, keys, version", run_tables)
    tables.set_defaults(json=True)
    query = _act(acts, "query", "answer a named query as JSON lines; without a name the list of queries", run_query)
    query.add_argument("name", nargs="?", default="")
    query.add_argument("--with", dest="given", action="append", default=[], metavar="WORD=VALUE", help="a word of the query")
    wait = _act(
        acts, "quarantine", "write the rows in quarantine as CSV: repair the cells, then replay the file", run_quarantine, dataset=True
    )
    wait.add_argument("file", type=Path)
    replay = _act(
        acts,
        "replay",
        "send a repaired CSV of quarantined rows through the checks; exit 1 when a row is still wrong",
        run_replay,
        dataset=True,
    )
    replay.add_argument("file", type=Path)


def _act(acts: Any, name: str, summary: str, run: Any, *, dataset: bool = False) -> argparse.ArgumentParser:
    act: argparse.ArgumentParser = acts.add_parser(name, help=summary, description=summary)
    act.add_argument("--out", type=Path, help="the lake's folder (default: lake in the platform's var folder)")
    if dataset:
        act.add_argument("--as", dest="dataset", required=True, metavar="DATASET", help="what the rows are, such as companies")
    act.set_defaults(run=run)
    return act


def run_fetch(options: argparse.Namespace) -> int:
    """Fetch and ingest; prints the counts."""
    from yiwang.data.lake import api as lake

    address = os.path.expandvars(options.source)
    found = lake.fetch(
        address,
        name=options.name,
        dataset=options.dataset,
        out=_out(options),
        what=options.table or options.stream or options.items,
        changed=options.changed,
    )
    print(json.dumps(found, ensure_ascii=False))
    return 0


def run_tables(options: argparse.Namespace) -> int:
    """One JSON line per theme table."""
    from yiwang.data.lake import api as lake

    for table in lake.tables(_out(options)):
        print(json.dumps(table, ensure_ascii=False))
    return 0


def run_query(options: argparse.Namespace) -> int:
    """The answer, or the list of queries."""
    from yiwang.data.lake import api as lake

    if not options.name:
        for name, answers in lake.queries().items():
            print(f"{name:<24}{answers}")
        return 0
    given: dict[str, object] = dict(word.partition("=")[::2] for word in options.given)
    for row in lake.query(options.name, out=_out(options), given=given).to_pylist():
        print(json.dumps(row, ensure_ascii=False, default=str))
    return 0


def run_quarantine(options: argparse.Namespace) -> int:
    """Write the waiting rows; the file holds what the sources said, personal data included, and is readable by its owner alone."""
    from yiwang.data.lake import api as lake

    rows = lake.waiting(options.dataset, out=_out(options))
    fields = lake.fields(options.dataset)
    with os.fdopen(os.open(options.file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_ROW, *fields, "raw"])
        for row in rows:
            writer.writerow([*(row[name] for name in _ROW), *(row["values"].get(name, "") for name in fields), row["raw"]])
    print(f"{len(rows):,} rows in {options.file}")
    return 0


def run_replay(options: argparse.Namespace) -> int:
    """Replay; what is still wrong is named with its reason."""
    from yiwang.data.lake import api as lake
    from yiwang.standards.errors import NotFound

    if not options.file.is_file():
        raise NotFound(f"没有这个文件:{options.file}。请检查路径。")
    csv.field_size_limit(sys.maxsize)
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    repairs = [{"digest": row.get("digest", ""), "row": row.get("row", ""), "values": row} for row in rows]
    answer = lake.replay(options.dataset, out=_out(options), repairs=repairs)
    for row in answer["refused"]:
        print(f"row {row['row']} of {row['digest']}: {', '.join(row['problems'])}", file=sys.stderr)
    counts = {name: len(answer[name]) for name in ("refused", "settled", "unknown")}
    print(f"{answer['accepted']:,} accepted, " + "{refused:,} refused, {settled:,} settled before, {unknown:,} unknown".format(**counts))
    return 1 if answer["refused"] or answer["unknown"] else 0


def _out(options: argparse.Namespace) -> Path:
    return options.out or install.var_folder() / "lake"
