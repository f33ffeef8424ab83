"""Periodic work: rooms declare it in ``jobs.py``; one worker at a time runs what is due."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from yiwang.base.clock.api import now
from yiwang.base.jobs.models import JobRun

__all__ = ["Job", "JobStatus", "alone", "periodic", "registered", "run_due", "status"]

_log = logging.getLogger("yiwang.jobs")


@dataclass(frozen=True)
class Job:
    """A periodic job: its name, how often it runs and the function (no arguments, repeatable)."""

    name: str
    every: timedelta
    run: Callable[[], object]


@dataclass(frozen=True)
class JobStatus:
    """What an operator sees of a job."""

    name: str
    every: timedelta
    last_started: datetime | None
    seconds: float
    runs: int
    failures: int
    last_error: str


_JOBS: dict[str, Job] = {}


def periodic(name: str, *, every: timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declare a function as a periodic job.

    Raises:
        ValueError: another function already has this name.
    """

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        if name in _JOBS and _JOBS[name].run.__qualname__ != function.__qualname__:
            raise ValueError(f"two jobs are called {name}")
        _JOBS[name] = Job(name, every, function)
        return function

    return declare


def registered() -> list[Job]:
    """All declared jobs, by name."""
    return [_JOBS[name] for name in sorted(_JOBS)]


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether no other process of the installation is in a block of this name; a kill gives the name back too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def run_due() -> list[str]:
    """Run every job whose time has come; returns their names, or nothing while another process is the runner."""
    with alone("jobs.runner") as runner:
        if not runner:
            return []
        last = dict(JobRun.objects.values_list("name", "started_at"))
        at = now()
        due = [job for job in registered() if job.name not in last or last[job.name] + job.every <= at]
        for job in due:
            _run(job, at)
        return [job.name for job in due]


def status() -> list[JobStatus]:
    """Every declared job with its last run."""
    rows = {row.name: row for row in JobRun.objects.all()}
    return [
        JobStatus(job.name, job.every, row.started_at, row.seconds, row.runs, row.failures, row.last_error)
        if (row := rows.get(job.name))
        else JobStatus(job.name, job.every, None, 0, 0, 0, "")
        for job in registered()
    ]


def _run(job: Job, at: datetime) -> None:
    error, begin = "", time.monotonic()
    try:
        job.run()
    except Exception as problem:  # a failing job must not stop the others; it is counted, kept and shown by `yiwang doctor`
        error = repr(problem)
        _log.exception("job %s failed", job.name)
    seconds = time.monotonic() - begin
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO job_run (name, started_at, seconds, runs, failures, last_error) VALUES (%s, %s, %s, 1, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at, seconds = excluded.seconds, runs = job_run.runs + 1,"
            " failures = job_run.failures + excluded.failures, last_error = excluded.last_error",
            [job.name, at, seconds, int(bool(error)), error[:2000]],
        )
