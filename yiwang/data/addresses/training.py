"""Training: several conditional random fields that see different parts of the features, put together into one model of the same size.

The average of the weights of log-linear models is itself one, so that labelling costs the same as with a single one.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from yiwang.data.addresses.errors import BadAddressFile
from yiwang.data.addresses.features import features
from yiwang.data.addresses.model import Model
from yiwang.data.addresses.sentences import Sentence, sentences

Progress = Callable[[str], None]
_STEP: Final = re.compile(r"  \(\d+\) (?P<before>\S+) --> (?P<after>\S+): (?P<weight>\S+)$")


@dataclass(frozen=True, slots=True)
class Member:
    """One of the models that are put together: its penalties, its iterations, the first letters of the features that it does not see."""

    l1: float
    l2: float
    iterations: int
    blind: tuple[str, ...] = ()


# Chosen by cross-validation inside a training part, as was the weight below which a feature is left out of the model.
MEMBERS: Final = (
    Member(0.2, 0.1, 100),
    Member(0.0, 0.5, 80, ("w", "h", "i", "a")),
    Member(0.0, 0.5, 80, ("M", "-3", "3", "f", "n", "g")),
    Member(0.2, 0.02, 90, ("g", "V", "r", "k", "l", "m")),
)
LEAST: Final = 0.02


def train(path: Path, model: Path, *, members: Sequence[Member] = MEMBERS, say: Progress = lambda _: None) -> Model:
    """Train on a labelled file and write the model file; see the door."""
    begin, cpu = time.monotonic(), time.process_time()
    held = sentences(path)
    _check(held, path)
    say(f"{len(held):,} addresses read")
    trained = fit(held, members=members, say=say)
    about = {"addresses": len(held), "members": len(members), "features": len(trained.rows), "seconds": round(time.monotonic() - begin)}
    about["cpu_seconds"] = round(time.process_time() - cpu)
    done = Model(trained.tags, trained.rows, trained.weights, trained.steps, about)
    done.save(model)
    return done


def _check(held: Sequence[Sentence], path: Path) -> None:
    for one in held:
        for at, tag in enumerate(one.tags):
            if tag != "O" and tag[:2] not in {"B-", "I-"}:
                raise BadAddressFile(
                    path=path, line=one.line + at, reason=f"标签「{tag}」不是 B-、I- 或 O", remedy="请改用 BIO 标签,例如 B-road、I-road"
                )


def fit(held: Sequence[Sentence], *, members: Sequence[Member] = MEMBERS, say: Progress = lambda _: None) -> Model:
    """The model of these addresses, not yet written."""
    seen = [features(one.characters) for one in held]
    say("features found")
    dumps = []
    for number, member in enumerate(members, 1):
        begin = time.monotonic()
        dumps.append(_member(member, seen, [one.tags for one in held]))
        say(f"model {number} of {len(members)} trained in {time.monotonic() - begin:.0f} s")
    return together(dumps)


def _member(member: Member, seen: Sequence[list[list[str]]], tags: Sequence[Sequence[str]]) -> list[str]:
    """Train one member; its weights as the lines of the library's own listing."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for address, wanted in zip(seen, tags, strict=True):
        if member.blind:
            address = [[one for one in row if not one.startswith(member.blind)] for row in address]
        trainer.append(pycrfsuite.ItemSequence(address), wanted)
    trainer.set_params({
        "c1": member.l1, "c2": member.l2, "max_iterations": member.iterations, "feature.possible_transitions": True,
    })  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="yiwang-addresses-") as folder:
        trainer.train(f"{folder}/model")
        tagger = pycrfsuite.Tagger()
        tagger.open(f"{folder}/model")
        tagger.dump(f"{folder}/listing")
        tagger.close()
        return Path(folder, "listing").read_text("utf-8").split("\n")


def together(dumps: Sequence[Iterable[str]]) -> Model:
    """The average of the listed models."""
    steps: dict[tuple[str, str], float] = {}
    weights: dict[tuple[str, str], float] = {}
    tags: set[str] = set()
    for listing in dumps:
        section = ""
        for line in listing:
            if line.endswith(" = {"):
                section = line
            elif section == "TRANSITIONS = {" and (found := _STEP.match(line)):
                steps[found["before"], found["after"]] = steps.get((found["before"], found["after"]), 0.0) + float(found["weight"])
            elif section == "STATE_FEATURES = {" and " --> " in line:
                name, _, rest = line.partition(") ")[2].rpartition(" --> ")
                tag, _, weight = rest.partition(": ")
                tags.add(tag)
                weights[name, tag] = weights.get((name, tag), 0.0) + float(weight)
    ordered = sorted(tags | {one for pair in steps for one in pair})
    column = {tag: at for at, tag in enumerate(ordered)}
    kept = {pair: total / len(dumps) for pair, total in weights.items() if abs(total) >= LEAST * len(dumps)}
    rows = {name: at for at, name in enumerate(dict.fromkeys(name for name, _ in kept))}
    table = np.zeros((len(rows), len(ordered)), np.float32)
    for (name, tag), share in kept.items():
        table[rows[name], column[tag]] = share
    moves = np.zeros((len(ordered), len(ordered)), np.float32)
    for (before, after), total in steps.items():
        moves[column[before], column[after]] = total / len(dumps)
    return Model(tuple(ordered), rows, table, moves)
