"""A MySQL or MariaDB table → one Parquet file in the landing folder, streamed by a server-side cursor with the types of its columns.

Numbers land as numbers (unsigned ones too, tinyint(1) as a number: the server does not hold it to 0 and 1). Days and times land as text,
because MySQL keeps days that do not exist: 0000-00-00 says nothing and is null, 2003-05-00 goes on and is quarantined by the lake. Bytes
land in hexadecimal. Everything is read in one snapshot; a connection that breaks is tried again from the beginning, so that a file is
never made of two moments.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from yiwang.data.lake.errors import SourceFailed

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMES: Final = ("mysql", "mariadb")
ROWS: Final = 20_000  # held at a time
TRIES: Final = 3
_LOST: Final = (2006, 2013, 2055, 1053, 1317, 1927)  # gone away, lost while asking, shut down, interrupted, killed
_NUMBERS: Final = {"tinyint": 8, "smallint": 16, "mediumint": 32, "int": 32, "bigint": 64}
_DAYS: Final = ("date", "datetime", "timestamp")
_BYTES: Final = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry")
_SECURE: Final = ("required", "verify")  # encrypted; encrypted by a host whose certificate is right


def land(address: str, table: str, path: Path, *, changed: str, last: str | None) -> tuple[bool, str | None]:
    """Read a table (`name` or `database.name`) into a Parquet file at `path`; with `changed`, the rows whose value there is ≥ `last`.

    Returns (whether there was anything new, the highest value of `changed`). The file is there whole or not at all. Raises SourceFailed.
    """
    import pymysql

    for attempt in range(1, TRIES + 1):
        try:
            return _landed(address, table, path, changed, last)
        except (pymysql.MySQLError, OSError) as error:
            path.with_suffix(".new").unlink(missing_ok=True)
            if attempt == TRIES or not error.args or error.args[0] not in _LOST:
                raise SourceFailed(source=table, cause=_said(error)) from error
    raise AssertionError("unreachable")


def columns(address: str, table: str, *, patience: int) -> list[str]:
    """The names of a table's columns, asked within so many seconds. Raises SourceFailed."""
    import pymysql

    try:
        with _connected(address, patience=patience, silence=patience) as link:
            return [name for name, _, _ in _declared(link, table)]
    except (pymysql.MySQLError, OSError) as error:
        raise SourceFailed(source=table, cause=_said(error)) from error


def _landed(address: str, table: str, path: Path, changed: str, last: str | None) -> tuple[bool, str | None]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _connected(address) as link:
        fields = _declared(link, table)
        if changed and changed not in {name for name, _, _ in fields}:
            raise SourceFailed(source=table, cause=f"表里没有列 {changed}")
        where, given, high = "", tuple[Any, ...](), None
        with link.cursor() as cursor:
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            if changed:
                cursor.execute(f"SELECT max({_quoted(changed)}) FROM {_quoted(table, parts=True)}")  # noqa: S608 (quoted identifiers)
                high = cursor.fetchone()[0]
                if high is None or high == last:
                    return False, last
                if last is not None:
                    kind = next(declared for name, declared, _ in fields if name == changed)
                    exact = int if pa.types.is_integer(kind) else Decimal if pa.types.is_decimal(kind) else str
                    where, given = f" WHERE {_quoted(changed)} >= %s", (exact(last),)
        names = ", ".join(_quoted(name) for name, _, _ in fields)
        schema = pa.schema([(name, declared) for name, declared, _ in fields])
        new = path.with_suffix(".new")
        with _streaming(link) as cursor, pq.ParquetWriter(new, schema, compression="zstd", compression_level=1) as file:
            cursor.execute(f"SELECT {names} FROM {_quoted(table, parts=True)}{where}", given)  # noqa: S608 (quoted identifiers, values apart)
            while rows := cursor.fetchmany(ROWS):
                read = [
                    _typed(values, declared, reading)
                    for values, (_, declared, reading) in zip(zip(*rows, strict=True), fields, strict=True)
                ]
                file.write_batch(pa.record_batch(read, schema=schema))
    new.rename(path)
    return True, high


