"""What the room does on its own."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.business.life_events import starting


@periodic("life_events.start_due", every=timedelta(seconds=2))
def start_due() -> None:
    """Start the matters that could not be started before."""
    starting.start_due()
