"""Files of other kinds → one CSV of text, so that one reader counts the rows of all: xlsx, JSON, JSON lines, Parquet."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

if TYPE_CHECKING:
    import pyarrow as pa

SHEET, KEYED = "sheet.csv", "keyed.csv"  # the CSV of a workbook; of what names its columns itself
TEXTS: Final = (".csv", ".tsv", ".txt")
# What opening a file of another kind may raise when it is none: a workbook that is no archive, JSON that is no JSON, …
UNREADABLE: Final = (ValueError, KeyError, OSError, EOFError, BadZipFile)
OTHERS: Final = (".xlsx", ".json", ".jsonl", ".ndjson", ".parquet")


def as_text(path: Path, folder: Path) -> Path:
    """The file itself, or its CSV in `folder` where it is of another kind."""
    kind = path.suffix.lower()
    if kind not in OTHERS:
        return path
    copy = folder / (SHEET if kind == ".xlsx" else KEYED)
    if kind == ".parquet":
        _parquet(path, copy)
        return copy
    rows = {".xlsx": _sheet, ".json": _objects}.get(kind, _lines)(path)
    with copy.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([_said(value) for value in row] if any(value is not None for value in row) else ["", *[""] * (len(row) - 1)])
    return copy


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _sheet(path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            if any(value is not None for value in row):
                yield row
    finally:
        book.close()


def _parquet(path: Path, copy: Path) -> None:
    """A Parquet file's CSV, column by column: every cell quoted, so that an empty row stays one."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    schema = pa.schema([(name, pa.string()) for name in file.schema_arrow.names])
    with pa_csv.CSVWriter(copy, schema, write_options=pa_csv.WriteOptions(quoting_style="needed")) as writer:
        for batch in file.iter_batches():
            writer.write_batch(pa.record_batch([_texts(column) for column in batch.columns], schema=schema))


def _texts(column: pa.Array) -> pa.StringArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_integer(kind) or pa.types.is_date32(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pc.fill_null(column.cast(pa.string()), "")
    return pa.array([_said(value) for value in column.to_pylist()], pa.string())


def _objects(path: Path) -> Iterator[tuple[Any, ...]]:
    said = json.loads(path.read_bytes().decode("utf-8-sig"))
    if isinstance(said, dict):
        said = next((value for value in said.values() if isinstance(value, list)), [said])
    return _tabled(lambda: said)


def _lines(path: Path) -> Iterator[tuple[Any, ...]]:
    def read() -> Iterator[object]:
        with path.open(encoding="utf-8-sig", errors="backslashreplace") as file:
            yield from (_parsed(line) for line in file if line.strip())

    return _tabled(read)


def _parsed(line: str) -> object:
    """A JSON line, or its text where it is none: then it is one cell too few and goes to quarantine as it stands."""
    try:
        return json.loads(line)
    except ValueError:
        return line.rstrip("\n")


def _tabled(objects: Callable[[], Iterable[object]]) -> Iterator[tuple[Any, ...]]:
    """Objects → a header of all their keys, then their values; what is no object is one cell as it stands, and will be quarantined."""
    keys = list(dict.fromkeys(key for one in objects() if isinstance(one, dict) for key in one))
    yield tuple(keys)
    for one in objects():
        if isinstance(one, dict):
            yield tuple(one.get(key) for key in keys)
        else:
            yield (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False),)
