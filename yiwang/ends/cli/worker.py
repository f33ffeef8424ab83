"""`yiwang worker`: delivers events, runs what is due, sequences the evidence log. Any number may run at once."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import time
from typing import Any

from yiwang.ends.cli import install

_log = logging.getLogger("yiwang.worker")
IDLE_SECONDS = 1.0
# Looking five times a second costs less than a NOTIFY in every act: that serialises all commits (measured: a third of the throughput).
POLL_SECONDS = 0.2


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the command."""
    parser.add_argument("--once", action="store_true", help="deliver what waits, run what is due, then end")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Work until a stop is asked for."""
    install.setup_django()
    from django.db import OperationalError, close_old_connections

    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    parent = os.getppid()
    while not stopping and os.getppid() == parent:
        try:
            busy = work()
            if options.once and not busy:
                break
            if not busy:
                time.sleep(POLL_SECONDS)
        except OperationalError as error:  # the database is being restarted: wait for it, lose nothing
            _log.warning("waiting for the database: %s", str(error).strip().splitlines()[0])
            time.sleep(IDLE_SECONDS)
            close_old_connections()
    return 0


def work() -> bool:
    """One round; True when there may be more to do at once."""
    from django.conf import settings

    from yiwang.base.jobs import api as jobs
    from yiwang.base.outbox import api as outbox

    taken = outbox.relay(_wired(settings.EVENT_HANDLERS), together=_wired(settings.EVENT_HANDLERS_TOGETHER))
    ran = jobs.run_due()
    return bool(taken) or any(name not in ("evidence.sequence",) for name in ran)


def _wired(name: str) -> Any:
    from django.utils.module_loading import import_string

    return import_string(name)
