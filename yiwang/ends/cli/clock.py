"""`yiwang clock …`: a legal deadline derived day by day; the calendar of a year imported."""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path

from yiwang.base.clock import api as clock
from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    derive = acts.add_parser("derive", help="when a term ends, and why")
    derive.add_argument("start", help="the day the term is counted from, such as 2026-02-10")
    derive.add_argument("limit", help="such as 20工作日, 60自然日, 6月")
    derive.set_defaults(run=run_derive)
    load = acts.add_parser("import", help="import working days and holidays (CSV with date,is_workday,source_doc)")
    load.add_argument("file", type=Path)
    load.set_defaults(run=run_import)
    parser.epilog = "example: yiwang clock derive 2026-02-10 20工作日"


def run_derive(options: argparse.Namespace) -> int:
    """Print the derivation."""
    try:
        start = date.fromisoformat(options.start)
    except ValueError as error:
        raise InvalidInput(f"「{options.start}」不是日期。请按 2026-02-10 的形式填写。") from error
    deadline = clock.derive(start, limit=clock.Limit.parse(options.limit))
    for step in deadline.explain():
        print(f"{step.date}  {step.number if step.counted else '—':>4}  {step.why_zh}  ({step.source})")
    print(f"到期 {deadline.due}")
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Import a calendar; bad rows are reported one by one and the good ones kept."""
    try:
        rows = list(csv.DictReader(options.file.open(encoding="utf-8-sig", newline="")))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"读不出 {options.file}:{error}。请给出 UTF-8 编码的 CSV,列名为 date,is_workday,source_doc。") from error
    with install.running_database():
        install.setup_django(owner=True)
        report = clock.import_days(rows)
    refused = [row for row in report if row.outcome == "refused"]
    for row in refused:
        print(f"row {row.number}: {row.message}")
    print(f"{len(report) - len(refused)} days loaded, {len(refused)} refused")
    return 1 if refused else 0
