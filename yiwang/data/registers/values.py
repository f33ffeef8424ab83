"""Frozen values that the registers' door takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from yiwang.standards.errors import Conflict, InvalidInput, NotFound, Unavailable
from yiwang.standards.subjects import Subject

Value = str | int | float | bool | None
"""A register's value in JSON types: dates are ISO texts, amounts are numbers."""

Origin = Literal["generated", "persona", "reported", "corrected"]


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A record that is no person and no company: ``Key('birth', record_no)``, 'property', 'household', 'marriage'."""

    kind: str
    value: str

    def __str__(self) -> str:
        """``birth:…``: the form in which other rooms store it."""
        return f"{self.kind}:{self.value}"

    @classmethod
    def read(cls, text: str) -> Key:
        """The key that ``str()`` wrote."""
        kind, _, value = text.partition(":")
        return cls(kind, value)


@dataclass(frozen=True, slots=True)
class Lookup:
    """How a register is found by one kind of key: which table or view, by which column."""

    kind: str
    source: str
    column: str


@dataclass(frozen=True, slots=True)
class Register:
    """A register: its Chinese title, its one owner (short code), its primary key column and the keys it is found by.

    ``about`` names the columns that say whose data a row is, for the diary of those persons; ``contributors`` are other departments
    whose results the owner takes into it.
    """

    name: str
    title: str
    department: str
    key_column: str
    lookups: tuple[Lookup, ...]
    about: tuple[str, ...]
    cycle: str
    note: str = ""
    contributors: tuple[str, ...] = ()

    def lookup(self, kind: str) -> Lookup | None:
        """The way in for a kind of key, or None."""
        return next((one for one in self.lookups if one.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is read from one register by one kind of key."""

    register: str
    kind: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row read: version and time of its last change, its values by column, and whose data it is."""

    register: str
    key: str
    version: int
    updated_at: datetime
    values: Mapping[str, Value]
    about: tuple[str, ...]
    matches: int = 1


@dataclass(frozen=True, slots=True)
class RegisterState:
    """Whether a register answers, and when its owner last brought it up to date."""

    register: str
    available: bool
    refreshed_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """All rows found, by (register, kind of key, key), and the state of each register."""

    rows: Mapping[tuple[str, str, str], Row]
    states: Mapping[str, RegisterState]


@dataclass(frozen=True, slots=True)
class Written:
    """A register row after a write: ``key`` is its primary key (a newborn's fresh identity number), ``created`` if it is new."""

    register: str
    key: str
    version: int
    created: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a row, old or present; ``source`` is the case or correction that brought it."""

    version: int
    values: Mapping[str, Value]
    origin: str
    source: str
    updated_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Related:
    """A record that belongs to a subject: why (mother, spouse, owner …), what, and a word to show in a list of choices."""

    subject: Subject
    relation: str
    key: Key | Subject
    label: str


@dataclass(frozen=True, slots=True)
class Persona:
    """A fixed person of every city, with a story; ``keys`` names the records of the story (birth, property, company, child …)."""

    key: str
    name: str
    id_number: str
    subject: Subject
    story: str
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CityReport:
    """What a build made: rows by register, flaws planted by kind, seconds. All of it is invented."""

    people: int
    seed: int
    as_of: date
    households: int
    companies: int
    rows: Mapping[str, int]
    flaws: Mapping[str, int]
    seconds: float
    note: str = "全部数据由程序按种子生成,云汀市为虚构城市,不含任何真实个人或企业的信息。"

    @property
    def rows_total(self) -> int:
        """All rows of all registers."""
        return sum(self.rows.values())


class NoSuchRegister(InvalidInput):
    """没有这个登记册,请核对名称。"""

    code = "no_such_register"


class NoSuchRow(NotFound):
    """登记册中没有这条记录,请核对编号。"""

    code = "no_such_row"


class RegistersUnavailable(Unavailable):
    """登记册暂时无法访问,请稍后重试;已填写的内容不会丢失。"""

    code = "registers_unavailable"


class AlreadyRegistered(Conflict):
    """该出生记录已经登记过户口,不能重复登记。"""

    code = "already_registered"


class NumbersExhausted(Conflict):
    """该区划该出生日期的身份号码顺序码已用完,请改用其他地址码。"""

    code = "numbers_exhausted"
