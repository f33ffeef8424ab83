"""The periodic work of ratings."""

from datetime import timedelta

from yiwang.base.clock.api import now
from yiwang.base.jobs.api import periodic
from yiwang.evaluation.ratings import handling


@periodic("ratings.tick", every=timedelta(minutes=30))
def tick() -> None:
    """Note bad ratings whose step is late."""
    handling.tick(now())
