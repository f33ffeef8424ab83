"""Answering: rank the documents, read the best of them, pick the words that answer, and say how sure that is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from yiwang.support.retrieval import questions, ranking
from yiwang.support.retrieval.network import Network, sigmoid
from yiwang.support.retrieval.reading import word_features
from yiwang.support.retrieval.shape import Shape, shape_of
from yiwang.support.retrieval.spans import Chances, Span, propose, span_features
from yiwang.support.retrieval.text import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from yiwang.support.retrieval.index import Index
    from yiwang.support.retrieval.questions import Question

WEIGHTS = Path(__file__).with_name("weights.json")
READ = 3  # documents read for an answer
_ABSOLUTE = tuple(ranking.FEATURES.index(name) for name in ranking.FEATURES[: ranking.FEATURES.index("length") + 1])


@dataclass(frozen=True)
class Weights:
    """Everything that was fitted. Each tuple is averaged over its members."""

    rank: Network
    words: tuple[Network, ...]
    spans: tuple[Network, ...]
    choice: tuple[Network, ...]
    combine: tuple[float, float]  # weight of the reader's value when ordering the documents read; when choosing among their spans
    confidence: tuple[Network, ...]
    threshold: float
    provenance: dict[str, Any]

    @classmethod
    def read(cls, data: dict[str, Any]) -> Weights:
        """From JSON."""
        nets = {name: tuple(Network.read(part) for part in data[name]) for name in ("words", "spans", "choice", "confidence")}
        return cls(
            rank=Network.read(data["rank"]),
            combine=tuple(data["combine"]),
            threshold=data["threshold"],
            provenance=data["provenance"],
            **nets,
        )

    def to_json(self) -> dict[str, Any]:
        """To JSON."""
        out: dict[str, Any] = {"provenance": self.provenance, "combine": list(self.combine), "threshold": self.threshold}
        out["rank"] = self.rank.to_json()
        for name in ("words", "spans", "choice", "confidence"):
            out[name] = [network.to_json() for network in getattr(self, name)]
        return out


@lru_cache(maxsize=1)
def committed() -> Weights:
    """The weights that come with the platform."""
    return Weights.read(json.loads(WEIGHTS.read_text("utf-8")))


@dataclass(frozen=True)
class Reading:
    """One document read: its spans, what each is worth (expected ROUGE-L), the best, and the first look's expected answer length."""

    position: int
    shape: Shape
    spans: list[Span]
    values: NDArray[np.float64]
    best: int
    expected: float


@dataclass(frozen=True)
class Answer:
    """An answer with its source.

    ``documents``: ids, best first. ``answer``: the words of ``documents`` that answer, at ``start``…``end`` of the text of the document
    ``source``; ``passage``: the sentences around them. ``confidence``: chance (0…1) that the corpus answers the question at all;
    ``refused``: it is below the threshold, so whoever shows the answer says "I do not know" instead.
    """

    documents: tuple[str, ...]
    source: str
    answer: str
    start: int
    end: int
    passage: str
    confidence: float
    refused: bool


NOTHING = Answer((), "", "", 0, 0, "", 0.0, True)


