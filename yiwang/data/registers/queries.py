"""Reading the registers, through their own connection and role."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import psycopg
from django.db import OperationalError, connections

from yiwang.data.registers import definitions
from yiwang.data.registers.values import (
    Answer,
    Ask,
    Key,
    NoSuchRow,
    Register,
    RegisterState,
    RegistersUnavailable,
    Related,
    Row,
    Version,
)
from yiwang.standards.subjects import Subject

ALIAS = "registers"
_SHARED = ("version", "updated_at", "origin", "source")
_log = logging.getLogger(__name__)


@contextmanager
def cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor whose statements the server keeps prepared: the hot readings come with few different texts.

    Raises:
        RegistersUnavailable: the server does not answer, or the role is missing.
    """
    connection = connections[ALIAS]
    try:
        with connection.cursor():  # Django's own checks: health of the connection, aliases a test may use
            raw = connection.connection
        raw.prepare_threshold = 1
        with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor_:
            yield cursor_
    except OperationalError as error:
        _log.warning("registers do not answer: %s", error)
        raise RegistersUnavailable() from error


def read(asks: Sequence[Ask]) -> Answer:
    """Rows for several registers in one round trip."""
    shapes = tuple((ask.register, ask.kind, ask.columns) for ask in asks)
    names = sorted({ask.register for ask in asks})
    with cursor() as cursor_:
        found = cursor_.execute(_statement(shapes), [names, *(list(ask.keys) for ask in asks)]).fetchall()
    states: dict[str, RegisterState] = {}
    rows: dict[tuple[str, str, str], Row] = {}
    for place, key, version, at, values, about in found:
        if place < 0:
            states[key] = RegisterState(key, version == 1, at, about[0])
            continue
        ask = asks[place]
        here = (ask.register, ask.kind, key)
        before = rows.get(here)
        values = json.loads(values) if isinstance(values, str) else values
        row = Row(
            ask.register,
            key,
            version,
            at,
            dict(zip(ask.columns, values, strict=True)),
            tuple(one for one in about if one),
            before.matches + 1 if before else 1,
        )
        rows[here] = row if before is None or row.updated_at >= before.updated_at else _counted(before)
    return Answer({here: row for here, row in rows.items() if states[here[0]].available}, states)


def _counted(row: Row) -> Row:
    return Row(row.register, row.key, row.version, row.updated_at, row.values, row.about, row.matches + 1)


def sweep(
    name: str, *, columns: Sequence[str], after: str, limit: int, keys: Sequence[str] | None, by: str
) -> list[tuple[str, str, int, tuple[Any, ...], tuple[str, ...]]]:
    """The next ``limit`` rows after a key, or all rows of ``keys``; see the door. Names come from our own definitions."""
    register = definitions.get(name)
    with cursor() as cursor_:
        _refreshed(cursor_, register)
        if keys is None:
            key = register.key_column
            shown = ", ".join([key, key, "version", *columns, *register.about])
            statement = f"SELECT {shown} FROM registers.{name} WHERE {key} > %s ORDER BY {key} LIMIT %s"  # noqa: S608
            found = cursor_.execute(statement, [after, limit]).fetchall()
        else:
            lookup = register.lookup(by)
            if lookup is None:
                raise NoSuchRow(f"登记册「{register.title}」不能按「{by}」查询。", register=name, kind=by)
            shown = ", ".join([register.key_column, lookup.column, "version", *columns, *register.about])
            statement = f"SELECT {shown} FROM registers.{lookup.source} WHERE {lookup.column} = ANY(%s) ORDER BY 1"  # noqa: S608
            found = cursor_.execute(statement, [list(keys)]).fetchall()
    end = 3 + len(columns)
    return [
        (str(row[0]), str(row[1]), row[2], tuple(_plain(value) for value in row[3:end]), tuple(one for one in row[end:] if one))
        for row in found
    ]


def size(name: str) -> int:
    """How many rows a register has; see the door."""
    register = definitions.get(name)
    with cursor() as cursor_:
        found = cursor_.execute(f"SELECT count(*) FROM registers.{register.name}").fetchone()  # noqa: S608 (a name of our own definitions)
    return int(found[0]) if found else 0


