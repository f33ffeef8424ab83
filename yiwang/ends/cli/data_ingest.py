"""`yiwang data ingest`: every row of every file is accounted for, good or in quarantine with its reason."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from yiwang.ends.cli import data_lineage, install


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The acts of this part."""
    ingest = acts.add_parser("ingest", help="read a file or folder, check and standardise its rows; bad rows go to quarantine")
    ingest.add_argument("path", type=Path, help="a file (csv, tsv, txt, xlsx, json, jsonl, parquet) or a folder of them")
    ingest.add_argument("--as", dest="dataset", required=True, metavar="DATASET", help="what the rows are, such as companies")
    ingest.add_argument("--out", type=Path, help="the lake's folder (default: lake in the platform's var folder)")
    ingest.add_argument("--batch", type=int, default=250_000, metavar="ROWS", help="rows per checkpoint (default 250,000)")
    ingest.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="spark: the history at YIWANG_SPARK_MASTER")
    ingest.add_argument("--json", action="store_true", help="the whole report for machines")
    ingest.set_defaults(run=run_ingest)


def run_ingest(options: argparse.Namespace) -> int:
    """Ingest; exit 0 when all rows are accounted for, however many are in quarantine."""
    from yiwang.data.lake import api as lake

    told = (lambda line: print(line, file=sys.stderr, flush=True)) if sys.stderr.isatty() else None
    report = lake.ingest(
        options.path,
        dataset=options.dataset,
        out=options.out or install.var_folder() / "lake",
        batch_rows=max(options.batch, 1),
        spark=os.environ.get("YIWANG_SPARK_MASTER", "local[2]") if options.engine == "spark" else "",
        told=told,
    )
    data_lineage.tell(report, lake=options.out)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _show(report)
    return 0


def _show(report: dict[str, Any]) -> None:
    for file in report["files"]:
        print(f"{file['file']}: {_counts(file)}{' (already there)' if file['already_there'] else ''}")
    print(f"{len(report['files'])} files: {_counts(report)}")
    for reason, count in sorted(report["reasons"].items(), key=lambda item: -item[1]):
        print(f"  {count:>9,} {reason}")
    print(f"duplicates: {report['duplicates']['same']:,} said the same again, {report['duplicates']['changed']:,} changed")
    for name, path in report["outputs"].items():
        print(f"{name}: {path}")


def _counts(said: dict[str, Any]) -> str:
    return f"{said['rows_read']:,} rows read = {said['rows_good']:,} good + {said['rows_quarantined']:,} quarantined"
