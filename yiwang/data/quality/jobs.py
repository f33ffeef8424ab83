"""Periodic work of quality."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.data.quality import journey, running


@periodic("quality.escalate_overdue", every=timedelta(hours=1))
def escalate_overdue() -> int:
    """Escalate corrections whose ten working days are over."""
    return journey.tick(None)


@periodic("quality.check_all", every=timedelta(days=1))
def check_all() -> int:
    """Check every resource by its rules."""
    return running.run_all()
