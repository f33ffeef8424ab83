"""Search in articles: pairs of neighbouring characters narrow the rows by index, the words themselves decide."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Final
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.base.statements.api import run
from yiwang.data.laws.numbering import Number
from yiwang.data.laws.values import Hit

_SIGNS: Final = re.compile(r"[^\w]+")
_FOLD: Final = 1 << 31
_LONGEST: Final = 100

_SEARCH: Final = """
    SELECT law.id, law.title, article.number, article.sub, article.text, version.version_date, version.in_force_from
    FROM laws_article article JOIN laws_version version ON version.id = article.version_id JOIN laws_law law ON law.id = version.law_id
    WHERE article.grams @> %(grams)s::integer[] AND article.text LIKE ALL (%(words)s::text[])
      AND version.in_force_from <= %(on)s::date AND (version.in_force_to IS NULL OR version.in_force_to >= %(on)s::date)
      AND law.key LIKE %(title)s::text
    ORDER BY array_position(ARRAY['宪法', '法律', '行政法规', '部门规章', '地方性法规'], law.kind::text),
             length(article.text), law.key, article.number
    LIMIT %(limit)s::integer
"""


def grams(text: str) -> list[int]:
    """The distinct pairs of neighbouring characters as signed 32-bit numbers, exact for characters of the basic plane."""
    found: set[int] = set()
    for run_of_letters in _SIGNS.split(text):
        found.update(((ord(a) & 0xFFFF) << 16 | ord(b) & 0xFFFF) - _FOLD for a, b in pairwise(run_of_letters))
    return sorted(found)


def search(words: str, *, on: date | None = None, title: str = "", limit: int = 20) -> list[Hit]:
    """Articles in force that hold all the words; see the door."""
    wanted = [word for word in _SIGNS.split(words[:_LONGEST]) if word]
    pairs = sorted({gram for word in wanted for gram in grams(word)})
    if not pairs:  # single characters stand in nearly every article
        return []
    values = {
        "grams": pairs,
        "words": [f"%{_literal(word)}%" for word in wanted],
        "on": on or today(),
        "title": f"%{_literal(title.strip('《》 ').removeprefix('中华人民共和国'))}%",
        "limit": max(1, min(limit, 200)),
    }
    return [_hit(row, wanted[0]) for row in run(_SEARCH, values)]


def titles(part: str, *, limit: int = 20) -> list[tuple[UUID, str]]:
    """Laws whose title holds the words (id, title), shortest first."""
    wanted = "".join(_SIGNS.split(part.strip()))[:_LONGEST].removeprefix("中华人民共和国")
    if not wanted:
        return []
    statement = "SELECT id, title FROM laws_law WHERE key LIKE %s::text ORDER BY length(key), key LIMIT %s::integer"
    return [(law_id, title) for law_id, title in run(statement, [f"%{_literal(wanted)}%", max(1, min(limit, 200))])]


def _hit(row: tuple[UUID, str, int, int, str, date | None, date], first: str) -> Hit:
    law_id, title, number, sub, text, version_date, since = row
    return Hit(law_id, title, str(Number(number, sub)), text, (version_date or since).isoformat(), text.find(first))


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
