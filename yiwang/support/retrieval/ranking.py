"""Which document answers a question: candidates by BM25, then a linear score over how, and where, they speak of what is asked."""

from __future__ import annotations

import re
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
LEXICAL = ("pairs", "triples", "words", "all_pairs", "all_triples", "rest_pairs", "rest_triples", "rest_words")
_COVERAGE = ("held", "held_head", "sentence", "two_sentences", "fielded_two", "fielded_one", "rarest_missing")
_PLACES = (
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
)
_SPEAKER = (
    "national",
    "place_national",
    "place_missing_national",
    "province_absent_national",
    "place_head_silent",
    "places_silent",
    "province_absent_head_silent",
    "province_absent_own",
    "unasked_own",
    "unasked_national",
)
FEATURES = (
    *(f"whole_{name}" for name in LEXICAL),
    *(f"part_{name}" for name in LEXICAL),
    *_COVERAGE,
    *_PLACES,
    *(f"rest_{name}" for name in _COVERAGE),
    *_SPEAKER,
    "length",
    *(f"relative_{name}" for name in ("whole_pairs", "part_pairs", "whole_all_pairs", "part_all_pairs", "sentence", "fielded_two")),
)
_FIRST = {"whole_pairs": 1.0, "whole_all_pairs": 1.0, "part_pairs": 1.0, "part_all_pairs": 1.0, "whole_words": 0.5, "part_words": 0.5}
# Who speaks: a body of the state (then the text may name no place at all), or somebody who says "our city".
_NATIONAL = re.compile(
    "国务院|国家|财政部|税务总局|人力资源社会保障部|工业和信息化部|工信部|交通运输部|教育部|人民银行|中央|公安部|民政部|商务部|农业农村部|"
    "海关总署|国资委|司法部|[三多两]部门|央行|银保监会|证监会|医保局"
)
_OWN = re.compile("我[省市区县]|[本全][省市]")
_RELATIVE = tuple(FEATURES.index(name.removeprefix("relative_")) for name in FEATURES if name.startswith("relative_"))


def _codes(question: Question) -> dict[str, NDArray[np.int64]]:
    content, rest = " ".join(question.runs), " ".join(question.rest)
    return {
        "pairs": gram_codes(content, 2),
        "triples": gram_codes(content, 3),
        "words": word_codes(content),
        "all_pairs": gram_codes(question.folded, 2),
        "all_triples": gram_codes(question.folded, 3),
        "rest_pairs": gram_codes(rest, 2),
        "rest_triples": gram_codes(rest, 3),
        "rest_words": word_codes(rest),
    }


def candidates(
    index: Index, question: Question, allowed: Callable[[int], bool] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The positions of the documents worth a closer look, best first, and their lexical features (shape: documents, 16)."""
    columns: dict[str, NDArray[np.float64]] = {}
    codes, placeless = _codes(question), question.rest == question.runs
    for side, postings in (("whole", index.whole), ("part", index.parts)):
        for name in LEXICAL:
            kind = name.rpartition("_")[2]
            if placeless and name == f"rest_{kind}":
                columns[f"{side}_{name}"] = columns[f"{side}_{kind}"]
                continue
            scores = postings[kind].score(codes[name])
            columns[f"{side}_{name}"] = scores if side == "whole" else index.best_part(scores)
    lexical = np.array(list(columns.values())).T
    first = np.asarray(sum(weight * columns[name] for name, weight in _FIRST.items()))
    order = np.argsort(-first, kind="stable")
    if allowed is not None:
        speaking = takewhile(lambda position: first[position] > 0, order.tolist())
        order = np.array(list(islice(filter(allowed, speaking), CANDIDATES)), dtype=np.int64)
    order = order[:CANDIDATES]
    return order, lexical[order]


@dataclass(frozen=True, slots=True)
class Outline:
    """What ranking keeps of a document: where its sentences begin, the places it names, and who speaks in it."""

    folded: str
    starts: list[int]
    named: list[tuple[int, str, str]]
    national: bool
    own: bool


def outline_of(index: Index, position: int) -> Outline:
    """The outline of a held document; those looked at last are remembered."""
    held = index.outlines.get(position)
    if not isinstance(held, Outline):
        if len(index.outlines) >= _HELD:
            index.outlines.clear()
        folded = index.folded[position]
        starts = [start for start, _ in text.sentences(folded)] or [0]
        held = Outline(folded, starts, text.places(folded), bool(_NATIONAL.search(folded[:60])), bool(_OWN.search(folded)))
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


def _speaker(outline: Outline, places: list[float]) -> list[float]:
    """Who speaks in the document, beside whether the question names a place and the document does (``places``: ``_PLACES``)."""
    asked, held, absent = (places[_PLACES.index(name)] for name in ("place", "place_held", "province_absent"))
    national, own = float(outline.national), float(outline.own)
    silent, silent_head = float(not outline.named), float(not any(place[0] < HEAD for place in outline.named))
    return [
        national,
        asked * national,
        asked * (1 - held) * national,
        absent * national,
        asked * silent_head,
        asked * silent,
        absent * silent_head,
        absent * own,
        (1 - asked) * own,
        (1 - asked) * national,
    ]


def features(index: Index, question: Question, chosen: NDArray[np.int64], lexical: NDArray[np.float64]) -> NDArray[np.float64]:
    """The features of the chosen documents (shape: documents, ``FEATURES``)."""
    parts = [question.pairs, list(text.grams(question.rest, 2))]
    weights = [index.whole["pairs"].idf(pair_codes(pairs)) if pairs else np.zeros(1) for pairs in parts]
    asked = text.places(question.folded)
    rows = []
    for position, scores in zip(chosen, lexical, strict=True):
        outline = outline_of(index, int(position))
        covered = _coverage(outline, parts[0], weights[0])
        rest = covered if parts[0] == parts[1] else _coverage(outline, parts[1], weights[1])
        places = _places(asked, outline.named)
        rows.append([*scores, *covered, *places, *rest, *_speaker(outline, places), float(np.log(len(outline.folded) + 1)) / 7])
    table = np.array(rows).reshape(len(rows), len(FEATURES) - len(_RELATIVE))
    if not len(rows):
        return np.zeros((0, len(FEATURES)))
    best = table.max(axis=0)
    return np.hstack([table, (table - best)[:, list(_RELATIVE)]])
