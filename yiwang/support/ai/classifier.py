"""A trained text classifier: one weight per piece and label, calibrated, with a rule for what it may decide by itself.

Its file is a zip of plain arrays and one JSON (numpy's npz, never pickle): a file from a stranger can be wrong, but it cannot run.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from yiwang.support.ai.errors import UnreadableModel
from yiwang.support.ai.features import Reals, Space, clip

FORMAT = "yiwang-text-2"
LEAST_PIECES = 12  # a text with fewer known pieces (a phone number, an emoji, a foreign tongue) is never decided by itself
CHUNK = 1_024


@dataclass(frozen=True)
class Answer:
    """The label, how likely it is right, the runner-up, whether it may be sent without a person, and how many pieces were known."""

    label: str
    probability: float
    second: str
    second_probability: float
    dispatch: bool
    pieces: int = 0


@dataclass(frozen=True)
class Weighed:
    """A word of the text and what it added for the label (against the runner-up); larger decides more."""

    word: str
    weight: float


class Classifier:
    """Scores texts; ``card`` is what is known about it: data fingerprint, scores, threshold, costs."""

    def __init__(self, space: Space, *, labels: Sequence[str], weights: Reals, biases: Reals, card: dict[str, Any]) -> None:
        """``weights`` is (columns, labels), ``biases`` (labels,): the log chances of a text are their sums."""
        self.space, self.labels, self.weights, self.biases, self.card = space, list(labels), weights, biases, card
        self._last: tuple[str, sparse.csr_matrix] | None = None  # what is typed is asked for its label, its chances and its reasons

    @property
    def threshold(self) -> float:
        """The probability from which an answer is sent by itself."""
        return float(self.card["threshold"])

    def scores(self, rows: sparse.csr_matrix) -> Reals:
        """Log chances but for a constant, (rows, labels)."""
        return np.asarray(rows @ self.weights + self.biases, np.float32)

    def _rows(self, texts: Sequence[str]) -> sparse.csr_matrix:
        held = self._last
        if held is not None and len(texts) == 1 and held[0] == texts[0]:
            return held[1]
        rows = self.space.rows(texts, weights=self.card["view_weights"])
        if len(texts) == 1:
            self._last = texts[0], rows
        return rows

    def classify(self, texts: Iterable[str]) -> Iterator[Answer]:
        """The answer to every text, in order; work is done in chunks, so any number of texts may be streamed through."""
        chunk: list[str] = []
        for text in texts:
            chunk.append(text)
            if len(chunk) == CHUNK:
                yield from self._chunk(chunk)
                chunk = []
        if chunk:
            yield from self._chunk(chunk)

    def _chunk(self, texts: list[str]) -> Iterator[Answer]:
        rows = self._rows(texts)
        pieces = np.diff(rows.indptr)
        enough = pieces >= LEAST_PIECES
        chances = softmax(self.scores(rows))
        chances[pieces == 0] = self.card["priors"]
        order = np.argsort(-chances, axis=1, kind="stable")
        for number in range(len(texts)):
            best, second = int(order[number, 0]), int(order[number, 1])
            chance = float(chances[number, best])
            sent = bool(enough[number]) and chance >= self.threshold
            yield Answer(self.labels[best], chance, self.labels[second], float(chances[number, second]), sent, int(pieces[number]))

    def chances(self, text: str) -> dict[str, float]:
        """The probability of every label for one text; they sum to 1, so those of a tree's branch may be added up."""
        rows = self._rows([text])
        told = softmax(self.scores(rows))[0] if rows.nnz else self.card["priors"]
        return dict(zip(self.labels, map(float, told), strict=True))

    def sharpened(self, factor: float) -> Classifier:
        """The same model with probabilities ``factor`` times as decided (in logits): small training sets calibrate timidly."""
        return Classifier(self.space, labels=self.labels, weights=self.weights * factor, biases=self.biases * factor, card=dict(self.card))

    def reasons(self, text: str, *, most: int = 8) -> list[Weighed]:
        """The words of a text that spoke most for its label against the runner-up."""
        import rjieba

        read = clip(text)
        rows = self._rows([read])
        order = np.argsort(-self.scores(rows)[0])
        towards = self.weights[:, order[0]] - self.weights[:, order[1]]
        words = list(dict.fromkeys(word for word in rjieba.cut(read) if len(word) > 1 and any(map(str.isalnum, word))))[:200]
        if not words:
            return []
        alone = self.space.rows(words, weights=self.card["view_weights"])
        present = sparse.csr_matrix((np.ones(rows.nnz, np.float32), rows.indices, rows.indptr), rows.shape)
        gains = np.asarray(alone.multiply(present).tocsr() @ towards).ravel()
        ranked = sorted(zip(words, gains.tolist(), strict=True), key=lambda one: -one[1])
        return [Weighed(word, round(gain, 4)) for word, gain in ranked[:most] if gain > 0]

    def save(self, path: Path) -> None:
        """Write the model to a file; a killed write leaves no half model."""
        card = json.dumps({"format": FORMAT, "labels": self.labels, **self.card}, ensure_ascii=False).encode()
        temporary = path.with_name(path.name + ".part")
        with temporary.open("wb") as file:
            np.savez_compressed(
                file,
                card=np.frombuffer(card, np.uint8),
                keys=self.space.keys,
                views=self.space.views,
                rarity=self.space.rarity,
                weights=self.weights.astype(np.float16),
                biases=self.biases,
            )
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Read a model.

        Raises:
            UnreadableModel: no such file, or not written by ``save``.
        """
        try:
            with np.load(path, allow_pickle=False) as held:
                card = json.loads(held["card"].tobytes())
                if card.pop("format", None) != FORMAT:
                    raise UnreadableModel(path=path, reason="格式版本不对")
                space = Space(keys=held["keys"], views=held["views"], rarity=held["rarity"])
                return cls(space, labels=card.pop("labels"), weights=held["weights"].astype(np.float32), biases=held["biases"], card=card)
        except FileNotFoundError as error:
            raise UnreadableModel(path=path, reason="没有这个文件") from error
        except (OSError, EOFError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
            raise UnreadableModel(path=path, reason=str(error)[:120]) from error


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Chances of log chances, (rows, labels)."""
    powers = np.exp(logits - logits.max(1, keepdims=True), dtype=np.float64)
    return np.asarray(powers / powers.sum(1, keepdims=True))
