"""Periodic work of the cases room."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.clock.api import now
from yiwang.base.jobs.api import periodic
from yiwang.business.cases import striking


@periodic("cases.tick", every=timedelta(minutes=10))
def tick() -> object:
    """Let the clock act on every case whose day has passed."""
    return striking.tick(now())
