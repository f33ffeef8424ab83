"""One file into one law: title, heading, parts, chapters, articles. Pure; says what is odd and refuses what is no law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

from yiwang.data.laws import dating
from yiwang.data.laws.dating import Event, InForce
from yiwang.data.laws.errors import BadLawFile
from yiwang.data.laws.numbering import NUMERAL, Number, value

MOST_BYTES: Final = 5_000_000
_END_OF_HEADING: Final = "<!-- INFO END -->"
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_FILE: Final = re.compile(r"^(?P<name>.+?)(?:[(\uff08](?P<day>\d{4}-\d{2}-\d{2})[)\uff09])?\.md$")
_ARTICLE: Final = re.compile(rf"^第({NUMERAL})条(?:之({NUMERAL}))?(?:[ 　]+(.*))?$")
_HEADING: Final = re.compile(r"^(#{2,6})\s*(.+?)\s*$")
_DIVISION: Final = re.compile(rf"^第{NUMERAL}(分编|编|章|节)")
_ANNEX: Final = re.compile(r"^(?:附件|附录|附表|附[:\uff1a]|附$)")
_LEVELS: Final = {"编": 0, "分编": 0, "章": 1, "节": 2}
_KINDS: Final = {"宪法": "宪法", "宪法相关法": "法律", "行政法规": "行政法规", "部门规章": "部门规章"}


@dataclass(slots=True)
class ReadArticle:
    """One article as it stands in the file; ``place`` is 编, 章, 节."""

    number: Number
    place: tuple[str, str, str]
    lines: list[str]

    @property
    def text(self) -> str:
        """Its paragraphs, one a line."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class ReadLaw:
    """What one file says."""

    path: str
    title: str
    kind: str
    organ: str
    version_date: date | None
    in_force: InForce
    events: list[Event]
    articles: list[ReadArticle]
    preamble: str
    annex: str
    warnings: list[str] = field(default_factory=list)

    @property
    def text_digest(self) -> str:
        """Of the articles, or of the whole text where there are none."""
        words = "\n".join(f"{article.number} {article.text}" for article in self.articles) or self.preamble
        return sha256(words.encode()).hexdigest()

    @property
    def digest(self) -> str:
        """Of everything that is kept."""
        parts = [self.title, self.kind, self.organ, str(self.version_date), str(self.in_force), self.preamble, self.annex]
        parts += [f"{event.day} {event.kind} {event.text}" for event in self.events]
        parts += [f"{'/'.join(article.place)} {article.number} {article.text}" for article in self.articles]
        return sha256("\x1f".join(parts).encode()).hexdigest()


def key(title: str) -> str:
    """What identifies a law: its title without 中华人民共和国, brackets, spaces and a closing (2019年修正)."""
    bare = re.sub(r"[(\uff08][^()\uff08\uff09]*(?:修正|修订|\d{4}-\d{2}-\d{2})[^()\uff08\uff09]*[)\uff09]$", "", title.strip())
    bare = re.sub(r"[《》〈〉<>\uff1c\uff1e\s\u3000]", "", bare).replace("中华人民共和国", "")
    return bare.translate({0xFF08: "(", 0xFF09: ")"}).replace("全国人大常委会", "全国人民代表大会常务委员会")


def read(content: bytes, path: str) -> ReadLaw:
    """Read one file; ``path`` is its place in the collection (category folders and file name, which holds the version's date).

    Raises:
        BadLawFile: naming why it is no law.
    """
    name = PurePosixPath(path)
    match = _FILE.match(name.name)
    if match is None or match["name"] == "_index":
        raise BadLawFile(reason="这是目录页,不是法律文本。" if match else "文件名应以 .md 结尾。")
    lines = _lines(content)
    title, heading, body = _split(lines)
    found = dating.events(heading)
    warnings: list[str] = []
    version_date = _version_date(match["day"], found, warnings)
    preamble, articles, annex = _articles(body)
    kind = _kind(name)
    last = [article.text for article in articles[-4:]] or [preamble[-600:]]
    force = dating.in_force(version_date=version_date, found=found, last_articles=last)
    found = [*found, *dating.said_inside(last)]
    law = ReadLaw(path, title, kind, dating.organ(found, kind=kind), version_date, force, found, articles, preamble, annex, warnings)
    _look_over(law, match["name"])
    return law


