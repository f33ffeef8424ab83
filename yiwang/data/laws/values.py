"""What the law library answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

ParameterValue = Decimal | str | tuple[Mapping[str, Any], ...]
FLAGS = {
    "changed": "条文已修改",
    "repealed": "法律已废止",
    "missing_article": "没有这一条款",
    "not_in_force": "尚未施行",
    "not_held": "库中没有当日文本",
    "unknown_law": "库中没有这部法",
    "document": "规范性文件,不在库中",
    "unreadable": "看不出引用",
    "quote_differs": "引文与条文不符",
}


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One held text of a law. ``in_force_to`` is its last day (None: still in force); ``basis`` says where ``in_force_from`` is from:
    'text' (the law or its heading says the day), 'published' (in force when published), 'amended' (the day of the amendment), 'unknown'.
    """

    id: UUID
    version_date: date | None
    in_force_from: date | None
    in_force_to: date | None
    basis: str
    articles: int
    source: str

    @property
    def label(self) -> str:
        """The version as people name it."""
        return self.version_date.isoformat() if self.version_date else "日期不详"

    def holds(self, on: date) -> bool:
        """Whether this is the text of that day."""
        return self.in_force_from is not None and self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class Law:
    """A law with its held versions, oldest first. ``first_date``: its first day in force, or the oldest day known of it."""

    id: UUID
    title: str
    short_title: str
    kind: str
    organ: str
    first_date: date | None
    repealed_on: date | None
    repealed_by: str
    versions: tuple[VersionLine, ...]

    def status(self, on: date) -> Literal["in_force", "not_yet", "repealed", "not_held"]:
        """Its state on a day."""
        if self.repealed_on is not None and on >= self.repealed_on:
            return "repealed"
        if any(version.holds(on) for version in self.versions):
            return "in_force"
        return "not_yet" if self.first_date is not None and on < self.first_date else "not_held"


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as it read on a day; ``place`` is 编 / 章 / 节, outermost first."""

    law_id: UUID
    title: str
    label: str
    text: str
    place: tuple[str, ...]
    version: str
    in_force_from: date | None
    in_force_to: date | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """One reference of a citation, met or not. ``reason`` and ``code`` say why it was not; ``text`` is the cited 款 or 项 itself,
    or the whole article ('' for a law cited as a whole).
    """

    said: str
    title: str
    label: str
    text: str = ""
    law_id: UUID | None = None
    version: str = ""
    in_force_from: date | None = None
    in_force_to: date | None = None
    reason: str = ""
    code: str = ""

    @property
    def resolved(self) -> bool:
        """Whether the library holds what was cited."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of characters: 'same', 'removed' (only in the older text) or 'added' (only in the newer)."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """An article's number in one version, beside the version before. ``kind``: 'first' (oldest held), 'same', 'changed', 'added' or
    'removed'. ``came_from`` / ``went_to``: where most of the text stood before, or stands now, under another number.
    """

    version: str
    in_force_from: date | None
    kind: Literal["first", "same", "changed", "added", "removed"]
    text: str
    diff: tuple[DiffPart, ...] = ()
    came_from: str = ""
    went_to: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation to be checked. ``since``: when the rule was made (None: unknown, only today counts); ``where``: whose it is;
    ``quote``: what the rule says the article says; ``department``: the short code of who answers for the rule.
    """

    text: str
    since: date | None = None
    where: str = ""
    quote: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should look at. ``kind`` is a key of ``FLAGS``; ``detail`` is a sentence; ``diff`` for 'changed'."""

    cited: Cited
    said: str
    kind: str
    detail: str
    diff: tuple[DiffPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: how many references there were, how many met their text, and the flags."""

    references: int
    resolved: int
    flags: tuple[Flag, ...]

    @property
    def share(self) -> float:
        """Resolved part of all references, 0–1 (1 where there are none)."""
        return self.resolved / self.references if self.references else 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds all the words, with the first place marked by its position in ``text``."""

    law_id: UUID
    title: str
    label: str
    text: str
    version: str
    at: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: 'new', 'same', 'corrected' (same version, other text than before), 'duplicate' or 'refused'."""

    path: str
    outcome: str
    title: str = ""
    version: str = ""
    articles: int = 0
    warnings: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every file accounted for."""

    files: tuple[FileReport, ...]
    laws: int
    versions: int
    articles: int

    def count(self, outcome: str) -> int:
        """How many files had this outcome."""
        return sum(1 for file in self.files if file.outcome == outcome)

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "counts": {name: self.count(name) for name in ("new", "same", "corrected", "duplicate", "refused")},
            "held": {"laws": self.laws, "versions": self.versions, "articles": self.articles},
            "files": [
                {
                    "path": f.path,
                    "outcome": f.outcome,
                    "title": f.title,
                    "version": f.version,
                    "articles": f.articles,
                    "warnings": list(f.warnings),
                    "reason": f.reason,
                }
                for f in self.files
            ],
        }


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated value: a number, a text, or a table of cohorts. ``kind``: 'law' (a statute fixes it) or 'configuration' (this place
    decides it: the shipped value is an example). ``valid_to`` is the last day, None while no end is known.
    """

    code: str
    name: str
    value: ParameterValue
    unit: str
    source: str
    kind: str
    valid_from: date
    valid_to: date | None

    @property
    def plain(self) -> str | int | float | tuple[Mapping[str, Any], ...]:
        """The value as JSON can hold it: a whole number as int, another number as float."""
        if isinstance(self.value, Decimal):
            return int(self.value) if self.value == self.value.to_integral_value() else float(self.value)
        return self.value
