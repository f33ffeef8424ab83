"""The periodic work of notices."""

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.support.notices import sending


@periodic("notices.deliver", every=timedelta(seconds=15))
def deliver() -> None:
    """Push what waits for outer channels."""
    sending.deliver_due()
