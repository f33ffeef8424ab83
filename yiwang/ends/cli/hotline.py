"""`yiwang hotline …`: train, run and measure the model that tells what a message is about; find the topics that heat up."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from yiwang.ends.cli import hotline_import
from yiwang.standards.errors import InvalidInput

if TYPE_CHECKING:
    from yiwang.support.ai.api import Message, Scores

_OUTPUT = ("row_id", "label", "probability", "second", "dispatch")
_COLUMNS = "columns: row_id, text (title too, if there is one); Chinese names such as 留言编号, 留言主题, 留言详情, 一级标签 are understood"


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    train = acts.add_parser("train", help="train a model on labelled messages", epilog=_COLUMNS + "; label, optional group")
    train.add_argument("--data", type=Path, required=True, metavar="CSV")
    train.add_argument("--model", type=Path, required=True, metavar="M", help="the file to write")
    _add_costs(train)
    train.set_defaults(run=run_train)
    classify = acts.add_parser("classify", help="answer every message of a table", epilog=_COLUMNS)
    classify.add_argument("--model", type=Path, required=True, metavar="M")
    classify.add_argument("--input", type=Path, required=True, metavar="CSV")
    classify.add_argument("--output", type=Path, required=True, metavar="CSV", help="row_id, label, probability, second, dispatch")
    classify.set_defaults(run=run_classify)
    evaluate = acts.add_parser("evaluate", help="grouped cross-validation, or a model against labelled messages it never saw")
    evaluate.add_argument("--data", type=Path, required=True, metavar="CSV")
    evaluate.add_argument("--model", type=Path, metavar="M", help="measure this model instead of cross-validating")
    evaluate.add_argument("--folds", type=int, default=5)
    evaluate.add_argument("--json", action="store_true", help="for machines")
    _add_costs(evaluate)
    evaluate.set_defaults(run=run_evaluate)
    topics = acts.add_parser("topics", help="the topics of a table of messages, the hottest first", epilog=_COLUMNS + "; time, user, likes")
    topics.add_argument("--input", type=Path, required=True, metavar="F", help="CSV or xlsx")
    topics.add_argument("--top", type=int, default=5)
    topics.add_argument("--output", type=Path, metavar="CSV", help="write row_id, topic for every message")
    topics.add_argument(
        "--silver", type=Path, metavar="CSV", help="compare with known groups: columns 留言编号 (row_id), topic, team_votes"
    )
    topics.add_argument("--json", action="store_true", help="for machines")
    topics.set_defaults(run=run_topics)
    hotline_import.declare(acts)
    parser.epilog = "example: yiwang hotline train --data messages.csv --model model.npz"


def _add_costs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mistake", type=float, default=15.0, help="how many looks of a person a wrong dispatch costs (default 15)")
    parser.add_argument("--precision", type=float, default=0.99, help="the least share of dispatches that must be right (default 0.99)")


def run_train(options: argparse.Namespace) -> int:
    """Train and write the model; rows without text or label are named and left out (exit 1)."""
    from yiwang.support.ai import api as ai

    kept, bad = _labelled(options.data)
    begun = time.process_time()
    grouped = all("group" in one.values and one.values["group"] for one in kept)
    model = ai.train_classifier(
        [one.whole for one in kept],
        labels=[one.values["label"] for one in kept],
        groups=[one.values["group"] for one in kept] if grouped else None,
        costs=ai.Costs(options.mistake, options.precision),
    )
    try:
        model.save(options.model)
    except OSError as error:
        raise InvalidInput(f"模型文件「{options.model}」写不进去:{error.strerror}。请换一个可写的位置。") from error
    took = time.process_time() - begun
    print(f"{len(kept)} messages, {len(model.labels)} labels, {model.card['groups']} groups; {took:.1f} s of processor time")
    print(f"dispatch from probability {model.threshold:.3f}; written to {options.model}")
    return 1 if bad else 0


def run_classify(options: argparse.Namespace) -> int:
    """Answer every row; a row that cannot be judged is answered with dispatch "no"."""
    from yiwang.support.ai import api as ai

    model = ai.load_classifier(options.model)
    names: list[str] = []

    def texts() -> Iterator[str]:
        for one in ai.read_messages(options.input):
            names.append(one.row_id)
            yield one.whole

    temporary = options.output.with_name(options.output.name + ".part")
    begun, count, sent = time.process_time(), 0, 0
    try:
        file: TextIO = temporary.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidInput(f"结果文件「{options.output}」写不进去:{error.strerror}。请换一个可写的位置。") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(_OUTPUT)
        for number, answer in enumerate(model.classify(texts())):
            dispatch = "yes" if answer.dispatch else "no"
            writer.writerow((names[number], answer.label, f"{answer.probability:.6f}", answer.second, dispatch))
            count, sent = count + 1, sent + answer.dispatch
    temporary.replace(options.output)
    took = time.process_time() - begun
    share = f" ({sent / count:.1%})" if count else ""
    print(f"{count} messages, {sent} dispatched{share}, {count / max(took, 1e-9):,.0f} messages/s of processor time")
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Print the scores; exit 1 when rows had to be left out."""
    from yiwang.support.ai import api as ai

    if not 2 <= options.folds <= 20:
        raise InvalidInput("折数 --folds 应在 2 到 20 之间。请修改后重试。")
    kept, bad = _labelled(options.data)
    texts, labels = [one.whole for one in kept], [one.values["label"] for one in kept]
    if options.model:
        scores = ai.score_answers(labels, list(ai.load_classifier(options.model).classify(texts)))
    else:
        groups = [one.values["group"] for one in kept] if all(one.values.get("group") for one in kept) else None
        costs = ai.Costs(options.mistake, options.precision)
        scores = ai.evaluate_classifier(texts, labels=labels, groups=groups, folds=options.folds, costs=costs)
    print(json.dumps(scores.to_json(), ensure_ascii=False)) if options.json else _print(scores)
    return 1 if bad else 0


