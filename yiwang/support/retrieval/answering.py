"""Answering: rank the documents, read the best of them, pick the words that answer, and say how sure that is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from yiwang.support.retrieval import questions, ranking
from yiwang.support.retrieval.assurance import Surroundings, alike, chances_of
from yiwang.support.retrieval.expecting import Expectation
from yiwang.support.retrieval.network import Network, sigmoid
from yiwang.support.retrieval.reading import word_features
from yiwang.support.retrieval.shape import LONGEST_READ, shape_of
from yiwang.support.retrieval.spans import Chances, propose, span_features
from yiwang.support.retrieval.text import sentences
from yiwang.support.retrieval.trees import Trees

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from yiwang.support.retrieval.index import Index
    from yiwang.support.retrieval.questions import Question

WEIGHTS = Path(__file__).with_name("weights.json")
READ = 6  # documents read for an answer
_SHOWN = 10
_WEIGHED = 3  # readings that the confidence looks at
_ENSEMBLES = ("words", "spans", "choice", "order")
_ABSOLUTE = list(range(ranking.FEATURES.index("length") + 1))
_SENTENCE = ranking.FEATURES.index("sentence")


@dataclass(frozen=True)
class Weights:
    """Everything that was fitted. Each tuple is averaged over its members."""

    rank: Network
    expect: Expectation
    words: tuple[Network, ...]
    spans: tuple[Network, ...]
    choice: tuple[Network, ...]
    order: tuple[Network, ...]  # the documents read, by what was read in them; none: as they were ranked
    confidence: Trees | None  # none: not fitted yet, every confidence is a half
    threshold: float
    provenance: dict[str, Any]

    @classmethod
    def read(cls, data: dict[str, Any]) -> Weights:
        """From JSON.

        Raises:
            ValueError: they are for other features than these; fit them anew.
        """
        nets = {name: tuple(Network.read(part) for part in data[name]) for name in _ENSEMBLES}
        rank = Network.read(data["rank"])
        if rank.means.shape != (len(ranking.FEATURES),):
            raise ValueError(f"weights for {rank.means.size} features of the rank, not {len(ranking.FEATURES)}")
        return cls(
            rank=rank,
            confidence=Trees.read(data["confidence"]) if data["confidence"] else None,
            expect=Expectation.read(data["expect"]),
            threshold=data["threshold"],
            provenance=data["provenance"],
            **nets,
        )

    def to_json(self) -> dict[str, Any]:
        """To JSON."""
        out: dict[str, Any] = {"provenance": self.provenance, "threshold": self.threshold}
        out["rank"], out["expect"] = self.rank.to_json(), self.expect.to_json()
        out["confidence"] = self.confidence.to_json() if self.confidence else None
        for name in _ENSEMBLES:
            out[name] = [network.to_json() for network in getattr(self, name)]
        return out


@lru_cache(maxsize=1)
def committed() -> Weights:
    """The weights that come with the platform."""
    return Weights.read(json.loads(WEIGHTS.read_text("utf-8")))


@dataclass(frozen=True)
class Reading:
    """One document read: where in its folded text the best span lies, the signs that speak for it, and what stands around it."""

    position: int
    start: int
    end: int
    signs: NDArray[np.float64]
    around: NDArray[np.float64]
    said: str


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


# Signs: greatest worth (expected ROUGE-L) of a span, that of the best, its choice, mean worth of the top five, worth under the choice;
# log of the length that the first look expects.
_WORTH = 5
SIGNS = _WORTH + 1


def read_document(index: Index, asked: Surroundings, position: int, weights: Weights, expected: NDArray[np.float64]) -> Reading:
    """Read one document for the answer; ``expected``: the traits the question lets expect."""
    shape, pairs, question = shape_of(index, position), index.whole["pairs"], asked.question

    def reading(start: int, end: int, signs: NDArray[np.float64]) -> Reading:
        around = np.array(asked.around(position, start, end))
        return Reading(position, start, end, signs, around, index.folded[position][start:end])

    chance = Chances(shape, sigmoid(mean_of(weights.words, word_features(question, shape, pairs, expected))))
    spans = propose(shape, chance)
    if not spans:
        return reading(0, int(shape.ends[-1]), np.zeros(SIGNS))
    table = span_features(question, shape, chance, pairs, spans, expected)
    values, choice = mean_of(weights.spans, table)[:, 0], mean_of(weights.choice, table)[:, 0]
    best = int(np.argmax(choice))
    share = np.exp(choice - choice.max())
    share /= share.sum()
    signs = [values.max(), values[best], choice.max(), np.sort(values)[-5:].mean(), share @ values, np.log(chance.expected)]
    first, last = spans[best]
    return reading(int(shape.starts[first]), int(shape.ends[last]), np.array(signs))


@dataclass(frozen=True)
class Finding:
    """What was found out on the way to an answer: documents by rank, their scores and features, the first few read."""

    question: Question
    order: NDArray[np.int64]
    scores: NDArray[np.float64]
    table: NDArray[np.float64]
    readings: list[Reading]
    unexplained: NDArray[np.float64]  # words of the question that the best documents do not hold
    again: NDArray[np.float64]  # the score of each reading, once read

    @property
    def place(self) -> int:
        """The reading that is shown."""
        return int(np.argmax(self.again))

    def ordered(self) -> NDArray[np.int64]:
        """The documents, best first."""
        places = np.argsort(-self.again, kind="stable")
        return np.concatenate([self.order[places], self.order[len(places) :]])


def evidence_of(scores: NDArray[np.float64], readings: Sequence[Reading]) -> NDArray[np.float64]:
    """What the order of the documents read hangs on (shape: readings, features): rank, and the worth of what was read beside the best."""
    count = len(readings)
    chances = np.exp(scores - scores.max())
    chance = chances[:count] / chances.sum()
    worth = np.array([reading.signs[:_WORTH] for reading in readings])
    return np.column_stack([np.log(chance), scores[:count] - scores[0], chance, worth - worth.max(axis=0)])


def find(index: Index, question: Question, weights: Weights, allowed: Callable[[int], bool] | None = None) -> Finding | None:
    """Rank, read the first few, order these anew; None when there is nothing to rank."""
    chosen, lexical = ranking.candidates(index, question, allowed)
    if not len(chosen):
        return None
    table = ranking.features(index, question, chosen, lexical)
    scores = weights.rank(table)[:, 0]
    first = np.argsort(-scores, kind="stable")
    expected, asked = weights.expect(question.folded), Surroundings(index, question)
    readings = [read_document(index, asked, int(chosen[at]), weights, expected) for at in first[:READ]]
    scores, table = scores[first], table[first]
    unexplained = np.array(asked.unexplained(chosen[first[:_SHOWN]].tolist()))
    again = mean_of(weights.order, evidence_of(scores, readings))[:, 0] if weights.order else scores[: len(readings)]
    return Finding(question, chosen[first], scores, table, readings, unexplained, again)


def summary_of(finding: Finding) -> NDArray[np.float64]:
    """What the confidence is fitted on: how the document shown speaks of the question, what was read in it and in the next two."""
    place, scores = finding.place, finding.scores
    values = np.array([reading.signs[0] for reading in finding.readings])
    chances, again = np.exp(scores - scores.max()), np.exp(finding.again - finding.again.max())
    own = [
        float(chances[place] / chances.sum()),
        float(scores[0] - scores[1]) if len(scores) > 1 else 0.0,
        float(values[place]),
        float(values.max() - values[place]),
        float(finding.readings[place].signs[_WORTH]),
        float(again[place] / again.sum()),
    ]
    places = np.argsort(-finding.again, kind="stable")[:_WEIGHED]
    first, second, *others = [finding.readings[at] for at in (*places, *[places[-1]] * (_WEIGHED - len(places)))]
    around = np.array([reading.around for reading in (first, second, *others)])
    own += [float(finding.table[place, _SENTENCE] - first.around[0]), *(alike(first.said, other.said) for other in (second, *others))]
    own += [float(np.log(len(finding.question.folded) + 1)), *chances_of(scores), *finding.unexplained, *finding.question.kinds]
    return np.concatenate(
        [finding.table[place, _ABSOLUTE], finding.table[:, _ABSOLUTE].max(axis=0), around[0], around[1], around.max(axis=0), own]
    )


def confidence_of(finding: Finding, weights: Weights) -> float:
    """Chance that the corpus answers the question."""
    return float(sigmoid(weights.confidence(summary_of(finding)[None]))[0]) if weights.confidence else 0.5


def ask(
    index: Index, question: str, *, allowed: Callable[[int], bool] | None = None, weights: Weights | None = None, most: int = 10
) -> Answer:
    """Answer a question from an index. ``most``: how many document ids to return. Never raises for odd questions."""
    weights = weights or committed()
    read = questions.read(question)
    finding = find(index, read, weights, allowed) if read.runs else None
    if finding is None:
        return NOTHING
    reading = finding.readings[finding.place]
    start, end = reading.start, reading.end
    document = index.documents[reading.position]
    written = f"{document.title}\n{document.text}" if document.title else document.text
    around = [span for span in sentences(index.folded[reading.position][:LONGEST_READ]) if span[0] < end and span[1] > start] or [
        (start, end)
    ]
    confidence = confidence_of(finding, weights)
    shift = len(written) - len(document.text)
    return Answer(
        documents=tuple(index.documents[position].id for position in finding.ordered()[:most]),
        source=document.id,
        answer=written[start:end].strip(),
        start=max(0, start - shift),
        end=max(0, end - shift),
        passage=written[around[0][0] : around[-1][1]].strip(),
        confidence=confidence,
        refused=confidence < weights.threshold,
    )
