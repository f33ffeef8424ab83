"""`yiwang evidence …`: verify the log, show its checkpoint, write a receipt that others can check."""

from __future__ import annotations

import argparse
import json
import sys

from yiwang.ends.cli import install


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    check = acts.add_parser("verify", help="recompute the whole log and compare every row with it; exit 1 when anything differs")
    check.add_argument("--json", action="store_true", help="for machines")
    check.set_defaults(run=verify)
    acts.add_parser("checkpoint", help="print the newest signed checkpoint").set_defaults(run=checkpoint)
    receipt = acts.add_parser("receipt", help="print the receipt of one record: leaf, proof and checkpoint")
    receipt.add_argument("ref", help="the record's id")
    receipt.set_defaults(run=print_receipt)
    parser.epilog = "example: yiwang evidence verify --json"


def verify(options: argparse.Namespace) -> int:
    """Verify everything."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.evidence import api as evidence

        evidence.sequence()
        report = evidence.verify_all()
    problems = [str(problem) for problem in report.problems]
    if options.json:
        print(json.dumps({"rows_checked": report.rows_checked, "problems": problems}, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{report.rows_checked:,} rows checked, {len(problems)} problems")
    return 1 if problems else 0


def checkpoint(options: argparse.Namespace) -> int:
    """Print the checkpoint."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.evidence import api as evidence

        evidence.sequence()
        newest = evidence.checkpoint()
        print(newest.signed_note if newest else "the log is empty")
    return 0


def print_receipt(options: argparse.Namespace) -> int:
    """Print a receipt."""
    with install.ready_database():
        install.setup_django()
        from yiwang.security.evidence import api as evidence

        print(json.dumps(evidence.receipt(options.ref).to_json(), ensure_ascii=False, indent=1))
    return 0
