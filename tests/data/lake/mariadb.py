"""A MariaDB of the tests' own, where one is installed (Debian: mariadb-server)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

MISSING = "" if shutil.which("mariadbd") and shutil.which("mariadb-install-db") else "needs MariaDB (Debian package mariadb-server)"


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it."""

    port: int

    @property
    def address(self) -> str:
        return f"mysql://reader:%E8%AF%BB@127.0.0.1:{self.port}/firms"

    def link(self) -> Any:
        return pymysql.connect(host="127.0.0.1", port=self.port, user="reader", password="读".encode(), database="firms", autocommit=True)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start a server in a folder, with a database and its reader."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=root", "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True)
    log = folder / "log"
    options = [f"--datadir={data}", f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1", "--user=root", "--sql-mode="]
    process = subprocess.Popen(["mariadbd", "--no-defaults", *options, f"--log-error={log}"])
    try:
        _prepared(port, process, log)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(60)


def _prepared(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            with pymysql.connect(host="127.0.0.1", port=port, user="root").cursor() as cursor:
                cursor.execute("CREATE DATABASE firms CHARACTER SET utf8mb4")
                cursor.execute("CREATE USER reader@127.0.0.1 IDENTIFIED BY '读'")
                cursor.execute("GRANT ALL ON firms.* TO reader@127.0.0.1")
                cursor.execute("GRANT CONNECTION ADMIN, PROCESS ON *.* TO reader@127.0.0.1")
            return
        except pymysql.OperationalError:
            assert process.poll() is None and time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.1)
