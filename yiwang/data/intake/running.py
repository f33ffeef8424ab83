"""Runs in a process of their own: the queue is worked off, one run at a time; what a kill left running goes on first."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.jobs import api as jobs
from yiwang.base.outbox.api import emit
from yiwang.base.runtime import api as runtime
from yiwang.data.intake import places, states
from yiwang.data.intake.models import RunRow, SourceRow
from yiwang.data.lake import api as lake
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit.api import Record, record
from yiwang.standards.errors import YiwangError
from yiwang.standards.events import IntakeRunFailed, IntakeRunFinished

_log = logging.getLogger("yiwang.intake")
_NOTHING: Final[dict[str, Any]] = {"rows_read": 0, "rows_good": 0, "rows_quarantined": 0, "reasons": {}, "notes": {}}


def work() -> int:
    """Work off what is due; returns how many tries were made, 0 while another process works."""
    count = 0
    with jobs.alone("intake.work") as got:
        if not got:
            return 0
        RunRow.objects.filter(state="running").update(state="queued", due_at=now())  # killed: only the lock's holder runs anything
        while (run := _next()) is not None:
            _try(run)
            count += 1
    return count


def _next() -> RunRow | None:
    """The next run that is due, now running."""
    with transaction.atomic():
        run = RunRow.objects.select_for_update(of=("self",)).select_related("source").filter(state="queued", due_at__lte=now())
        found = run.order_by("due_at", "id").first()
        if found is not None:
            found.state, found.tries = "running", found.tries + 1
            found.started_at = found.started_at or now()
            found.save(update_fields=["state", "tries", "started_at"])
        return found


def _try(run: RunRow) -> None:
    begin = time.monotonic()
    try:
        report = _brought(run)
    except YiwangError as error:
        _failed(run, error.message, time.monotonic() - begin)
    except Exception as error:  # whatever a source does to us must not stop the other sources: it is kept, told and tried again
        _log.exception("run %s failed", run.id)
        _failed(run, f"{type(error).__name__}: {error}", time.monotonic() - begin)
    else:
        _done(run, report, time.monotonic() - begin)


def _brought(run: RunRow) -> dict[str, Any]:
    """Bring what the run is about into the lake."""
    row, out = run.source, places.folder()
    where: dict[str, Any] = {"dataset": row.dataset, "out": out, "under": places.under(row)}
    if run.cause == "again":
        return lake.again(places.landing(row), digest=run.file, **where)
    if run.cause == "upload":
        report = lake.ingest(out / run.file, **where)
        if failed := report["files"][0].get("failed"):
            raise YiwangError(f"文件「{run.file_name}」打不开:{failed}。请重新导出后上传。")
        return report
    reach = places.reach(row)
    if row.kind == "nats" and not row.address:
        lake.ensure_stream(reach["address"], stream=reach["what"], subject=f"intake.{row.id.hex}")
    changed = row.options.get("changed", "")
    address = reach.pop("address")
    return lake.fetch(address, name=places.landing(row), changed=changed, **reach, **where)


def _done(run: RunRow, report: dict[str, Any], seconds: float) -> None:
    with transaction.atomic():
        run.state, run.ended_at, run.seconds, run.error = "done", now(), round(run.seconds + seconds, 3), ""
        for name in _NOTHING:
            setattr(run, name, report.get(name, _NOTHING[name]))
        run.save()
        facts = {name: getattr(run, name) for name in ("rows_read", "rows_good", "rows_quarantined")}
        record(Record("intake.finish", SYSTEM, "intake_run", str(run.id), detail={**facts, "source": str(run.source_id)}))
        emit(IntakeRunFinished(at=now(), run_id=str(run.id), source_id=str(run.source_id), department=run.source.department, **facts))
    if run.cause == "upload":
        lake.keep(places.folder() / run.file, name=places.landing(run.source), out=places.folder())


def _failed(run: RunRow, cause: str, seconds: float) -> None:
    """Again later, or failed for good; told either way."""
    after = states.RETRIES[run.tries - 1] if run.tries <= len(states.RETRIES) else None
    with transaction.atomic():
        run.error, run.seconds = cause[:500].replace("\0", ""), round(run.seconds + seconds, 3)
        if after is None:
            run.state, run.ended_at = "failed", now()
        else:
            run.state, run.due_at = "queued", now() + timedelta(minutes=after)
        run.save()
        detail = {"source": str(run.source_id), "try": run.tries, "error": run.error, "again_in_minutes": after or 0}
        record(Record("intake.fail", SYSTEM, "intake_run", str(run.id), detail=detail))
        emit(
            IntakeRunFailed(
                at=now(), run_id=str(run.id), source_id=str(run.source_id), department=run.source.department, title=run.source.name,
                tries=run.tries, error=run.error, again_at=run.due_at if after else None,
            )
        )  # fmt: skip


_child: subprocess.Popen[bytes] | None = None


def start() -> bool:
    """Start the process that works, if something is due and none of ours works; returns whether it was started."""
    global _child
    if _child is not None and _child.poll() is None:
        return False
    _child = None
    waits = RunRow.objects.filter(state="queued", due_at__lte=now()).exists() or RunRow.objects.filter(state="running").exists()
    if not waits:
        return False
    _child = runtime.program([sys.executable, "-m", "yiwang.data.intake"])()
    return True


_server: subprocess.Popen[bytes] | None = None


def serve_streams() -> bool:
    """Start the platform's own message server once a source needs it; returns whether it was started now. It ends with this process."""
    global _server
    from django.conf import settings

    if settings.NATS_URL or (_server is not None and _server.poll() is None):
        return False
    if not SourceRow.objects.filter(kind="nats", address="", state="active").exists():
        return False
    try:
        _server = runtime.start_streams(places.streams())
    except runtime.InstallationError as error:  # another worker's server has the port, or none can start here
        _log.warning("%s", error)
        return False
    return True


def expire() -> int:
    """Remove raw files whose time is over; returns how many."""
    return sum(lake.expire(places.landing(row), out=places.folder(), days=row.keep_days) for row in SourceRow.objects.all())
