"""`yiwang quality …`: scores, a run, failing rows, weights and limits."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from yiwang.ends.cli import install


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    scores = acts.add_parser("scores", help="departments by the six dimensions, the worst first")
    scores.set_defaults(run=run_scores)
    check = acts.add_parser("run", help="check a register or a theme table (lake-companies …) now; exit 1 where rows fail")
    check.add_argument("resource")
    check.set_defaults(run=run_check)
    failing = acts.add_parser("failing", help="failing rows of a rule in the last run, masked")
    failing.add_argument("resource")
    failing.add_argument("rule")
    failing.add_argument("--page", type=int, default=1)
    failing.set_defaults(run=run_failing)
    scoring = acts.add_parser("scoring", help="weights and limits in force, and former ones")
    scoring.set_defaults(run=run_scoring)
    for one in (scores, check, failing, scoring):
        one.add_argument("--json", action="store_true", help="for machines")
    parser.epilog = "example: yiwang quality run person --json"


def run_scores(options: argparse.Namespace) -> int:
    """Print the departments' scores."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.quality import api as quality
        from yiwang.security.access.api import SYSTEM

        found = quality.overview(SYSTEM)
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            print(f"{one.department:<14} {one.overall * 100:6.2f} {quality.GRADES[one.grade]}  {one.resources} 个")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Run and print what each rule said."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.quality import api as quality
        from yiwang.security.access.api import SYSTEM

        run = quality.run(options.resource, actor=SYSTEM)
    if options.json:
        print(json.dumps(asdict(run), ensure_ascii=False, default=str))
    else:
        print(f"{run.rows} 行,{run.scores.overall * 100:.2f} 分,{quality.GRADES[run.scores.grade]}")
        for one in run.results:
            print(f"{one.failed:>9} / {one.looked:<9} {one.code:<32} {one.title} {one.note}")
    return 1 if any(one.failed for one in run.results) or not run.available else 0


def run_failing(options: argparse.Namespace) -> int:
    """Print a page of failing rows."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.quality import api as quality
        from yiwang.security.access.api import SYSTEM

        result, rows, kept = quality.failing(options.resource, rule=options.rule, actor=SYSTEM, page=options.page)
    if options.json:
        told = {"result": asdict(result), "rows": [asdict(one) for one in rows], "kept": kept}
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        for one in rows:
            print(one.key, *(f"{column}={value}" for column, value in one.values.items()), one.order)
    return 1 if rows else 0


def run_scoring(options: argparse.Namespace) -> int:
    """Print the versions of weights and limits."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.quality import api as quality
        from yiwang.security.access.api import SYSTEM

        found = quality.scoring_history(SYSTEM)
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
    else:
        for one in found:
            weights = " ".join(f"{quality.dimensions()[code]} {share:g}" for code, share in one.weights.items())
            print(f"{one.version:>3}  绿 {one.green:g} 黄 {one.yellow:g}  {weights}  {one.note}")
    return 0
