"""What a message suggests while it is typed: place, urgency, how many people, personal data in it, and what it is about. Keeps nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yiwang.support.ai.personal import Finding, find_personal_data
from yiwang.support.ai.places import Place, find_places

if TYPE_CHECKING:
    from yiwang.support.ai.classifier import Answer, Classifier, Weighed

READ = 4_000
_URGENT: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        3,
        re.compile(
            r"自杀|轻生|跳楼|割腕|不想活|杀人|持刀|爆炸|着火|起火|火灾|煤气泄漏|燃气泄漏|漏电|触电|坍塌|倒塌|塌方|溺水|中毒|晕倒|昏迷|大出血|被困|失踪|走失|拐卖"
        ),
    ),
    (
        2,
        re.compile(
            r"人身安全|生命安全|危及生命|受伤|打人|家暴|威胁|堵门|围堵|聚集|断水|停水|停电|断电|断气|积水|井盖(?:丢|缺|没)|高空坠物|救命|急救|孕妇"
        ),
    ),
    (1, re.compile(r"紧急|急需|火急|马上|立即|安全隐患|危险|一触即发|上访|拖欠(?:农民工)?工资|讨薪")),
)
_NOT = re.compile(r"(?:没有|未|无|避免|防止|预防|以免|以防|假如|如果|万一|一旦|倘若|轻则|重则|慢性|长期)[^,。,;;]{0,6}$")
_NUMBER = r"(?<!\d)(\d{1,6}|[一二两三四五六七八九十百千万]{1,6})"
_PEOPLE = re.compile(
    _NUMBER + r"(多|余|来|几)?(?:个|名|位|户|家)?(人|户|家庭|业主|村民|居民|员工|工人|农民工|学生|家长|老人|职工|商户|租户|群众)"
)
_GROUP = re.compile(r"全体(?:业主|村民|员工|职工|家长)|全(?:村|小区|校|厂|镇)|整栋楼|众多(?:业主|村民|居民)|广大(?:业主|居民|群众)")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}


@dataclass(frozen=True)
class Suggestion:
    """What the text suggests; ``urgency`` is 0 (usual) to 3 (life in danger), ``people`` the largest number named (0: none named)."""

    places: tuple[Place, ...]
    urgency: int
    urgent_words: tuple[str, ...]
    people: int
    many: bool
    personal_data: tuple[Finding, ...]
    category: Answer | None = None
    reasons: tuple[Weighed, ...] = ()


def understand(text: str, *, model: Classifier | None = None) -> Suggestion:
    """The suggestion for a text of any length; about 2 ms on one core. ``model`` adds the category and the words that decided it."""
    read = text[:READ]
    urgency, words = find_urgency(read)
    return Suggestion(
        places=tuple(find_places(read)),
        urgency=urgency,
        urgent_words=words,
        people=count_people(read),
        many=bool(_GROUP.search(read)),
        personal_data=tuple(find_personal_data(text)),
        category=next(model.classify([text])) if model else None,
        reasons=tuple(model.reasons(text)) if model else (),
    )


def find_urgency(text: str) -> tuple[int, tuple[str, ...]]:
    """The highest level named and its words; words that are denied or only imagined (没有受伤, 以免坍塌) do not count."""
    for level, pattern in _URGENT:
        words = [match.group() for match in pattern.finditer(text) if not _NOT.search(text[max(0, match.start() - 10) : match.start()])]
        if words:
            return level, tuple(dict.fromkeys(words))
    return 0, ()


def count_people(text: str) -> int:
    """The largest number of people or households that the text names; 0 where none is named."""
    return max((value for match in _PEOPLE.finditer(text) if (value := _value(match.group(1))) < 1_000_000), default=0)


def _value(words: str) -> int:
    if words.isascii():
        return int(words)
    total = section = digit = 0
    for character in words:
        unit = _UNITS.get(character)
        if unit is None:
            digit = _DIGITS[character]
        elif unit == 10_000:
            total, section, digit = (total + section + digit or 1) * unit, 0, 0
        else:
            section, digit = section + (digit or 1) * unit, 0
    return total + section + digit
