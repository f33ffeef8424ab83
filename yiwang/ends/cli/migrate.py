"""`yiwang migrate`: the schema of this version, the roles and their rights."""

from __future__ import annotations

import argparse
import sys
from enum import Enum

import psycopg

from yiwang.base.runtime import api as runtime
from yiwang.ends.cli import install


class Schema(Enum):
    """How a database stands to this version's schema."""

    EMPTY = "empty"
    CURRENT = "current"
    OLD = "old"
    NEWER = "newer"


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the command."""
    parser.add_argument("--check", action="store_true", help="only say how the schema stands; exit 1 unless it is current")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Migrate, or check."""
    with install.running_database() as url:
        install.setup_django(owner=True)
        state, names = schema_state()
        if options.check:
            print(f"schema: {state.value}" + "".join(f"\n  {name}" for name in names))
            return 0 if state is Schema.CURRENT else 1
        bring_up_to_date(url)
    return 0


def schema_state() -> tuple[Schema, list[str]]:
    """Compare the migrations on disk with those applied; returns the state and the names that differ."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied = {(app, name) for app, name in loader.applied_migrations}
    ours = set(loader.disk_migrations)
    missing = sorted(f"{app}.{name}" for app, name in ours - applied)
    apps = {app for app, _ in ours}
    foreign = sorted(f"{app}.{name}" for app, name in applied - ours if app in apps)
    if foreign:
        return Schema.NEWER, foreign
    if not applied:
        return Schema.EMPTY, missing
    return (Schema.OLD, missing) if missing else (Schema.CURRENT, [])


def bring_up_to_date(url: str) -> None:
    """Roles, migrations, rights. Refuses a database that a newer version has written."""
    from django.core.management import call_command

    state, names = schema_state()
    if state is Schema.NEWER:
        raise runtime.InstallationError(
            f"The database was written by a newer version ({names[0]}). Install that version, or restore a backup."
        )
    with psycopg.connect(url, autocommit=True) as connection:
        runtime.ensure_roles(connection)
        call_command("migrate", verbosity=0, interactive=False)
        runtime.grant(connection, append_only=append_only_tables())
    if state is not Schema.CURRENT:
        print(f"schema brought up to date ({len(names)} migrations)", file=sys.stderr)


def append_only_tables() -> list[str]:
    """Tables whose rows may never change: models that say ``APPEND_ONLY = True``."""
    from django.apps import apps

    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "APPEND_ONLY", False))
