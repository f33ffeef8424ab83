"""Periodic work of benefits: silence is noticed every hour, payments are rechecked each month. Runs are started by a person."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.clock.api import today
from yiwang.base.jobs.api import periodic
from yiwang.business.benefits import answering, definitions, rechecking, running
from yiwang.business.benefits.models import RunRow
from yiwang.security.access.api import SYSTEM


@periodic("benefits.lapse", every=timedelta(hours=1))
def lapse() -> int:
    """Whoever has not answered by the day counts as not confirmed and is reminded once."""
    return answering.lapse(None)


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
