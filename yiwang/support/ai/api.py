"""The door of the local models: train and use classifiers, find near-duplicates. Nothing heavy is imported until a function needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from yiwang.support.ai.tables import Message
from yiwang.support.ai.values import Costs

if TYPE_CHECKING:
    from yiwang.support.ai.classifier import Answer, Classifier
    from yiwang.support.ai.scoring import Scores

__all__ = [
    "Costs",
    "Message",
    "evaluate_classifier",
    "load_classifier",
    "near_duplicate_groups",
    "read_messages",
    "score_answers",
    "train_classifier",
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

    About 1 ms of one core a message of 300 characters. The model is calibrated and has its threshold (``Costs``).

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


def evaluate_classifier(
    texts: Sequence[str], *, labels: Sequence[str], groups: Sequence[object] | None = None, folds: int = 5, costs: Costs | None = None
) -> Scores:
    """Grouped cross-validation of the whole recipe; nothing about a held-out group is seen by the model that judges it.

    Raises:
        TooLittleData: as ``train_classifier``.
    """
    from yiwang.support.ai import training

    return training.evaluate(texts, labels=labels, groups=groups, folds=folds, costs=costs)[0]


def score_answers(labels: Sequence[str], answers: Sequence[Answer]) -> Scores:
    """The scores of a model's answers against the true labels."""
    from yiwang.support.ai import training

    return training.score_answers(labels, answers)


def near_duplicate_groups(texts: Sequence[str], *, alike: float = 0.6) -> list[int]:
    """For every text the number of the first text that it is, through others, a near-duplicate of (``alike``: share of shingles)."""
    from yiwang.support.ai import duplicates

    return duplicates.groups(texts, alike=alike)
