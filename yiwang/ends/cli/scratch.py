"""A throw-away installation: its own folder, port and small city, started like any other and removed afterwards."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yiwang.base.runtime.api import InstallationError

PATIENCE = 600  # seconds: a machine that is busy with other work starts slowly


@dataclass
class Installation:
    """A running installation: its address and that of its exchange gateway, its folder, the process that supervises it."""

    address: str
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    gateway: str = ""

    @property
    def password(self) -> str:
        """The password of the demonstration accounts."""
        return str(json.loads((self.folder / "accounts.json").read_text())["password"])


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def begin(folder: Path, *, port: int, people: int, environment: dict[str, str], gateway: int = 0) -> Installation:
    """Start `yiwang up` on a folder and wait until it answers.

    Raises:
        InstallationError: it ended before it served, or did not serve within ``PATIENCE`` seconds.
    """
    command = [sys.executable, "-m", "yiwang.ends.cli.main", "up", "--port", str(port), "--city", "--people", str(people)]
    command += ["--gateway", str(gateway)] if gateway else []
    with (folder / "up.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/api/v1/openapi.json", timeout=10).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return Installation(address, folder, environment, process, f"http://127.0.0.1:{gateway}" if gateway else "")
    end(process)
    tail = (folder / "up.log").read_text(errors="replace").strip().splitlines()[-3:]
    raise InstallationError("The scratch installation did not start: " + " / ".join(tail))


@contextmanager
def installation(*, people: int = 2000, gateway: bool = False, **extra: str) -> Iterator[Installation]:
    """A scratch installation for the while of the block, with an exchange gateway if asked for."""
    with tempfile.TemporaryDirectory(prefix="yiwang-scratch-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database's own account must be able to pass
        env = {key: value for key, value in os.environ.items() if not key.startswith("YIWANG_")}
        env |= {"YIWANG_VAR": str(folder / "var"), **extra}
        (folder / "var").mkdir()
        running = begin(folder / "var", port=free_port(), people=people, environment=env, gateway=free_port() if gateway else 0)
        try:
            yield running
        finally:
            end(running.process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop it as Ctrl-C would."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
