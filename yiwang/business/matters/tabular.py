"""Files of matters as rows: JSON, CSV (UTF-8 or GB 18030) and xlsx, with clear refusals of what is no such file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from yiwang.business.matters.errors import UnreadableFile

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
_MAX_UNPACKED = 200 * 1024 * 1024
_LONGEST_CELL = 200_000
EXCESS = "_excess"  # cells of a row beyond its header

Row = dict[str, Any]


def rows(data: bytes, *, format: str) -> list[tuple[int, Row]]:
    """(line number, row) of a file; the header is line 1.

    Raises:
        UnreadableFile: empty, too large, unknown format, wrong encoding, broken file, no rows, doubled columns.
    """
    if not data.strip():
        raise UnreadableFile(cause="文件是空的,请选择有内容的文件")
    if len(data) > MAX_BYTES:
        raise UnreadableFile(cause=f"文件有 {len(data) / 1048576:.0f} MB,超过 {MAX_BYTES // 1048576} MB 的上限,请拆分后分批导入")
    reader = {"json": _json, "csv": _csv, "xlsx": _xlsx}.get(format.lower())
    if reader is None:
        raise UnreadableFile(cause=f"不支持“{format}”格式,请使用 json、csv 或 xlsx")
    found = []
    for number, row in reader(data):
        found.append((number, row))
        if len(found) > MAX_ROWS:
            raise UnreadableFile(cause=f"文件超过 {MAX_ROWS} 行,请拆分后分批导入")
    if not found:
        raise UnreadableFile(cause="只有表头没有数据行")
    return found


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadableFile(cause="文字编码无法识别(支持 UTF-8、GB 18030/GBK 和带标记的 UTF-16),或者它不是文本文件,请另存为 UTF-8 后重试")


def _json(data: bytes) -> Iterator[tuple[int, Row]]:
    try:
        found = json.loads(_decoded(data))
    except json.JSONDecodeError as error:
        raise UnreadableFile(cause=f"JSON 第 {error.lineno} 行第 {error.colno} 列有语法错误") from None
    except RecursionError:
        raise UnreadableFile(cause="JSON 嵌套过深") from None
    listed = found.get("matters") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise UnreadableFile(cause='JSON 应是事项的列表,或者 {"matters": [...]}')
    for number, row in enumerate(listed, 1):
        yield number, row if isinstance(row, dict) else {EXCESS: [row]}


def _header(cells: list[Any]) -> list[str]:
    header = [str(cell or "").strip() for cell in cells]
    named = [name for name in header if name]
    doubled = sorted({name for name in named if named.count(name) > 1})
    if doubled:
        raise UnreadableFile(cause=f"表头有重复的列:{'、'.join(doubled)}")
    return header


def _row(header: list[str], cells: list[Any]) -> Row:
    row: Row = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell not in ("", None)}
    excess = [cell for cell in cells[len(header) :] if cell not in ("", None)]
    nameless = [cell for name, cell in zip(header, cells, strict=False) if not name and cell not in ("", None)]
    return {**row, EXCESS: nameless + excess} if nameless or excess else row


def _csv(data: bytes) -> Iterator[tuple[int, Row]]:
    text = _decoded(data)
    csv.field_size_limit(_LONGEST_CELL)
    first = text.splitlines()[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(list(cells))
                continue
            yield reader.line_num, _row(header, list(cells))
    except csv.Error as error:
        raise UnreadableFile(cause=f"CSV 第 {reader.line_num} 行格式错误({error}),请检查引号和分隔符") from None


def _xlsx(data: bytes) -> Iterator[tuple[int, Row]]:
    try:
        unpacked = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
        if unpacked > _MAX_UNPACKED:
            raise UnreadableFile(cause="工作簿解压后过大,请拆分后分批导入")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        header: list[str] | None = None
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            texts = ["" if cell is None else str(cell).strip() if not isinstance(cell, bool) else cell for cell in cells]
            if not any(cell != "" for cell in texts):
                continue
            if header is None:
                header = _header(texts)
                continue
            yield number, _row(header, texts)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise UnreadableFile(cause=f"不是有效的 xlsx 工作簿({type(error).__name__}),请用表格软件另存为 xlsx 后重试") from None
