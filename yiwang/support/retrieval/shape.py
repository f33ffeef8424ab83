"""A document laid out for reading: its words, clauses and sentences, and where dates, amounts, numbers, names stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval import text as language

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yiwang.support.retrieval.index import Index

LONGEST_READ = 20_000  # characters of a document that are read for an answer
_HELD_SHAPES = 512

DATE = re.compile(r"(?:\d{2,4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}[日号]|\d+年")
AMOUNT = re.compile(
    r"[\d.,一二三四五六七八九十百千万亿两]+\s*(?:%|[个余]?(?:元|万|亿|人|家|户|条|项|吨|只|件|天|日|月|年|小时|分钟|倍|米|辆|支|名|份|批|类|种|次|期|套|台|起|例|公里))"
    r"|\d+(?:\.\d+)?%?|百分之[一二三四五六七八九十]+"
)
PHONE = re.compile(r"\d{3,4}[-—]\d{7,8}|(?<!\d)\d{5}(?!\d)|\d{7,12}")
ADDRESS = re.compile(r"(?:https?://)?[a-z0-9]+(?:\.[a-z0-9\-]+)+\S*")
BOOK = re.compile(r"《[^》]+》")
QUOTED = re.compile(r"[“\"][^”\"]+[”\"]")
BODY = re.compile(r"局|厅|部|委|办|公司|集团|银行|中心|政府|机构|企业|单位|医院|学校|平台|网站|公众号|app|小组|大学|协会")
DUTY = re.compile(r"要|应|须|不得|可|予以|给予|严禁|确保|加强|免|延|减|补")
LISTED = re.compile(r"[(（]?[一二三四五六七八九十\d]+[)）、.．]|第[一二三四五六七八九十]+[条,，是]|[一二三四五六七八九十]是")
_SENTENCE_MARK = re.compile(r"[。！？!?；;\n]|\s{2,}|\u3000")
_CLAUSE_MARK = re.compile(r"[，,。！？!?；;：:\n]|\s|\u3000")
_MARK = re.compile(r"[^\w%]+")


def marks() -> dict[str, re.Pattern[str]]:
    """The kinds of things a span can be, in the order the features use them."""
    return {
        "date": DATE,
        "amount": AMOUNT,
        "phone": PHONE,
        "address": ADDRESS,
        "book": BOOK,
        "quoted": QUOTED,
        "place": language.place_pattern(),
    }


@dataclass(frozen=True)
class Shape:
    """Word-level arrays (shape: words) and character-level marks (shape: characters + 1) of one folded text."""

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    is_mark: NDArray[np.bool_]
    sentence: NDArray[np.int64]
    clause: NDArray[np.int64]
    of_char: NDArray[np.int64]
    marked: dict[str, NDArray[np.float64]]

    @property
    def lengths(self) -> NDArray[np.float64]:
        """Characters of each word."""
        return (self.ends - self.starts).astype(float)


def lay_out(folded: str) -> Shape:
    """Lay out a folded text (its first ``LONGEST_READ`` characters)."""
    body = folded[:LONGEST_READ] or " "
    pieces = language.cut(body)
    ends = np.cumsum([len(piece) for piece in pieces])
    starts = np.concatenate([[0], ends[:-1]])
    strong = np.array([bool(_SENTENCE_MARK.search(piece)) for piece in pieces])
    weak = np.array([bool(_CLAUSE_MARK.search(piece)) for piece in pieces])
    marked = {}
    for name, pattern in (*marks().items(), ("body", BODY), ("duty", DUTY)):
        line = np.zeros(len(body) + 1)
        for found in pattern.finditer(body):
            line[found.start() : found.end()] = 1
        marked[name] = line
    return Shape(
        body,
        starts,
        ends,
        np.array([bool(_MARK.fullmatch(piece)) for piece in pieces]),
        np.concatenate([[0], np.cumsum(strong)[:-1]]).astype(np.int64),
        np.concatenate([[0], np.cumsum(weak)[:-1]]).astype(np.int64),
        np.repeat(np.arange(len(pieces)), ends - starts),
        marked,
    )


def shape_of(index: Index, position: int) -> Shape:
    """The shape of a held document; the last few hundred are remembered."""
    held = index.shapes.get(position)
    if not isinstance(held, Shape):
        if len(index.shapes) >= _HELD_SHAPES:
            index.shapes.clear()
        held = index.shapes[position] = lay_out(index.folded[position])
    return held
