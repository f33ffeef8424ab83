"""Periodic work of intake."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.data.intake import registering, running


@periodic("intake.tick", every=timedelta(seconds=5))
def tick() -> None:
    """Queue what is due by the clock, keep the message server up where it is needed, start the working process."""
    registering.queue_due()
    running.serve_streams()
    running.start()


@periodic("intake.expire", every=timedelta(days=1))
def expire() -> int:
    """Remove raw files whose time is over."""
    return running.expire()
