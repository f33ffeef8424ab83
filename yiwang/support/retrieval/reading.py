"""Reading, first look: for every word of a document, how it and its surroundings relate to the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval.questions import KINDS, Question, pair_codes
from yiwang.support.retrieval.shape import LISTED, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yiwang.support.retrieval.postings import Postings

    Line = NDArray[np.float64]
    Places = NDArray[np.int64]

_BEFORE = ("，,", "。！？；; \u3000\n", "：:", "、", '“"《（(', "的是为于在要将括过了以达至由对")
_AFTER = ("，,", "。！？；;", '”"》）)', "、", "等的", " \u3000\n")
_FAR, _CLAUSES_FAR = 6, 12


def pairs_of(part: str) -> set[str]:
    """The distinct character pairs of a few words."""
    return {part[at : at + 2] for at in range(len(part) - 1)}


class Occurrences:
    """Where a text holds some character pairs: for every pair and place, where it stands next (shape: pairs, characters + 2)."""

    def __init__(self, text: str, pairs: list[str]) -> None:
        count = len(text)
        self.next = np.full((len(pairs), count + 2), count + 2, dtype=np.int32)
        for row, pair in enumerate(pairs):
            at = text.find(pair)
            while at >= 0:
                self.next[row, at] = at
                at = text.find(pair, at + 1)
        self.next = np.minimum.accumulate(self.next[:, ::-1], axis=1)[:, ::-1]

    def within(self, starts: Places, ends: Places) -> NDArray[np.bool_]:
        """Which pair lies between ``starts`` and ``ends`` (shape: pairs, places)."""
        return self.next[:, starts] <= ends - 2


def _moved(line: Line, by: int) -> Line:
    """The line shifted: what stood ``by`` places before (negative: after) each place."""
    out = np.zeros_like(line)
    if by > 0:
        out[by:] = line[:-by]
    elif by < 0:
        out[:by] = line[-by:]
    return out


def _faded(hits: NDArray[np.float64], weights: Line, keep: float) -> Line:
    """What the rows before each row held of the question, an older one counting less."""
    out, memory = np.zeros(len(hits)), np.zeros(hits.shape[1])
    for row in range(len(hits)):
        out[row] = memory @ weights
        memory = np.maximum(memory * keep, hits[row])
    return out


class _Match:
    """Where a shape holds the character pairs of the question."""

    def __init__(self, question: Question, shape: Shape, postings: Postings) -> None:
        pairs = question.pairs
        self.sentences, self.clauses = int(shape.sentence[-1]) + 1, int(shape.clause[-1]) + 1
        by_sentence, by_clause = np.zeros((self.sentences, max(len(pairs), 1))), np.zeros((self.clauses, max(len(pairs), 1)))
        self.asked = np.zeros(len(shape.starts))
        for column, pair in enumerate(pairs):
            at = shape.text.find(pair)
            while at >= 0:
                first, second = shape.of_char[at], shape.of_char[at + 1]
                by_sentence[shape.sentence[first], column] = by_clause[shape.clause[first], column] = 1
                self.asked[[first, second]] = 1
                at = shape.text.find(pair, at + 1)
        mass = postings.idf(pair_codes(pairs)) if pairs else np.ones(1)
        weights = mass / mass.sum()
        self.by_sentence, self.by_clause = by_sentence @ weights, by_clause @ weights
        above = np.vstack([np.zeros((1, by_sentence.shape[1])), by_sentence[:-1]])
        self.two = np.maximum(by_sentence, above) @ weights
        self.before, self.after = _faded(by_clause, weights, 0.7), _faded(by_clause[::-1], weights, 0.6)[::-1]


def _sentence_features(match: _Match, shape: Shape) -> list[Line]:
    """Features of the word's sentence (each shape: words)."""
    here, score = shape.sentence, match.by_sentence
    best = int(np.argmax(score + 0.5 * match.two))
    rank = np.minimum(np.argsort(np.argsort(-score, kind="stable"), kind="stable"), 10)
    away = np.clip(here - best, -_FAR, _FAR)
    long = np.bincount(here, weights=shape.lengths, minlength=match.sentences)
    first = np.searchsorted(here, np.arange(match.sentences))
    listed = np.array([float(bool(LISTED.match(shape.text, int(shape.starts[word])))) for word in first])
    out = [
        line[here]
        for line in (
            score,
            score - score.max(),
            _moved(score, 1),
            _moved(score, -1),
            match.two,
            rank,
            np.log1p(long),
            listed,
            _moved(listed, -1),
        )
    ]
    out += [
        away.astype(float),
        *((away == step).astype(float) for step in (-1, 0, 1, 2, 3)),
        (rank == 0)[here].astype(float),
        (rank == 1)[here].astype(float),
    ]
    for name in ("date", "amount", "phone"):
        out.append((np.bincount(here, weights=shape.marked[name][shape.starts], minlength=match.sentences) > 0)[here].astype(float))
    return out


