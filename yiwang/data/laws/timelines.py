"""Which text is in force when: the versions of one law in a row, gaps included, and laws that other laws ended. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from yiwang.data.laws import dating
from yiwang.data.laws.reading import key

_DAY: Final = timedelta(days=1)
_TITLE: Final = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_PARTIAL: Final = re.compile(r"有关|中的|中关于|第[一二三四五六七八九十百]+条|部分")


@dataclass(frozen=True, slots=True)
class Dated:
    """A version as the row needs it; ``amended``: days of its heading on which the law was changed."""

    id: UUID
    version_date: date | None
    since: date | None
    amended: tuple[date, ...]


def last_days(versions: Sequence[Dated], *, repealed_on: date | None) -> dict[UUID, date | None]:
    """The last day of each version (None: none known).

    A version ends before the next one. It ends earlier where a later heading names an amendment of which no text is held: from
    that day the library does not know the words, and says so rather than showing old ones.
    """
    row = sorted((one for one in versions if one.since), key=lambda one: (one.since, one.version_date or date.min))
    ends: dict[UUID, date | None] = {one.id: None for one in versions}
    for place, one in enumerate(row):
        limits = [later.since for later in row[place + 1 : place + 2] if later.since]
        limits += [day for later in row[place + 1 :] for day in _unheld(one, later)]
        limits += [repealed_on] if repealed_on else []
        ends[one.id] = min(limits) - _DAY if limits else None
    return ends


def _unheld(one: Dated, later: Dated) -> list[date]:
    """Amendments in the later heading that came after this version and are neither in it nor the later version itself."""
    own = max(later.amended, default=None)
    base = one.version_date or one.since
    return [
        day for day in later.amended if day != own and base and day > base and day not in one.amended and later.since and day < later.since
    ]


def repeals(text: str, *, own: str, since: date | None) -> list[tuple[str, date]]:
    """The laws that an article ends (key, first day without): 「本法自…起施行。《…》同时废止。」 Parts of laws are left alone."""
    found = []
    opening = text.split("同时废止", 1)[0]
    named = dating.in_force(version_date=None, found=(), last_articles=[opening]).since
    day = named or since
    for sentence in text.split("。"):
        before, mark, _ = sentence.partition("同时废止")
        if mark and day and not _PARTIAL.search(_TITLE.sub("", before)):
            found += [(title, day) for words in _TITLE.findall(before) if (title := key(words)) != own]
    return found
