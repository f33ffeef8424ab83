"""Topics as they form: every message joins the topic it resembles most, or founds one. Nothing is recomputed when a message comes.

A message is its title and its text as weighted words and pairs of words; it resembles a topic by its mean cosine with the messages
in it, which the sum of their vectors gives at once. Candidates come from an inverted index over a message's heaviest terms, of which
only the newest entries are read: the work for one message does not grow with the number of messages.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import rjieba

from yiwang.support.ai.features import stop_words

JOIN = 0.11  # mean cosine from which a message belongs
READ = 150  # words of a text that are read
KEPT = 160  # terms that are kept of a message
ASKED = 16  # terms that look for candidates
NEWEST = 400  # entries of a term that are read
COMPARED = 12  # candidates that are compared exactly
HEAVIEST = 400  # terms that are kept of a topic once it is large

Vector = dict[str, float]


def words(text: str) -> list[str]:
    """The words that can tell a topic: two characters or more, no function words, no bare numbers."""
    cut = rjieba.cut("".join(character for character in "".join(text.lower().split()) if character.isprintable()))
    passed = stop_words()
    return [
        word for word in cut if len(word) > 1 and word not in passed and word.isalnum() and not word[:-1].isdigit() and not word.isdigit()
    ]


def _terms(cut: Sequence[str], mark: str) -> Counter[str]:
    return Counter([mark + word for word in cut] + [mark + one + other for one, other in pairwise(cut)])


@dataclass
class Topic:
    """One topic: how many messages, and the sum of their vectors."""

    number: int
    size: int = 0
    total: Vector = field(default_factory=dict)

    def mean(self, vector: Vector) -> float:
        """The mean cosine of a vector with the messages of the topic."""
        total = self.total
        return sum(weight * total.get(term, 0.0) for term, weight in vector.items()) / self.size if self.size else 0.0


class Stream:
    """The topics so far. ``add`` is for messages as they come; ``count`` beforehand makes the rarity of words known (a whole file)."""

    def __init__(self, *, join: float = JOIN) -> None:
        self.join = join
        self.topics: dict[int, Topic] = {}
        self._index: dict[str, list[int]] = {}
        self._seen: Counter[str] = Counter()
        self._messages = 0
        self._next = 0

    def __len__(self) -> int:
        return len(self.topics)

    def count(self, title: str, text: str) -> None:
        """Let the words of a message count for rarity."""
        self._seen.update(set(_terms(words(title), "^")) | set(_terms(words(text[:4_000])[:READ], "")))
        self._messages += 1

    def vector(self, title: str, text: str) -> Vector:
        """The heaviest terms of a message, heaviest first, of length 1 over the terms that stand in another message too."""
        vector: Vector = {}
        for part in (_terms(words(title), "^"), _terms(words(text[:4_000])[:READ], "")):
            rated = {term: (1 + math.log(count)) * self._rarity(term) for term, count in part.items()}
            length = math.sqrt(sum(weight * weight for term, weight in rated.items() if self._seen[term] > 1))
            if length:
                vector.update({term: weight / length / math.sqrt(2) for term, weight in rated.items()})
        return dict(sorted(vector.items(), key=lambda one: -one[1])[:KEPT])

    def _rarity(self, term: str) -> float:
        return math.log((1 + self._messages) / (1 + self._seen[term])) + 1

    def add(self, title: str, text: str, *, counted: bool = False) -> tuple[int, bool]:
        """The number of the topic that the message joined, and whether it founded it."""
        if not counted:
            self.count(title, text)
        vector = self.vector(title, text)
        best, likeness = self._nearest(vector)
        founded = best is None or likeness < self.join
        if best is None or founded:
            best = self.topics[self._next] = Topic(self._next)
            self._next += 1
        self._put(best, vector)
        return best.number, founded

    def _nearest(self, vector: Vector, *, without: int = -1) -> tuple[Topic | None, float]:
        votes: dict[int, float] = {}
        for term in list(vector)[:ASKED]:
            weight = vector[term]
            for number in self._index.get(term, ())[-NEWEST:]:
                votes[number] = votes.get(number, 0.0) + weight
        votes.pop(without, None)
        candidates = [self.topics[number] for number in votes if number in self.topics]
        candidates.sort(key=lambda one: -votes[one.number] * min(1.0, 0.5 + one.size / 4))
        compared = [(one.mean(vector), one) for one in candidates[:COMPARED]]
        likeness, best = max(compared, key=lambda one: one[0], default=(0.0, None))
        return best, likeness

    def _put(self, topic: Topic, vector: Vector) -> None:
        topic.size += 1
        for place, (term, weight) in enumerate(vector.items()):
            if place < ASKED:
                filed = self._index.setdefault(term, [])
                if not filed or filed[-1] != topic.number:
                    filed.append(topic.number)
            topic.total[term] = topic.total.get(term, 0.0) + weight
        if len(topic.total) > 2 * HEAVIEST:
            topic.total = dict(sorted(topic.total.items(), key=lambda one: -one[1])[:HEAVIEST])

    def merge(self) -> dict[int, int]:
        """Join topics that resemble each other as much as a message must; returns which number each merged one now has."""
        became: dict[int, int] = {}
        again = True
        while again:
            again = False
            for number in sorted(self.topics, key=lambda one: -self.topics[one].size):
                topic = self.topics.get(number)
                if topic is None:
                    continue
                scaled = dict(sorted(((term, weight / topic.size) for term, weight in topic.total.items()), key=lambda one: -one[1]))
                other, likeness = self._nearest(scaled, without=number)
                if other is not None and likeness >= self.join:
                    keep, gone = (topic, other) if topic.size >= other.size else (other, topic)
                    self._absorb(keep, gone)
                    became[gone.number] = keep.number
                    again = True
        return {number: _last(became, number) for number in became}

    def _absorb(self, keep: Topic, gone: Topic) -> None:
        keep.size += gone.size
        for place, (term, weight) in enumerate(sorted(gone.total.items(), key=lambda one: -one[1])):
            keep.total[term] = keep.total.get(term, 0.0) + weight
            if place < ASKED:
                self._index.setdefault(term, []).append(keep.number)
        del self.topics[gone.number]


def _last(became: dict[int, int], number: int) -> int:
    while number in became:
        number = became[number]
    return number


def group(messages: Iterable[tuple[str, str]]) -> list[int]:
    """The topic of every (title, text), in the order given (the order of time finds them as they rose)."""
    held = list(messages)
    stream = Stream()
    for title, text in held:
        stream.count(title, text)
    numbers = [stream.add(title, text, counted=True)[0] for title, text in held]
    became = stream.merge()
    return [became.get(number, number) for number in numbers]
