"""`yiwang guide …`: ask a question, make the sentence vectors, measure everyday questions."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
from pathlib import Path

from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    ask = acts.add_parser("ask", help="answer a question as the page does")
    ask.add_argument("question")
    ask.add_argument("--about", default="", help="entry id of the answer before")
    ask.add_argument("--json", action="store_true", help="for machines")
    ask.set_defaults(run=run_ask)
    embed = acts.add_parser("embed", help="make missing sentence vectors now (the worker does it bit by bit)")
    embed.set_defaults(run=run_embed)
    evaluate = acts.add_parser("evaluate", help="measure a CSV of questions: question, targets (entry ids; none: out of scope), part")
    evaluate.add_argument("--questions", type=Path, required=True)
    evaluate.add_argument("--part", default="", help="only rows of this part")
    evaluate.add_argument("--wrong", action="store_true", help="list the misses")
    evaluate.add_argument("--json", action="store_true", help="for machines")
    evaluate.set_defaults(run=run_evaluate)
    parser.epilog = "example: yiwang guide embed && yiwang guide evaluate --questions tests/business/guide/questions.csv"


def run_ask(options: argparse.Namespace) -> int:
    """Ask; exit 1 when the guide does not know."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.guide import api as guide

        found = guide.ask(options.question, about=options.about)
    if options.json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, default=str))
    else:
        print(found.text or found.asking)
        if found.source:
            print(f"  {found.source.title}  {found.source.link}  {found.source.do}")
        for one in found.choices:
            print(f"  {one.id:44} {one.title}")
    return 1 if found.outcome == "unknown" else 0


def run_embed(options: argparse.Namespace) -> int:
    """Make all vectors."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.guide import api as guide

        left = guide.embed()
    print(f"{left} missing")
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Measure."""
    try:
        with options.questions.open(encoding="utf-8", newline="") as file:
            rows = [(row["question"], frozenset(row["targets"].split()), row.get("part", "")) for row in csv.DictReader(file)]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise InvalidInput(f"问题表不能读取:{error}。须是 UTF-8 的 CSV,含 question、targets 两列。") from error
    with install.ready_database():
        install.setup_django()
        from yiwang.business.guide import api as guide

        found = guide.measure([row[:2] for row in rows if not options.part or row[2] == options.part])
    if options.json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
        return 0
    print(f"{found.questions} questions in scope, {found.foreign} out of scope")
    for label, value in (
        ("right first", found.right_first),
        ("right in the first three", found.right_in_three),
        ("out of scope refused", found.refused_foreign),
        ("in scope refused", found.refused_own),
        ("asked back", found.asked_back),
    ):
        print(f"{value:8.3f}  {label}")
    print(f"{found.milliseconds:8.1f}  milliseconds a question (slowest {found.slowest:.1f})")
    if options.wrong:
        print(*(f"{question}  → {', '.join(ids)}" for question, ids in found.wrong), sep="\n")
    return 0
