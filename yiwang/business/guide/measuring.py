"""How well the guide finds what is meant: right first, right in three, refusals, milliseconds; nothing is kept of such questions."""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yiwang.business.guide import choosing
from yiwang.business.guide.asking import clean
from yiwang.support.models import api as models

PARTS: Final = {"dev": "选权重时看过的一半", "held_out": "留出的一半"}


@dataclass(frozen=True, slots=True)
class GuideFigures:
    """Shares 0…1 of ``questions`` in scope and ``foreign`` out of it.

    ``right_first``: the best guess is meant; ``right_in_three``: one of the first three; ``refused_foreign``: 「我不知道」 to what is
    out of scope; ``refused_own``: to what is in scope (should be small). ``asked_back``: a narrowing question. ``wrong``: the misses.
    """

    questions: int
    foreign: int
    right_first: float
    right_in_three: float
    refused_foreign: float
    refused_own: float
    asked_back: float
    milliseconds: float
    slowest: float
    wrong: tuple[tuple[str, tuple[str, ...]], ...]


def measure(rows: Sequence[tuple[str, frozenset[str]]]) -> GuideFigures:
    """Rank (question, ids that are right; none for out of scope) as ``ask`` does, without feedback and without writing."""
    held = choosing.held.current()
    choosing.rank("办证")
    first = three = own = foreign = silent = refused = back = 0
    spent, wrong = [], []
    for question, right in rows:
        begin = time.perf_counter()
        found = choosing.rank(clean(question))
        spent.append((time.perf_counter() - begin) * 1000)
        known = [one for one in found if one.score >= held.threshold]
        if not right:
            foreign, refused = foreign + 1, refused + (not known)
            continue
        ids = [one.entry.id for one in found[:3]]
        own, silent = own + 1, silent + (not known)
        first, three = first + bool(right & set(ids[:1])), three + bool(right & set(ids))
        back += len([one for one in known if one.score >= choosing.CLOSE * known[0].score]) > 1
        if not right & set(ids[:1]):
            wrong.append((question, tuple(ids)))
    return GuideFigures(
        own, foreign, _share(first, own), _share(three, own), _share(refused, foreign), _share(silent, own), _share(back, own),
        round(sum(spent) / max(len(spent), 1), 2), round(max(spent, default=0.0), 2), tuple(wrong),
    )  # fmt: skip


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def judgement(path: Path) -> models.Judgement:
    """A CSV of questions (question, targets, part) as the register keeps it: ids and marks, no question. A right first guess counts."""
    data = path.read_bytes()
    held = list(csv.DictReader(data.decode("utf-8").splitlines()))
    rows = [(row["question"], frozenset(row["targets"].split())) for row in held]
    found, known = measure(rows), choosing.held.current()
    marks = []
    for number, (question, right) in enumerate(rows):
        best = next(iter(choosing.rank(clean(question), limit=1)), None)
        score = best.score if best else 0.0
        said = best.entry.kind if best and score >= known.threshold else "unknown"
        mark = said == "unknown" if not right else bool(best and best.entry.id in right)
        marks.append(
            models.Judged(f"q{number}", said, float(mark), round(min(max(score, 0.0), 1.0), 3), -1, "", PARTS.get(held[number]["part"], ""))
        )
    scores = {"right_first": found.right_first, "in_three": found.right_in_three} | {
        name: getattr(found, name) for name in ("refused_foreign", "refused_own")
    }
    return models.Judgement("自编日常问题", "held_out", hashlib.sha256(data).hexdigest(), scores, tuple(marks))
