"""Many tickets from a file: a table (CSV) or mail (EML, MBOX). Every bad row is reported with its reason, the good ones are kept."""

from __future__ import annotations

import csv
import io
import mailbox
import tempfile
from collections import Counter
from collections.abc import Iterator
from email import policy as mail_policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from yiwang.business.hotline.errors import UnreadableImport
from yiwang.business.hotline.filing import file, keep_file
from yiwang.business.hotline.values import ImportedRow, NewTicket
from yiwang.security.access.api import Actor, require
from yiwang.standards.errors import YiwangError

MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 20 * 1024 * 1024
COLUMNS: Final = {
    "text": ("text", "内容", "诉求内容", "留言详情"), "title": ("title", "标题", "留言主题"), "name": ("name", "姓名", "诉求人"),
    "phone": ("phone", "电话", "联系电话"), "place": ("place", "地点", "事发地"), "category": ("category", "分类代码"),
    "kind": ("kind", "类型代码"), "privacy": ("privacy", "保密"), "key": ("key", "编号", "row_id", "留言编号"), "lat": ("lat", "纬度"),
    "lon": ("lon", "经度"), "channel": ("channel", "渠道"),
}  # fmt: skip


def load(data: bytes, *, name: str, actor: Actor) -> list[ImportedRow]:
    """A file by the ending of its name: .csv, .eml, .mbox."""
    require(actor, "ticket.take")
    if not data or len(data) > MOST_BYTES:
        raise UnreadableImport(f"文件是空的,或超过 {MOST_BYTES // 1048576} MB,请分成几份。", field="file")
    kind = Path(name).suffix.lower()
    if kind == ".csv":
        return list(_each(_csv(data), actor))
    if kind in (".eml", ".mbox"):
        return list(_each(_mails(data, kind), actor))
    raise UnreadableImport(field="file")


def _each(drafts: Iterator[NewTicket | YiwangError], actor: Actor) -> Iterator[ImportedRow]:
    for number, draft in enumerate(drafts, 1):
        if isinstance(draft, YiwangError):
            yield ImportedRow(number, "", draft.message)
            continue
        try:
            made = file(draft, actor=actor)
        except YiwangError as refused:
            yield ImportedRow(number, "", refused.message)
        else:
            yield ImportedRow(number, made.no, "以前已经导入过" if made.again else "")


def _csv(data: bytes) -> Iterator[NewTicket | YiwangError]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableImport(field="file")
    csv.field_size_limit(MOST_BYTES)
    reader = csv.DictReader(io.StringIO(text.replace("\x00", "�")))
    heads = reader.fieldnames or []
    where = {key: next((name for name in names if name in heads), "") for key, names in COLUMNS.items()}
    if not where["text"]:
        raise UnreadableImport("表里没有「内容」这一列(text、内容、诉求内容、留言详情都可以)。", field="file")
    seen: Counter[str] = Counter()
    for number, row in enumerate(reader, 1):
        if number > MOST_ROWS:
            yield UnreadableImport(f"一次最多 {MOST_ROWS:,} 行,后面的没有读。")
            return
        values = {key: str(row.get(name) or "").strip() if name else "" for key, name in where.items()}
        if not values["key"]:  # so that a file may be read again after a breakdown: the row's own words, and how often they came before
            own = "\x1f".join(values.values())
            seen[own] += 1
            values["key"] = sha256(f"{own}\x1f{seen[own]}".encode("utf-8", "replace")).hexdigest()[:40]
        yield _draft(values, row)


def _draft(values: dict[str, str], row: dict[Any, Any]) -> NewTicket | YiwangError:
    if None in row:
        return UnreadableImport("这一行的列数比表头多,请检查逗号和引号。")
    if "�" in values["text"]:
        return UnreadableImport("这一行有空字符或乱码,请检查编码。")
    try:
        lat, lon = (float(values[key]) if values[key] else None for key in ("lat", "lon"))
    except ValueError:
        return UnreadableImport("坐标不是数字。")
    plain: dict[str, Any] = {key: values[key] for key in ("text", "title", "name", "phone", "place", "category", "kind", "key")}
    return NewTicket(**plain, channel=values["channel"] or "file", privacy=values["privacy"] or "open", lat=lat, lon=lon)


def _mails(data: bytes, kind: str) -> Iterator[NewTicket | YiwangError]:
    parser = BytesParser(policy=mail_policy.default)
    if kind == ".eml":
        yield _mail(parser.parsebytes(data))
        return
    with tempfile.NamedTemporaryFile(suffix=".mbox") as held:
        held.write(data)
        held.flush()
        box = mailbox.mbox(held.name, create=False)
        for key in box.iterkeys():
            yield _mail(parser.parsebytes(box.get_bytes(key)))


def _mail(message: EmailMessage) -> NewTicket | YiwangError:
    """The mail as a ticket: the plain text, or the text of its page; pictures are kept, other attachments named."""
    try:
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body else ""
        if body and body.get_content_subtype() == "html":
            text = _Plain.of(text)
        name, address = parseaddr(str(message.get("From", "")))
        files, left = [], []
        for part in message.iter_attachments():
            title = part.get_filename() or "附件"
            try:
                files.append(keep_file(part.get_payload(decode=True) or b"", name=title))  # type: ignore[arg-type]
            except YiwangError as refused:
                left.append(refused.message)
        key = sha256(str(message.get("Message-ID") or text).encode("utf-8", "replace")).hexdigest()[:40]
        text = "\n".join([text.strip(), *(f"[附件未收] {one}" for one in left)])
        title = str(message.get("Subject", ""))[:120]
        return NewTicket(text, title=title, channel="email", name=name[:100], email=address[:100], files=tuple(files[:6]), key=key)
    except (LookupError, UnicodeError, ValueError, AttributeError) as error:
        return UnreadableImport(f"这封邮件读不懂:{type(error).__name__}。")


class _Plain(HTMLParser):
    """The words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    @classmethod
    def of(cls, page: str) -> str:
        """The text of a page without scripts and styles."""
        reader = cls()
        reader.feed(page)
        return "\n".join(word for word in (one.strip() for one in reader.words) if word)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Scripts and styles say nothing."""
        self.silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """And end."""
        self.silent -= tag in ("script", "style") and self.silent > 0

    def handle_data(self, data: str) -> None:
        """A piece of text."""
        if not self.silent:
            self.words.append(data)
