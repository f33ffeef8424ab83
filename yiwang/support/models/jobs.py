"""Periodic work of the register: counts of days, and the watch for drift."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.support.models import counting, drifting


@periodic("models.fold", every=timedelta(minutes=5))
def fold() -> int:
    """Turn predictions into counts of days; returns how many."""
    return counting.fold()


@periodic("models.drift", every=timedelta(hours=1))
def watch() -> int:
    """Compare the last days with what the live versions were measured on; returns how many findings were raised."""
    return len(drifting.watch())
