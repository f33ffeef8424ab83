"""Which pages a list has and how one gets there."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Pager:
    """The page links of one list. ``base`` is the query string without the page, ready for ``page=``."""

    number: int
    pages: int
    total: int
    base: str

    @property
    def around(self) -> list[int]:
        """First, last and the neighbours of this page; 0 stands for a gap."""
        wanted = sorted({1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)})
        shown: list[int] = []
        for number in wanted:
            if shown and number - shown[-1] > 1:
                shown.append(0)
            shown.append(number)
        return shown


def page_number(request: HttpRequest) -> int:
    """The page the reader asked for, 1 if it is no number."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isdigit() and len(text) < 7 else 1


def pager(request: HttpRequest, *, total: int, size: int = 20, number: int | None = None) -> Pager:
    """The links under a list of ``total`` rows shown ``size`` at a time."""
    rest = request.GET.copy()
    rest.pop("page", None)
    base = f"?{rest.urlencode()}&" if rest else "?"
    return Pager(number or page_number(request), max(1, ceil(total / size)), total, base)


def window(rows: list[Any], *, number: int, size: int = 20) -> list[Any]:
    """The rows of one page of a list that is already in memory."""
    return rows[(number - 1) * size : number * size]
