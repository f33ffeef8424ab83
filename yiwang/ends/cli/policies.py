"""`yiwang policies …`: match all companies, measure what feedback does to pushes, list the policies."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from yiwang.ends.cli import install


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    match = acts.add_parser("match", help="match all companies (or those named) with all policies and tell whom it concerns")
    match.add_argument("codes", nargs="*", metavar="CREDIT_CODE", help="only these companies")
    match.add_argument("--json", action="store_true", help="for machines")
    match.set_defaults(run=run_match)
    effect = acts.add_parser(
        "effect", help="precision of pushes before and after feedback; companies' behaviour is simulated by a stated rule"
    )
    effect.add_argument("--json", action="store_true", help="for machines")
    effect.set_defaults(run=run_effect)
    listing = acts.add_parser("list", help="the policies: what they give, whether they are open, what is left of the budget")
    listing.add_argument("words", nargs="*", help="only those with these words")
    listing.add_argument("--topic", default="", help="only of this topic")
    listing.add_argument("--json", action="store_true", help="for machines")
    listing.set_defaults(run=run_list)
    parser.epilog = "example: yiwang policies match && yiwang policies effect"


def run_match(options: argparse.Namespace) -> int:
    """Match; exit 0 also when nobody can have anything."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.policies import api as policies
        from yiwang.security.access.api import SYSTEM

        done = policies.match(actor=SYSTEM, keys=options.codes or None)
    if options.json:
        print(json.dumps(dataclasses.asdict(done), ensure_ascii=False, default=str))
    else:
        print(
            f"{done.scanned:,} companies, {done.decided:,} decisions: {done.yes:,} can be had, {done.near:,} nearly,"
            f" {done.undetermined:,} lack a fact; {done.pushed:,} messages, {done.seconds} s"
        )
    return 0


def run_effect(options: argparse.Namespace) -> int:
    """Measure; exit 1 when there are too few answers to learn from."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.policies import api as policies
        from yiwang.security.access.api import SYSTEM

        found = policies.effect_of_feedback(SYSTEM)
    print(json.dumps(found, ensure_ascii=False) if options.json else _effect(found))
    return 0 if "after" in found else 1


def _effect(found: dict[str, Any]) -> str:
    lines = [
        (
            f"{found['companies']:,} companies with something to claim; learned from {found['learned_from']:,}"
            f" ({found['answers']:,} answers),"
            f" measured on the other {found['measured_on']:,}"
        ),
    ]
    for name in ("before", "after"):
        if name in found:
            one = found[name]
            lines.append(f"{name:7} {one['claimed']:,} of {one['pushes']:,} pushes claimed: precision {one['precision'] or 0:.1%}")
    lines += [f"  {value:+.2f}  {feature} ({count})" for feature, value, count in found.get("weights", ())]
    return "\n".join([*lines, f"SIMULATED BEHAVIOUR: {found['rule']}", found["note"]])


def run_list(options: argparse.Namespace) -> int:
    """List the policies; exit 1 when none has the words."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.policies import api as policies

        found = policies.policies(" ".join(options.words), topic=options.topic)
    if options.json:
        print(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, default=str))
    else:
        for one in found:
            print(f"{one.code:20} {one.title}({one.gives}){'' if one.open else ' [closed]'}, {one.left_yuan} yuan left")
    return 0 if found else 1
