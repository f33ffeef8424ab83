"""Whether people ask what the live version was measured on: population stability index with room for chance, and the share corrected."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now, today
from yiwang.base.outbox import api as outbox
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.events import ModelDrifted
from yiwang.support.models import counting, fairness, keys, rows
from yiwang.support.models.errors import ModelNeedsReason, NoSuchFinding
from yiwang.support.models.keys import Model
from yiwang.support.models.models import Day, Finding, Version
from yiwang.support.models.values import DriftMeasure, DriftView

SHOWN_DAYS: Final = 30
REST: Final = "其他"
NAMES: Final[Mapping[str, str]] = {
    "labels": "类别",
    "bands": "把握",
    "pieces": "认得的词",
    "corrections": "被人更正的比例",
    fairness.MEASURE: fairness.NAME,
}
_LIKELY: Final = 1.645  # of a normal distribution: 95 % stay below


@dataclass
class Window:
    """Counts of some days taken together."""

    answers: int = 0
    corrections: int = 0
    tables: dict[str, Counter[str]] = field(default_factory=lambda: {"labels": Counter(), "bands": Counter(), "pieces": Counter()})


def stability(before: Mapping[str, int], after: Mapping[str, int], *, rare: float) -> tuple[float, float, list[tuple[str, float, float]]]:
    """The index, what chance alone would reach in one of twenty windows, and the shares compared.

    PSI = Σ (q − p) · ln(q / p) over classes, half a row added to each. With equal distributions PSI / (1/n + 1/m) is about chi-squared
    with one degree of freedom less than classes (Yurdakul 2018, Western Michigan University), here by its normal approximation.
    Classes under ``rare`` of the reference, and those it does not have, are taken together.
    """
    n, m = sum(before.values()), sum(after.values())
    kept = [name for name, count in before.items() if count >= rare * n]
    grouped = [(name, before.get(name, 0), after.get(name, 0)) for name in sorted(kept, key=lambda one: -before[one])]
    grouped.append((REST, n - sum(one[1] for one in grouped), m - sum(one[2] for one in grouped)))
    if not grouped[-1][1] + grouped[-1][2]:
        grouped.pop()
    size = len(grouped)
    shares = [(name, (b + 0.5) / (n + 0.5 * size), (a + 0.5) / (m + 0.5 * size)) for name, b, a in grouped]
    index = sum((q - p) * math.log(q / p) for _name, p, q in shares)
    free = max(size - 1, 1)
    chance = (1 / max(n, 1) + 1 / max(m, 1)) * (free + _LIKELY * math.sqrt(2 * free))
    return index, chance, [(name, b / max(n, 1), a / max(m, 1)) for name, b, a in grouped]


def measures(model: Model, reference: Mapping[str, object], window: Window) -> list[DriftMeasure]:
    """Every comparison of a window with the reference of an evaluation."""
    found = []
    for name in ("labels", "bands", "pieces"):
        before = reference.get(name)
        after = {key: count for key, count in window.tables[name].items() if key != "-1"}
        if not isinstance(before, Mapping) or not before or not after:
            continue
        value, chance, shares = stability(before, after, rare=model.drift["rare"] if name == "labels" else 0.0)
        limit = model.drift["psi"] + chance
        found.append(DriftMeasure(name, NAMES[name], round(value, 4), round(limit, 4), value > limit, tuple(shares)))
    mistakes = reference.get("mistakes")
    if isinstance(mistakes, int | float) and window.answers:
        share, limit = window.corrections / window.answers, min(mistakes + model.drift["correction_margin"], 1.0)
        found.append(DriftMeasure("corrections", NAMES["corrections"], round(share, 4), round(limit, 4), share > limit))
    return found


def together(days: Sequence[Day]) -> Window:
    """The counts of some days."""
    window = Window()
    for one in days:
        window.answers += one.answers
        window.corrections += one.corrections
        for name in window.tables:
            window.tables[name].update(getattr(one, name))
    return window


def view(model: Model) -> DriftView | None:
    """The watch over the live version; None where none is live."""
    row = Version.objects.select_related("evaluation").filter(key=model.key, state="live").first()
    if row is None or row.evaluation is None:
        return None
    length, least, until = int(model.drift["window_days"]), int(model.drift["least"]), today()
    since = until - timedelta(days=SHOWN_DAYS + length)
    held = {one.day: one for one in Day.objects.filter(key=model.key, number=row.number, day__gt=since)}

    def window(end: date) -> Window:
        return together([held[day] for back in range(length) if (day := end - timedelta(days=back)) in held])

    days = []
    for back in range(SHOWN_DAYS - 1, -1, -1):
        end = until - timedelta(days=back)
        counts, own = window(end), held.get(end)
        judged = measures(model, row.evaluation.reference, counts) if counts.answers >= least else []
        most = max((one.value / one.limit for one in judged), default=None)
        days.append((end, own.answers if own else 0, own.corrections if own else 0, None if most is None else round(100 * most, 1)))
    last = window(until)
    judged = measures(model, row.evaluation.reference, last)
    return DriftView(
        row.number, length, last.answers, last.corrections, least, last.answers >= least, tuple(judged), tuple(days)
    )  # fmt: skip


def watch() -> list[Finding]:
    """Count what was written, compare, and raise a finding for whatever crossed its limit and is not raised yet."""
    counting.fold()
    made = []
    for model in keys.models().values():
        seen = view(model)
        if seen is None or not seen.enough:
            continue
        told = [*seen.measures, *([found] if (found := fairness.measure(model)) else [])]
        made += [row for one in told if one.crossed and (row := _raise(model, seen, one))]
    return made


def _raise(model: Model, seen: DriftView, one: DriftMeasure) -> Finding | None:
    """A finding, once while it is open; one that was settled comes back only after a whole window."""
    since = now() - timedelta(days=seen.window_days)
    with transaction.atomic():
        same = Finding.objects.filter(key=model.key, number=seen.number, measure=one.measure)
        if same.filter(state="open").exists() or same.filter(settled_at__gt=since).exists():
            return None
        row = Finding(
            key=model.key, number=seen.number, measure=one.measure, value=one.value, limit=one.limit, answers=seen.answers, at=now()
        )
        row.save(force_insert=True)
        detail = {"key": model.key, "number": seen.number, "value": f"{one.value:.4f}", "limit": f"{one.limit:.4f}"}
        audit.record(Record("model.drift", SYSTEM, rows.FINDING, str(row.id), detail=detail, row=rows.finding_content(row)))
        outbox.emit(ModelDrifted(at=row.at, finding_id=str(row.id), key=row.key, number=row.number, measure=row.measure))
    return row


def settle(finding_id: UUID, *, note: str, actor: Actor) -> Finding:
    """See the door."""
    from yiwang.support.models.registering import clean

    note = clean(note, 1_000, "note")
    with transaction.atomic():
        row = Finding.objects.select_for_update(of=("self",)).filter(id=finding_id).first()
        if row is None:
            raise NoSuchFinding
        keys.for_actor(row.key, actor, "model.edit")
        if row.state != "open":
            raise NoSuchFinding
        if not note:
            raise ModelNeedsReason(step="处理", field="note")
        row.state, row.note, row.settled_by_name, row.settled_at = "settled", note, actor.name, now()
        row.save()
        audit.record(
            Record("model.settle", actor, rows.FINDING, str(row.id), detail={"key": row.key, "note": note}, row=rows.finding_content(row))
        )
    return row