def _lines(content: bytes) -> list[str]:
    if len(content) > MOST_BYTES:
        raise BadLawFile(reason=f"文件有 {len(content):,} 字节,超过 {MOST_BYTES:,} 字节。请拆分后再导入。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadLawFile(reason=f"不是 UTF-8 编码(第 {error.start} 字节)。请转换编码后再导入。") from error
    if "\x00" in text:
        raise BadLawFile(reason="含有空字符,文件可能已损坏。")
    return text.splitlines()


def _split(lines: list[str]) -> tuple[str, list[str], list[str]]:
    """Title, heading and body; without the mark the heading ends before the first article or chapter."""
    rest = iter(lines)
    title = next((line.strip() for line in rest if line.strip()), "")
    if not title.startswith("# ") or not title[2:].strip():
        raise BadLawFile(reason="第一行不是「# 法律名称」。")
    after = list(rest)
    if _END_OF_HEADING in (stripped := [line.strip() for line in after]):
        at = stripped.index(_END_OF_HEADING)
    else:
        at = next((n for n, line in enumerate(stripped) if _ARTICLE.match(line) or _HEADING.match(line)), len(stripped))
    heading = [line.strip(" 　") for line in after[:at] if line.strip(" 　")]
    body = [line for line in _COMMENT.sub("", "\n".join(after[at:])).splitlines() if line.strip(" 　")]
    if not body:
        raise BadLawFile(reason="只有标题,没有正文。")
    return title[2:].strip(), heading, body


def _version_date(named: str | None, found: list[Event], warnings: list[str]) -> date | None:
    if named:
        try:
            return date.fromisoformat(named)
        except ValueError as error:
            raise BadLawFile(reason=f"文件名中的日期 {named} 不存在。") from error
    changes = [event.day for event in found if event.kind != "in_force"]
    warnings.append("文件名没有日期,取题注中最后的日期。" if changes else "文件名和题注都没有日期。")
    return max(changes, default=None)


def _kind(name: PurePosixPath) -> str:
    for folder in name.parts[:-1]:
        if "地方" in folder:
            return "地方性法规"
        if folder in _KINDS:
            return _KINDS[folder]
    return "法律" if len(name.parts) > 1 else "其他"


def _articles(body: list[str]) -> tuple[str, list[ReadArticle], str]:
    """Preamble, articles and annex: an annex begins at its word, or at a heading after the articles that is no division."""
    before: list[str] = []
    articles: list[ReadArticle] = []
    place = ["", "", ""]
    rest = iter(body)
    for raw in rest:
        line = raw.strip(" 　")
        heading, article = _HEADING.match(line), _ARTICLE.match(line)
        if heading and _DIVISION.match(heading[2]):
            _enter(place, heading[2])
        elif articles and (heading or _ANNEX.match(line)):
            return "\n".join(before), articles, "\n".join([line, *(one.strip(" 　") for one in rest)])
        elif article:
            number = Number(value(article[1]), value(article[2]) if article[2] else 0)
            articles.append(ReadArticle(number, (place[0], place[1], place[2]), [article[3]] if article[3] else []))
        elif articles:
            articles[-1].lines.append(line)
        else:
            before.append(line)
    return "\n".join(before), articles, ""


def _enter(place: list[str], heading: str) -> None:
    match = _DIVISION.match(heading)
    level = _LEVELS[match[1]] if match else 0
    place[level:] = [" ".join(heading.split())[:200], *[""] * (2 - level)]


def _look_over(law: ReadLaw, name: str) -> None:
    if key(law.title) != key(name):
        law.warnings.append(f"标题《{law.title}》与文件名「{name}」不一致。")
    if len(law.title) > 290:
        raise BadLawFile(reason="标题超过 290 个字。")
    if not law.articles:
        law.warnings.append("没有「第几条」,全文按一段保存。")
    if law.in_force.since is None:
        law.warnings.append("看不出施行日期,不能回答「某日有效」。")
    law.warnings += _numbers_out_of_order(law.articles)


def _numbers_out_of_order(articles: list[ReadArticle]) -> Iterator[str]:
    seen: set[Number] = set()
    last = 0
    for article in articles:
        if article.number in seen:
            raise BadLawFile(reason=f"{article.number}出现两次,不能确定哪一条有效。")
        seen.add(article.number)
        if not article.text:
            yield f"{article.number}没有内容。"
        if article.number.sub == 0 and article.number.number != last + 1:
            yield f"{article.number}前面缺第 {last + 1} 条。" if article.number.number > last else f"{article.number}的次序不对。"
        last = article.number.number
