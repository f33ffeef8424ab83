"""The first version of the category model, before this house has tickets of its own: invented concerns and the words of the tree."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from yiwang.business.hotline import tree, wording
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models

FOLDS: Final = 5
SHIPPED: Final = Path(__file__).parent / "shipped" / "hotline.category.npz"  # made by `python -m tools.evaluations hotline.category`
SHARPER: Final = (0.25, 0.5, 1, 2, 4, 8, 16, 32)
NEVER: Final = 1.01  # a threshold that no probability reaches: what was learnt from invented concerns sends nothing by itself


def baseline(texts: Sequence[str]) -> list[str]:
    """What the words of the tree say: whatever a model says must be better."""
    return [next((one.code for one in wording.by_words(text, most=1)), "") for text in texts]


def written(model: Any) -> bytes:
    """A model as the bytes of its file."""
    with tempfile.TemporaryDirectory(prefix="yiwang-hotline-") as folder:
        model.save(Path(folder) / "model.npz")
        return (Path(folder) / "model.npz").read_bytes()


@cache
def concerns() -> list[tuple[str, str, str]]:
    """(id, text, category) of the invented concerns in start.json."""
    found = json.loads((Path(__file__).parent / "start.json").read_text("utf-8"))
    return [(f"{code}-{at}", text, code) for code, said in found.items() for at, text in enumerate(said)]


def _phrases() -> list[tuple[str, str]]:
    """The words of every leaf two by two, and each with the leaf's name: what the tree itself knows, for training only."""
    found = []
    for leaf in tree.leaves():
        pairs = [*combinations(leaf.words, 2), *((leaf.name, word) for word in leaf.words or (leaf.name,))]
        found += [(",".join(pair), leaf.code) for pair in pairs]
    return found


def _told(rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Everything that is learned from: (text, category)."""
    return [*((text, code) for _id, text, code in rows), *_phrases()]


def _fit(rows: Sequence[tuple[str, str, str]]) -> Any:
    told = _told(rows)
    texts, labels = [text for text, _code in told], [code for _text, code in told]
    model = ai.train_classifier(texts, labels=labels, groups=list(range(len(texts))))
    model.card.update(threshold=NEVER, note="由自编来件和分类树的词训练,只作起步,不自动派单。")
    return model


def _loss(answered: Sequence[tuple[Any, str]]) -> float:
    """Mean surprise of the first answers: what the sharpness is chosen by."""
    return sum(-math.log(max(one.probability if one.label == right else 1 - one.probability, 1e-9)) for one, right in answered)


def ship() -> models.Shipped:
    """The file that comes with the platform with its cross-validation; without them, made now (about a minute)."""
    source = f"随平台提供:{len(concerns())} 条自编来件和分类树的词,不含真实工单"
    if SHIPPED.is_file():
        data = SHIPPED.read_bytes()
        judged = models.stored(SHIPPED.with_suffix(".json"), of=data)
        if judged is not None:
            return models.Shipped(data, source, (judged,))
    data, judged = made()
    return models.Shipped(data, source, (judged,))


def training_data() -> str:
    """The fingerprint of what the first version learns from, as its card writes it."""
    told = _told(concerns())
    return ai.data_fingerprint([text for text, _code in told], [code for _text, code in told])


def made() -> tuple[bytes, models.Judgement]:
    """Train the first version, with its cross-validation: each concern by a model, and a sharpness, that saw nothing of its fold."""
    rows = concerns()
    folds = [[row for at, row in enumerate(rows) if at % FOLDS == fold] for fold in range(FOLDS)]
    answered: dict[float, list[list[tuple[Any, str]]]] = {factor: [] for factor in SHARPER}
    for fold in folds:
        inside = {row[0] for row in fold}
        model = _fit([row for row in rows if row[0] not in inside])
        for factor in SHARPER:
            said = model.sharpened(factor).classify(text for _id, text, _code in fold)
            answered[factor].append([(one, code) for one, (_id, _text, code) in zip(said, fold, strict=True)])

    def best(left_out: int) -> float:
        seen = {factor: sum(_loss(part) for at, part in enumerate(parts) if at != left_out) for factor, parts in answered.items()}
        return min(seen, key=lambda factor: seen[factor])

    outcome = [pair for at in range(FOLDS) for pair in answered[best(at)][at]]
    order = [row for fold in folds for row in fold]
    model = _fit(rows).sharpened(best(-1))
    judged = models.judge_answers(
        "随平台提供的自编来件", [one for one, _code in outcome], how="cross_validation", fingerprint=str(model.card["fingerprint"]),
        truth=[code for _one, code in outcome], ids=[ident for ident, _text, _code in order],
        baseline=baseline([text for _id, text, _code in order]),
    )  # fmt: skip
    return written(model), judged
