"""What a source would give, without taking anything: its columns and the field that each of them feeds. No value leaves the source."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from yiwang.data.lake import fetching, mysql
from yiwang.data.lake.errors import SourceFailed
from yiwang.data.lake.shapes import Shape

PATIENCE: Final = 5  # seconds


def probe(address: str, shape: Shape, *, what: str, headers: dict[str, str]) -> dict[str, Any]:
    """`{columns: [{name, field}], missing: [field, …], waiting: messages or None}`; field '' where a column feeds none. SourceFailed."""
    kind = address.partition("://")[0]
    if kind == "nats":
        return {"columns": [], "missing": [], "waiting": asyncio.run(_waiting(address, what))}
    if kind in mysql.SCHEMES:
        names = mysql.columns(address, what, patience=PATIENCE)
    else:
        names = _of_table(address, what) if kind in ("postgresql", "postgres") else _of_page(address, what or "items", headers)
    columns = [{"name": name, "field": one.name if (one := shape.field_of(name)) else ""} for name in names]
    known = {column["field"] for column in columns}
    return {"columns": columns, "missing": [one.name for one in shape.fields if one.name not in known], "waiting": None}


def _of_table(address: str, table: str) -> list[str]:
    import psycopg
    from psycopg import sql

    try:
        with psycopg.connect(address, connect_timeout=PATIENCE, options="-c statement_timeout=5000") as link:
            link.read_only = True
            found = link.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(*table.split("."))))
            return [column.name for column in found.description or ()]
    except psycopg.Error as error:
        raise SourceFailed(source=table, cause=(str(error).strip() or type(error).__name__).splitlines()[0]) from error


def _of_page(address: str, items: str, headers: dict[str, str]) -> list[str]:
    rows = fetching.first_page(address, items=items, headers=headers, patience=PATIENCE)
    return list(dict.fromkeys(str(name) for row in rows[:50] if isinstance(row, dict) for name in row))


async def _waiting(address: str, stream: str) -> int:
    import nats
    from nats.errors import Error, NoServersError

    try:
        link = await nats.connect(address, connect_timeout=PATIENCE, max_reconnect_attempts=1, allow_reconnect=False, error_cb=_silent)
    except (OSError, Error, NoServersError) as error:
        raise SourceFailed(source=stream, cause=f"连不上消息服务({error})") from error
    try:
        info = await link.jetstream(timeout=PATIENCE).stream_info(stream)
    except Error as error:
        raise SourceFailed(source=stream, cause=str(error) or type(error).__name__) from error
    finally:
        await link.close()
    return int(info.state.messages)


async def _silent(error: Exception) -> None:
    """The caller hears of failures by SourceFailed."""
