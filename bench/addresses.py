"""How many addresses a second are labelled, and how well; beside a plain conditional random field on the same invented addresses.

Measured on invented addresses, so that it runs anywhere; scores on real labelled addresses are printed by ``yiwang data addresses
evaluate``. With ``YIWANG_SHARED_DATA`` the same is measured on its address_parsing folder and a model named by ``YIWANG_ADDRESS_MODEL``.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pycrfsuite

from tests.data.addresses import invented
from yiwang.data.addresses import labelling, model, training
from yiwang.data.addresses.features import shape
from yiwang.data.addresses.scoring import score
from yiwang.data.addresses.sentences import Sentence, sentences


def run() -> list[dict[str, object]]:
    """Rates of the model and of the rules, F1 of both, and the plain field's."""
    with tempfile.TemporaryDirectory(prefix="yiwang-bench-") as name:
        folder = Path(name)
        invented.write(folder / "train.txt", 1500, 1)
        invented.write(folder / "dev.txt", 3000, 2)
        members = (training.Member(0.2, 0.1, 40),)
        trained = training.train(folder / "train.txt", folder / "m", members=members)
        rows = _beside("invented", sentences(folder / "train.txt"), sentences(folder / "dev.txt"), trained, folder)
        shared, ready = os.environ.get("YIWANG_SHARED_DATA", ""), os.environ.get("YIWANG_ADDRESS_MODEL", "")
        if shared and ready:
            held = Path(shared) / "address_parsing"
            rows += _beside("real", sentences(held / "train.txt"), sentences(held / "dev.txt"), model.load(Path(ready)), folder)
    return rows


def _beside(name: str, train: Sequence[Sentence], dev: Sequence[Sentence], trained: model.Model, folder: Path) -> list[dict[str, object]]:
    characters, right = [one.characters for one in dev], [one.tags for one in dev]
    plain = _plain(train, folder / "plain")
    ours, rate = _timed(lambda: labelling.label(trained, characters))
    theirs, peer_rate = _timed(lambda: [plain.tag(_windows(one)) for one in characters])
    rules, rules_rate = _timed(lambda: labelling.label(None, characters))
    scores = [score(zip(right, found, strict=True))[0].f1 for found in (ours, theirs, rules)]
    return [
        _row(f"addresses: labelled, {name}", rate, "1/s", peer_rate),
        _row(f"addresses: entity F1, {name}", scores[0], "F1", scores[1]),
        _row(f"addresses: labelled by the rules, {name}", rules_rate, "1/s", peer_rate),
        _row(f"addresses: entity F1 of the rules, {name}", scores[2], "F1", scores[1]),
    ]


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """The result, and addresses a second; the first hundred warm up tables that are loaded once."""
    act()
    begin = time.perf_counter()
    found = act()
    return found, len(found) / (time.perf_counter() - begin)


def _windows(characters: Sequence[str]) -> list[list[str]]:
    """The features of the plain field: the two characters before and behind, alone and in pairs."""
    a = ["<<", "<", *map(shape, characters), ">", ">>"]
    return [
        [f"{k}{a[j + k]}" for k in (-2, -1, 0, 1, 2)] + [f"p{k}{a[j + k]}{a[j + k + 1]}" for k in (-2, -1, 0, 1)]
        for j in range(2, len(a) - 2)
    ]


def _plain(train: Sequence[Sentence], path: Path) -> Any:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for one in train:
        trainer.append(_windows(one.characters), one.tags)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 60})
    trainer.train(str(path))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger


def _row(name: str, value: float, unit: str, peer: float) -> dict[str, object]:
    return {
        "name": name, "value": round(value, 4), "unit": unit, "peer": "plain CRF, windows of two", "peer_value": round(peer, 4),
        "ratio": round(value / peer, 3),
    }  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(row)
