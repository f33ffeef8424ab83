"""`yiwang ask …`: answer questions from a file of documents, measure the answers, fit the weights. Needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from yiwang.standards.errors import InvalidInput

_SHOWN = (
    ("questions", "questions", "{:,.0f}"),
    ("unanswerable", "questions without an answer", "{:,.0f}"),
    ("recall_at_1", "right document first", "{:.3f}"),
    ("recall_at_10", "right document in the first ten", "{:.3f}"),
    ("rouge_l", "ROUGE-L of the answer (characters, β = 1)", "{:.3f}"),
    ("auroc", "AUROC of refusing", "{:.3f}"),
    ("milliseconds", "milliseconds a question", "{:.1f}"),
    ("building_seconds", "seconds to build the index", "{:.1f}"),
)


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    parser.add_argument("act", nargs="?", choices=("answer", "evaluate", "train"), default="answer")
    parser.add_argument("--corpus", type=Path, required=True, help="table of documents: docid, text")
    parser.add_argument("--input", type=Path, help="answer: table of questions: id, question")
    parser.add_argument(
        "--output", type=Path, help="answer: table to write: id, docids (ten, best first), answer, confidence; train: the weights"
    )
    parser.add_argument("--questions", type=Path, help="evaluate, train: table with docid, question, answer")
    parser.add_argument(
        "--unanswerable", type=Path, help="evaluate, train: table with docid, question, whose documents are not in the corpus"
    )
    parser.add_argument("--json", action="store_true", help="figures for machines")
    parser.set_defaults(run=run)
    parser.epilog = """tables are UTF-8, tab-separated, with a heading; rows that cannot be used are named on the
error output and the others kept (evaluate and train: exit 1 then)
examples:
  yiwang ask --corpus docs.tsv --input questions.tsv --output answers.tsv
  yiwang ask evaluate --corpus docs.tsv --questions known.tsv --unanswerable foreign.tsv --json
  yiwang ask train --corpus docs.tsv --questions known.tsv --unanswerable foreign.tsv --output weights.json"""


def run(options: argparse.Namespace) -> int:
    """Do the act."""
    needed = {"answer": ("input", "output"), "evaluate": ("questions",), "train": ("questions", "unanswerable", "output")}[options.act]
    missing = [f"--{name}" for name in needed if getattr(options, name) is None]
    if missing:
        raise InvalidInput(f"缺少参数 {'、'.join(missing)}。用 yiwang ask --help 查看例子。")
    if options.output and not options.output.parent.is_dir():
        raise InvalidInput(f"文件夹 {options.output.parent} 不存在,写不了 --output。请先建立它,或换一个位置。")
    return {"answer": _answer, "evaluate": _evaluate, "train": _train}[options.act](options)


class _Told:
    """Tells of every row that is not as it should be; the others are used."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: Exception) -> None:
        self.count += 1
        print(error, file=sys.stderr)


def _answer(options: argparse.Namespace) -> int:
    from yiwang.support.retrieval import api as retrieval

    count = retrieval.answer_file(options.corpus, options.input, options.output, note=_Told())
    print(f"{count:,} questions answered: {options.output}", file=sys.stderr)
    return 0


def _show(figures: dict[str, float], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, label, form in _SHOWN:
        if name in figures:
            print(f"{form.format(figures[name]):>8}  {label}")


def _evaluate(options: argparse.Namespace) -> int:
    from yiwang.support.retrieval import api as retrieval

    told = _Told()
    _show(retrieval.evaluate(options.corpus, options.questions, options.unanswerable, note=told).to_json(), options)
    return 1 if told.count else 0


def _train(options: argparse.Namespace) -> int:
    from yiwang.support.retrieval import api as retrieval

    told = _Told()
    trained = retrieval.train_file(
        options.corpus, options.questions, options.unanswerable, say=lambda line: print(line, file=sys.stderr, flush=True), note=told
    )
    options.output.write_text(json.dumps(trained.weights.to_json(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print("cross-validated over documents:", file=sys.stderr)
    _show(trained.figures, options)
    return 1 if told.count else 0
