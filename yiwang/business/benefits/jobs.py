"""Periodic work of benefits: silence is noticed every hour, payments are rechecked each month, runs that were asked for are done."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.db import connections

from yiwang.base.clock.api import today
from yiwang.base.jobs.api import periodic
from yiwang.business.benefits import answering, definitions, rechecking, running
from yiwang.business.benefits.errors import RunUnderWay
from yiwang.business.benefits.models import RunRow
from yiwang.security.access.api import SYSTEM

_log = logging.getLogger("yiwang.benefits")


@periodic("benefits.lapse", every=timedelta(hours=1))
def lapse() -> int:
    """Whoever has not answered by the day counts as not confirmed and is reminded once."""
    return answering.lapse(None)


_AT_WORK: dict[str, threading.Thread] = {}


@periodic("benefits.run", every=timedelta(seconds=1))
def run_asked() -> int:
    """Runs that were asked for on a page, or broke off with their process: each in a thread of its own, so that nothing waits for it."""
    for code in [code for code, thread in _AT_WORK.items() if not thread.is_alive()]:
        del _AT_WORK[code]
    waiting = RunRow.objects.filter(kind="scan", finished_at__isnull=True, state__in=["waiting", "running"]).order_by("started_at")
    begun = [row for row in waiting if row.benefit not in _AT_WORK]
    for row in begun:
        _AT_WORK[row.benefit] = threading.Thread(target=_run, args=(row,), name=f"benefit {row.benefit}", daemon=True)
        _AT_WORK[row.benefit].start()
    return len(begun)


def _run(row: RunRow) -> None:
    try:
        running.go_on(row, actor=SYSTEM)
    except RunUnderWay:
        pass  # another process does it
    except Exception:  # kept waiting: the next round tries again
        _log.exception("run of %s broke off", row.benefit)
    finally:
        connections.close_all()


@periodic("benefits.recheck", every=timedelta(hours=12))
def recheck_month() -> int:
    """Once in each calendar month and department; returns how many findings there are."""
    departments = {one.department for one in definitions.load().values()} | {one["department"] for one in definitions.watched()}
    first = today().replace(day=1)
    done = set(
        RunRow.objects.filter(kind="recheck", started_at__date__gte=first, finished_at__isnull=False).values_list("department", flat=True)
    )
    agreed = running.agreed()
    return sum(rechecking.recheck(one, actor=SYSTEM).entitled for one in sorted(departments - done) if one in agreed)
