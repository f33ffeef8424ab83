"""Writing results into the registers through the write-only functions, in the caller's own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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
_RAISED: dict[str, tuple[type[YiwangError], str]] = {
    "YW001": (NoSuchRow, ""),
    "YW002": (AlreadyRegistered, ""),
    "YW003": (NumbersExhausted, ""),
    "YW004": (NoSuchRegister, ""),
    "YW005": (InvalidInput, "新生儿户口登记缺少户号或户籍地区划,请补充。"),
    "YW006": (InvalidInput, "没有要写入登记册的内容,或写入了由登记册自行管理的栏目,请核对事项的结果回写配置。"),
    "YW007": (NoSuchRow, "该新生儿尚未登记户口,还没有身份号码,请先办理户口登记。"),
}
_UNFIT = (pg.DataError, pg.IntegrityError, pg.UndefinedColumn)


def write(name: str, key: Subject | Key, *, values: Mapping[str, Value], source: str, origin: str) -> Written:
    """Write one row; see the door."""
    register = definitions.get(name)
    if name == "person" and isinstance(key, Key) and key.kind == "birth":
        return _newborn(key.value, values, source, origin)
    way = _way(register, key, values)
    with _understood(register), connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_key, row_version, created FROM registers_door.write_row(%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)",
            [
                name,
                way.given,
                way.record,
                way.source,
                way.column,
                way.value,
                way.fresh,
                json.dumps(way.changes),
                source,
                origin,
                clock.now(),
            ],
        )
        primary, version, created = cursor.fetchone()
    return Written(name, primary, version, created)


@dataclass(frozen=True, slots=True)
class _Way:
    """How the row is found: a given key, or a column of a table or view; ``record`` stands for the child of a birth."""

    given: str | None
    record: str | None
    source: str
    column: str
    value: str | None
    fresh: str
    changes: dict[str, Value]

    @property
    def named(self) -> list[str | None]:
        """The arguments of the function that name the row, in its order."""
        return [self.given, self.record, self.source, self.column, self.value, self.fresh]


def _way(register: Register, key: Subject | Key, values: Mapping[str, Value]) -> _Way:
    changes = dict(values)
    kind, value = (key.kind, key.key) if isinstance(key, Subject) else (key.kind, key.value)
    lookup = register.lookup(kind)
    record = None
    if lookup is None and kind == "birth":
        lookup, record = register.lookup("person"), value
    if lookup is None:
        raise InvalidInput(f"登记册「{register.title}」不能按「{kind}」写入。", register=register.name, kind=kind)
    # a key among the values names the row, unless it is what the row is found by
    given = str(changes.pop(register.key_column)) if lookup.column != register.key_column and changes.get(register.key_column) else None
    fresh = f"{register.name[:2].upper()}{new_id().hex.upper()}"
    return _Way(given, record, lookup.source, lookup.column, None if record else value, fresh, changes)


def _newborn(record: str, values: Mapping[str, Value], source: str, origin: str) -> Written:
    with _understood(definitions.get("person")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number, row_version, created FROM registers_door.register_newborn(%s, %s::jsonb, %s, %s, %s)",
            [record, json.dumps(dict(values)), source, origin, clock.now()],
        )
        number, version, created = cursor.fetchone()
    return Written("person", number, version, created)


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
        if state in _RAISED:
            kind, message = _RAISED[state]
            raise kind(message, register=register.name) from error
        if isinstance(cause, _UNFIT):
            raise InvalidInput(
                f"写入「{register.title}」的内容与该登记册的栏目不符,请核对事项的结果回写配置。",
                register=register.name,
                cause=str(cause).split("\n")[0],
            ) from error
        raise
