"""When a text came into force: read from its heading, its own last articles and its file name. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from yiwang.data.laws.errors import BadNumber
from yiwang.data.laws.numbering import value

_N: Final = "[0-9\uff10-\uff19○〇零一二三四五六七八九十]"
DAY: Final = re.compile(rf"({_N}{{4}})\s*年\s*({_N}{{1,3}})\s*月\s*({_N}{{1,3}})\s*日?")
_FORCE: Final = re.compile(rf"自\s*({_N}{{4}}\s*年\s*{_N}{{1,3}}\s*月\s*{_N}{{1,3}}\s*日)\s*起?(?:施行|实施|执行|生效)")
_AT_ONCE: Final = re.compile(r"自(?:公布|发布|颁布|通过|批准)之日起?(?:施行|实施|执行|生效)|发布之日施行")
# the first word that is found says what happened that day; the order matters: 《关于修改…的决定》修正 … 通过 is an amendment
_KINDS: Final = (
    ("in_force", re.compile(r"施行|实施")),
    ("amended", re.compile(r"修正|修订|修改")),
    ("passed", re.compile(r"通过")),
    ("published", re.compile(r"公布|发布|颁布|公告|印发")),
    ("approved", re.compile(r"批准")),
)
_EDGES: Final = re.compile(r"^[\s\u3000(\uff08、,\uff0c]+|(?:[\s\u3000)\uff09、,\uff0c]|根据)+$")
_ORGAN: Final = re.compile(r"^(?P<organ>.+?)(?:第[^第]{1,8}次|令|公告|公布|发布|批准|通过|审议|修订|关于)")
_SESSION: Final = re.compile(r"第?[一二三四五六七八九十百]+届|^经")


@dataclass(frozen=True, slots=True)
class Event:
    """A dated line of the heading; ``kind``: passed, approved, published, amended, in_force or other."""

    day: date
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The first day of a text and where it is taken from; see ``values.VersionLine.basis``."""

    since: date | None
    basis: str


def day_of(text: str) -> date | None:
    """The first date in a text, in Arabic or Chinese figures; None where there is none or it does not exist."""
    match = DAY.search(text)
    if match is None:
        return None
    try:
        return date(*(value(part) for part in match.groups()))
    except (ValueError, BadNumber):
        return None


def events(heading: Sequence[str]) -> list[Event]:
    """The dated parts of a heading in their order; a line that was broken is read as one."""
    found = []
    for line in _whole(heading):
        starts = [match.start() for match in DAY.finditer(line)]
        for start, end in zip(starts, [*starts[1:], len(line)] if starts else (), strict=True):
            day = day_of(line[start:end])
            if day is None:
                continue
            words = _EDGES.sub("", DAY.sub("", line[start:end], count=1))
            outside = re.sub(r"《[^》]*》|〈[^〉]*〉", "", words)
            kind = next((name for name, pattern in _KINDS if pattern.search(outside)), "other")
            found.append(Event(day, kind, words))
    return found


def _whole(heading: Sequence[str]) -> list[str]:
    """Lines; one that begins without a date continues a dated one before it."""
    lines: list[str] = []
    for line in heading:
        if lines and DAY.search(lines[-1]) and not DAY.match(line):
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def organ(found: Sequence[Event], *, kind: str) -> str:
    """The organ that issued the law, from the first event that names one; by kind of law where none does."""
    for event in found:
        match = _ORGAN.match(event.text)
        name = _SESSION.sub("", match["organ"]).strip() if match else ""
        if name and event.kind in {"passed", "published", "approved"}:
            return name if name == "中华人民共和国" else name.removeprefix("中华人民共和国")
    return {"宪法": "全国人民代表大会", "法律": "全国人民代表大会常务委员会", "行政法规": "国务院"}.get(kind, "")


def said_inside(last_articles: Sequence[str]) -> list[Event]:
    """The days of coming into force that the articles themselves name."""
    days = (day_of(match[1]) for text in last_articles for match in _FORCE.finditer(text))
    return [Event(day, "in_force", "正文载明") for day in days if day is not None]


def first_day(found: Sequence[Event], *, known: Sequence[date]) -> date | None:
    """The first day of a law, from all events and days of its texts.

    A named day is the first text's own unless the law had been changed before; then the oldest known day is the nearest bound.
    """
    named = min((event.day for event in found if event.kind == "in_force"), default=None)
    changed = min((event.day for event in found if event.kind == "amended"), default=None)
    if named is not None and (changed is None or named <= changed):
        return named
    if changed is None:
        return min(known, default=None)
    return min([*known, *(event.day for event in found)], default=None)


def in_force(*, version_date: date | None, found: Sequence[Event], last_articles: Sequence[str]) -> InForce:
    """The first day of this text.

    A day that the heading or the last articles name counts if it is not before this version's own date; otherwise it is that
    of the first text (amendments leave it standing), and the day of the amendment is taken.
    """
    changes = [event.day for event in found if event.kind != "in_force"]
    bases = [day for day in (version_date, max(changes, default=None)) if day is not None]
    named = [event.day for event in (*found, *said_inside(last_articles)) if event.kind == "in_force"]
    if not bases:
        return InForce(min(named), "text") if named else InForce(None, "unknown")
    fitting = [day for day in named if day >= min(bases)]
    if fitting:
        return InForce(min(fitting), "text")
    published = [event.day for event in found if event.kind == "published"]
    if not named and any(_AT_ONCE.search(text) for text in last_articles):
        return InForce(max([*published, *bases]), "published")
    return InForce(version_date or max(bases), "amended" if any(event.kind == "amended" for event in found) else "published")
