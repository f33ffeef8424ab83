"""Exporting the matters in force; what is exported can be imported again without a change."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl

from yiwang.business.matters import comparing, queries, reading
from yiwang.business.matters.errors import UnreadableFile


def _records() -> list[dict[str, Any]]:
    return [
        {**reading.to_record(version), "version": version.version, "state": version.state}
        for version in queries.in_force(states=("in_use", "suspended"))
    ]


def _cell(value: Any) -> str:
    """A value in one cell; a text that a spreadsheet would take for a formula gets an apostrophe, which importing takes off."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "是" if value else "否"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _table(records: list[dict[str, Any]]) -> list[list[str]]:
    columns = [*comparing.LABELS, "version", "state"]
    return [columns, *([_cell(record.get(name)) for name in columns] for record in records)]


def export(format: str) -> bytes:
    """The matters in force (suspended ones too) as 'json', 'csv' (UTF-8 with mark, opens in spreadsheets) or 'xlsx'.

    Raises:
        UnreadableFile: another format.
    """
    records = _records()
    if format == "json":
        return json.dumps({"matters": records}, ensure_ascii=False, indent=1).encode()
    if format == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(_table(records))
        return text.getvalue().encode("utf-8-sig")
    if format == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("事项")
        for row in _table(records):
            sheet.append(row)
        data = io.BytesIO()
        book.save(data)
        return data.getvalue()
    raise UnreadableFile(cause=f"不支持导出“{format}”格式,请使用 json、csv 或 xlsx")
