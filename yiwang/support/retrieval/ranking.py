"""Which document answers a question: candidates by BM25, then a linear score over how, and where, they speak of what is asked."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval import text
from yiwang.support.retrieval.questions import Question, pair_codes
from yiwang.support.retrieval.text import gram_codes, word_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from yiwang.support.retrieval.index import Index

CANDIDATES = 40
_HELD = 4096  # outlines remembered
HEAD = 90  # characters at the beginning of a document that say what it is about
LEXICAL = ("pairs", "triples", "words", "all_pairs", "all_triples")
FEATURES = (
    *(f"whole_{name}" for name in LEXICAL),
    *(f"part_{name}" for name in LEXICAL),
    "held",
    "held_head",
    "sentence",
    "two_sentences",
    "fielded_two",
    "fielded_one",
    "rarest_missing",
    "place",
    "place_head",
    "place_held",
    "place_often",
    "place_share",
    "province_share",
    "place_conflict",
    "city_conflict",
    "province_absent",
    "unasked_place_head",
    "unasked_places",
    "length",
    *(f"relative_{name}" for name in ("whole_pairs", "part_pairs", "whole_all_pairs", "part_all_pairs", "sentence", "fielded_two")),
)
_RELATIVE = tuple(FEATURES.index(name.removeprefix("relative_")) for name in FEATURES if name.startswith("relative_"))


def _codes(question: Question) -> dict[str, NDArray[np.int64]]:
    content = " ".join(question.runs)
    return {
        "pairs": gram_codes(content, 2),
        "triples": gram_codes(content, 3),
        "words": word_codes(content),
        "all_pairs": gram_codes(question.folded, 2),
        "all_triples": gram_codes(question.folded, 3),
    }


def candidates(
    index: Index, question: Question, allowed: Callable[[int], bool] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The positions of the documents worth a closer look, best first, and their lexical features (shape: documents, 10)."""
    columns = []
    for side, postings in (("whole", index.whole), ("part", index.parts)):
        for name, codes in _codes(question).items():
            scores = postings[name.removeprefix("all_")].score(codes)
            columns.append(scores if side == "whole" else index.best_part(scores))
    lexical = np.array(columns).T
    first = lexical[:, [0, 3, 5, 8]].sum(axis=1) + lexical[:, [2, 7]].sum(axis=1) / 2
    order = np.argsort(-first, kind="stable")
    if allowed is not None:
        speaking = takewhile(lambda position: first[position] > 0, order.tolist())
        order = np.array(list(islice(filter(allowed, speaking), CANDIDATES)), dtype=np.int64)
    order = order[:CANDIDATES]
    return order, lexical[order]


@dataclass(frozen=True, slots=True)
class Outline:
    """What ranking keeps of a document: where its sentences begin, and the places it names."""

    folded: str
    starts: list[int]
    named: list[tuple[int, str, str]]


def outline_of(index: Index, position: int) -> Outline:
    """The outline of a held document; those looked at last are remembered."""
    held = index.outlines.get(position)
    if not isinstance(held, Outline):
        if len(index.outlines) >= _HELD:
            index.outlines.clear()
        folded = index.folded[position]
        held = Outline(folded, [start for start, _ in text.sentences(folded)] or [0], text.places(folded))
        index.outlines[position] = held
    return held


def _sentence_hits(outline: Outline, pairs: list[str]) -> NDArray[np.float64]:
    """Which sentence holds which pair (shape: sentences, pairs)."""
    starts, folded = outline.starts, outline.folded
    hits = np.zeros((len(starts), max(len(pairs), 1)))
    for column, pair in enumerate(pairs):
        at = folded.find(pair)
        while at >= 0:
            hits[max(bisect_right(starts, at) - 1, 0), column] = 1.0
            at = folded.find(pair, at + 1)
    return hits


def _coverage(outline: Outline, pairs: list[str], weights: NDArray[np.float64]) -> list[float]:
    """Shares of the question's idf mass that the document, its head, its best sentences hold."""
    hits, opening = _sentence_hits(outline, pairs), outline.folded[:HEAD]
    held = hits.max(axis=0)
    head = np.array([float(pair in opening) for pair in pairs] or [0.0])
    two = hits.copy()
    two[1:] = np.maximum(two[1:], 0.8 * hits[:-1])
    base = np.maximum(0.3 * held, 0.8 * head)
    mass = float(weights.sum()) or 1.0
    return [
        float(held @ weights) / mass,
        float(head @ weights) / mass,
        float((hits @ weights).max()) / mass,
        float((two @ weights).max()) / mass,
        float((np.maximum(two, base) @ weights).max()) / mass,
        float((np.maximum(hits, base) @ weights).max()) / mass,
        float((weights * (1 - held)).max()) / 8,
    ]


def _places(asked: list[tuple[int, str, str]], named: list[tuple[int, str, str]]) -> list[float]:
    """How the places of the document agree with the first place of the question."""
    head = [place for place in named if place[0] < HEAD]
    if not asked:
        return [0.0] * 9 + [float(any(place[0] < 60 for place in named)), float(np.log1p(len(named)))]
    _, province, city = asked[0]

    def same(place: tuple[int, str, str]) -> bool:
        return place[2] == city if city else place[1] == province

    often, within = sum(map(same, named)), sum(1 for place in named if place[1] == province)
    total, in_head = max(len(named), 1), any(map(same, head))
    return [
        1.0,
        float(in_head),
        float(often > 0),
        float(np.log1p(often)),
        often / total,
        within / total,
        float(bool(head) and all(place[1] != province for place in head)),
        float(bool(city) and not in_head and any(place[2] and place[2] != city for place in head)),
        float(within == 0),
        0.0,
        0.0,
    ]


def features(index: Index, question: Question, chosen: NDArray[np.int64], lexical: NDArray[np.float64]) -> NDArray[np.float64]:
    """The features of the chosen documents (shape: documents, ``FEATURES``)."""
    pairs = question.pairs
    weights = index.whole["pairs"].idf(pair_codes(pairs)) if pairs else np.zeros(1)
    asked = text.places(question.folded)
    rows = []
    for position, scores in zip(chosen, lexical, strict=True):
        outline = outline_of(index, int(position))
        rows.append(
            [*scores, *_coverage(outline, pairs, weights), *_places(asked, outline.named), float(np.log(len(outline.folded) + 1)) / 7]
        )
    table = np.array(rows).reshape(len(rows), len(FEATURES) - len(_RELATIVE))
    if not len(rows):
        return np.zeros((0, len(FEATURES)))
    best = table.max(axis=0)
    return np.hstack([table, (table - best)[:, list(_RELATIVE)]])
