"""Every hour: licences whose last day has passed become expired."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.clock.api import today
from yiwang.base.jobs.api import periodic
from yiwang.support.licences import ending


@periodic("licences.expire", every=timedelta(hours=1))
def expire() -> object:
    """End what has run out."""
    return ending.expire_due(today())
