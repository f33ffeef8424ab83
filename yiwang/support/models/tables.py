"""Test sets as they come: CSV or tabs, UTF-8 or GB 18030, English or Chinese headings; bad rows are named, good ones stay."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yiwang.support.models.errors import BadTestSet

MOST_BYTES: Final = 32 * 1024 * 1024
LONGEST: Final = 100_000
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "row_id": ("row_id", "id", "编号", "序号"),
    "text": ("text", "question", "内容", "文本", "来件内容", "问题"),
    "label": ("label", "category", "类别", "标签", "分类"),
    "docid": ("docid", "文档", "文档编号"),
    "answer": ("answer", "答案"),
    "region": ("region", "区划", "地区"),
    "group": ("group", "人群", "组别"),
}
NAMES: Final[Mapping[str, str]] = {"text": "内容", "label": "类别", "docid": "文档编号", "answer": "答案"}


@dataclass(frozen=True)
class TestRow:
    """One row: what is asked, what is right (a label; or a document and an answer, '' where there is none), region and group."""

    row_id: str
    text: str
    label: str = ""
    docid: str = ""
    answer: str = ""
    region: str = ""
    group: str = ""


@dataclass(frozen=True)
class TestSet:
    """The good rows, the bad ones by line and reason, and the fingerprint of the good ones, the same in any order."""

    rows: tuple[TestRow, ...]
    left_out: tuple[tuple[int, str], ...]
    fingerprint: str


def fingerprint(rows: Sequence[TestRow]) -> str:
    """SHA-256 over the sorted digests of the rows; tells nothing about a row."""
    digests = sorted(
        hashlib.sha256("\0".join((one.text, one.label, one.docid, one.answer)).encode("utf-8", "replace")).digest() for one in rows
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()


def read(data: bytes, *, needed: Sequence[str], filled: Sequence[str], most: int = 0) -> TestSet:
    """A test set. ``needed`` columns must be there, ``filled`` ones must not be empty; ``most`` rows (0: any number).

    Raises:
        BadTestSet: empty, too large, no such columns, no good row, or too many rows.
    """
    rows: list[TestRow] = []
    bad: list[tuple[int, str]] = []
    seen: set[str] = set()
    for line, cells in _rows(data, needed):
        row = TestRow(**{**cells, "row_id": cells["row_id"] or str(line)})
        empty = next((name for name in filled if not getattr(row, name)), "")
        if empty:
            bad.append((line, f"没有{NAMES[empty]}"))
        elif len(row.text) > LONGEST:
            bad.append((line, f"超过 {LONGEST:,} 个字"))
        elif row.row_id in seen:
            bad.append((line, "编号重复"))
        else:
            seen.add(row.row_id)
            rows.append(row)
        if most and len(rows) > most:
            raise BadTestSet(reason=f"超过 {most:,} 行。更大的评测请用命令 yiwang models evaluate。")
    if not rows:
        raise BadTestSet(reason=f"没有一行可用(共 {len(bad)} 行有问题{':' + bad[0][1] if bad else ''})。")
    return TestSet(tuple(rows), tuple(bad[:200]), fingerprint(rows))


def documents(data: bytes) -> list[tuple[str, str]]:
    """A corpus: columns docid, text. BadTestSet as ``read``."""
    found = [(cells["docid"], cells["text"]) for _line, cells in _rows(data, ("docid", "text")) if cells["docid"] and cells["text"]]
    if not found:
        raise BadTestSet(reason="文档表里没有一行可用。")
    return found


def _rows(data: bytes, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    if not data.strip():
        raise BadTestSet(reason="文件是空的。")
    if len(data) > MOST_BYTES:
        raise BadTestSet(reason=f"超过 {MOST_BYTES // 1048576} MB。请分成几份。")
    if b"\0" in data[:4_096]:
        raise BadTestSet(reason="不是文本表格。请另存为 UTF-8 编码的 CSV。")
    text = _decoded(data)
    head = text.partition("\n")[0]
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",")
    try:
        names = [name.strip().lower() for name in next(reader)]
        places = {key: next(names.index(one) for one in known if one in names) for key, known in ALIASES.items() if set(known) & set(names)}
        lacking = [ALIASES[key] for key in needed if key not in places]
        if lacking:
            raise BadTestSet(reason=f"表头里没有 {'、'.join('/'.join(one) for one in lacking)}。")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield (
                    reader.line_num,
                    {key: (cells[places[key]].strip() if key in places and places[key] < len(cells) else "") for key in ALIASES},
                )
    except csv.Error as error:
        raise BadTestSet(reason=f"第 {reader.line_num} 行读不出来({error})。") from error


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
