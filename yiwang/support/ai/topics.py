"""Topics as they form: every message joins the topic it resembles most, or founds one. Nothing is recomputed when a message comes.

A message is its title and its text as weighted words and pairs of words; it resembles a topic by its mean cosine with the messages
in it, which the sum of their vectors gives at once. Candidates come from an inverted index over a message's heaviest terms, of which
only the newest entries are read: the work for one message does not grow with the number of messages. Nor does the memory: the topic that
nothing joined for the longest is closed once there are ``most``, and rarity is counted over the last 300,000 to 600,000 distinct terms
of a stream. No single message pays for all that came before: the index is cut into parts, so that none is large when it grows, and holds
bytes, which the collector of garbage does not walk through.
"""

from __future__ import annotations

import math
import sys
from array import array
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
OPEN = 20_000  # topics that can be joined
PARTS = 64  # parts of the index
COUNTED = 300_000  # distinct terms after which counting for rarity begins anew; the count before still counts

Vector = dict[str, float]
Parts = tuple[Counter[str], Counter[str]]  # the terms of a title, marked, and of a text


def words(text: str) -> list[str]:
    """The words that can tell a topic: two characters or more, no function words, no bare numbers."""
    cut = rjieba.cut("".join(character for character in "".join(text.lower().split()) if character.isprintable()))
    passed = stop_words()
    return [
        word for word in cut if len(word) > 1 and word not in passed and word.isalnum() and not word[:-1].isdigit() and not word.isdigit()
    ]


def _terms(cut: Sequence[str], mark: str) -> Counter[str]:
    return Counter([mark + word for word in cut] + [mark + one + other for one, other in pairwise(cut)])


def _parts(title: str, text: str) -> Parts:
    return _terms(words(title), "^"), _terms(words(text[:4_000])[:READ], "")


@dataclass(slots=True)
class Topic:
    """One topic: how many messages, and the sum of their vectors."""

    number: int
    size: int = 0
    total: Vector = field(default_factory=dict)

    def mean(self, vector: Vector) -> float:
        """The mean cosine of a vector with the messages of the topic."""
        total = self.total
        return sum([vector[term] * total[term] for term in vector.keys() & total.keys()]) / self.size if self.size else 0.0


