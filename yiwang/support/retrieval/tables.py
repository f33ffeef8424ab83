"""Files in and out: a corpus and questions as tab-separated tables, answers as another; figures over questions whose answers are known."""

from __future__ import annotations

import csv
import hashlib
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from yiwang.support.retrieval import answering, questions, scoring
from yiwang.support.retrieval.errors import BadCorpus
from yiwang.support.retrieval.index import Document, Index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from yiwang.support.retrieval.training import Trained

COLUMNS = ("id", "docids", "answer", "confidence")
LISTED = 10


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated table with a heading.

    Raises:
        BadCorpus: a column is missing, a row is short, or it is not UTF-8.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise BadCorpus(place=str(path), line=1, cause=f"缺少列 {'、'.join(missing)}")
            for row in reader:
                if any(row[name] is None for name in needed):
                    raise BadCorpus(place=str(path), line=reader.line_num, cause="这一行的列数不够")
                yield row
    except OSError as error:
        raise BadCorpus(place=str(path), line=0, cause=f"读不到({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadCorpus(place=str(path), line=0, cause=f"不是 UTF-8 的制表符分隔文本({error})") from error


def read_documents(path: Path) -> list[Document]:
    """A corpus: columns ``docid``, ``text``."""
    return [Document(row["docid"], row["text"]) for row in _rows(path, ("docid", "text"))]


def answer_file(corpus: Path, source: Path, target: Path) -> int:
    """Answer every question of ``source`` (columns ``id``, ``question``) into ``target`` (``COLUMNS``); returns how many."""
    index = Index.build(read_documents(corpus))
    asked = list(_rows(source, ("id", "question")))
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in asked:
            found = answering.ask(index, row["question"])
            writer.writerow((row["id"], " ".join(found.documents), " ".join(found.answer.split()), f"{found.confidence:.4f}"))
    return len(asked)


@dataclass(frozen=True)
class Figures:
    """Means over the questions. ``rouge_l`` as ``scoring.rouge_l``; milliseconds are wall-clock, index building apart."""

    questions: int
    unanswerable: int
    recall_at_1: float
    recall_at_10: float
    rouge_l: float
    auroc: float
    milliseconds: float
    building_seconds: float

    def to_json(self) -> dict[str, float]:
        """For machines."""
        return asdict(self)


def evaluate(corpus: Path, known: Path, unanswerable: Path | None = None) -> Figures:
    """Measure the committed weights: ``known`` has ``docid``, ``question``, ``answer``; ``unanswerable`` ``question``."""
    began = time.perf_counter()
    index = Index.build(read_documents(corpus))
    built = time.perf_counter()
    rows = list(_rows(known, ("docid", "question", "answer")))
    strange = list(_rows(unanswerable, ("question",))) if unanswerable else []
    found = [answering.ask(index, row["question"], most=LISTED) for row in rows]
    refused = [answering.ask(index, row["question"]) for row in strange]
    spent = time.perf_counter() - built
    ranked, right = [answer.documents for answer in found], [row["docid"] for row in rows]
    return Figures(
        questions=len(rows),
        unanswerable=len(strange),
        recall_at_1=scoring.recall_at(ranked, right, 1),
        recall_at_10=scoring.recall_at(ranked, right, LISTED),
        rouge_l=sum(scoring.rouge_l(one.answer, row["answer"]) for one, row in zip(found, rows, strict=True)) / max(len(rows), 1),
        auroc=scoring.auroc([one.confidence for one in found], [one.confidence for one in refused]),
        milliseconds=1000 * spent / max(len(rows) + len(strange), 1),
        building_seconds=built - began,
    )


def train_file(corpus: Path, known: Path, unanswerable: Path, *, say: Callable[[str], None] = lambda _: None) -> Trained:
    """Fit weights on questions with known answers and on questions without one; the figures are cross-validated."""
    from yiwang.support.retrieval.training import Asked, fold_of, train

    index = Index.build(read_documents(corpus))
    position = {document.id: number for number, document in enumerate(index.documents)}
    asked = [
        Asked(questions.read(row["question"]), at, row["answer"], fold_of(index.documents[at].text))
        for row in _rows(known, ("docid", "question", "answer"))
        if (at := position.get(row["docid"], -1)) >= 0
    ]
    asked += [
        Asked(questions.read(row["question"]), -1, row.get("answer") or "", fold_of(row["docid"]))
        for row in _rows(unanswerable, ("docid", "question"))
    ]
    trained = train(index, asked, say=say)
    provenance = {
        "fitted_on": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (corpus, known, unanswerable)},
        "command": "yiwang ask train",
        "day": datetime.now(UTC).date().isoformat(),
        "cross_validated": {name: round(value, 4) for name, value in trained.figures.items()},
    }
    return replace(trained, weights=replace(trained.weights, provenance=provenance))
