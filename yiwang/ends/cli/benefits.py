"""`yiwang benefits …`: find and tell who is entitled, recheck what is paid, rehearse a draft."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput, NotFound


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    run = acts.add_parser("run", help="decide the population of each benefit; find and tell who is entitled")
    run.add_argument("codes", nargs="*", help="default: all benefits")
    run.add_argument("--json", action="store_true", help="for machines")
    run.set_defaults(run=run_run)
    recheck = acts.add_parser("recheck", help="recheck what is paid: death, move, double benefit, ended conditions")
    recheck.add_argument("departments", nargs="*", help="short codes (default: civil, health, hrss)")
    recheck.add_argument("--json", action="store_true", help="for machines")
    recheck.set_defaults(run=run_recheck)
    rehearse = acts.add_parser("rehearse", help="replay a draft over the population; only the summary is kept")
    rehearse.add_argument("code")
    rehearse.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a draft parameter, for example age=75")
    rehearse.add_argument("--table", type=Path, help="a draft decision table (DMN)")
    rehearse.set_defaults(run=run_rehearse)
    parser.epilog = "example: yiwang benefits rehearse high_age --set age=75 --set amount=150"


def run_run(options: argparse.Namespace) -> int:
    """Run the benefits; exit 0 also when nobody was found."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.benefits import api as benefits
        from yiwang.security.access.api import SYSTEM

        done = [benefits.run(code, actor=SYSTEM) for code in options.codes or [one.code for one in benefits.benefits()]]
    _print(done, as_json=options.json)
    return 0


def run_recheck(options: argparse.Namespace) -> int:
    """Recheck the departments; exit 1 when something new was found wrong."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.benefits import api as benefits
        from yiwang.security.access.api import SYSTEM

        done = [benefits.recheck(one, actor=SYSTEM) for one in options.departments or ("civil", "health", "hrss")]
    _print(done, as_json=options.json)
    return 1 if any(one.entitled for one in done) else 0


def run_rehearse(options: argparse.Namespace) -> int:
    """Print the summary of a rehearsal as JSON."""
    pairs = [one.partition("=") for one in options.set]
    if any(not sign for _, sign, _ in pairs):
        raise InvalidInput("--set 须写成 名称=值,例如 --set age=75。")
    if options.table and not options.table.is_file():
        raise NotFound(f"没有这个文件:{options.table}。请检查路径。")
    with install.ready_database():
        install.setup_django()
        from yiwang.business.benefits import api as benefits
        from yiwang.security.access.api import SYSTEM

        view = benefits.rehearse(
            options.code,
            actor=SYSTEM,
            parameters={name: value for name, _, value in pairs},
            table=options.table.read_bytes() if options.table else None,
        )
    print(json.dumps({"draft": dict(view.draft), "summary": dict(view.summary)}, ensure_ascii=False, indent=1))
    return 0


def _print(done: list[Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in done], ensure_ascii=False, default=str))
        return
    for one in done:
        if one.kind == "recheck":
            print(f"{one.department}: {one.scanned:,} payments rechecked, {one.entitled} new findings, {one.seconds} s")
        else:
            print(
                f"{one.benefit}: {one.scanned:,} scanned, {one.entitled} entitled, {one.undetermined} undetermined, "
                f"{one.receiving} paid already, {one.told} told, {one.seconds} s"
            )
