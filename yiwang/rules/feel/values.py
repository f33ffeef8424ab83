"""The values of FEEL that Python lacks: dates beyond year 9999, zoned times, the two durations, ranges and functions.

The others are plain Python: number = Decimal, string = str, boolean = bool, list = list, context = dict, null = None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from yiwang.rules.feel.types import FeelType

Value = Any
NUMBERS: Final = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[DivisionByZero, InvalidOperation, Overflow])
NANOS: Final = 1_000_000_000
DAY: Final = 86_400


class Unknown:
    """The mark of a fact that nobody has given yet; not the same as null, which says that there is none."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class UnknownFact(Exception):
    """An unknown fact was needed while evaluating; carries its name."""


class Date(NamedTuple):
    """A day of the proleptic Gregorian calendar; the year may be negative or beyond 9999."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


class Time(NamedTuple):
    """A time of day; ``offset`` in seconds, ``zone`` an IANA name; both None for local time."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str | None = None

    def __str__(self) -> str:
        fraction = f".{self.nano:09d}".rstrip("0") if self.nano else ""
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction}"
        if self.zone is not None:
            return f"{text}@{self.zone}"
        if self.offset is None:
            return text
        return text + offset_text(self.offset)


class DateTime(NamedTuple):
    """A day and a time of day, with the zone of the time."""

    date: Date
    time: Time

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


class YearsMonths(NamedTuple):
    """A years and months duration, as months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        if not self.months:
            return "P0M"
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


class DaysTime(NamedTuple):
    """A days and time duration, as nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        seconds, nanos = divmod(abs(self.nanos), NANOS)
        days, seconds = divmod(seconds, DAY)
        hours, seconds = divmod(seconds, 3600)
        minutes, seconds = divmod(seconds, 60)
        fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
        time = f"{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}"
        if seconds or fraction:
            time += f"{seconds}{fraction}S"
        if not days and not time:
            return "PT0S"
        return f"{'-' if self.nanos < 0 else ''}P{f'{days}D' if days else ''}{'T' + time if time else ''}"


class Range(NamedTuple):
    """An interval, or the set described by one comparison (``op`` is then its operator, as in ``(< 10)``)."""

    low: Value
    low_closed: bool
    high: Value
    high_closed: bool
    op: str = ""


class Function:
    """A callable FEEL value: built in, defined in an expression, a business knowledge model or a decision service."""

    __slots__ = ("body", "name", "names", "parameters", "returns", "variadic")

    def __init__(
        self,
        name: str,
        parameters: Sequence[tuple[str, FeelType | None]],
        body: Callable[..., Value],
        *,
        returns: FeelType | None = None,
        variadic: bool = False,
    ) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.names = tuple(parameter for parameter, _ in self.parameters)
        self.body = body
        self.returns = returns
        self.variadic = variadic

    def __repr__(self) -> str:
        return f"function {self.name}({', '.join(self.names)})"


def offset_text(offset: int) -> str:
    """An offset in seconds as ``Z``, ``+08:00`` or ``-05:30:15``."""
    if not offset:
        return "Z"
    hours, rest = divmod(abs(offset), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}{f':{seconds:02d}' if seconds else ''}"


BASIC_KINDS: Final[dict[type, str]] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    YearsMonths: "years and months duration",
    DaysTime: "days and time duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
    type(None): "null",
}


def kind_of(value: Value) -> str:
    """The FEEL type name of a value, ``"null"`` for None."""
    return BASIC_KINDS.get(type(value)) or ("function" if isinstance(value, Function) else "unknown")


def number(value: int | str | Decimal) -> Decimal:
    """A FEEL number (34 significant digits)."""
    return NUMBERS.create_decimal(value)
