"""How long calls took: counted by key and day in buckets a tenth apart, from which any share of them can be read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Q, Sum

from yiwang.data.exchange.models import LatencyRow
from yiwang.data.exchange.requests import UsageView
from yiwang.security.access.api import Actor, may

_LEAST, _STEP, _LAST = 100.0, 1.1, 200  # microseconds, ratio, the bucket of everything slower than 5 hours


def bucket(micros: int) -> int:
    """The bucket of a duration: the first whose upper end is above it."""
    return 0 if micros < _LEAST else min(_LAST, 1 + int(math.log(micros / _LEAST, _STEP)))


def middle_ms(number: int) -> float:
    """The middle of a bucket in milliseconds."""
    return round(_LEAST * math.pow(_STEP, number - 0.5) / 1000, 3)


def add(counted: Mapping[tuple[date, str, int], int], sides: Mapping[str, tuple[str, str]]) -> None:
    """Add calls by (day, key, bucket); ``sides``: consumer and provider of a key."""
    rows: Final = [(day, key, number, *sides.get(key, ("", "")), calls) for (day, key, number), calls in sorted(counted.items())]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO exchange_latency (day, key, bucket, consumer, provider, calls) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (day, key, bucket) DO UPDATE SET calls = exchange_latency.calls + excluded.calls",
            rows,
        )


def visible(actor: Actor) -> Q:
    """Rows of the actor's department, as caller or provider; all for who rules."""
    return Q() if may(actor, "sharing.rule") else Q(consumer=actor.department) | Q(provider=actor.department)


def timed(groups: Sequence[UsageView], *, since: date, actor: Actor) -> tuple[UsageView, ...]:
    """The groups (named by key, or one of all) with their median and 99th percentile."""
    rows = LatencyRow.objects.filter(visible(actor), day__gte=since).values("key", "bucket").annotate(all=Sum("calls")).order_by()
    by_key: dict[str, Counter[int]] = {}
    every: Counter[int] = Counter()
    for one in rows:
        by_key.setdefault(one["key"], Counter())[one["bucket"]] += one["all"]
        every[one["bucket"]] += one["all"]
    whole = len(groups) == 1 and not groups[0].name
    found = [every if whole else by_key.get(one.name, Counter()) for one in groups]
    return tuple(replace(one, p50_ms=_share(times, 0.5), p99_ms=_share(times, 0.99)) for one, times in zip(groups, found, strict=True))


def _share(times: Counter[int], part: float) -> float | None:
    """The duration that this part of the calls stayed below."""
    left = part * times.total()
    for number in sorted(times):
        left -= times[number]
        if left <= 0:
            return middle_ms(number)
    return None
