"""The database roles: the owner migrates, the application acts with fewer rights, the registers stand behind a role of their own."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql

from yiwang.base.runtime.errors import InstallationError

ROLES = ("yiwang_app", "yiwang_registers")


def ensure_roles(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Create the two roles if they are missing and let the connected account take them (SET ROLE).

    Raises:
        InstallationError: the account may not create roles; the message carries the statements for an administrator.
    """
    me = str(connection.execute("SELECT current_user").fetchone()[0])  # type: ignore[index]
    missing = [r for r in ROLES if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [r]).fetchone()]
    try:
        for role in missing:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        for role in ROLES:
            if not connection.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [role]).fetchone()[0] or role in missing:  # type: ignore[index]
                connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(me)))
    except psycopg.errors.InsufficientPrivilege as error:
        statements = " ".join(f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO {me};" for role in ROLES)
        raise InstallationError(f"The account {me} may not create roles. Let an administrator run: {statements}") from error


def grant(connection: psycopg.Connection[tuple[object, ...]], *, append_only: Iterable[str]) -> None:
    """Give the application its rights on every table of the public schema; append-only tables can only grow."""
    app = sql.Identifier("yiwang_app")
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(app))
    for table in append_only:
        connection.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), app))
