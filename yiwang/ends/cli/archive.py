"""`yiwang backup FILE` and `yiwang restore FILE`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from yiwang.base.runtime import api as runtime
from yiwang.ends.cli import install

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the two commands."""
    parser.add_argument("file", type=Path, help="the archive")
    if name == "restore":
        parser.add_argument("--replace", action="store_true", help="throw away what the installation holds now")
        parser.set_defaults(run=restore)
    else:
        parser.set_defaults(run=backup)


def backup(options: argparse.Namespace) -> int:
    """Write an archive; the platform may keep serving meanwhile."""
    with install.running_database() as url:
        manifest = runtime.backup(options.file, url=url, var=install.var_folder())
    size = options.file.stat().st_size / 1048576
    print(f"{options.file}: {len(manifest.members)} members, {size:.1f} MB. It holds the keys: keep it where only you can read it.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Bring back an archive; the platform must be stopped, and data in place is replaced only with --replace."""
    var = install.var_folder()
    runtime.check_archive(options.file)  # a damaged archive must not cost the data in place
    lock = runtime.hold(var)
    with install.running_database() as url:
        _make_room(url, var, replace=options.replace)
        with psycopg.connect(url, autocommit=True) as connection:
            runtime.ensure_roles(connection)
        manifest = runtime.restore(options.file, url=url, var=var)
    lock.close()
    if install.command("migrate", owner=True).returncode:  # also gives the roles their rights again
        raise runtime.InstallationError("The data was restored, but the schema could not be brought up to date; the line above says why.")
    print(f"restored the state of {manifest.made_at} ({len(manifest.members)} members). Start with `yiwang up`.")
    return 0


def _make_room(url: str, var: Path, *, replace: bool) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(f"SELECT count(*) FROM pg_tables WHERE schemaname IN ({SCHEMAS})").fetchone()  # noqa: S608 - a constant
        if found and found[0] and not replace:
            raise runtime.InstallationError("The database is not empty. Make a backup of it, then say --replace to throw it away.")
        me = connection.info.user
        for (schema,) in connection.execute(SCHEMAS).fetchall():
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("CREATE SCHEMA public AUTHORIZATION {}").format(sql.Identifier(me)))
    for folder in ("files", "keys"):
        shutil.rmtree(var / folder, ignore_errors=True)
