"""What of a form a text already says: when, how many people, how much money, which telephone, what the caller is called.

Every field comes with its words and with the chance that it is right: what reading findings of its rule in real messages to a
government showed (``READ_RIGHT``: how many were right, of how many).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from yiwang.support.ai.personal import find_personal_data

READ: Final = 1_200
_COUNT = r"(?:\d{1,4}(?:\.\d+)?|[一二两三四五六七八九十百半几数]{1,4})"
_PART = r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜)"
_HOUR = rf"(?:{_PART}?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})(?:点半?|时|:\d\d)(?:\d{{1,2}}分)?)"
_LONG = rf"(?:将近|近|快|好)?{_COUNT}(?:多|来)?个?(?:小时|天|星期|周|(?<=个)月|年)(?:多|以来|来)?"
# The order is that of choice: a day that is named says more than 「最近」.
_TIMES: Final = (
    ("day", rf"(?:20\d\d年)?\d{{1,2}}月(?:份|\d{{1,2}}[日号])(?:{_HOUR}|{_PART})?|20\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}"),
    (
        "near",
        (
            rf"(?:(?<![到的])(?<!到了)今天|昨天|前天|昨晚|今早|今晚|刚才|上周[一二三四五六日天]?|上个?星期[一二三四五六日天]?|上个?月(?:\d{{1,2}}[日号])?)"
            rf"(?:{_HOUR}|{_PART})?"
        ),
    ),
    ("since", rf"(?:已经?|连续|持续)有?{_LONG}(?:了|(?=没|不|无|未|停|断|坏|漏|[,,。]))|{_LONG}了"),
    ("every", rf"(?:每天|每日|天天|整天)(?:{_HOUR}(?:[到至~-]{_HOUR})?|{_PART})|每晚(?:{_HOUR})?|每到(?:{_PART})"),
    ("lately", r"(?:这|近)(?:几|两)天|最近(?!的|处|距|不?到|不是|一[处家]|\d)"),
)
_TIME = [(name, re.compile(pattern)) for name, pattern in _TIMES]
_MANY = (
    r"(?<![\d大初高千家])(?!一[个名位]?(?:人|户|家|学|老|员|工|农|业|村|居|职|商|租|群))"
    r"((?:[好上近几]|将近)?(?:\d{1,6}|[一二两三四五六七八九十百千万]{1,6})(?:多|余|来|几)?[万千百]?(?:个|名|位|户|家)?"
)
_PEOPLE = (
    ("group", re.compile(_MANY + r"(?:户|家庭|业主|村民|居民|住户|员工|工人|农民工|学生|家长|老人|职工|商户|租户|群众))")),
    ("heads", re.compile(_MANY + r"人(?!民|员|次|均|行|才|工))")),
)
_MONEY = re.compile(r"(?<![\d.])\d[\d,]{0,11}(?:\.\d{1,2})?(?:多|余)?[万千百]?(?:多|余)?(?:元|块钱|块)(?!/|每|一|砖|地)")
_NAME = re.compile(r"(?:我叫|我的名字是|本人姓名:?|姓名[::])([\u4e00-\u9fff]{2,3}?)(?=[,,。、;;\s电手联今家住]|$)")
_OWN = re.compile(r"(?:我|本人|联系|[人者家])的?(?:的|[\u4e00-\u9fff]{0,3})[((::]?(?:电话|手机)(?:号码?)?(?:是|为)?[::]?\s*$")
SHORT: Final = 180  # characters of what is said rather than written
LABELS: Final = {"time": "时间", "people": "人数", "money": "金额", "phone": "电话", "name": "姓名"}
# Findings read in 1,149 messages as people wrote them (letters to a provincial government, 2010 to 2020): right, of how many. A place is
# right where it is named whole and nothing else; 「listed」 is a name of the city's own list, held against 2,000 texts of the demo.
# 「alike_n」 are pairs of 4,326 other messages that share n tenths of their text or more: the same matter, of how many pairs read.
# Who writes at length tells of dangers that were or might be, who says little of one that is: ``urgent_n`` counts texts up to ``SHORT``
# characters, the 40 sentences of the hotline's own set (sets/urgency.csv) among them; ``urgent_n_long`` the others.
READ_RIGHT: Final[dict[str, tuple[int, int]]] = {
    "day": (14, 26), "near": (18, 24), "since": (13, 24), "every": (15, 17), "lately": (15, 25), "group": (18, 22), "heads": (10, 25),
    "amount": (19, 26), "own_number": (5, 6), "number": (13, 26), "called": (4, 5), "listed": (2_000, 2_000), "house": (32, 37),
    "region": (25, 45), "ending": (15, 45), "urgent_0": (53, 54), "urgent_1": (20, 26), "urgent_2": (15, 19), "urgent_3": (11, 15),
    "alike_5": (6, 10), "alike_6": (7, 10), "alike_7": (5, 5), "alike_8": (10, 10),
    "urgent_0_long": (40, 40), "urgent_1_long": (8, 20), "urgent_2_long": (4, 20), "urgent_3_long": (2, 14),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """A field with its words (``start`` to ``end`` of the text) and the chance that it is right; ``rule`` says which rule found it."""

    key: str
    value: str
    start: int
    end: int
    rule: str

    @property
    def name(self) -> str:
        """The Chinese name of the field."""
        return LABELS[self.key]

    @property
    def probability(self) -> float:
        """That a finding of its rule is right."""
        return chance(self.rule)


def chance(rule: str) -> float:
    """How often a finding of a rule was right, counted as if two more had been read, one of them right."""
    right, seen = READ_RIGHT[rule]
    return round((right + 1) / (seen + 2), 2)


def urgency_chance(urgency: int, *, text: str) -> float:
    """That an urgency (0 to 3) found in a text is right."""
    return chance(f"urgent_{urgency}{'_long' if len(text) > SHORT else ''}")


def duplicate_chance(share: float) -> float | None:
    """That two messages that share so much of their text (0 to 1) are of the same matter; None below a half, where nobody has read."""
    return chance(f"alike_{min(int(share * 10), 8)}") if share >= 0.5 else None


def fill(text: str) -> list[Filled]:
    """The fields of a text, at most one of a kind: what the surer rule finds first. Reads 1,200 characters."""
    found: dict[str, Filled] = {}
    for one in _all(text[:READ]):
        found.setdefault(one.key, one)
    return list(found.values())


def _all(read: str) -> Iterator[Filled]:
    for rule, pattern in _TIME:
        yield from (Filled("time", one.group(), one.start(), one.end(), rule) for one in pattern.finditer(read))
    for rule, pattern in _PEOPLE:
        yield from (Filled("people", one.group(1), one.start(1), one.end(1), rule) for one in pattern.finditer(read))
    yield from (Filled("money", one.group(), one.start(), one.end(), "amount") for one in _MONEY.finditer(read))
    numbers = [one for one in find_personal_data(read) if one.kind in ("mobile", "telephone")]
    told = [(not _OWN.search(read[max(0, one.start - 14) : one.start]), one) for one in numbers]
    for other, one in sorted(told, key=lambda each: (each[0], each[1].start)):
        yield Filled("phone", read[one.start : one.end], one.start, one.end, "number" if other else "own_number")
    yield from (Filled("name", one.group(1), one.start(1), one.end(1), "called") for one in _NAME.finditer(read))
