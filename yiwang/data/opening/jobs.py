"""Periodic work of the open portal."""

from __future__ import annotations

import logging
from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.data.opening import definitions, keys, queries, releases, working
from yiwang.data.opening.models import Release
from yiwang.data.opening.states import UNFINISHED
from yiwang.security.access.api import SYSTEM
from yiwang.standards.errors import YiwangError

_log = logging.getLogger("yiwang.opening")


@periodic("opening.sweep", every=timedelta(minutes=30))
def sweep() -> int:
    """Forget old counts of calls."""
    return keys.sweep()


@periodic("opening.make", every=timedelta(seconds=2))
def make() -> bool:
    """Start the process that makes drafts where one waits."""
    return working.start()


@periodic("opening.refresh", every=timedelta(hours=6))
def refresh() -> int:
    """Ask for a new version of every open set whose cycle has passed; people approve. Noise is left to people: it costs budget."""
    asked = 0
    for row in Release.objects.filter(state="open"):
        one = definitions.load().get(row.code)
        if one is None or one.protection.method == "noise" or not queries.due(one, row):
            continue
        if Release.objects.filter(code=row.code, state__in=UNFINISHED).exists():
            continue
        try:
            releases.ask(row.code, actor=SYSTEM)
        except YiwangError as refused:  # one set's fault must not stop the others
            _log.warning("open data set %s is not refreshed: %s", row.code, refused.message)
        else:
            asked += 1
    return asked
