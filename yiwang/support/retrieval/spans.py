"""Reading, second look: spans of words that may be the answer, and what speaks for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval.expecting import traits
from yiwang.support.retrieval.questions import KINDS, Question, pair_codes
from yiwang.support.retrieval.reading import Occurrences, pairs_of
from yiwang.support.retrieval.shape import LISTED, Shape, marks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yiwang.support.retrieval.postings import Postings

    Line = NDArray[np.float64]
    Places = NDArray[np.int64]

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


def _agreeing(text: str, places: Places, wanted: str, step: int) -> Line:
    """How many characters (at most four) agree with ``wanted`` from each place on; ``step`` -1 reads backwards."""
    out, going = np.zeros(len(places)), np.ones(len(places), dtype=bool)
    for number, char in enumerate(wanted[:4]):
        at = places + number * step
        going &= np.array([0 <= one < len(text) and text[one] == char for one in at.tolist()], dtype=bool)
        out += going
    return out


class _Weigher:
    """Features of spans of one shape for one question, all spans at once (each line: spans)."""

    def __init__(self, question: Question, shape: Shape, chance: Chances, postings: Postings, spans: list[Span]) -> None:
        self.question, self.shape, self.chance = question, shape, chance
        self.first, self.last = np.array(spans, dtype=np.int64).T
        self.starts, self.ends = shape.starts[self.first], shape.ends[self.last]
        pairs = question.pairs
        mass = postings.idf(pair_codes(pairs)) if pairs else np.ones(1)
        self.weights = (mass / mass.sum())[: len(pairs)]
        self.terms = Occurrences(shape.text, pairs)
        self.left, self.right = sorted(pairs_of(question.left[-10:])), sorted(pairs_of(question.right[:10]))
        opener = np.searchsorted(shape.sentence, shape.sentence)
        closer = np.searchsorted(shape.sentence, shape.sentence, "right") - 1
        self.opens, self.closes = shape.starts[opener[self.first]], shape.ends[closer[self.last]]

    def chances(self) -> list[Line]:
        """What the first look says of the spans."""
        chance, first, last, count = self.chance, self.first, self.last, len(self.shape.starts)
        mass, chars = chance.mass[last + 1] - chance.mass[first], chance.chars[last + 1] - chance.chars[first]
        inside = np.append(chance.inside, 0.0)
        within = [chance.inside[a : b + 1] for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        return [
            2 * mass / (chars + _SHARE * chance.expected),
            2 * mass / (chars + chance.expected),
            mass / chars,
            mass / chance.expected,
            np.log(chance.begin[first] + 1e-4),
            np.log(chance.end[last] + 1e-4),
            inside[first],
            inside[last],
            np.where(first > 0, inside[first - 1], 0.0),
            np.where(last + 1 < count, inside[np.minimum(last + 1, count)], 0.0),
            np.array([part.max() for part in within]),
            np.array([part.min() for part in within]),
            np.log(chars),
            chars / 100,
            np.full(len(first), np.log(chance.expected)),
            np.log(chars) - np.log(chance.expected),
        ]

    def _coverage(self) -> list[Line]:
        """Share of the question's idf mass in the spans and around them."""
        here, size = self.terms.within, np.full(len(self.starts), len(self.shape.text))
        left, right = here(self.opens, self.starts), here(self.ends, self.closes)
        parts = [
            left,
            right,
            here(self.starts, self.ends),
            here(np.maximum(self.opens, self.starts - 30), self.starts),
            here(np.maximum(0, self.starts - 80), self.starts),
            here(self.ends, np.minimum(size, self.ends + 12)),
            left | right,
            here(self.opens, self.closes),
        ]
        return [self.weights @ part for part in parts]

    def surroundings(self) -> list[Line]:
        """How the question lies in and around the spans."""
        shape, question, first, last = self.shape, self.question, self.first, self.last
        text, starts, ends = shape.text, self.starts, self.ends
        before, after, end = np.maximum(0, starts - 12), np.minimum(ends + 10, len(text)), np.minimum(last + 1, len(shape.starts) - 1)
        rights, lefts = Occurrences(text, self.right), Occurrences(text, self.left)
        wanted_right, wanted_left = max(len(self.right), 1), max(len(self.left), 1)
        long_right = np.minimum(self.closes - ends, 100)
        said = [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        char_before = [text[a - 1] if a else "" for a in starts.tolist()]
        char_after = [text[b : b + 1] for b in ends.tolist()]
        head, tail = question.right[:2], bool(self.right)
        return [
            (shape.sentence[last] - shape.sentence[first]).astype(float),
            (shape.clause[last] - shape.clause[first]).astype(float),
            starts / len(text),
            *self._coverage(),
            _agreeing(text, ends, question.right, 1),
            _agreeing(text, starts - 1, question.left[::-1], -1),
            rights.within(ends, after).sum(axis=0) / wanted_right,
            lefts.within(before, starts).sum(axis=0) / wanted_left,
            rights.within(starts, ends).sum(axis=0) / wanted_right,
            rights.within(before, starts).sum(axis=0) / wanted_right,
            np.array([float(tail and text[b : b + 2] == head) for b in ends.tolist()]),
            np.array([float(tail and one[-2:] == head) for one in said]),
            (self.opens == starts).astype(float),
            ((self.closes == ends) | shape.is_mark[end]).astype(float),
            (starts - self.opens) / 50,
            long_right / 50,
            *(np.array([float(bool(char) and char in group) for char in char_before]) for group in _BEFORE),
            *(np.array([float(bool(char) and char in group) for char in char_after]) for group in _AFTER),
            np.array([float(one[0] in "要应可对将在由自按") for one in said]),
            np.array([float(bool(LISTED.match(one))) for one in said]),
            np.array([float("、" in one) for one in said]),
            np.array([float("；" in one or ";" in one) for one in said]),
        ]

    def expectations(self, expected: Line) -> list[Line]:
        """How the spans agree with what the question alone lets expect."""
        text, count = self.shape.text, len(self.starts)
        own = np.array([traits(text[a:b]) for a, b in zip(self.starts.tolist(), self.ends.tolist(), strict=True)])
        mass = self.chance.mass[self.last + 1] - self.chance.mass[self.first]
        return [
            *(np.full(count, value) for value in expected),
            *(own - expected).T,
            *np.abs(own - expected).T,
            2 * mass / (self.ends - self.starts + np.exp(expected[0])),
        ]

    def kinds(self) -> list[Line]:
        """What the spans are, beside what the question asks for."""
        shape, asked, starts, ends = self.shape, self.question.kinds, self.starts, self.ends
        said = [shape.text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        patterns = marks()
        whole = {name: np.array([float(bool(pattern.fullmatch(one))) for one in said]) for name, pattern in patterns.items()}
        holds = {}
        for name in patterns:
            running = np.concatenate([[0.0], np.cumsum(shape.marked[name])])
            holds[name] = (running[ends] > running[starts]).astype(float)
        body, size = shape.marked["body"][ends - 1].astype(float), np.log(ends - starts)
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
            *(np.full(len(starts), value) for value in asked),
            *(value * size for value in asked),
            np.full(len(starts), np.log(len(self.question.folded) + 1)),
            *fits,
        ]


def span_features(
    question: Question, shape: Shape, chance: Chances, postings: Postings, spans: list[Span], expected: Line
) -> NDArray[np.float64]:
    """The features of ``spans`` (shape: spans, features); ``expected``: the traits expected of the answer."""
    weigher = _Weigher(question, shape, chance, postings, spans)
    table = np.array(weigher.chances() + weigher.surroundings() + weigher.kinds() + weigher.expectations(expected)).T
    return np.hstack([table, table[:, :8] - table[:, :8].max(axis=0)])
