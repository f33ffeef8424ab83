"""What the commands that start and check an installation share: where it is, and the database within reach."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from yiwang.base.runtime import api as runtime


def var_folder() -> Path:
    """The installation's folder. The same rule as ``config.environment``, readable before Django is set up."""
    return Path(os.environ.get("YIWANG_VAR") or "var").expanduser().resolve()


def external_url() -> str:
    """The address of an external database, or nothing."""
    return os.environ.get("YIWANG_DATABASE_URL", "")


def cluster() -> runtime.Cluster:
    """The embedded server of this installation."""
    return runtime.Cluster(var_folder() / "postgres")


def url() -> str:
    """The address of the database in force."""
    return external_url() or cluster().url()


def environment(**extra: str) -> Mapping[str, str]:
    """The environment for a process of this installation."""
    return {**os.environ, "YIWANG_VAR": str(var_folder()), "DJANGO_SETTINGS_MODULE": "yiwang.config.settings", **extra}


def command(*words: str, owner: bool = False) -> subprocess.CompletedProcess[bytes]:
    """Run one of our own commands in a process of its own, as the owner of the tables or in the application's role."""
    return subprocess.run(
        [sys.executable, "-m", "yiwang.ends.cli.main", *words], env=environment(YIWANG_DB_OWNER="1" if owner else "0"), check=False
    )


def reach(address: str) -> None:
    """Connect once.

    Raises:
        InstallationError: the server does not answer, refuses, or is older than PostgreSQL 15.
    """
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        cause = str(error).strip().splitlines()[-1]
        raise runtime.InstallationError(
            f"The database cannot be reached: {cause}. Check that it runs and that YIWANG_DATABASE_URL is right."
        ) from error
    if version < 150000:
        raise runtime.InstallationError(f"The database is PostgreSQL {version // 10000}; 15 or newer is needed.")


@contextmanager
def running_database() -> Iterator[str]:
    """The address of a database that answers; the embedded one is started for the while if nobody has started it."""
    if external_url():
        reach(external_url())
        yield external_url()
        return
    try:
        psycopg.connect(cluster().url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        server = runtime.start(cluster())
        try:
            runtime.ensure_database(cluster(), "yiwang")
            yield cluster().url()
        finally:
            runtime.stop(server)
    else:
        yield cluster().url()


@contextmanager
def ready_database() -> Iterator[str]:
    """As ``running_database``; an empty database is given its schema and the platform's own matters first.

    Raises:
        InstallationError: the preparation failed; its own line above says why.
    """
    with running_database() as address:
        with psycopg.connect(address) as connection:
            found = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if (found is None or found[0] is None) and command("city", "--prepare", "--no-city", owner=True).returncode:
            raise runtime.InstallationError("The database could not be prepared; the line above says why.")
        yield address


def setup_django(*, owner: bool = False) -> None:
    """Make the rooms importable in this process, as the owner of the tables or in the application's role."""
    if owner:
        os.environ["YIWANG_DB_OWNER"] = "1"
    import django

    django.setup()