class Stream:
    """The topics so far. ``add`` is for messages as they come; ``count`` beforehand makes the rarity of words known (a whole file)."""

    def __init__(self, *, join: float = JOIN, most: int = OPEN, counted: int = COUNTED) -> None:
        self.join, self.most, self.counted = join, most, counted
        self.topics: dict[int, Topic] = {}  # the one joined last stands last
        self._index: list[dict[str, bytes]] = [{} for _ in range(PARTS)]
        self._seen: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._gone: dict[str, int] = {}
        self._messages = self._messages_before = 0
        self._next = 0

    def __len__(self) -> int:
        return len(self.topics)

    def count(self, title: str, text: str) -> None:
        """Let the words of a message count for rarity."""
        self._tally(_parts(title, text))

    def _tally(self, parts: Parts) -> None:
        seen = self._seen
        for term in {term for part in parts for term in part}:
            seen[term] = seen.get(term, 0) + 1
        self._messages += 1
        if len(seen) > self.counted:
            self._gone, self._before, self._seen = self._before, seen, {}
            self._messages_before, self._messages = self._messages, 0
        for _ in range(min(500, len(self._gone))):  # freeing a million at once would hold one message up
            self._gone.popitem()

    def _vector(self, parts: Parts, within: str = "") -> Vector:
        """The heaviest terms of a message, heaviest first, of length 1 over the terms that stand in another message too, if any does."""
        vector: Vector = {}
        least = 2 if any(self._count(term) > 1 for part in parts for term in part) else 1  # the very first messages know no other
        for part in parts:
            rated = {term: (1 + math.log(count)) * self._rarity(term) for term, count in part.items()}
            length = math.sqrt(2 * sum(weight * weight for term, weight in rated.items() if self._count(term) >= least))
            if length:
                vector.update({term: weight / length for term, weight in rated.items()})
        heaviest = sorted(vector.items(), key=lambda one: -one[1])[:KEPT]
        return {f"{within}|{term}": weight for term, weight in heaviest} if within else dict(heaviest)

    def _rarity(self, term: str) -> float:
        return math.log((1 + self._messages + self._messages_before) / (1 + self._count(term))) + 1

    def _count(self, term: str) -> int:
        return self._seen.get(term, 0) + self._before.get(term, 0)

    def add(self, title: str, text: str, *, counted: bool = False, within: str = "") -> tuple[int, bool]:
        """The number of the topic that the message joined, and whether it founded it. ``within``: only those of the same are compared."""
        parts = _parts(title, text)
        if not counted:
            self._tally(parts)
        vector = self._vector(parts, within)
        best, likeness = self._nearest(vector)
        founded = best is None or likeness < self.join
        if best is None or founded:
            best = self._found()
        self._put(best, vector)
        return best.number, founded

    def restore(self, number: int | None, title: str, text: str, *, within: str = "") -> int:
        """Put a message into the topic that it joined before (None: a new one): how a stream is built again after a stop."""
        parts = _parts(title, text)
        self._tally(parts)
        topic = (self.topics.get(number) if number is not None else None) or self._found()
        self._put(topic, self._vector(parts, within))
        return topic.number

    def _found(self) -> Topic:
        self._next += 1
        if len(self.topics) >= self.most:
            self._close(next(iter(self.topics)))
        return Topic(self._next - 1)

    def _nearest(self, vector: Vector, *, without: int = -1) -> tuple[Topic | None, float]:
        votes: dict[int, float] = {}
        for term in list(vector)[:ASKED]:
            weight = vector[term]
            for number in array("Q", self._index[hash(term) % PARTS].get(term, b"")):
                votes[number] = votes.get(number, 0.0) + weight
        votes.pop(without, None)
        candidates = [self.topics[number] for number in votes if number in self.topics]
        candidates.sort(key=lambda one: -votes[one.number] * min(1.0, 0.5 + one.size / 4))
        compared = [(one.mean(vector), one) for one in candidates[:COMPARED]]
        likeness, best = max(compared, key=lambda one: one[0], default=(0.0, None))
        return best, likeness

    def _close(self, number: int) -> None:
        for term in self.topics.pop(number).total:
            self._unfile(term, number)

    def _unfile(self, term: str, number: int) -> None:
        part = self._index[hash(term) % PARTS]
        left = array("Q", [one for one in array("Q", part.get(term, b"")) if one != number]).tobytes()
        if left:
            part[term] = left
        else:
            part.pop(term, None)

    def _put(self, topic: Topic, vector: Vector) -> None:
        self.topics.pop(topic.number, None)
        self.topics[topic.number] = topic
        topic.size += 1
        for place, (term, weight) in enumerate(vector.items()):
            if place < ASKED:
                self._file(term, topic.number)
            topic.total[term] = topic.total.get(term, 0.0) + weight
        if len(topic.total) > 2 * HEAVIEST:
            kept = dict(sorted(topic.total.items(), key=lambda one: -one[1])[:HEAVIEST])
            for term in topic.total.keys() - kept.keys():
                self._unfile(term, topic.number)
            topic.total = kept

    def _file(self, term: str, number: int) -> None:
        part = self._index[hash(term) % PARTS]
        filed, entry = part.get(term, b""), number.to_bytes(8, sys.byteorder)
        if not filed.endswith(entry):
            part[term] = filed[-8 * (NEWEST - 1) :] + entry

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
        self._close(gone.number)
        for place, (term, weight) in enumerate(sorted(gone.total.items(), key=lambda one: -one[1])):
            keep.total[term] = keep.total.get(term, 0.0) + weight
            if place < ASKED:
                self._file(term, keep.number)


def _last(became: dict[int, int], number: int) -> int:
    while number in became:
        number = became[number]
    return number


def group(messages: Iterable[tuple[str, str]], *, join: float = JOIN) -> list[int]:
    """The topic of every (title, text), in the order given (the order of time finds them as they rose)."""
    held = list(messages)
    stream = Stream(join=join, counted=sys.maxsize)
    for title, text in held:
        stream.count(title, text)
    numbers = [stream.add(title, text, counted=True)[0] for title, text in held]
    became = stream.merge()
    return [became.get(number, number) for number in numbers]
