"""Tables of messages as they come: UTF-8 or GB 18030, with a byte order mark or not, English or Chinese headings, CSV or xlsx."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yiwang.support.ai.errors import ColumnMissing, UnreadableTable

ALIASES: dict[str, tuple[str, ...]] = {
    "row_id": ("row_id", "id", "留言编号", "工单编号", "编号", "序号"),
    "text": ("text", "留言内容", "诉求内容", "内容", "文本", "content", "留言详情"),
    "title": ("title", "留言主题", "诉求标题", "标题", "主题"),
    "label": ("label", "一级标签", "标签", "类别", "分类", "category"),
    "group": ("group", "分组", "重复组"),
    "time": ("time", "留言时间", "时间", "created_at"),
    "likes": ("likes", "点赞数"),
    "dislikes": ("dislikes", "反对数"),
    "user": ("user", "留言用户", "用户"),
    "topic": ("topic", "热点", "话题"),
    "team_votes": ("team_votes", "votes"),
    "reply": ("reply", "答复意见", "答复内容", "答复"),
    "reply_time": ("reply_time", "答复时间"),
}
_LONGEST_FIELD = 64 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One row: what it says, and what the file knows about it. ``line`` is its number in the file."""

    row_id: str
    text: str
    line: int = 0
    title: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        """Title and text as one."""
        return f"{self.title}\n{self.text}" if self.title else self.text


def read(path: Path, *, needed: Sequence[str] = ("text",)) -> Iterator[Message]:
    """The rows of a table, one by one; ``needed`` are keys of ALIASES.

    Raises:
        UnreadableTable: the file is missing, empty or of another kind.
        ColumnMissing: a needed column has none of its names.
    """
    lines = _lines(path)
    header = next(lines, None)
    if not header:
        raise UnreadableTable(path=path, reason="文件是空的")
    places = _places(path, [name.strip().lstrip("\ufeff") for name in header], needed)
    others = {key: place for key, place in places.items() if key not in ("row_id", "text", "title")}
    for number, line in enumerate(lines, 2):
        if not any(line):
            continue
        values = {key: line[place].strip() if place < len(line) else "" for key, place in others.items()}
        yield Message(
            _cell(line, places.get("row_id")) or str(number),
            _cell(line, places.get("text")),
            number,
            _cell(line, places.get("title")),
            values,
        )


def _cell(line: list[str], place: int | None) -> str:
    return line[place] if place is not None and place < len(line) else ""


def _places(path: Path, header: list[str], needed: Sequence[str]) -> dict[str, int]:
    lower = [name.lower() for name in header]
    places = {
        key: next(lower.index(name) for name in names if name in lower)
        for key, names in ALIASES.items()
        if any(name in lower for name in names)
    }
    for key in needed:
        if key not in places:
            raise ColumnMissing(path=path, column=key, found="、".join(header)[:200], aliases="、".join(ALIASES[key]))
    return places


def _lines(path: Path) -> Iterator[list[str]]:
    if not path.is_file():
        raise UnreadableTable(path=path, reason="没有这个文件")
    with path.open("rb") as file:
        begin = file.read(4)
    return _sheet(path) if begin == b"PK\x03\x04" else _csv(path)


def _csv(path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
        try:
            yield from csv.reader(line.replace("\0", "") for line in file)
        except csv.Error as error:
            raise UnreadableTable(path=path, reason=str(error)) from error


def _encoding(path: Path) -> str:
    """GB 18030 where the bytes are no UTF-8; a stray wrong byte late in a file does not turn the file."""
    with path.open("rb") as file:
        begin = b"".join(itertools.islice(file, 2_000))
    try:
        begin.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(begin) - 4:
            return "utf-8-sig"
        try:
            begin[: error.start + 200].decode("gb18030")
        except UnicodeDecodeError:
            return "utf-8-sig"
        return "gb18030"
    return "utf-8-sig"


def _sheet(path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    except (OSError, KeyError, ValueError) as error:
        raise UnreadableTable(path=path, reason=f"不是完整的 xlsx:{error}") from error
