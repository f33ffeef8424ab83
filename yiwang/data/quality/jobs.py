"""Periodic work of corrections."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.data.quality import journey


@periodic("quality.escalate_overdue", every=timedelta(hours=1))
def escalate_overdue() -> int:
    """Escalate corrections whose ten working days are over."""
    return journey.tick(None)
