"""`yiwang rules …`: check a decision table before it is published; run the public compatibility suite."""

from __future__ import annotations

import argparse
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


def run_tck(options: argparse.Namespace) -> int:
    """Run the suite; exit 1 when a case fails."""
    from yiwang.rules import tck

    summary = tck.run(options.folder, options.csv)
    print(summary)
    return 0 if summary.failed == 0 else 1
