"""The door of the local models: train and use classifiers, find near-duplicates. Nothing heavy is imported until a function needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yiwang.support.ai.filled import Filled, chance, duplicate_chance, fill, urgency_chance
from yiwang.support.ai.personal import Finding, find_personal_data, masked
from yiwang.support.ai.places import Place, find_places, plausible
from yiwang.support.ai.tables import Message
from yiwang.support.ai.values import Costs, Scores

if TYPE_CHECKING:
    from yiwang.support.ai.classifier import Answer, Classifier
    from yiwang.support.ai.duplicates import Nearby
    from yiwang.support.ai.heat import HotTopic
    from yiwang.support.ai.replies import Judged
    from yiwang.support.ai.topics import Stream
    from yiwang.support.ai.understanding import Suggestion

__all__ = [
    "Costs",
    "Filled",
    "Finding",
    "Message",
    "Place",
    "Scores",
    "chance",
    "cross_validate",
    "data_fingerprint",
    "duplicate_chance",
    "evaluate_classifier",
    "filed_keys",
    "fill",
    "find_personal_data",
    "find_places",
    "find_topics",
    "find_urgency",
    "fingerprint",
    "judge_reply",
    "likeness",
    "load_classifier",
    "masked",
    "near_duplicate_groups",
    "nearby",
    "plausible",
    "read_messages",
    "score_answers",
    "starting_classifier",
    "topic_agreement",
    "topic_stream",
    "train_classifier",
    "understand",
    "urgency_chance",
]


def read_messages(path: Path, *, needed: Sequence[str] = ("text",)) -> Iterator[Message]:
    """The rows of a CSV or xlsx of messages; headings in English or Chinese (``tables.ALIASES``), UTF-8 or GB 18030.

    Raises:
        UnreadableTable: missing, empty or no table.
        ColumnMissing: none of the names of a needed column is there.
    """
    from yiwang.support.ai import tables

    return tables.read(path, needed=needed)


def train_classifier(
    texts: Sequence[str], *, labels: Sequence[str], groups: Sequence[object] | None = None, costs: Costs | None = None
) -> Classifier:
    """Train on labelled texts. ``groups`` names near-duplicates, which are never judged by their twins; found where missing.

    About 6 ms of one core a message of 300 characters. The model is calibrated and has its threshold (``Costs``).

    Raises:
        TooLittleData: fewer than two labels, or under five distinct messages for one.
    """
    from yiwang.support.ai import training

    return training.train(texts, labels=labels, groups=groups, costs=costs)


def load_classifier(path: Path) -> Classifier:
    """Read a model that ``Classifier.save`` wrote.

    Raises:
        UnreadableModel: not there, or not such a file.
    """
    from yiwang.support.ai.classifier import Classifier

    return Classifier.load(path)


def data_fingerprint(texts: Sequence[str], labels: Sequence[str]) -> str:
    """What a card says of its training data: SHA-256 over texts and labels, the same in any order."""
    from yiwang.support.ai import training

    return training.fingerprint(texts, labels)


def evaluate_classifier(
    texts: Sequence[str], *, labels: Sequence[str], groups: Sequence[object] | None = None, folds: int = 5, costs: Costs | None = None
) -> Scores:
    """Grouped cross-validation of the whole recipe; nothing about a held-out group is seen by the model that judges it.

    Raises:
        TooLittleData: as ``train_classifier``.
    """
    from yiwang.support.ai import training

    return training.evaluate(texts, labels=labels, groups=groups, folds=folds, costs=costs)[0]


def cross_validate(
    texts: Sequence[str], *, labels: Sequence[str], groups: Sequence[object] | None = None, folds: int = 5, costs: Costs | None = None
) -> tuple[Scores, list[Answer]]:
    """``evaluate_classifier`` with the answer to every text, in order, each by a model that saw nothing of its group."""
    from yiwang.support.ai import training

    return training.evaluate(texts, labels=labels, groups=groups, folds=folds, costs=costs)


def score_answers(labels: Sequence[str], answers: Sequence[Answer]) -> Scores:
    """The scores of a model's answers against the true labels."""
    from yiwang.support.ai import training

    return training.score_answers(labels, answers)


