"""Periodic work of policies: changes are followed every minute, everybody is matched each night, silence is noticed, ranking learns."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.business.policies import matching, pushing
from yiwang.security.access.api import SYSTEM


@periodic("policies.follow", every=timedelta(minutes=1))
def follow() -> int:
    """Match whose registers have changed; returns how many companies were looked at."""
    row = matching.follow(actor=SYSTEM)
    return row.scanned if row else 0


@periodic("policies.nightly", every=timedelta(hours=24))
def nightly() -> int:
    """Match every company anew: windows open and close, ages and terms pass."""
    return matching.match_all(actor=SYSTEM).scanned if matching.agreed() else 0


@periodic("policies.feedback", every=timedelta(hours=24))
def feedback() -> int:
    """Note ignored pushes, then learn the ranking from all answers; returns how many pushes were noted."""
    noted = pushing.note_ignored(actor=SYSTEM)
    pushing.relearn(actor=SYSTEM)
    return noted
