"""A trained model in one file: weights of features and of neighbouring tags; the best valid tags of many addresses at once."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yiwang.data.addresses.errors import BadAddressModel, NoAddressFile

FORMAT: Final = "yiwang-addresses-1"
BATCH: Final = 256
_NEVER: Final = np.float32(-1e6)

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """``rows``: feature → row of ``weights`` [features, tags]; ``steps`` [tag before, tag]; ``about``: how it was trained."""

    tags: tuple[str, ...]
    rows: Mapping[str, int]
    weights: Matrix
    steps: Matrix
    about: Mapping[str, Any] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the file; the old one stays whole until the new one is."""
        used = np.flatnonzero(self.weights.ravel()).astype(np.uint32)
        head = {"format": FORMAT, "tags": self.tags, "about": dict(self.about)}
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        with fresh.open("wb") as file:
            np.savez_compressed(
                file,
                head=_bytes(json.dumps(head, ensure_ascii=False)),
                rows=_bytes("\0".join(sorted(self.rows, key=self.rows.__getitem__))),
                places=used,
                values=self.weights.ravel()[used],
                steps=self.steps,
            )
        fresh.replace(path)

    def label(self, many: Sequence[Sequence[Sequence[str]]]) -> list[list[str]]:
        """The tags of each address, given the features of its characters; always valid BIO."""
        order = sorted(range(len(many)), key=lambda one: len(many[one]))
        found: list[list[str]] = [[] for _ in many]
        for begin in range(0, len(order), BATCH):
            batch = order[begin : begin + BATCH]
            for index, path in zip(batch, self._decode([many[one] for one in batch]), strict=True):
                found[index] = [self.tags[one] for one in path]
        return found

    def _decode(self, batch: Sequence[Sequence[Sequence[str]]]) -> Iterator[list[int]]:
        """Viterbi over a batch of addresses of similar length, [addresses, tags before, tags] at a time."""
        lengths = np.array([len(one) for one in batch])
        if not lengths.any():
            yield from ([] for _ in batch)
            return
        scores = np.zeros((len(batch), lengths.max(), len(self.tags)), np.float32)
        scores[np.arange(lengths.max()) < lengths[:, None]] = self._scores(list(chain.from_iterable(batch)))
        allowed = np.where(_valid(self.tags), self.steps, _NEVER).T.copy()  # [tag, tag before]
        best = scores[:, 0] + np.where([one.startswith("I-") for one in self.tags], _NEVER, np.float32(0))
        back = np.zeros(scores.shape, np.int16)
        lasts = np.where(lengths == 1, best.argmax(1), 0)
        for at in range(1, lengths.max()):
            steps = best[:, None, :] + allowed
            back[:, at] = steps.argmax(2)
            best = steps.max(2) + scores[:, at]
            ending = lengths == at + 1
            lasts[ending] = best[ending].argmax(1)
        for index, length in enumerate(lengths):
            path = [int(lasts[index])] if length else []
            for at in range(length - 1, 0, -1):
                path.append(int(back[index, at, path[-1]]))
            yield path[::-1]

    def _scores(self, characters: Sequence[Sequence[str]]) -> Matrix:
        """The sum of the weights of each character's features."""
        from scipy.sparse import csr_array

        rows = self.rows
        known = [[row for one in features if (row := rows.get(one)) is not None] for features in characters]
        ends = np.cumsum([0, *map(len, known)])
        places = np.fromiter(chain.from_iterable(known), np.int32, int(ends[-1]))
        present = csr_array((np.ones(len(places), np.float32), places, ends), shape=(len(known), len(rows)))
        result: Matrix = present @ self.weights
        return result


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _valid(tags: Sequence[str]) -> NDArray[np.bool_]:
    """Which tag may follow which: an I follows only the B or I of its own label."""
    return np.array([[not after.startswith("I-") or before[2:] == after[2:] for after in tags] for before in tags])


def load(path: Path) -> Model:
    """Read a model file.

    Raises:
        NoAddressFile, BadAddressModel.
    """
    if not path.is_file():
        raise NoAddressFile(path=path)
    try:
        with np.load(path, allow_pickle=False) as held:
            head = json.loads(held["head"].tobytes())
            if head.get("format") != FORMAT:
                raise BadAddressModel(path=path, reason=f"格式是 {head.get('format')}")
            names = held["rows"].tobytes().decode().split("\0")
            weights = np.zeros(len(names) * len(head["tags"]), np.float32)
            weights[held["places"]] = held["values"]
            shaped = weights.reshape(len(names), len(head["tags"]))
            return Model(tuple(head["tags"]), {name: row for row, name in enumerate(names)}, shaped, held["steps"], head["about"])
    except (ValueError, KeyError, IndexError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise BadAddressModel(path=path, reason="文件损坏或不是模型文件") from error
