"""Writing results into the registers through the write-only functions, in the caller's own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import DatabaseError, connection, transaction
from psycopg import errors as pg

from yiwang.base.clock import api as clock
from yiwang.base.ids.api import new_id
from yiwang.data.registers import definitions
from yiwang.data.registers.values import AlreadyRegistered, Key, NoSuchRegister, NoSuchRow, NumbersExhausted, Register, Value, Written
from yiwang.standards.errors import InvalidInput, YiwangError
from yiwang.standards.subjects import Subject

# SQLSTATEs of our own functions, and of PostgreSQL where a value does not fit its column.
_RAISED: dict[str, type[YiwangError]] = {
    "YW001": NoSuchRow,
    "YW002": AlreadyRegistered,
    "YW003": NumbersExhausted,
    "YW004": NoSuchRegister,
}
_UNFIT = (pg.DataError, pg.IntegrityError, pg.UndefinedColumn)


def write(name: str, key: Subject | Key, *, values: Mapping[str, Value], source: str, origin: str) -> Written:
    """Write one row; see the door."""
    register = definitions.get(name)
    if name == "person" and isinstance(key, Key) and key.kind == "birth":
        return _newborn(key.value, values, source, origin)
    primary, changes = _locate(register, key, values)
    with _understood(register), connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_version, created FROM registers_door.write_row(%s, %s, %s, %s::jsonb, %s, %s, %s)",
            [name, register.key_column, primary, json.dumps(changes), source, origin, clock.now()],
        )
        version, created = cursor.fetchone()
    return Written(name, primary, version, created)


def _newborn(record: str, values: Mapping[str, Value], source: str, origin: str) -> Written:
    with _understood(definitions.get("person")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number, row_version, created FROM registers_door.register_newborn(%s, %s::jsonb, %s, %s, %s)",
            [record, json.dumps(dict(values)), source, origin, clock.now()],
        )
        number, version, created = cursor.fetchone()
    return Written("person", number, version, created)


def _locate(register: Register, key: Subject | Key, values: Mapping[str, Value]) -> tuple[str, dict[str, Value]]:
    """The primary key of the row to write and the columns to set."""
    changes = dict(values)
    kind, value = (key.kind, key.key) if isinstance(key, Subject) else (key.kind, key.value)
    lookup = register.lookup(kind)
    if lookup is None and kind == "birth":  # a register of persons, for the child of a birth
        kind, value = "person", _child(value)
        lookup = register.lookup(kind)
    if lookup is None:
        raise InvalidInput(f"登记册「{register.title}」不能按「{kind}」写入。", register=register.name, kind=kind)
    if lookup.column == register.key_column:
        return value, changes
    given = changes.pop(register.key_column, None)
    if lookup.source == register.name:
        changes.setdefault(lookup.column, value)
    if given:
        return str(given), changes
    return _row_of(register, lookup.source, lookup.column, value) or f"{register.name[:2].upper()}{new_id().hex.upper()}", changes


def _child(record: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registers_door.child_of(%s)", [record])
        number = cursor.fetchone()[0]
    if not number:
        raise NoSuchRow("该新生儿尚未登记户口,还没有身份号码,请先办理户口登记。", record_no=record)
    return str(number)


def _row_of(register: Register, source: str, column: str, value: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registers_door.key_of(%s, %s, %s, %s)", [source, register.key_column, column, value])
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def assign_id_number(division: str, *, birth_date: date, sex: str) -> str:
    """A fresh identity number; see the door."""
    with _understood(definitions.get("person")), connection.cursor() as cursor:
        cursor.execute("SELECT registers_door.assign_id_number(%s, %s, %s)", [division[:6], birth_date, sex])
        return str(cursor.fetchone()[0])


@contextmanager
def _understood(register: Register) -> Iterator[None]:
    """A savepoint, so that a refusal leaves the caller's transaction usable; refusals in our own words."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        cause = error.__cause__
        state = getattr(cause, "sqlstate", "") or ""
        if state == "YW005":
            raise InvalidInput("新生儿户口登记缺少户号或户籍地区划,请补充。", register=register.name) from error
        if state in _RAISED:
            raise _RAISED[state](register=register.name) from error
        if isinstance(cause, _UNFIT):
            raise InvalidInput(
                f"写入「{register.title}」的内容与该登记册的栏目不符,请核对事项的结果回写配置。",
                register=register.name,
                cause=str(cause).split("\n")[0],
            ) from error
        raise
