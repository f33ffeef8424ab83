"""Reading, second look: spans of words that may be the answer, and what speaks for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval.questions import KINDS, Question, pair_codes
from yiwang.support.retrieval.reading import pairs_of
from yiwang.support.retrieval.shape import LISTED, Shape, marks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yiwang.support.retrieval.postings import Postings

    Line = NDArray[np.float64]

Span = tuple[int, int]  # first and last word, both in
_STARTS, _LONGEST, _KEPT, _MOST = 50, 200, 40, 120
_LIKELY_SENTENCES = 4
_SHARE = 0.6  # how much of the expected length weighs against a short span
_BEFORE = ("。！？；; \u3000\n", "，,", "：:", '“"《（(', "的是为于在要将括过了以达至由对")
_AFTER = ("。！；;\n", "，,", '”"》）)', "、", "等")


class Chances:
    """The first look's outcome per word: chance to be in the answer, to begin it, to end it; with running sums."""

    def __init__(self, shape: Shape, chances: NDArray[np.float64]) -> None:
        self.inside, self.begin, self.end = chances.T
        self.mass = np.concatenate([[0.0], np.cumsum(self.inside * shape.lengths)])
        self.chars = np.concatenate([[0.0], np.cumsum(shape.lengths)])
        self.expected = max(float(self.mass[-1]), 1.0)


def _by_chance(shape: Shape, chance: Chances) -> dict[Span, float]:
    """Spans with the greatest expected overlap with the answer, from the likeliest first words."""
    words = np.flatnonzero(~shape.is_mark)
    words = words[np.argsort(-(chance.begin[words] + 0.2 * chance.inside[words]), kind="stable")[:_STARTS]]
    begin, end = np.log(chance.begin + 1e-4), np.log(chance.end + 1e-4)
    found: dict[Span, float] = {}
    for first in words.tolist():
        last = np.arange(first, min(len(shape.starts), first + _LONGEST))
        mass, chars = chance.mass[last + 1] - chance.mass[first], chance.chars[last + 1] - chance.chars[first]
        overlap = np.log(np.maximum(2 * mass / (chars + _SHARE * chance.expected), 1e-6)) + 0.2 * (begin[first] + end[last])
        pure = 0.5 * np.log(np.maximum(mass / chars, 1e-6)) + 0.3 * (begin[first] + end[last])
        for at in np.argsort(-overlap, kind="stable")[:3].tolist():
            found[first, int(last[at])] = float(overlap[at])
        at = int(np.argmax(pure))
        found.setdefault((first, int(last[at])), float(pure[at]) - 1)
    return dict(sorted(found.items(), key=lambda item: -item[1])[:_KEPT])


def propose(shape: Shape, chance: Chances) -> list[Span]:
    """The spans to weigh: by chance, then dates, amounts, names, clauses and tails of the likeliest sentences."""
    found = _by_chance(shape, chance)
    likely = np.argsort(-np.bincount(shape.sentence, weights=chance.inside * shape.lengths), kind="stable")[:_LIKELY_SENTENCES]
    extra: dict[Span, None] = {}
    for sentence in likely.tolist():
        words = np.flatnonzero((shape.sentence == sentence) & ~shape.is_mark)
        if not len(words):
            continue
        start, end = int(shape.starts[words[0]]), int(shape.ends[words[-1]])
        for pattern in marks().values():
            for hit in pattern.finditer(shape.text, start, end):
                extra[int(shape.of_char[hit.start()]), int(shape.of_char[hit.end() - 1])] = None
        extra[int(words[0]), int(words[-1])] = None
        for clause in np.unique(shape.clause[words])[:12]:
            inside = words[shape.clause[words] == clause]
            extra[int(inside[0]), int(inside[-1])] = None
            extra[int(inside[0]), int(words[-1])] = None
    return list(dict.fromkeys([*found, *extra]))[:_MOST]


def _same_start(one: str, other: str, most: int = 4) -> float:
    count = 0
    for left, right in zip(one[:most], other, strict=False):
        if left != right:
            break
        count += 1
    return float(count)


