"""Citations as rules and matters write them, taken apart: 《行政许可法》第三十二条第一款第四项、第三十四条. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from yiwang.data.laws.numbering import NUMERAL, Number, chinese, value

_MOST_OF_A_RANGE: Final = 100
_TOKEN: Final = re.compile(
    rf"《(?P<title>(?:[^《》]|《[^《》]*》)+)》"
    rf"|(?P<document>[\u4e00-\u9fff]{{1,12}}[〔\[(\uff08【]\d{{4}}[〕\])\uff09】]\s*第?\d+号)"
    rf"|第(?P<article>{NUMERAL})条(?:之(?P<sub>{NUMERAL}))?(?P<rest>(?:第{NUMERAL}款)?(?:第[(\uff08]?{NUMERAL}[)\uff09]?项)?)"
    rf"|(?P<more>第{NUMERAL}款(?:第[(\uff08]?{NUMERAL}[)\uff09]?项)?|第[(\uff08]?{NUMERAL}[)\uff09]?项)"
)
_PARAGRAPH: Final = re.compile(rf"第({NUMERAL})款")
_ITEM: Final = re.compile(rf"第[(\uff08]?({NUMERAL})[)\uff09]?项")
_BREAK: Final = re.compile(r"[,\uff0c;\uff1b。:\uff1a\s]|依据|根据|依照|按照|参照|违反|符合")
_JOIN: Final = re.compile(r"^[、,\uff0c;\uff1b。和与及或并以\s]*$")
_THROUGH: Final = re.compile(r"^\s*(?:至|到|—+|-+|~|～)\s*$")
_NAMES: Final = re.compile(
    r"(?:法|条例|规定|办法|决定|细则|规则|通知|意见|标准|法典|章程|方案|准则|守则|纲要)(?:[(\uff08][^()\uff08\uff09]*[)\uff09])?$"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that a citation names; a law as a whole has no ``number``; ``document``: a document's number instead of a law."""

    said: str
    title: str = ""
    number: Number | None = None
    paragraph: int = 0
    item: int = 0
    document: str = ""

    @property
    def label(self) -> str:
        """As statutes write it."""
        parts = [str(self.number) if self.number else ""]
        parts += [f"第{chinese(self.paragraph)}款"] if self.paragraph else []
        parts += [f"第{chinese(self.item)}项"] if self.item else []
        return "".join(parts)


def parse(citation: str) -> list[Reference]:
    """Every place that a citation names, in order; one Reference without title where nothing can be made out."""
    found: list[Reference] = []
    title, end, whole = "", 0, ""
    for match in _TOKEN.finditer(citation):
        between = citation[end : match.start()]
        end = match.end()
        if match["title"] or match["document"]:
            found += _alone(title, whole)
            title, whole = (match["title"], match[0]) if match["title"] else ("", "")
            found += [Reference(match["document"], document=match["document"])] if match["document"] else []
            continue
        unmarked = _title_before(between)
        if unmarked:
            found += _alone(title, whole)
            title = unmarked
        whole = ""
        found += _places(match, between, title, found)
    rest = _title_before(citation[end:])
    found += _alone(title, whole)
    if rest and _NAMES.search(rest) and not _JOIN.match(rest):
        found.append(Reference(rest, rest))
    return found or [Reference(citation.strip())]


def _alone(title: str, whole: str) -> list[Reference]:
    """A law that was named and no place in it."""
    return [Reference(whole, title)] if whole else []


def _title_before(between: str) -> str:
    """The title that stands unmarked before a place: 「依据社会保险法 第十六条」 → 社会保险法."""
    words = [word for word in _BREAK.split(between) if word and not _JOIN.match(word)]
    last = words[-1].strip("、《》") if words else ""
    return last if _NAMES.search(last) and not _NAMES.fullmatch(last) else ""


def _places(match: re.Match[str], between: str, title: str, found: list[Reference]) -> Iterator[Reference]:
    before = found[-1] if found else None
    if match["more"]:  # 第二款 or 第三项 after another place of the same article
        if before is not None and before.number is not None:
            paragraph = _inner(_PARAGRAPH, match["more"]) or before.paragraph
            yield Reference(match[0], before.title, before.number, paragraph, _inner(_ITEM, match["more"]))
        return
    number = Number(value(match["article"]), value(match["sub"]) if match["sub"] else 0)
    if _THROUGH.match(between) and before is not None and before.number is not None and before.title == title:
        for skipped in range(before.number.number + 1, min(number.number, before.number.number + _MOST_OF_A_RANGE)):
            yield Reference(str(Number(skipped)), title, Number(skipped))
    yield Reference(match[0], title, number, _inner(_PARAGRAPH, match["rest"]), _inner(_ITEM, match["rest"]))


def _inner(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return value(match[1]) if match else 0


_ITEM_LINE: Final = re.compile(rf"^[(\uff08]({NUMERAL})[)\uff09]")


def cut(text: str, *, paragraph: int, item: int) -> str | None:
    """The cited 款 or 项 of an article's text; None where there is none. Items belong to the paragraph before them."""
    paragraphs: list[list[str]] = []
    for line in text.splitlines():
        if _ITEM_LINE.match(line) and paragraphs:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    if paragraph > len(paragraphs):
        return None
    chosen = paragraphs[paragraph - 1 : paragraph] if paragraph else paragraphs
    if not item:
        return "\n".join(line for lines in chosen for line in lines)
    for lines in chosen:
        for line in lines:
            match = _ITEM_LINE.match(line)
            if match and value(match[1]) == item:
                return line
    return None
