"""Search without reading: documents and the passage of each that speaks most of the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval import questions, ranking
from yiwang.support.retrieval.answering import committed
from yiwang.support.retrieval.index import passages_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yiwang.support.retrieval.index import Document, Index


@dataclass(frozen=True)
class Hit:
    """A document found, its score (greater is better, comparable within one search only) and its best passage."""

    document: Document
    score: float
    passage: str


def search(index: Index, words: str, *, kinds: Iterable[str] = (), on: str = "", most: int = 10) -> list[Hit]:
    """The documents that speak of ``words``, best first; ``kinds`` and ``on`` (ISO day) as in ``Index.filter``; may be empty."""
    question = questions.read(words)
    if not question.runs:
        return []
    chosen, lexical = ranking.candidates(index, question, index.filter(kinds=kinds, on=on))
    if not len(chosen):
        return []
    scores = committed().rank(ranking.features(index, question, chosen, lexical))[:, 0]
    return [
        Hit(index.documents[chosen[at]], float(scores[at]), _best_passage(index, int(chosen[at]), question.pairs))
        for at in np.argsort(-scores, kind="stable")[:most]
    ]


def _best_passage(index: Index, position: int, pairs: list[str]) -> str:
    document, folded = index.documents[position], index.folded[position]
    written = f"{document.title}\n{document.text}" if document.title else document.text
    spans = passages_of(folded) or [(0, len(folded))]
    start, end = max(spans, key=lambda span: sum(pair in folded[span[0] : span[1]] for pair in pairs))
    return written[start:end].strip()
