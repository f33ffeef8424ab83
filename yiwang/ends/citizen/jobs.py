"""What the worker does for the citizen pages."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.clock.api import now
from yiwang.base.jobs.api import periodic
from yiwang.ends.citizen.drafts import forget_old


@periodic("citizen.forget_old_drafts", every=timedelta(days=1))
def forget_old_drafts() -> int:
    """Delete drafts left alone for ninety days; returns how many."""
    return forget_old(now())