def _refreshed(cursor_: psycopg.Cursor[Any], register: Register) -> datetime:
    """When the register was last loaded; RegistersUnavailable while it is switched off."""
    state = cursor_.execute(
        "SELECT available, reason, refreshed_at FROM registers.register_state WHERE register = %s", [register.name]
    ).fetchone()
    if state is None or not state[0]:
        why = state[1] if state else ""
        raise RegistersUnavailable(f"「{register.title}」暂时无法访问:{why or '来源已停用'}。请稍后重试。", register=register.name)
    at: datetime = state[2]
    return at


def changed(name: str, *, since: datetime, by: str, limit: int) -> tuple[list[str], datetime]:
    """Keys of rows written after a moment, and when the register was last loaded; see the door."""
    register = definitions.get(name)
    lookup = register.lookup(by)
    if lookup is None:
        raise NoSuchRow(f"登记册「{register.title}」不能按「{by}」查询。", register=name, kind=by)
    with cursor() as cursor_:
        at = _refreshed(cursor_, register)
        statement = f"SELECT {lookup.column} FROM registers.{lookup.source} WHERE updated_at > %s ORDER BY updated_at LIMIT %s"  # noqa: S608
        found = cursor_.execute(statement, [since, limit]).fetchall()
    return list(dict.fromkeys(str(row[0]) for row in found)), at


def _plain(value: Any) -> Any:
    """A column's value in the JSON types that readings give."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@lru_cache(maxsize=512)
def _statement(shapes: tuple[tuple[str, str, tuple[str, ...]], ...]) -> str:
    """One statement for all registers of a reading; names come from our own definitions, never from outside."""
    states = "SELECT -1 AS place, register AS key, available::int AS version, refreshed_at AS at, NULL::json AS row, ARRAY[reason] AS about"
    parts = [f"{states} FROM registers.register_state WHERE register = ANY(%s)"]
    for place, (name, kind, columns) in enumerate(shapes):
        register = definitions.get(name)
        lookup = register.lookup(kind)
        if lookup is None:
            raise NoSuchRow(f"登记册「{register.title}」不能按「{kind}」查询。", register=name, kind=kind)
        about = ", ".join(register.about) or "NULL::text"
        parts.append(
            f"SELECT {place}, {lookup.column}, version, updated_at, json_build_array({', '.join(columns)}), ARRAY[{about}]"  # noqa: S608
            f" FROM registers.{lookup.source} WHERE {lookup.column} = ANY(%s)"
        )
    return " UNION ALL ".join(parts)


def related(subjects: Sequence[Subject], kinds: Sequence[str]) -> list[Related]:
    """Records of the subjects, from the relation view."""
    by_key = {subject.key: subject for subject in subjects}
    sql = "SELECT subject, relation, kind, value, label FROM registers.relation WHERE subject = ANY(%s)"
    arguments: list[object] = [list(by_key)]
    if kinds:
        sql += " AND kind = ANY(%s)"
        arguments.append(list(kinds))
    with cursor() as cursor_:
        found = cursor_.execute(sql, arguments).fetchall()
    return [Related(by_key[subject], relation, as_key(kind, value), label or "") for subject, relation, kind, value, label in found]


def as_key(kind: str, value: str) -> Subject | Key:
    """The subject or record that a kind and a value name."""
    return Subject(kind, value) if kind in ("person", "company") else Key(kind, value)  # type: ignore[arg-type]


def history(name: str, key: str) -> list[Version]:
    """Every version of a row, newest first."""
    register = definitions.get(name)
    with cursor() as cursor_:
        present = cursor_.execute(
            f"SELECT to_jsonb(t), NULL::timestamptz FROM registers.{register.name} t WHERE {register.key_column} = %s",  # noqa: S608
            [key],
        ).fetchall()
        old = cursor_.execute(
            'SELECT "values", replaced_at FROM registers.history WHERE register = %s AND key = %s ORDER BY version DESC', [name, key]
        ).fetchall()
    return [_version(row, replaced_at) for row, replaced_at in present + old]


def _version(row: Any, replaced_at: datetime | None) -> Version:
    values = json.loads(row) if isinstance(row, str) else row
    return Version(
        version=values["version"],
        values={column: value for column, value in values.items() if column not in _SHARED},
        origin=values["origin"],
        source=values["source"],
        updated_at=datetime.fromisoformat(values["updated_at"]),
        replaced_at=replaced_at,
    )


def set_available(name: str, available: bool, reason: str) -> None:
    """Switch a register off or on."""
    definitions.get(name)
    with cursor() as cursor_:
        cursor_.execute("UPDATE registers.register_state SET available = %s, reason = %s WHERE register = %s", [available, reason, name])
