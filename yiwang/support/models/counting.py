"""What a version answers, counted by day: one narrow row an answer in the caller's transaction, folded into counts by a job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from yiwang.base.clock.api import now
from yiwang.support.models.measuring import band_of, pieces_of
from yiwang.support.models.models import Day, Prediction

BATCH = 20_000


def predicted(key: str, *, number: int, label: str, probability: float, pieces: int, of: Sequence[str]) -> None:
    """See the door."""
    Prediction(
        key=key, number=number, at=now(), label=label[:80], band=band_of(probability), pieces=pieces_of(pieces), **_parts(of)
    ).save(force_insert=True)  # fmt: skip


def corrected(key: str, *, number: int, of: Sequence[str]) -> None:
    """See the door."""
    Prediction(key=key, number=number, at=now(), label="", band=-1, pieces=-1, corrected=True, **_parts(of)).save(force_insert=True)


def _parts(of: Sequence[str]) -> dict[str, str]:
    region, *groups = of or ("",)
    return {"region": region[:12], "group": "|".join(groups)[:40]}


def fold() -> int:
    """Turn what was written since into counts of days; returns how many rows. Taken and counted in one transaction."""
    total = 0
    while True:
        with transaction.atomic():
            taken = _take()
            for (key, number, day), rows in sorted(_grouped(taken).items()):  # one order for all workers
                _add(key, number, day, rows)
        done = sum(int(row[-1]) for row in taken)
        total += done
        if done < BATCH:
            return total


def _take() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM model_prediction WHERE id IN"
            " (SELECT id FROM model_prediction ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)"
            ' RETURNING key, number, at, label, band, pieces, corrected, region, "group")'
            ' SELECT key, number, (at AT TIME ZONE %s)::date, label, band, pieces, corrected, region, "group", count(*)'
            " FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9",
            [BATCH, str(timezone.get_default_timezone())],
        )
        return list(cursor.fetchall())


def _grouped(taken: Iterable[tuple[Any, ...]]) -> dict[tuple[str, int, date], list[tuple[Any, ...]]]:
    found: dict[tuple[str, int, date], list[tuple[Any, ...]]] = {}
    for row in taken:
        found.setdefault(row[:3], []).append(row[3:])
    return found


def _add(key: str, number: int, day: date, rows: list[tuple[Any, ...]]) -> None:
    Day.objects.bulk_create([Day(key=key, number=number, day=day)], ignore_conflicts=True)
    held = Day.objects.select_for_update(of=("self",)).get(key=key, number=number, day=day)
    for label, band, pieces, wrong, region, group, count in rows:
        for kind, name in [("region", region), *(("group", one) for one in group.split("|"))]:
            if name:
                held.parts.setdefault(kind, {}).setdefault(name, [0, 0])[1 if wrong else 0] += count
        if wrong:
            held.corrections += count
            continue
        held.answers += count
        for table, name in ((held.labels, label), (held.bands, str(band)), (held.pieces, str(pieces))):
            table[name] = table.get(name, 0) + count
    held.save()
