"""Content kept by digest as Parquet, and handed out as CSV, JSON, xlsx or Parquet, each made from the same Arrow table."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from yiwang.base.storage import api as storage
from yiwang.data.opening.errors import UnknownFormat

if TYPE_CHECKING:
    import pyarrow as pa

TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
NAMES: Final[Mapping[str, str]] = {"csv": "CSV", "json": "JSON", "xlsx": "Excel", "parquet": "Parquet"}


def keep(table: pa.Table) -> storage.Stored:
    """Keep a table as Parquet under its digest."""
    return storage.put(_parquet(table), media_type=TYPES["parquet"])


@lru_cache(maxsize=16)
def table(digest: str) -> pa.Table:
    """A kept table; the last few stay in memory. Raises NotFound."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(io.BytesIO(storage.read(digest)))


def rows(digest: str, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Some rows as plain values."""
    found: list[dict[str, Any]] = table(digest).slice(offset, limit).to_pylist()
    return found


@lru_cache(maxsize=32)
def content(digest: str, form: str) -> bytes:
    """A kept table in one of the formats. Raises UnknownFormat, NotFound."""
    writer = _WRITERS.get(form)
    if writer is None:
        raise UnknownFormat(format=form[:20], known="、".join(TYPES))
    return storage.read(digest) if form == "parquet" else writer(table(digest))


def _parquet(held: pa.Table) -> bytes:
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(held, out, compression="zstd")
    return out.getvalue()


def _csv(held: pa.Table) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read the Chinese."""
    import pyarrow.csv

    out = io.BytesIO(b"\xef\xbb\xbf")
    out.seek(0, io.SEEK_END)
    pyarrow.csv.write_csv(held, out, pyarrow.csv.WriteOptions(quoting_style="needed"))
    return out.getvalue()


def _json(held: pa.Table) -> bytes:
    return json.dumps(held.to_pylist(), ensure_ascii=False, default=str, indent=0).encode()


def _xlsx(held: pa.Table) -> bytes:
    """One sheet; texts stay texts, also those that begin with =."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(held.column_names)
    for row in zip(*(held.column(name).to_pylist() for name in held.column_names), strict=True):
        cells = [WriteOnlyCell(sheet, value=value) for value in row]
        for cell, value in zip(cells, row, strict=True):
            if isinstance(value, str):
                cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_WRITERS: Final[Mapping[str, Callable[[pa.Table], bytes]]] = {"csv": _csv, "json": _json, "xlsx": _xlsx, "parquet": _parquet}


def bundle(files: Sequence[tuple[str, bytes]], manifest: Mapping[str, Any]) -> bytes:
    """A zip of files with a ``manifest.json`` that names each one's SHA-256 and size."""
    told = {**manifest, "files": [{"name": name, "sha256": storage.digest_of(data), "bytes": len(data)} for name, data in files]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in (*files, ("manifest.json", json.dumps(told, ensure_ascii=False, indent=1).encode())):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            box.writestr(info, data)
    return out.getvalue()
