"""The words of the clock: limit, stop, extension, and one explained day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from yiwang.base.clock.errors import BadTerm

Light = Literal["green", "yellow", "red", "stopped"]


class Unit(StrEnum):
    """How a limit is counted."""

    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"

    @property
    def zh(self) -> str:
        """The Chinese word that follows the number."""
        return _ZH[self]


_ZH: Final = {Unit.WORKDAY: "工作日", Unit.CALENDAR_DAY: "自然日", Unit.MONTH: "个月", Unit.YEAR: "年", Unit.HOUR: "小时"}
_WORDS: Final = {
    "工作日": Unit.WORKDAY,
    "自然日": Unit.CALENDAR_DAY,
    "日历日": Unit.CALENDAR_DAY,
    "日历天": Unit.CALENDAR_DAY,
    "月": Unit.MONTH,
    "年": Unit.YEAR,
    "小时": Unit.HOUR,
    "时": Unit.HOUR,
    **{str(unit): unit for unit in Unit},
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of units; zero workdays is 'the same day' (即办)."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or self.amount < 0:
            raise BadTerm(f"期限数量「{self.amount}」不对:应为不小于 0 的整数。", amount=str(self.amount))
        if not isinstance(self.unit, Unit):
            raise BadTerm(f"期限单位「{self.unit}」不对:应为工作日、自然日、月、年或小时。", unit=str(self.unit))

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read '5工作日', '5 个工作日', '60自然日', '3个月', '1年', '24小时', '20 workday' or '即办'.

        A bare '日' or '天' is refused: it means working days in some laws and calendar days in others.
        """
        plain = "".join(text.split())
        if plain in ("即办", "当场", "当日", "即时"):
            return cls(0, Unit.WORKDAY)
        number = plain[: len(plain) - len(plain.lstrip("0123456789"))]
        word = plain[len(number) :].removeprefix("个")
        if not number or word not in _WORDS:
            hint = ";请写明是工作日还是自然日" if word in ("日", "天") else ";应形如「5工作日」「60自然日」「3个月」「24小时」「即办」"
            raise BadTerm(f"期限「{text}」看不懂{hint}。", text=text)
        return cls(int(number), _WORDS[word])

    @property
    def zh(self) -> str:
        """As a page writes it: '5个工作日', '60日', '3个月', '即办'."""
        if self.amount == 0:
            return "即办"
        words = {Unit.WORKDAY: "个工作日", Unit.CALENDAR_DAY: "日(自然日)"}
        return f"{self.amount}{words.get(self.unit, self.unit.zh)}"

    def __str__(self) -> str:
        """The form that ``parse`` reads back and files keep: '5工作日'."""
        return f"{self.amount}{self.unit.zh}"


@dataclass(frozen=True, slots=True)
class Stop:
    """Days that do not count: ``start`` to ``end``, both included; ``end`` is None while the stop lasts.

    ``reason`` is what a page shows (听证, 检验 …), ``basis`` the clause that allows it.
    """

    start: date
    end: date | None
    reason: str
    basis: str

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise BadTerm(f"停钟区间不对:结束日 {self.end} 早于开始日 {self.start},请改正。")


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, approved by a named person for a reason."""

    amount: int
    unit: Unit
    approver: str
    reason: str

    def __post_init__(self) -> None:
        Limit(self.amount, self.unit)


@dataclass(frozen=True, slots=True)
class DayStep:
    """One day of a derivation: counted or not, as which number, why, and on which source."""

    date: date
    counted: bool
    number: int | None
    why_zh: str
    why_en: str
    source: str


def merged(stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """Stops in order, overlapping and adjoining ones joined with all their reasons and bases."""
    ordered = sorted(stops, key=lambda stop: stop.start)
    result: list[Stop] = []
    for stop in ordered:
        last = result[-1] if result else None
        if last is None or (last.end is not None and stop.start.toordinal() > last.end.toordinal() + 1):
            result.append(stop)
            continue
        end = None if last.end is None or stop.end is None else max(last.end, stop.end)
        result[-1] = Stop(last.start, end, _joined(last.reason, stop.reason), _joined(last.basis, stop.basis))
    return tuple(result)


def _joined(first: str, second: str) -> str:
    return first if second in first.split("、") else f"{first}、{second}"
