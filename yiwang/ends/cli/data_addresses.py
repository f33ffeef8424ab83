"""`yiwang data addresses …`: train the model that takes addresses apart, label files with it, measure it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The acts of this part."""
    group = acts.add_parser(
        "addresses",
        help="take addresses apart: train, label, evaluate, parse",
        epilog="files hold one `character TAG` a line and an empty line between addresses; example: 路 I-road",
    )
    kinds = group.add_subparsers(dest="kind", metavar="KIND", required=True)
    train = kinds.add_parser("train", help="train on labelled addresses; minutes")
    train.add_argument("--input", type=Path, required=True, help="labelled addresses")
    train.add_argument("--model", type=Path, required=True, help="the file to write")
    train.set_defaults(run=run_train)
    label = kinds.add_parser("label", help="label addresses; tags in the input are ignored")
    label.add_argument("--model", type=Path, help="a trained model (default: the rules, which need none)")
    label.add_argument("--input", type=Path, required=True)
    label.add_argument("--output", type=Path, required=True)
    label.set_defaults(run=run_label)
    evaluate = kinds.add_parser("evaluate", help="strict entity precision, recall and F1 on labelled addresses")
    evaluate.add_argument("--model", type=Path, help="a trained model (default: the rules, which need none)")
    evaluate.add_argument("--input", type=Path, required=True)
    evaluate.add_argument("--json", action="store_true", help="for machines")
    evaluate.set_defaults(run=run_evaluate)
    parse = kinds.add_parser("parse", help="one address as standardised parts, as JSON")
    parse.add_argument("text")
    parse.add_argument("--model", type=Path, help="a trained model (default: the rules, which need none)")
    parse.set_defaults(run=run_parse)


def run_train(options: argparse.Namespace) -> int:
    """Train; progress goes to the error stream."""
    from yiwang.data.addresses import api as addresses

    about = addresses.train(options.input, options.model, say=lambda line: print(f"yiwang: {line}", file=sys.stderr, flush=True))
    took = f"{about['seconds']} s ({about['cpu_seconds']} s of one core)"
    print(f"trained on {about['addresses']:,} addresses in {took}: {about['features']:,} features, {options.model}")
    return 0


def run_label(options: argparse.Namespace) -> int:
    """Label a file."""
    from yiwang.data.addresses import api as addresses

    begin = time.monotonic()
    count = addresses.label(options.model, options.input, options.output)
    passed = time.monotonic() - begin
    print(f"labelled {count:,} addresses in {passed:.1f} s ({count / passed:,.0f}/s): {options.output}")
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Print the scores by label, the whole last."""
    from yiwang.data.addresses import api as addresses

    whole, labels = addresses.evaluate(options.input, model=options.model)
    rows = [*labels.items(), ("all", whole)]
    if options.json:
        shares = {
            name: {"precision": one.precision, "recall": one.recall, "f1": one.f1, "support": one.right + one.missed} for name, one in rows
        }
        print(json.dumps(shares, ensure_ascii=False))
        return 0
    print(f"{'label':<14}{'precision':>10}{'recall':>10}{'f1':>10}{'support':>10}")
    for name, one in rows:
        print(f"{name:<14}{one.precision:>10.4f}{one.recall:>10.4f}{one.f1:>10.4f}{one.right + one.missed:>10,}")
    return 0


def run_parse(options: argparse.Namespace) -> int:
    """Print the parts of one address."""
    from yiwang.data.addresses import api as addresses

    parts = addresses.parse(options.text, model=options.model)
    print(json.dumps({name: value for name, value in dataclasses.asdict(parts).items() if value}, ensure_ascii=False, indent=1))
    return 0
