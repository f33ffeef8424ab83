"""``python -m yiwang.rules check FILE`` and ``python -m yiwang.rules tck DIR --csv OUT``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from yiwang.rules import tck
from yiwang.rules.api import check, load
from yiwang.standards.errors import YiwangError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; exit code 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m yiwang.rules", description="Decision tables: check them, run the compatibility suite.")
    acts = parser.add_subparsers(dest="act", required=True)
    checking = acts.add_parser("check", help="gaps, overlaps, unreachable rows, type errors, unknown names, missing clauses")
    checking.add_argument("file", type=Path)
    suite = acts.add_parser("tck", help="run the public compatibility suite")
    suite.add_argument("directory", type=Path)
    suite.add_argument("--csv", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.act == "tck":
        return tck.main([str(options.directory), "--csv", str(options.csv)])
    try:
        findings = check(load(options.file))
    except YiwangError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{options.file.name}: {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
