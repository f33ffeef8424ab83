"""Tables from where they are: a file, a folder, a database, an API. Everything is read as text; types are judged afterwards."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from yiwang.standards.errors import InvalidInput, NotFound

MOST_ROWS, MOST_TABLES, MOST_BYTES = 100_000, 200, 200 * 1024 * 1024
ADDRESSES = ("postgresql", "postgres", "http", "https")
ENDINGS = (".csv", ".txt", ".xlsx", ".parquet", ".json")


class UnreadableSource(InvalidInput):
    """数据源无法读取。"""

    code = "unreadable_source"
    template = "“{source}”无法读取:{reason}。请核对后重试。"


def read(where: str, headers: Mapping[str, str] | None = None) -> tuple[dict[str, Any], list[str]]:
    """See the door."""
    if urlsplit(where).scheme in ADDRESSES:
        return read_address(where, headers=headers)
    path = Path(where)
    if not path.exists():
        raise NotFound(f"没有这个文件或文件夹:{where}。请检查路径。")
    files = sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file()) if path.is_dir() else [path]
    found: dict[str, Any] = {}
    problems = [f"表超过 {MOST_TABLES} 个,只看前 {MOST_TABLES} 个"] if len(files) > MOST_TABLES else []
    for file in files[:MOST_TABLES]:
        try:
            if file.stat().st_size > MOST_BYTES:
                raise UnreadableSource(source=file.name, reason=f"超过 {MOST_BYTES // 1024 // 1024} MB")
            found |= {
                name if name not in found else f"{file.parent.name}.{name}": table
                for name, table in read_bytes(file.name, file.read_bytes()).items()
            }
        except UnreadableSource as refused:
            problems.append(refused.message)
    return found, problems


def read_address(
    address: str, *, headers: Mapping[str, str] | None = None, rows: int = MOST_ROWS, tables: int = MOST_TABLES, seconds: int = 600
) -> tuple[dict[str, Any], list[str]]:
    """See the door."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        table = _from_api(address, headers or {}, seconds).slice(0, rows)
        return {parts.path.strip("/").rpartition("/")[2] or "api": table}, []
    if parts.scheme not in ADDRESSES:
        raise UnreadableSource(
            source=address.partition("?")[0][:100], reason=f"地址须以 {'、'.join(f'{one}://' for one in ADDRESSES)} 开头"
        )
    problems: list[str] = []
    return dict(_database(address, rows, tables, seconds, problems)), problems


def read_bytes(name: str, content: bytes) -> dict[str, Any]:
    """See the door."""
    stem, ending = Path(name).stem, Path(name).suffix.lower()
    if ending == ".xlsx":
        return {f"{stem}.{sheet}" if more else stem: table for sheet, table, more in _workbook(name, content)}
    if ending == ".parquet":
        import pyarrow
        from pyarrow import parquet

        try:
            return {stem: parquet.read_table(io.BytesIO(content)).slice(0, MOST_ROWS)}
        except (pyarrow.ArrowException, OSError) as error:
            raise UnreadableSource(source=name, reason="不是完整的 Parquet 文件") from error
    if ending == ".json":
        return {stem: _of_records(name, _json(name, content))}
    if ending in (".csv", ".txt"):
        return {stem: _csv(name, content)}
    raise UnreadableSource(source=name, reason=f"只能读取 {'、'.join(ENDINGS)}")


def _csv(name: str, content: bytes) -> Any:
    import csv

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise UnreadableSource(source=name, reason="既不是 UTF-8 也不是 GB18030 编码") from error
    head = text[: text.find("\n") if "\n" in text else len(text)]
    parted = max(",\t;|", key=head.count)
    try:
        rows = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=parted)
        return _table(name, next(rows, []), rows)
    except csv.Error as error:
        raise UnreadableSource(source=name, reason=f"CSV 格式不对({error})") from error


def _workbook(name: str, content: bytes) -> Iterator[tuple[str, Any, bool]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [(sheet.title, list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1))) for sheet in book.worksheets[:MOST_TABLES]]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableSource(source=name, reason="不是完整的 xlsx 工作簿") from error
    filled = [(title, rows) for title, rows in sheets if rows]
    for title, rows in filled:
        yield title, _table(name, rows[0], rows[1:]), len(filled) > 1