def mean_of(networks: Sequence[Network], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean output of an ensemble."""
    return np.asarray(sum(network(table) for network in networks) / len(networks))


def read_document(index: Index, question: Question, position: int, weights: Weights) -> Reading:
    """Read one document for the answer."""
    shape = shape_of(index, position)
    chance = Chances(shape, sigmoid(mean_of(weights.words, word_features(question, shape, index.whole["pairs"]))))
    spans = propose(shape, chance)
    if not spans:
        return Reading(position, shape, [(0, len(shape.starts) - 1)], np.zeros(1), 0, chance.expected)
    table = span_features(question, shape, chance, index.whole["pairs"], spans)
    values, choice = mean_of(weights.spans, table)[:, 0], mean_of(weights.choice, table)[:, 0]
    return Reading(position, shape, spans, values, int(np.argmax(choice)), chance.expected)


@dataclass(frozen=True)
class Finding:
    """What was found out on the way to an answer: documents by rank, their scores and features, and the first few read."""

    question: Question
    order: NDArray[np.int64]
    scores: NDArray[np.float64]
    table: NDArray[np.float64]
    readings: list[Reading]

    @property
    def values(self) -> NDArray[np.float64]:
        """What the best span of each document read is worth."""
        return np.array([reading.values.max() for reading in self.readings])

    def places(self, weight: float) -> NDArray[np.int64]:
        """The places in ``order``, best first, once the reader's values count ``weight``."""
        count = len(self.readings)
        again = np.argsort(-(self.scores[:count] + weight * self.values), kind="stable")
        return np.concatenate([again, np.arange(count, len(self.order))])

    def ordered(self, weight: float) -> NDArray[np.int64]:
        """The documents, best first."""
        return self.order[self.places(weight)]

    def pick(self, weight: float) -> int:
        """The reading whose span is shown."""
        return int(np.argmax(self.scores[: len(self.readings)] + weight * self.values))


def find(index: Index, question: Question, weights: Weights, allowed: Callable[[int], bool] | None = None) -> Finding | None:
    """Rank, then read the first few; None when there is nothing to rank."""
    chosen, lexical = ranking.candidates(index, question, allowed)
    if not len(chosen):
        return None
    table = ranking.features(index, question, chosen, lexical)
    scores = weights.rank(table)[:, 0]
    first = np.argsort(-scores, kind="stable")
    readings = [read_document(index, question, int(chosen[at]), weights) for at in first[:READ]]
    return Finding(question, chosen[first], scores[first], table[first], readings)


def summary_of(finding: Finding, combine: tuple[float, float]) -> NDArray[np.float64]:
    """What the confidence is fitted on: how the first document speaks of the question, and what was read in it."""
    place, values = int(finding.places(combine[0])[0]), finding.values
    chances = np.exp(finding.scores - finding.scores.max())
    reading = finding.readings[place]
    first, last = reading.spans[reading.best]
    own = [
        float(chances[place] / chances.sum()),
        float(finding.scores[0] - finding.scores[1]) if len(finding.scores) > 1 else 0.0,
        float(values[place]),
        float(values.max() - values[place]),
        float(np.log(reading.expected)),
        float(np.log(reading.shape.ends[last] - reading.shape.starts[first])),
        float(finding.pick(combine[1]) == place),
    ]
    size = float(np.log(len(finding.question.folded) + 1))
    return np.array(
        [*finding.table[place, list(_ABSOLUTE)], *finding.table[:, list(_ABSOLUTE)].max(axis=0), *own, *finding.question.kinds, size]
    )


def confidence_of(finding: Finding, weights: Weights) -> float:
    """Chance that the corpus answers the question."""
    return float(sigmoid(mean_of(weights.confidence, summary_of(finding, weights.combine)[None]))[0, 0])


def ask(
    index: Index, question: str, *, allowed: Callable[[int], bool] | None = None, weights: Weights | None = None, most: int = 10
) -> Answer:
    """Answer a question from an index. ``most``: how many document ids to return. Never raises for odd questions."""
    weights = weights or committed()
    read = questions.read(question)
    finding = find(index, read, weights, allowed) if read.runs else None
    if finding is None:
        return NOTHING
    reading = finding.readings[finding.pick(weights.combine[1])]
    first, last = reading.spans[reading.best]
    start, end = int(reading.shape.starts[first]), int(reading.shape.ends[last])
    document = index.documents[reading.position]
    written = f"{document.title}\n{document.text}" if document.title else document.text
    around = [span for span in sentences(reading.shape.text) if span[0] < end and span[1] > start] or [(start, end)]
    confidence = confidence_of(finding, weights)
    shift = len(written) - len(document.text)
    return Answer(
        documents=tuple(index.documents[position].id for position in finding.ordered(weights.combine[0])[:most]),
        source=document.id,
        answer=written[start:end].strip(),
        start=max(0, start - shift),
        end=max(0, end - shift),
        passage=written[around[0][0] : around[-1][1]].strip(),
        confidence=confidence,
        refused=confidence < weights.threshold,
    )