def _labelled(path: Path) -> tuple[list[Message], int]:
    """The rows that have text and label; the others are named on the error output."""
    from yiwang.support.ai import api as ai

    kept, bad = [], 0
    for one in ai.read_messages(path, needed=("text", "label")):
        if one.whole.strip() and one.values["label"]:
            kept.append(one)
            continue
        bad += 1
        reason = "没有内容" if one.values["label"] else "没有标签"
        print(f"{path} 第 {one.line} 行(row_id {one.row_id[:40]}){reason},未采用。", file=sys.stderr)
    return kept, bad


def _print(scores: Scores) -> None:
    figures = ("macro_f1", "accuracy", "top2", "calibration_error", "automatic_precision", "coverage")
    print(f"{scores.rows} messages")
    for name in figures:
        print(f"{name:<22}{getattr(scores, name):.4f}")
    for label, one in scores.per_label.items():
        print(f"  {label}  precision {one['precision']:.3f}  recall {one['recall']:.3f}  F1 {one['f1']:.3f}  rows {one['rows']:.0f}")


def run_topics(options: argparse.Namespace) -> int:
    """Print the hottest topics; exit 1 when none was found."""
    from yiwang.support.ai import api as ai

    messages = list(ai.read_messages(options.input))
    hot, groups = ai.find_topics(messages)
    agreement = ai.topic_agreement(groups, options.silver) if options.silver else None
    if options.output:
        with options.output.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("row_id", "topic"), *groups.items()])
    if options.json:
        print(json.dumps({"topics": [one.to_json() for one in hot[: options.top]], "agreement": agreement}, ensure_ascii=False))
        return 0 if hot else 1
    print(f"{len(messages)} messages, {len(hot)} topics")
    for number, one in enumerate(hot[: options.top], 1):
        span = f"{one.first:%Y-%m-%d} – {one.last:%Y-%m-%d}" if one.first and one.last else "时间不详"
        print(
            f"{number}. {one.name}\n   地点 {one.place or '不详'};事由 {one.cause or '不详'};{one.messages} 件,{span}\n   {one.explain()}"
        )
        print("   逐月 " + ",".join(f"{month} {count}" for month, count in one.months.items()))
        print("".join(f"   「{quote}」\n" for quote in one.quotes), end="")
    if agreement:
        print(f"pairwise precision {agreement['precision']:.3f}, recall {agreement['recall']:.3f}, F1 {agreement['f1']:.3f}")
        for name, one in agreement["clusters"].items():
            print(f"   {name}: {one['rows']} rows, {one['found']:.0%} of them in one topic, {one['pure']:.0%} of its known rows")
    return 0 if hot else 1