def _clause_features(match: _Match, shape: Shape) -> list[Line]:
    """Features of the word's clause (each shape: words)."""
    here, score = shape.clause, match.by_clause
    first = np.searchsorted(here, np.arange(match.clauses))
    sentence = shape.sentence[first]
    long = np.bincount(here, weights=shape.lengths, minlength=match.clauses)
    said = np.bincount(here, weights=match.asked * shape.lengths, minlength=match.clauses)
    opener = np.searchsorted(shape.sentence, np.arange(match.sentences))
    number = here - here[opener[shape.sentence]]
    count = np.bincount(sentence, minlength=match.sentences)[shape.sentence]
    ends_in_colon = np.array([float(shape.text[end - 1] in "：:") for end in shape.ends])
    colon: Line = np.bincount(here, weights=ends_in_colon, minlength=match.clauses).astype(float)
    near = match.before + score
    best_before = np.zeros(match.clauses)
    for clause in range(1, match.clauses):
        if sentence[clause] == sentence[clause - 1]:
            best_before[clause] = max(best_before[clause - 1], score[clause - 1])
    away = np.clip(here - int(np.argmax(score)), -_CLAUSES_FAR, _CLAUSES_FAR)
    lines: list[Line] = [score, _moved(score, 1), _moved(score, -1), _moved(score, 2), score - score.max(), match.before, match.after]
    lines += [near - near.max(), 1 - said / np.maximum(long, 1), np.log1p(long), colon, _moved(colon, 1), best_before]
    out = [line[here] for line in lines]
    out += [
        away.astype(float),
        *((away == step).astype(float) for step in (-1, 0, 1, 2)),
        number.astype(float),
        (count - number).astype(float),
    ]
    out.append(np.log1p(shape.starts - shape.starts[first[here]]))
    for name in shape.marked:
        on = shape.marked[name][shape.starts]
        out += [on, (np.bincount(here, weights=on, minlength=match.clauses) > 0)[here].astype(float)]
    return out


def _edge_features(question: Question, shape: Shape) -> list[Line]:
    """What stands right before and right after each word, beside what stands around the question word."""
    text, starts, ends = shape.text, shape.starts, shape.ends
    left, right = sorted(pairs_of(question.left[-10:])), sorted(pairs_of(question.right[:10]))
    before, after = np.maximum(0, starts - 10), np.minimum(len(text), ends + 10)
    head, tail = question.right[:2], question.left[-2:]
    pieces = list(zip(starts.tolist(), ends.tolist(), strict=True))
    out = [
        Occurrences(text, right).within(ends, after).sum(axis=0) / max(len(right), 1),
        Occurrences(text, left).within(before, starts).sum(axis=0) / max(len(left), 1),
        np.array([float(bool(right) and text[end : end + 2] == head) for _, end in pieces]),
        np.array([float(bool(right) and len(head) > 1 and text[start:end].endswith(head)) for start, end in pieces]),
        np.array([float(bool(left) and text[max(0, start - 2) : start] == tail) for start, _ in pieces]),
    ]
    before_char = [text[start - 1] if start else "\n" for start, _ in pieces]
    after_char = [text[end] if end < len(text) else "\n" for _, end in pieces]
    out += [np.array([float(char in group) for char in before_char]) for group in _BEFORE]
    out += [np.array([float(char in group) for char in after_char]) for group in _AFTER]
    return out


def word_features(question: Question, shape: Shape, postings: Postings, expected: Line) -> NDArray[np.float64]:
    """The features of every word (shape: words, features); ``expected``: the traits expected of the answer."""
    match = _Match(question, shape, postings)
    count = len(shape.starts)
    lines = _sentence_features(match, shape) + _clause_features(match, shape) + _edge_features(question, shape)
    lines += [
        match.asked,
        shape.is_mark.astype(float),
        shape.lengths,
        shape.starts / len(shape.text),
        np.full(count, np.log(len(shape.text))),
    ]
    kinds = np.array(question.kinds)
    lines += [np.full(count, kind) for kind in kinds] + [np.full(count, float(len(question.folded)))]
    lines += [np.full(count, value) for value in expected]
    typed = {
        "when": ("date",),
        "how_long": ("date", "amount"),
        "how_much": ("amount",),
        "how_many": ("amount",),
        "phone": ("phone",),
        "who": ("body",),
    }
    typed |= {"where": ("place", "address", "body"), "document": ("book",), "measure": ("duty",)}
    names = list(KINDS)
    for kind, wanted in typed.items():
        lines += [kinds[names.index(kind)] * shape.marked[name][shape.starts] for name in wanted]
    return np.array(lines).T
