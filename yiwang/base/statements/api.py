"""The door of statements: run a statement prepared on Django's own connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any, Final

import psycopg
from django.db import connections

__all__ = ["insert", "run"]

_FEW: Final = 16  # up to so many rows are bound value by value; beyond, column by column


def run(
    statement: str, params: Sequence[Any] | Mapping[str, Any] = (), *, alias: str = "default", prepare: bool = True
) -> list[tuple[Any, ...]]:
    """Run one statement in the current transaction and return its rows ([] if it has none).

    Args:
        statement: constant text with ``%s`` or ``%(name)s``; every parameter's type must follow from the text (write casts).
        params: its values; bound by the server, never pasted into the text.
        alias: whose connection.
        prepare: False for a text that differs from call to call.

    Raises:
        django.db.DatabaseError: as Django's own cursor does.
    """
    with _raw(alias, psycopg.Cursor) as cursor:
        cursor.execute(statement, params, prepare=prepare)
        told = cursor.pgresult  # not ``description``, which describes every column
        return cursor.fetchall() if told and told.status == psycopg.pq.ExecStatus.TUPLES_OK else []


_own = threading.local()  # of a thread: alias → (connection of the driver, its cursors)


@contextmanager
def _raw(alias: str, kind: type[psycopg.Cursor[Any]]) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of the driver on Django's connection, with Django's own checks and errors around it; made once a connection."""
    connection = connections[alias]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    of, cursors = _own.__dict__.get(alias, (None, {}))
    if of is not connection.connection:
        cursors = dict[type[psycopg.Cursor[Any]], psycopg.Cursor[Any]]()
        _own.__dict__[alias] = (connection.connection, cursors)
    cursor = cursors.get(kind)
    if cursor is None:
        cursor = cursors[kind] = kind(connection.connection)
    with connection.wrap_database_errors:
        yield cursor


def insert(table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows with one statement (with an array column one for every sixteen rows).

    Args:
        table: its name, a constant.
        columns: column name → SQL type , constants.
        rows: the values in the order of ``columns``.

    Raises:
        django.db.DatabaseError: as Django's own cursor does.
    """
    names, types = tuple(columns), tuple(columns.values())
    if len(rows) > _FEW and not any(kind.endswith("[]") for kind in types):
        run(_by_column(table, names, types), [list(column) for column in zip(*rows, strict=True)])
        return
    for start in range(0, len(rows), _FEW):
        few = rows[start : start + _FEW]
        with _raw("default", psycopg.RawCursor) as cursor:
            cursor.execute(_by_value(table, names, types, len(few)), list(chain.from_iterable(few)), prepare=True)


@cache
def _by_value(table: str, names: tuple[str, ...], types: tuple[str, ...], count: int) -> str:
    width = len(types)
    tuples = (", ".join(f"${row * width + place}::{kind}" for place, kind in enumerate(types, 1)) for row in range(count))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join(f'({one})' for one in tuples)}"  # noqa: S608 - constants of the caller


@cache
def _by_column(table: str, names: tuple[str, ...], types: tuple[str, ...]) -> str:
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM unnest({arrays})"  # noqa: S608 - constants of the caller