def near_duplicate_groups(texts: Sequence[str], *, alike: float = 0.6) -> list[int]:
    """For every text the number of the first text that it is, through others, a near-duplicate of (``alike``: share of shingles)."""
    from yiwang.support.ai import duplicates

    return duplicates.groups(texts, alike=alike)


def nearby() -> Nearby:
    """An empty index that says which filed texts a new one nearly repeats (for merging tickets); about 2 kB a text, in memory."""
    from yiwang.support.ai.duplicates import Nearby

    return Nearby()


def fingerprint(text: str) -> tuple[list[int], bytes]:
    """(band keys, sketch) of a text, for an index kept elsewhere: texts that share a key may be near-duplicates, ``likeness`` says so.

    Keys are 20 signed 64-bit numbers, the sketch 400 bytes; both empty for a text without letters. About 0.2 ms.
    """
    from yiwang.support.ai import duplicates

    return duplicates.fingerprint(text)


def filed_keys(sketch: bytes) -> list[int]:
    """The band keys that ``fingerprint`` gives a kept sketch now; for an index that was filed by an older rule."""
    from yiwang.support.ai import duplicates

    return duplicates.keys_of(sketch)


def likeness(one: bytes, *, other: bytes) -> float:
    """The estimated share of common shingles of two sketches of ``fingerprint``, 0 to 1; 0 where one is empty."""
    from yiwang.support.ai import duplicates

    return duplicates.likeness_of(one, other)


def find_topics(messages: Sequence[Message]) -> tuple[list[HotTopic], dict[str, int]]:
    """The topics of a set of messages, the hottest first, and the topic number of every row id. About 3 ms a message."""
    from yiwang.support.ai import heat

    return heat.find(messages)


def topic_stream(*, join: float | None = None, most: int | None = None) -> Stream:
    """Topics as they form: ``add(title, text)`` joins or founds one. The work for a message is bounded, see ``topics``.

    ``join``: the mean cosine from which a message belongs; ``most``: how many topics stay open.
    """
    from yiwang.support.ai import topics

    return topics.Stream(join=join or topics.JOIN, most=most or topics.OPEN)


def topic_agreement(groups: Mapping[str, int], path: Path, *, votes: int = 2) -> dict[str, Any]:
    """Pairwise precision, recall and F1 against known topics (columns row_id, topic, team_votes): rows with at least ``votes``.

    ``clusters``: for every known topic its ``rows``, the share ``found`` in one group, and how ``pure`` that group is among known rows.

    Raises:
        UnreadableTable, ColumnMissing: as ``read_messages``.
    """
    from yiwang.support.ai import scoring, tables

    held = [one for one in tables.read(path, needed=("row_id", "topic")) if int(one.values.get("team_votes") or votes) >= votes]
    known = {one.row_id: one.values["topic"] for one in held if one.row_id in groups}
    said, truth = [groups[row] for row in known], list(known.values())
    return {**scoring.pairwise(said, truth), "clusters": scoring.clusters(said, truth)}


def find_urgency(text: str) -> tuple[int, tuple[str, ...]]:
    """0 (usual) to 3 (life in danger) and the words that say so; what is denied or only imagined does not count. Reads 4,000 characters."""
    from yiwang.support.ai import understanding

    return understanding.find_urgency(text[: understanding.READ])


def understand(text: str, *, model: Classifier | None = None) -> Suggestion:
    """What a text of any length suggests while it is typed; with a model also its category and the words that decided it."""
    from yiwang.support.ai import understanding

    return understanding.understand(text, model=model)


def judge_reply(message: str, reply: str, *, days: float | None = None, limit_days: float = 15, others: Sequence[str] = ()) -> Judged:
    """The marks of a reply (0 to 1) and what it lacks in words; ``others`` are earlier replies, so that a copied one is found."""
    from yiwang.support.ai import replies

    return replies.judge(message, reply, days=days, limit_days=limit_days, others=others)


def starting_classifier() -> Classifier:
    """A weak model from the 56 invented messages in ``start.json``: it suggests, and never dispatches. Takes about a second."""
    from yiwang.support.ai import training

    return training.starting()