@contextmanager
def _connected(address: str, *, patience: int = 10, silence: int = 600) -> Iterator[Any]:
    import pymysql
    from pymysql import converters

    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    mode = options.pop("ssl", "")
    if options or (mode and mode not in _SECURE):
        raise SourceFailed(source=parts.hostname or "", cause=f"地址里只能带 ssl={'、'.join(_SECURE)}")
    link = pymysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or "").encode(),
        database=parts.path.strip("/") or None,
        charset="utf8mb4",
        connect_timeout=patience,
        read_timeout=silence,
        # every value comes as the server wrote it: no day is bent into one that exists, no number rounded
        conv={kind: how for kind, how in converters.encoders.items() if isinstance(kind, type)},
        ssl=_secured(mode),
        init_command="SET SESSION time_zone = '+08:00', SESSION net_write_timeout = 600",
    )
    try:
        yield link
    finally:
        link.close()


@contextmanager
def _streaming(link: Any) -> Iterator[Any]:
    """A cursor whose rows stay with the server until they are asked for."""
    from pymysql.cursors import SSCursor

    cursor = link.cursor(SSCursor)
    try:
        yield cursor
    except BaseException:
        # the client would read what is left, which a broken stream has not and nobody wants: the connection is closed with it
        if cursor._result is not None:
            cursor._result.unbuffered_active = False
        cursor.connection = None
        raise
    cursor.close()


def _secured(mode: str) -> ssl.SSLContext | None:
    if not mode:
        return None
    context = ssl.create_default_context()
    if mode != "verify":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _declared(link: Any, table: str) -> list[tuple[str, pa.DataType, Callable[[Any], Any] | None]]:
    """Each column: its name, the type it lands as, and how a value is read before that, if it must be."""
    database, _, name = table.rpartition(".")
    with link.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, lower(data_type), lower(column_type), numeric_precision, numeric_scale FROM information_schema.columns"
            " WHERE table_schema = coalesce(nullif(%s, ''), database()) AND table_name = %s ORDER BY ordinal_position",
            (database, name),
        )
        found = [(row[0], *_landing(*row[1:])) for row in cursor.fetchall()]
    if not found:
        raise SourceFailed(source=table, cause="没有这张表,或者没有读它的权限")
    return found


def _landing(kind: str, declared: str, precision: str | None, scale: str | None) -> tuple[pa.DataType, Callable[[Any], Any] | None]:
    import pyarrow as pa

    unsigned = "unsigned" in declared or "zerofill" in declared
    if kind in _NUMBERS:
        return pa.type_for_alias(f"{'u' if unsigned else ''}int{_NUMBERS[kind]}"), None
    if kind == "decimal":
        wide = pa.decimal128 if int(precision or 10) <= 38 else pa.decimal256
        return wide(int(precision or 10), int(scale or 0)), None
    if kind in ("float", "double"):
        return pa.float64(), None
    if kind == "year":
        return pa.int16(), None
    if kind == "bit":
        return pa.uint64(), lambda value: str(int.from_bytes(value, "big"))
    if kind in _BYTES:
        return pa.string(), bytes.hex
    return pa.string(), _day if kind in _DAYS else None


def _day(text: str) -> str | None:
    return None if text.startswith("0000-00-00") else text


def _typed(values: tuple[Any, ...], declared: pa.DataType, reading: Callable[[Any], Any] | None) -> pa.Array:
    import pyarrow as pa

    if reading:
        values = tuple(None if value is None else reading(value) for value in values)
    column = pa.array([value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value for value in values], pa.string())
    return column if declared == pa.string() else column.cast(declared)


def _quoted(name: str, *, parts: bool = False) -> str:
    return ".".join(f"`{one.replace('`', '``')}`" for one in (name.split(".") if parts else [name]))


def _said(error: BaseException) -> str:
    text = str(error.args[-1]) if error.args else ""
    return re.sub(r"\s+", " ", text)[:200] or type(error).__name__
