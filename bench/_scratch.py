"""A scratch database for one benchmark: on the server named by the environment, or on an embedded one made for the run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def scratch_database() -> Iterator[tuple[str, str]]:
    """An empty database for the while of the block, dropped whatever happens: its address, and a folder to work in."""
    with tempfile.TemporaryDirectory(prefix="yiwang-bench-") as folder:
        Path(folder).chmod(0o755)  # the embedded server does not run as root
        with _server(Path(folder)) as server:
            name = f"yiwang_bench_{os.getpid()}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            try:
                yield _with_database(server, name), folder
            finally:
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def environment(url: str, folder: str) -> dict[str, str]:
    """The environment of a child process that owns the scratch database."""
    return {
        **os.environ,
        "YIWANG_DATABASE_URL": url,
        "YIWANG_DB_OWNER": "1",
        "YIWANG_VAR": folder,
        "YIWANG_SECRET_KEY": "bench-only-" + "0" * 48,
        "YIWANG_MASTER_KEY": "ab" * 32,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "yiwang.config.settings"),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]),
    }


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The address of the server named by the environment, or of an embedded one in the folder for this run."""
    if url := os.environ.get("YIWANG_BENCH_DATABASE_URL") or os.environ.get("YIWANG_DATABASE_URL"):
        yield url
        return
    from yiwang.base.runtime import postgres

    cluster = postgres.Cluster(folder / "postgres")
    started = postgres.start(cluster)
    try:
        yield cluster.url(database="postgres")
    finally:
        postgres.stop(started)


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, parts.fragment))
