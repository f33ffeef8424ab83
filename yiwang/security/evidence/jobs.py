"""Once a second the waiting leaves join the tree and a new checkpoint is signed."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.security.evidence import log


@periodic("evidence.sequence", every=timedelta(seconds=1))
def sequence() -> object:
    """Sequence whatever is waiting."""
    return log.sequence()
