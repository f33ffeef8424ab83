"""Questions to the theme tables: named SQL (`queries/named/*.sql`), answered as Arrow by the embedded engine or by Spark."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from yiwang.data.lake import engines, publishing
from yiwang.data.lake.errors import BadQuery, UnknownQuery, UnknownTable
from yiwang.data.lake.shapes import Shape


def tables(out: Path) -> list[dict[str, Any]]:
    """The manifests of the current theme tables, by name; the sources left out."""
    found = []
    for folder in sorted(path.parent for path in (out / "themes").glob("*/current.json")):
        if held := publishing.current(out, folder.name):
            found.append({name: value for name, value in held.manifest.items() if name != "sources"})
    return found


def queries() -> dict[str, str]:
    """The named queries: name → what it answers."""
    folder = files("yiwang.data.lake") / "queries" / "named"
    names = sorted(entry.name.removesuffix(".sql") for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return {name: _text(name).splitlines()[0].removeprefix("-- ") for name in names}


def query(name: str, *, out: Path, given: dict[str, object], engine: engines.Engine | None = None) -> pa.Table:
    """Answer a named query; `given` fills its `$words`."""
    if not re.fullmatch("[a-z_]+", name) or name not in queries():
        raise UnknownQuery(name=name, known="、".join(queries()))
    sql = _text(name)
    themes = {json.loads(path.read_text())["version"]: path.parent.name for path in (out / "themes").glob("*/current.json")}
    wanted = re.findall(r"\bFROM ([a-z_]+)", sql)
    with engine or engines.engine() as running:
        for theme in dict.fromkeys(wanted):
            held = publishing.current(out, theme)
            if held is None:
                raise UnknownTable(name=theme, known="、".join(sorted(themes.values())) or "无")
            running.view(theme, [held.data])
        return running.table(sql, given)


def history(shape: Shape, *, key: Mapping[str, str], out: Path) -> list[dict[str, Any]]:
    """Every version of one key, the newest first."""
    if set(key) != set(shape.key):
        raise BadQuery(name="history", cause=f"键由 {'、'.join(shape.key)} 组成")
    held = publishing.current(out, shape.theme)
    if held is None:
        raise UnknownTable(name=shape.theme, known="无")
    where = " AND ".join(f"{name} = ${name}" for name in shape.key)
    with engines.embedded() as running:
        running.view("theme", [held.data])
        found: list[dict[str, Any]] = running.table(f"SELECT * FROM theme WHERE {where} ORDER BY version DESC", dict(key)).to_pylist()  # noqa: S608
    return found


def current(shape: Shape, *, out: Path, columns: Sequence[str], most: int | None = None) -> pa.Table:
    """Columns of the rows that hold now, by key."""
    held = publishing.current(out, shape.theme)
    if held is None:
        raise UnknownTable(name=shape.theme, known="无")
    import pyarrow.parquet as parquet

    strange = set(columns) - set(parquet.read_schema(held.data).names)
    if strange:
        raise BadQuery(name="current", cause=f"没有列 {'、'.join(sorted(strange))}")
    limit = "" if most is None else f" LIMIT {int(most)}"
    chosen, keys = (", ".join(f'"{one}"' for one in names) for names in (columns, shape.key))
    with engines.embedded() as running:
        running.view("theme", [held.data])
        found: pa.Table = running.table(f"SELECT {chosen} FROM theme WHERE valid_to IS NULL ORDER BY {keys}{limit}", {})  # noqa: S608
    return found


def _text(name: str) -> str:
    return (files("yiwang.data.lake") / "queries" / "named" / f"{name}.sql").read_text(encoding="utf-8")
