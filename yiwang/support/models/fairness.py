"""Whether people of one region or group are served worse: how often the live version's answers had to be corrected, part by part.

Nothing is kept of a person: an answer is counted under its region, its age band and its gender, each by itself. Parts with few answers are
not shown, and never only one of them, so that it cannot be had by taking the shown ones from the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from yiwang.support.models.keys import Model
from yiwang.support.models.models import Day, Version
from yiwang.support.models.values import DriftMeasure, Outcome, OutcomePart

MEASURE: Final = "fairness"
NAME: Final = "地区或人群之间的差别"
_Z: Final = 1.96


def interval(part: int, whole: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not whole:
        return 0.0, 1.0
    share, spread = part / whole, _Z * _Z / whole
    middle = share + spread / 2
    wide = _Z * math.sqrt(share * (1 - share) / whole + spread / whole / 4)
    return max(0.0, (middle - wide) / (1 + spread)), min(1.0, (middle + wide) / (1 + spread))


def outcome(model: Model) -> Outcome | None:
    """What came of all answers of the live version; None where none is live or nothing was counted."""
    number = Version.objects.filter(key=model.key, state="live").values_list("number", flat=True).first()
    days = list(Day.objects.filter(key=model.key, number=number)) if number else []
    answers, corrections = sum(one.answers for one in days), sum(one.corrections for one in days)
    if not number or not answers:
        return None
    share, margin, least = corrections / answers, model.outcome["margin"], int(model.outcome["least"])
    shown: dict[str, tuple[OutcomePart, ...]] = {}
    hidden = 0
    for kind in ("region", "group"):
        parts = _counted(days, kind)
        small = [name for name, (count, _wrong) in parts.items() if count < least]
        if len(small) == 1 and len(parts) > 1:
            small.append(min((name for name in parts if name not in small), key=lambda name: parts[name][0]))
        hidden += len(small)
        shown[kind] = tuple(
            sorted((_part(name, parts[name], share + margin) for name in parts if name not in small), key=lambda one: -one.share)
        )
    return Outcome(
        number, answers, corrections, round(share, 4), margin, least, shown["region"], shown["group"], hidden
    )  # fmt: skip


def _counted(days: Sequence[Day], kind: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for day in days:
        for name, (answers, corrections) in day.parts.get(kind, {}).items():
            held = found.setdefault(name, [0, 0])
            held[0] += answers
            held[1] += corrections
    return found


def _part(name: str, counts: Sequence[int], bar: float) -> OutcomePart:
    answers, corrections = counts
    low, high = interval(min(corrections, answers), answers)
    return OutcomePart(name, answers, corrections, round(min(corrections / answers, 1.0), 4), round(low, 4), round(high, 4), low > bar)


def measure(model: Model) -> DriftMeasure | None:
    """The part that is served worst, as the watch compares it; None where nothing can be compared."""
    seen = outcome(model)
    parts = [*seen.regions, *seen.groups] if seen else []
    if seen is None or not parts:
        return None
    worst = max(parts, key=lambda one: one.low)
    value = worst.low - seen.share
    return DriftMeasure(MEASURE, NAME, round(value, 4), seen.margin, worst.worse)