class _Weigher:
    """Features of spans of one shape for one question."""

    def __init__(self, question: Question, shape: Shape, chance: Chances, postings: Postings) -> None:
        self.question, self.shape, self.chance = question, shape, chance
        pairs = question.pairs
        mass = postings.idf(pair_codes(pairs)) if pairs else np.ones(1)
        self.terms: dict[str, float] = dict(zip(pairs, (mass / mass.sum()).tolist(), strict=False))
        self.left, self.right = pairs_of(question.left[-10:]), pairs_of(question.right[:10])
        self.opener = np.searchsorted(shape.sentence, shape.sentence)
        self.closer = np.searchsorted(shape.sentence, shape.sentence, "right") - 1

    def coverage(self, part: str) -> float:
        """Share of the question's idf mass in a part of the text."""
        return sum(weight for pair, weight in self.terms.items() if pair in part)

    def chances(self, first: int, last: int) -> list[float]:
        """What the first look says of the span."""
        chance, count = self.chance, len(self.shape.starts)
        mass, chars = chance.mass[last + 1] - chance.mass[first], chance.chars[last + 1] - chance.chars[first]
        inside = chance.inside[first : last + 1]
        return [
            2 * mass / (chars + _SHARE * chance.expected),
            2 * mass / (chars + chance.expected),
            mass / chars,
            mass / chance.expected,
            float(np.log(chance.begin[first] + 1e-4)),
            float(np.log(chance.end[last] + 1e-4)),
            float(chance.inside[first]),
            float(chance.inside[last]),
            float(chance.inside[first - 1]) if first else 0.0,
            float(chance.inside[last + 1]) if last + 1 < count else 0.0,
            float(inside.max()),
            float(inside.min()),
            float(np.log(chars)),
            chars / 100,
            float(np.log(chance.expected)),
            float(np.log(chars) - np.log(chance.expected)),
        ]

    def surroundings(self, first: int, last: int) -> list[float]:
        """How the question lies in and around the span."""
        shape, question = self.shape, self.question
        text, start, end = shape.text, int(shape.starts[first]), int(shape.ends[last])
        span = text[start:end]
        left, right = text[int(shape.starts[self.opener[first]]) : start], text[end : int(shape.ends[self.closer[last]])]
        before, after = text[max(0, start - 12) : start], text[end : end + 12]
        near, tail = pairs_of(before), pairs_of(after[:10])
        wanted_right, wanted_left = max(len(self.right), 1), max(len(self.left), 1)
        return [
            float(shape.sentence[last] - shape.sentence[first]),
            float(shape.clause[last] - shape.clause[first]),
            start / len(text),
            *(
                self.coverage(part)
                for part in (left, right, span, left[-30:], text[max(0, start - 80) : start], after, left + right, left + span + right)
            ),
            _same_start(after, question.right),
            _same_start(before[::-1], question.left[::-1]),
            len(tail & self.right) / wanted_right,
            len(near & self.left) / wanted_left,
            len(pairs_of(span) & self.right) / wanted_right,
            len(near & self.right) / wanted_right,
            float(bool(self.right) and after[:2] == question.right[:2]),
            float(bool(self.right) and span[-2:] == question.right[:2]),
            float(not left),
            float(not right or bool(shape.is_mark[min(last + 1, len(shape.starts) - 1)])),
            len(left) / 50,
            min(len(right), 100) / 50,
            *(float(start > 0 and text[start - 1] in group) for group in _BEFORE),
            *(float(bool(after) and after[0] in group) for group in _AFTER),
            float(span[0] in "要应可对将在由自按"),
            float(bool(LISTED.match(span))),
            float("、" in span),
            float("；" in span or ";" in span),
        ]

    def kinds(self, first: int, last: int) -> list[float]:
        """What the span is, beside what the question asks for."""
        shape, asked = self.shape, self.question.kinds
        start, end = int(shape.starts[first]), int(shape.ends[last])
        span = shape.text[start:end]
        patterns = marks()
        whole = {name: float(bool(pattern.fullmatch(span))) for name, pattern in patterns.items()}
        holds = {name: float(bool(shape.marked[name][start:end].any())) for name in patterns}
        body, size = float(shape.marked["body"][end - 1]), float(np.log(end - start))
        kind = dict(zip(KINDS, asked, strict=True))
        fits = [
            kind["when"] * whole["date"],
            kind["when"] * holds["date"],
            kind["how_much"] * whole["amount"],
            kind["how_much"] * holds["amount"],
        ]
        fits += [
            kind["how_many"] * whole["amount"],
            kind["phone"] * whole["phone"],
            kind["phone"] * holds["phone"],
            kind["document"] * whole["book"],
        ]
        fits += [kind["document"] * holds["book"], kind["where"] * whole["place"], kind["where"] * holds["address"], kind["who"] * body]
        return [
            *whole.values(),
            *holds.values(),
            body,
            *asked,
            *(value * size for value in asked),
            float(np.log(len(self.question.folded) + 1)),
            *fits,
        ]


def span_features(question: Question, shape: Shape, chance: Chances, postings: Postings, spans: list[Span]) -> NDArray[np.float64]:
    """The features of ``spans`` (shape: spans, features)."""
    weigher = _Weigher(question, shape, chance, postings)
    table = np.array([weigher.chances(*span) + weigher.surroundings(*span) + weigher.kinds(*span) for span in spans])
    return np.hstack([table, table[:, :8] - table[:, :8].max(axis=0)])