def _table(name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> Any:
    """A table of texts; a column without a heading gets its number, one given twice its number behind it."""
    import pyarrow

    names: list[str] = []
    for place, head in enumerate(heads):
        word = str(head if head is not None else "").strip()[:100] or f"column_{place + 1}"
        names.append(word if word not in names else f"{word}_{place + 1}")
    if not names:
        raise UnreadableSource(source=name, reason="没有表头")
    columns: list[list[str | None]] = [[] for _ in names]
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            break
        for place, column in enumerate(columns):
            value = row[place] if place < len(row) else None
            column.append(None if value in (None, "") else str(value))
    return pyarrow.table({word: pyarrow.array(column, pyarrow.string()) for word, column in zip(names, columns, strict=True)})


def _json(name: str, content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(source=name, reason="不是 UTF-8 编码的 JSON") from error


def _of_records(name: str, data: object) -> Any:
    """A table of the first list of objects found: at the top, or under data, rows, items, results, list, records."""
    for _ in range(4):
        if isinstance(data, list):
            break
        data = (
            next((data[key] for key in ("data", "rows", "items", "results", "list", "records", "result") if key in data), None)
            if isinstance(data, Mapping)
            else None
        )
    records = [one for one in data if isinstance(one, Mapping)] if isinstance(data, list) else []
    if not records:
        raise UnreadableSource(source=name, reason="没有找到由对象组成的列表")
    heads = list(dict.fromkeys(str(key) for one in records[:1000] for key in one))
    return _table(name, heads, ([_said(one.get(head)) for head in heads] for one in records))


def _said(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


class _Straight(HTTPRedirectHandler):
    """An address that sends us elsewhere is not followed: who checked the address did not check the other."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def _from_api(where: str, headers: Mapping[str, str], seconds: int) -> Any:
    said = where.partition("?")[0]
    try:
        request = Request(where, headers={"Accept": "application/json", **headers})  # noqa: S310 (only http and https come here)
        with build_opener(_Straight).open(request, timeout=min(seconds, 30)) as answer:
            content = answer.read(MOST_BYTES)
    except (URLError, OSError, ValueError) as error:
        raise UnreadableSource(source=said, reason="接口没有回答,或转到了别的地址") from error
    return _of_records(said, _json(said, content))


def _database(where: str, most: int, tables: int, seconds: int, problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The tables of a PostgreSQL database that the address may read, at most so many rows of each, in one read-only transaction.

    A table that does not answer in the time left is told in ``problems``, and so is what lies beyond the limits.
    """
    import psycopg
    from psycopg import sql

    until = time.monotonic() + seconds
    try:
        with psycopg.connect(where, connect_timeout=10) as connection:
            connection.read_only = True
            listed = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT %s",
                [tables + 1],
            ).fetchall()
            if len(listed) > tables:
                problems.append(f"表超过 {tables} 个,只看前 {tables} 个")
            for schema, name in listed[:tables]:
                said = name if schema == "public" else f"{schema}.{name}"
                left = max(int((until - time.monotonic()) * 1000), 1)
                try:
                    with connection.transaction():
                        connection.execute("SELECT set_config('statement_timeout', %s, true)", [str(left)])
                        rows = connection.execute(sql.SQL("SELECT * FROM {} LIMIT {}").format(sql.Identifier(schema, name), most))
                        heads = [one.name for one in rows.description or ()]
                        table = _table(name, heads, ([_said(one) for one in row] for row in rows)) if heads else None
                except (psycopg.errors.QueryCanceled, psycopg.errors.InsufficientPrivilege):
                    problems.append(f"表“{said}”没有权限读取,或在规定时间内没有读完")
                    continue
                if table is not None:
                    yield said, table
    except psycopg.Error as error:
        raise UnreadableSource(source=urlsplit(where).hostname or "数据库", reason="连接或读取数据库失败") from error
