"""Periodic work of the catalogue."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.data.catalogue import entering, overseeing


@periodic("catalogue.enter", every=timedelta(hours=1))
def enter() -> int:
    """What the release brought becomes leaves of the evidence log; nothing to do but once after an installation or upgrade."""
    return entering.enter()


@periodic("catalogue.clocks", every=timedelta(hours=1))
def clocks() -> int:
    """Reviews and updates whose legal days are over are recorded and told."""
    return overseeing.see_to_clocks()
