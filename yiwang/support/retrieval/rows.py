"""Tab-separated tables as they come: with a byte order mark, any line ends, quotation marks that never close, rows of other encodings.

A row that cannot be used is told of and left out; the others are kept. Only a table without its heading is refused.
"""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

from yiwang.support.retrieval.errors import BadCorpus, UnreadableTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Note = Callable[[BadCorpus], None]

_LINES_OF_A_ROW = 2000  # a quotation mark that is not closed within so many lines is a letter like any other


def refuse(error: BadCorpus) -> None:
    """The strictest way to be told of a bad row."""
    raise error


def _parsed(text: str) -> list[str] | None:
    """The fields of a row, None while a quotation mark is open or stands where none may."""
    try:
        return next(csv.reader([text], delimiter="\t", strict=True), [])
    except csv.Error:
        return None


def _fields(lines: list[str], at: int, width: int) -> tuple[list[str], int]:
    """The fields of the row that begins at line ``at``, and the line after it; quotation marks that do not fit are letters."""
    text = lines[at]
    if '"' not in text:
        return text.split("\t"), at + 1
    if (found := _parsed(text)) is not None:
        return found, at + 1
    if text.count('"') % 2 and any(part.startswith('"') for part in text.split("\t")):
        marks, last = text.count('"'), at + 1
        while last < min(len(lines), at + _LINES_OF_A_ROW):
            marks += lines[last].count('"')
            last += 1
            if marks % 2 == 0:
                found = _parsed("\n".join(lines[at:last]))
                if found is not None and len(found) == width:
                    return found, last
                break
    return text.split("\t"), at + 1


def read_rows(path: Path, needed: Sequence[str], *, note: Note = refuse) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number (from 1) and fields of every usable row of a table with a heading; ``note`` is told of the others.

    Raises:
        BadCorpus: the file cannot be read, or its heading lacks one of the columns ``needed``.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableTable(place=str(path), cause=f"读不到({error.strerror})") from error
    raw = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    lines = [line.decode("utf-8", "surrogateescape") for line in raw]
    heading = [name.strip() for name in _fields(lines, 0, 0)[0]]
    if _damaged(lines[0]) or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadCorpus(place=str(path), line=1, cause="不是 UTF-8 编码,请另存为 UTF-8 的制表符分隔文本")
    if missing := [name for name in needed if name not in heading]:
        raise BadCorpus(place=str(path), line=1, cause=f"缺少列 {'、'.join(missing)}(第一行要有列名,各列以制表符隔开)")
    at = 1
    while at < len(lines):
        line = at + 1
        fields, at = _fields(lines, at, len(heading))
        if fields in ([], [""]):
            continue
        row = dict(zip(heading, fields, strict=False))
        if any(_damaged(row.get(name, "")) for name in needed):
            note(BadCorpus(place=str(path), line=line, cause="不是 UTF-8 编码"))
        elif lacking := [name for name in needed if name not in row]:
            note(BadCorpus(place=str(path), line=line, cause=f"这一行的列数不够,没有 {'、'.join(lacking)}"))
        else:
            yield line, row


def _damaged(text: str) -> bool:
    """Whether some bytes of it were no UTF-8."""
    return any("\udc80" <= char <= "\udcff" for char in text)
