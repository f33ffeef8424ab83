"""Drafts are made in a process of their own, one at a time: a page only asks for one. What a kill left half done is made again."""

from __future__ import annotations

import logging
import subprocess
import sys

from django.db import transaction

from yiwang.base.jobs import api as jobs
from yiwang.base.runtime import api as runtime
from yiwang.data.opening import releases
from yiwang.data.opening.models import Release
from yiwang.data.opening.states import QUEUED
from yiwang.security.access.api import SYSTEM
from yiwang.standards.errors import YiwangError

_log = logging.getLogger("yiwang.opening")


def work() -> int:
    """Make what was asked for; returns how many were tried, 0 while another process works."""
    count = 0
    with jobs.alone("opening.work") as got:
        if not got:
            return 0
        Release.objects.filter(state="making").update(state="queued")  # killed: only the lock's holder makes anything
        while (row := _next()) is not None:
            _try(row)
            count += 1
    return count


def _next() -> Release | None:
    with transaction.atomic():
        row = Release.objects.select_for_update(of=("self",)).filter(state="queued").order_by("made_at", "id").first()
        if row is not None:
            row.state = "making"
            row.save(update_fields=["state"])
        return row


def _try(row: Release) -> None:
    try:
        releases.produce(row)
        if row.made_by == SYSTEM.account_id and row.state == "draft":  # a refresh: checked at once, people approve
            releases.step(row.id, act="check", actor=SYSTEM, lock=row.lock)
    except YiwangError as refused:
        if row.state == "draft":
            _log.warning("open data set %s was made and did not pass its check: %s", row.code, refused.message)
        else:
            releases.fail(row, refused.message)
    except Exception as problem:  # one set's fault must not stop the others: it is kept and told
        _log.exception("open data set %s was not made", row.code)
        releases.fail(row, f"{type(problem).__name__}: {problem}")


_child: subprocess.Popen[bytes] | None = None


def start() -> bool:
    """Start the process that works, if something waits and none of ours works; returns whether it was started."""
    global _child
    if _child is not None and _child.poll() is None:
        return False
    _child = None
    if not Release.objects.filter(state__in=QUEUED).exists():
        return False
    _child = runtime.program([sys.executable, "-m", "yiwang.data.opening"])()
    return True
