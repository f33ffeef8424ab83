"""`yiwang doctor`: every check of an installation with its finding and its remedy; exit 1 when one fails, not for a warning."""

from __future__ import annotations

import argparse
import ctypes.util
import hashlib
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from yiwang.base.runtime import api as runtime
from yiwang.ends.cli import install

LEAST_FREE_BYTES = 1 << 30
WARNED = ("models registered",)  # the platform works; somebody has something to decide


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The command has no options."""
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one line per check."""
    bad = 0
    for name, fault in [*_before_the_database(), *_with_the_database()]:
        bad += bool(fault) and name not in WARNED
        level = ("WARN" if name in WARNED else "FAIL") if fault else "ok  "
        print(f"{level}  {name}" + (f": {fault}" if fault else ""))
    return 1 if bad else 0


def _before_the_database() -> Iterator[tuple[str, str]]:
    yield "Python 3.11 or newer", "" if sys.version_info >= (3, 11) else f"this is {sys.version.split()[0]}; install Python 3.11"
    sm3 = "sm3" in hashlib.algorithms_available
    yield "OpenSSL with SM2 and SM3", "" if sm3 and ctypes.util.find_library("crypto") else "install openssl 3 (apt-get install libssl3)"
    yield "folder writable", _writable(install.var_folder())
    free = shutil.disk_usage(_existing(install.var_folder())).free
    yield "free space", "" if free > LEAST_FREE_BYTES else f"only {free >> 20} MB left; at least {LEAST_FREE_BYTES >> 20} MB are needed"
    yield "port free or ours", _port()


def _with_the_database() -> Iterator[tuple[str, str]]:
    try:
        with install.running_database():
            yield "database answers", ""
            install.setup_django(owner=True)
            for name, check in _checks().items():
                yield name, check()
    except runtime.InstallationError as error:
        yield "database answers", error.message


def _checks() -> dict[str, Callable[[], str]]:
    from yiwang.base.jobs import api as jobs
    from yiwang.base.outbox import api as outbox
    from yiwang.ends.cli import migrate
    from yiwang.security.evidence import api as evidence
    from yiwang.support.models import api as models

    def schema() -> str:
        state, names = migrate.schema_state()
        return "" if state is migrate.Schema.CURRENT else f"{state.value} ({len(names)} differences); run `yiwang migrate`"

    def events() -> str:
        dead = outbox.dead()
        return f"{len(dead)} are dead, the first: {dead[0].name} {dead[0].error[:120]}" if dead else ""

    def periodic() -> str:
        failed = [job for job in jobs.status() if job.last_error]
        return f"{failed[0].name} failed last time: {failed[0].last_error[:120]}" if failed else ""

    def log() -> str:
        newest = evidence.checkpoint()
        return "" if newest is None or newest.size >= 0 else "no checkpoint; is the worker running?"

    def keys() -> str:
        path = install.var_folder() / "keys"
        loose = [str(p) for p in path.rglob("*") if p.is_file() and p.stat().st_mode & 0o077] if path.exists() else []
        return f"readable by others: {loose[0]}; run chmod 600" if loose else ""

    def register() -> str:
        loose = models.loose(read=True)
        new = [key for key, _name, why in loose if why == "unregistered"]
        old = [key for key, _name, why in loose if why == "changed"]
        told = [f"in use though no version is live: {', '.join(new)}"] * bool(new)
        gone = [key for key, _name, why in loose if why == "unreadable"]
        told += [f"the live file cannot be read and is not used: {', '.join(gone)}"] * bool(gone)
        told += [f"what runs is not the live version: {', '.join(old)}"] * bool(old)
        return "; ".join(told) + ("; run `yiwang models start`, then approve and activate at /office/models" if told else "")

    found: dict[str, Callable[[], str]] = {"schema current": schema}
    if not schema():
        found |= {"events delivered": events, "periodic jobs": periodic, "evidence log": log, "models registered": register}
    return found | {"keys private": keys}


def _writable(folder: Path) -> str:
    place = _existing(folder)
    return "" if os.access(place, os.W_OK) else f"{place} cannot be written; mend the rights or set YIWANG_VAR"


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _port() -> str:
    port = int(os.environ.get("YIWANG_PORT") or 8000)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("YIWANG_HOST") or "127.0.0.1", port))
        except OSError as error:
            try:
                runtime.hold(install.var_folder()).close()
            except runtime.InstallationError:
                return ""  # our own running instance holds it
            return f"port {port}: {error.strerror}; choose another with YIWANG_PORT"
    return ""
