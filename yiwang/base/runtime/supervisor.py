"""Keeps the parts of an installation alive and stops them in order.

A part that dies is started again (1 s, 2 s, 4 s … at most 30 s apart); a supervisor that is killed takes its parts along,
because the kernel tells them (``PR_SET_PDEATHSIG``), so nothing is left holding the port or the data folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yiwang.base.runtime.errors import InstallationError

_PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Runs in a child before its program: ask the kernel for this signal when the parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number)


def finish(process: subprocess.Popen[bytes], *, timeout: float = 15) -> None:
    """Ask a process to finish, and insist after ``timeout`` seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    kill_group(process)


@dataclass
class Part:
    """One process of the installation: how it is started and finished, and the process while it lives."""

    name: str
    begin: Callable[[], subprocess.Popen[bytes]]
    finish: Callable[[subprocess.Popen[bytes]], None] = finish
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    retry_at: float = 0.0


def program(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, log: IO[bytes] | None = None
) -> Callable[[], subprocess.Popen[bytes]]:
    """A ``begin`` for a plain program in a process group of its own; without ``env`` it has ours."""
    held = None if env is None else dict(env)

    def begin() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            list(command), env=held, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0, preexec_fn=die_with_parent
        )

    return begin


@dataclass
class Supervisor:
    """Starts parts in the order given, watches them, stops them in the opposite order."""

    parts: list[Part]
    say: Callable[[str], None]
    stopping: bool = False

    def start(self) -> None:
        """Start every part."""
        for part in self.parts:
            part.process = part.begin()

    def watch(self) -> None:
        """Stay until a stop is asked for (SIGINT, SIGTERM); start again what died."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(self, "stopping", True))
        while not self.stopping:
            for part in self.parts:
                self._mend(part)
            time.sleep(0.2)

    def shut_down(self) -> None:
        """Stop every part, the last started first."""
        for part in reversed(self.parts):
            if part.process is not None:
                part.finish(part.process)

    def _mend(self, part: Part) -> None:
        if part.process is not None and part.process.poll() is None:
            return
        now = time.monotonic()
        if part.process is not None:
            kill_group(part.process)
            part.failures += 1
            part.retry_at = now + min(30, 2 ** (part.failures - 1)) * 0.5
            self.say(f"{part.name} ended unexpectedly (exit {part.process.returncode}); starting it again")
            part.process = None
        if now < part.retry_at:
            return
        try:
            part.process = part.begin()
        except InstallationError as error:
            part.failures += 1
            part.retry_at = now + min(30, 2**part.failures)
            self.say(error.message)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what a dead part may have left behind in its process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def hold(folder: Path) -> IO[str]:
    """Claim an installation's folder for this process until the returned file is closed.

    Raises:
        InstallationError: another instance holds it, or the folder cannot be written.
    """
    path = folder / "instance.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+")
    except OSError as error:
        raise InstallationError(f"Cannot write to {folder}: {error.strerror}. Free space, mend the rights, or set YIWANG_VAR.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        raise InstallationError(
            f"{folder} is in use by another instance (process {holder}). Stop it, or set YIWANG_VAR to another folder."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
