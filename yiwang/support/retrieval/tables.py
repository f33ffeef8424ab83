"""Files in and out: a corpus and questions as tab-separated tables, answers as another; figures over questions whose answers are known."""

from __future__ import annotations

import csv
import hashlib
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from yiwang.support.retrieval import answering, questions, scoring
from yiwang.support.retrieval.errors import BadCorpus, UnreadableTable
from yiwang.support.retrieval.index import Document, Index
from yiwang.support.retrieval.rows import read_rows, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from yiwang.support.retrieval.rows import Note
    from yiwang.support.retrieval.training import Trained

COLUMNS = ("id", "docids", "answer", "confidence")
LISTED = 10


def read_documents(path: Path, *, note: Note = refuse) -> list[Document]:
    """A corpus: columns ``docid`` (no blanks in it), ``text``. ``note`` is told of rows left out; of two with one id the later counts.

    Raises:
        BadCorpus: the table cannot be read, or nothing in it can be searched.
    """
    found: dict[str, Document] = {}
    for line, row in read_rows(path, ("docid", "text"), note=note):
        ident, body = row["docid"].strip(), row["text"]
        if not ident or len(ident.split()) > 1:
            note(BadCorpus(place=str(path), line=line, cause="docid 是空的或含有空格"))
        elif not body.strip():
            note(BadCorpus(place=str(path), line=line, cause=f"文档 {ident[:40]} 没有正文"))
        else:
            if ident in found:
                note(BadCorpus(place=str(path), line=line, cause=f"docid {ident[:40]} 重复,以后面的为准"))
            found[ident] = Document(ident, body)
    if not found:
        raise BadCorpus(place=str(path), line=1, cause="没有一篇可以检索的文档")
    return list(found.values())


def answer_file(corpus: Path, source: Path, target: Path, *, note: Note = refuse) -> int:
    """Answer every question of ``source`` (columns ``id``, ``question``) into ``target`` (``COLUMNS``); returns how many.

    ``note`` is told of rows that cannot be used. A question that is empty keeps its row, without an answer. ``target`` appears when all
    is answered, so it is never half a table.

    Raises:
        BadCorpus: a table cannot be read or written, or the corpus holds nothing.
    """
    asked = list(read_rows(source, ("id", "question"), note=note))
    index = Index.build(read_documents(corpus, note=note))
    met: set[str] = set()
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter="\t", lineterminator="\n")
            writer.writerow(COLUMNS)
            for line, row in asked:
                if row["id"] in met or not row["question"].strip():
                    cause = "问题是空的" if not row["question"].strip() else f"id {row['id'][:40]} 重复"
                    note(BadCorpus(place=str(source), line=line, cause=f"{cause},仍保留一行"))
                met.add(row["id"])
                found = answering.ask(index, row["question"])
                writer.writerow((row["id"], " ".join(found.documents), " ".join(found.answer.split()), f"{found.confidence:.4f}"))
        part.replace(target)
    except OSError as error:
        raise UnreadableTable(place=str(target), cause=f"写不了({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)
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


def evaluate(corpus: Path, known: Path, unanswerable: Path | None = None, *, note: Note = refuse) -> Figures:
    """Measure the committed weights: ``known`` has ``docid``, ``question``, ``answer``; ``unanswerable`` ``question``.

    ``note`` is told of rows left out.
    """
    began = time.perf_counter()
    index = Index.build(read_documents(corpus, note=note))
    built = time.perf_counter()
    rows = [row for _, row in read_rows(known, ("docid", "question", "answer"), note=note)]
    strange = [row for _, row in read_rows(unanswerable, ("question",), note=note)] if unanswerable else []
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


def train_file(
    corpus: Path, known: Path, unanswerable: Path, *, say: Callable[[str], None] = lambda _: None, note: Note = refuse
) -> Trained:
    """Fit weights on questions with known answers and on questions without one; the figures are cross-validated.

    ``say`` is told how far it is, ``note`` of rows left out.
    """
    from yiwang.support.retrieval.training import Asked, fold_of, train

    index = Index.build(read_documents(corpus, note=note))
    position = {document.id: number for number, document in enumerate(index.documents)}
    asked = [
        Asked(questions.read(row["question"]), at, row["answer"], fold_of(index.documents[at].text))
        for _, row in read_rows(known, ("docid", "question", "answer"), note=note)
        if (at := position.get(row["docid"], -1)) >= 0
    ]
    asked += [
        Asked(questions.read(row["question"]), -1, row.get("answer") or "", fold_of(row["docid"]))
        for _, row in read_rows(unanswerable, ("docid", "question"), note=note)
    ]
    trained = train(index, asked, say=say)
    provenance = {
        "fitted_on": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (corpus, known, unanswerable)},
        "command": "yiwang ask train",
        "day": datetime.now(UTC).date().isoformat(),
        "cross_validated": {name: round(value, 4) for name, value in trained.figures.items()},
    }
    return replace(trained, weights=replace(trained.weights, provenance=provenance))
