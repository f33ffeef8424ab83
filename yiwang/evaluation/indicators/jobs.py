"""The periodic work of indicators."""

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.evaluation.indicators import gathering


@periodic("indicators.fold", every=timedelta(seconds=20))
def fold() -> None:
    """Fold new facts, then count the ledgers of newly decided cases."""
    gathering.fold()
    if gathering.count_ledgers(limit=500):
        gathering.fold()
