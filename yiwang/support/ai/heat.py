"""Which topics heat up, and what a person would call them: place, cause, growth, people, likes, time line, key quotes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from yiwang.support.ai import naming, topics
from yiwang.support.ai.personal import masked
from yiwang.support.ai.tables import Message

WINDOW = timedelta(days=30)
LEAST = 3  # messages from which a group is a topic worth naming
COHERENT = 0.15  # mean cosine among its messages under which a group shares wording rather than a matter
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y/%m/%d")


@dataclass(frozen=True)
class HotTopic:
    """A topic with its heat: ``growth × people × attention``. ``rows`` are row ids; times are those of the messages."""

    name: str
    place: str
    cause: str
    heat: float
    growth: float
    people: int
    likes: int
    attention: float
    messages: int
    first: datetime | None
    last: datetime | None
    months: dict[str, int]
    quotes: tuple[str, ...]
    rows: tuple[str, ...]

    def explain(self) -> str:
        """How the heat came about, in one sentence."""
        return f"热度 {self.heat:.1f} = 增势 {self.growth:.2f} × {self.people} 人 × 关注 {self.attention:.2f}({self.likes} 个赞)"

    def to_json(self) -> dict[str, object]:
        """For machines; times in ISO 8601."""
        held = asdict(self)
        return {
            **held,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "explained": self.explain(),
        }


def when(text: str) -> datetime | None:
    """A time as tables write it; nothing where it cannot be read."""
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - wall-clock time of the city, as the table says it
        except ValueError:
            continue
    return None


def find(messages: Sequence[Message]) -> tuple[list[HotTopic], dict[str, int]]:
    """All topics, the hottest first, and the group of every row id (groups too small or too loose to name among them)."""
    times = [when(one.values.get("time", "")) for one in messages]
    late = max((one for one in times if one), default=None)  # a message without a time comes last
    order = sorted(range(len(messages)), key=lambda number: (times[number] or late, number)) if late else list(range(len(messages)))
    numbers = topics.group((messages[number].title, messages[number].text) for number in order)
    members: dict[int, list[int]] = {}
    for number, topic in zip(order, numbers, strict=True):
        members.setdefault(topic, []).append(number)
    seen = Counter(word for one in messages for word in naming.content(one.title or one.text[:60]))
    found = [
        _named([messages[number] for number in rows], [times[number] for number in rows], seen=seen, among=len(messages))
        for rows in members.values()
        if len(rows) >= LEAST and cohesion([messages[number] for number in rows]) >= COHERENT
    ]
    groups = {messages[number].row_id: topic for topic, rows in members.items() for number in rows}
    return sorted(found, key=lambda one: -one.heat), groups


def cohesion(messages: Sequence[Message]) -> float:
    """The mean share of the words of two messages' titles and first sentences that are common."""
    held = [set(topics.words(one.title + " " + one.text[:200])) for one in messages[:60]]
    shares = [
        len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0
        for number, one in enumerate(held)
        for other in held[:number]
    ]
    return sum(shares) / max(1, len(shares))


def growth(times: Sequence[datetime]) -> float:
    """1 for a steady topic, more for a rising one: log2 of the busiest 30 days against the 30 days before them, plus one."""
    ordered = sorted(times)
    if not ordered:
        return 1.0
    counts = [(sum(1 for one in ordered if start <= one < start + WINDOW), start) for start in ordered]
    most, start = max(counts, key=lambda one: (one[0], one[1]))
    before = sum(1 for one in ordered if start - WINDOW <= one < start)
    return math.log2(1 + (most + 1) / (before + 1))


def _named(rows: list[Message], times: list[datetime | None], *, seen: Counter[str], among: int) -> HotTopic:
    known = sorted(one for one in times if one is not None)
    place, cause = naming.name([one.title for one in rows], [one.text for one in rows], rarity=seen, among=among)
    people = len({one.values.get("user") or one.row_id for one in rows})
    likes = sum(_number(one.values.get("likes", "")) for one in rows)
    attention, rising = 1 + math.log1p(likes), growth(known)
    return HotTopic(
        name=f"{place}{cause}" if place and cause else place or cause,
        place=place,
        cause=cause,
        heat=round(rising * people * attention, 2),
        growth=round(rising, 3),
        people=people,
        likes=likes,
        attention=round(attention, 3),
        messages=len(rows),
        first=known[0] if known else None,
        last=known[-1] if known else None,
        months=dict(sorted(Counter(one.strftime("%Y-%m") for one in known).items())),
        quotes=_quotes(rows, cause),
        rows=tuple(one.row_id for one in rows),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _quotes(rows: list[Message], cause: str) -> tuple[str, ...]:
    """Up to three sentences about the cause, the most liked first, that do not say the same in the same words; numbers covered."""
    about = naming.content(cause)
    told = [(_number(one.values.get("likes", "")), (one.title or one.text).strip()[:80]) for one in rows]
    held = [(naming.content(text), likes, text) for likes, text in told]
    chosen: list[tuple[set[str], str]] = []
    for own, _likes, text in sorted(held, key=lambda one: (not about & one[0], -one[1], len(one[2]))):
        if len(chosen) < 3 and all(len(own & other) < 0.6 * min(len(own), len(other)) for other, _text in chosen):
            chosen.append((own, text))
    return tuple(masked(text) for _own, text in chosen)
