"""`yiwang rules …`: check a decision table before it is published; decide a population; run the public compatibility suite."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    check = acts.add_parser("check", help="gaps, overlaps, unreachable rows, unknown names, missing clauses; exit 1 when anything is found")
    check.add_argument("file", type=Path)
    check.set_defaults(run=run_check)
    tck = acts.add_parser("tck", help="run the compatibility suite and write its result columns")
    tck.add_argument("folder", type=Path)
    tck.add_argument("--csv", type=Path, required=True, help="where the results go")
    tck.set_defaults(run=run_tck)
    many = acts.add_parser("run", help="decide everybody in a Parquet file; says first what cannot be compiled, and runs it row by row")
    many.add_argument("file", type=Path, help="the decision table (DMN)")
    many.add_argument("decision")
    many.add_argument("people", type=Path, help="Parquet, one column per input")
    many.add_argument("--out", type=Path, required=True, help="Parquet: the same columns and the answers")
    many.add_argument("--engine", choices=("duckdb", "spark", "rows"), default="duckdb", help="spark: at YIWANG_SPARK_MASTER")
    many.set_defaults(run=run_many)
    parser.epilog = "example: yiwang rules check table.dmn"


def run_check(options: argparse.Namespace) -> int:
    """Check one file."""
    from yiwang.rules import api as rules
    from yiwang.standards.errors import NotFound

    if not options.file.is_file():
        raise NotFound(f"没有这个文件:{options.file}。请检查路径。")
    findings = rules.check(rules.load(options.file))
    for finding in findings:
        print(finding)
    print(f"{options.file.name}: {len(findings)} findings")
    return 1 if findings else 0


def run_many(options: argparse.Namespace) -> int:
    """Decide a population from file to file."""
    import pyarrow.parquet as parquet

    from yiwang.rules import api as rules
    from yiwang.standards.errors import NotFound

    for file in (options.file, options.people):
        if not file.is_file():
            raise NotFound(f"没有这个文件:{file}。请检查路径。")
    model = rules.load(options.file)
    for reason in rules.obstacles(model, options.decision):
        print(f"not compiled: {reason}")
    master = os.environ.get("YIWANG_SPARK_MASTER") or rules.LOCAL_SPARK
    answers = rules.run_population(model, options.decision, parquet.read_table(options.people), engine=options.engine, master=master)
    parquet.write_table(answers, options.out)
    open_ = sum(answers.column("undetermined").to_pylist())
    notes = answers.schema.metadata
    print(
        f"{answers.num_rows} people on {notes[b'yiwang.engine'].decode()}, {open_} undetermined {notes[b'yiwang.reason'].decode()}".rstrip()
    )
    return 0


def run_tck(options: argparse.Namespace) -> int:
    """Run the suite; exit 1 when a case fails."""
    from yiwang.rules import tck

    summary = tck.run(options.folder, options.csv)
    print(summary)
    return 0 if summary.failed == 0 else 1
