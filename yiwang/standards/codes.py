"""Code tables of the national standards, side by side: the same word has another code in another system.

Inside the house the English ``key`` is stored; the code is written only at the border, in the system the partner speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yiwang.standards import code_tables
from yiwang.standards.errors import InvalidInput, NotFound


class System(StrEnum):
    """Whose codes."""

    GB39046 = "GB39046"
    C0109 = "C0109"
    RATING_INTERFACE = "RATING_INTERFACE"


class UnknownTable(NotFound):
    """没有这张代码表。"""

    code = "unknown_code_table"


class UnknownCode(InvalidInput):
    """代码不在代码表中,请从表中选择。"""

    code = "unknown_code"


class CertainCode(InvalidInput):
    """这个代码由标准确定,不能用配置改写。"""

    code = "certain_code"


@dataclass(frozen=True, slots=True)
class Code:
    """One code; ``sure`` is False where the standard's text could not be checked and configuration may differ."""

    code: str
    key: str
    name_zh: str
    name_en: str
    sure: bool = True


class Table(Mapping[str, Code]):
    """Codes of one table in one system, by code, in the standard's order."""

    def __init__(self, name: str, system: System, codes: Iterable[Code]) -> None:
        """Index the codes by code, key and Chinese name."""
        self.name = name
        self.system = system
        self._codes = {code.code: code for code in codes}
        self._keys = {code.key: code for code in self._codes.values()}
        self._names = {code.name_zh: code for code in reversed(self._codes.values())}

    def __getitem__(self, code: str) -> Code:
        """The entry of a code we know to exist; ``require`` is for codes from outside."""
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def require(self, code: str) -> Code:
        """The entry of a code that came from outside.

        Raises:
            UnknownCode: naming the table and its codes.
        """
        return self._found(self._codes.get(code), code)

    def by_key(self, key: str) -> Code:
        """The entry of one of our own keys."""
        return self._found(self._keys.get(key), key)

    def by_name(self, name_zh: str) -> Code:
        """The entry of a Chinese name."""
        return self._found(self._names.get(name_zh), name_zh)

    def _found(self, entry: Code | None, asked: str) -> Code:
        if entry is None:
            choices = "、".join(f"{code.code} {code.name_zh}" for code in self._codes.values())
            raise UnknownCode(f"「{asked}」不在代码表 {self.name}({self.system})中,请从下列代码中选择:{choices}。", table=self.name)
        return entry


def _read(name: str, system: System, text: str) -> Table:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    return Table(name, system, (Code(row[0], row[1], row[2], row[3], sure=len(row) == 4) for row in rows))


_PUBLISHED: Final = {
    (name, system): _read(name, system, text)
    for system, blocks in (
        (System.GB39046, code_tables.GB39046),
        (System.C0109, code_tables.C0109),
        (System.RATING_INTERFACE, code_tables.RATING_INTERFACE),
    )
    for name, text in blocks.items()
}
_in_force: dict[tuple[str, System], Table] = dict(_PUBLISHED)


def table(name: str, system: System | str = System.GB39046) -> Table:
    """The table in force: as published, with what configuration overrides.

    Raises:
        UnknownTable: when the system has no such table.
    """
    try:
        return _in_force[name, System(system)]
    except (KeyError, ValueError):
        raise UnknownTable(f"体系 {system} 中没有名为「{name}」的代码表。", table=name, system=str(system)) from None


def tables() -> list[Table]:
    """Every table in force."""
    return list(_in_force.values())


def configure(name: str, system: System | str, codes: Iterable[Code]) -> Table:
    """Override uncertain codes of a table and add new ones; an entry replaces the one with the same key.

    Raises:
        CertainCode: when it would change, or take the code of, an entry the standard fixes.
        UnknownTable: when the system has no such table.
    """
    before = table(name, system)
    entries = {entry.key: entry for entry in before.values()}
    for entry in codes:
        held = entries.get(entry.key)
        owner = before.get(entry.code)
        if (held is not None and held.sure and held != entry) or (owner is not None and owner.sure and owner.key != entry.key):
            raise CertainCode(f"代码表 {name}({before.system})的代码 {entry.code} 由标准确定,不能改写;请改用其他代码。", table=name)
        entries[entry.key] = entry
    changed = Table(name, before.system, entries.values())
    if len(changed) != len(entries):
        raise CertainCode(f"代码表 {name}({before.system})中有两个条目使用同一代码,请改正配置。", table=name)
    _in_force[name, before.system] = changed
    return changed


def as_published() -> None:
    """Forget every override."""
    _in_force.clear()
    _in_force.update(_PUBLISHED)


# 依申请: matters that begin with somebody's application
APPLIED_FOR: Final = frozenset({"permit", "payment", "confirmation", "reward", "adjudication", "other", "public_service"})
# which template of elements a type of matter uses
ELEMENT_GROUP: Final = {
    **dict.fromkeys(["permit", "payment", "reward", "confirmation", "adjudication", "other"], "general"),
    "penalty": "punish",
    "levy": "handle",
    "coercion": "check",
    "inspection": "check",
    "public_service": "public",
}


class Satisfaction(StrEnum):
    """Five levels of satisfaction, stored by name because the systems number them in opposite directions."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    MOSTLY_SATISFIED = "mostly_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def bad(self) -> bool:
        """Whether the level is one of the last two (差评)."""
        return self in (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)

    @property
    def name_zh(self) -> str:
        """The Chinese name."""
        return table("satisfaction").by_key(self).name_zh

    def code_in(self, system: System | str) -> str:
        """The code of this level in a system."""
        return table("satisfaction", system).by_key(self).code

    @classmethod
    def from_code(cls, code: str, system: System | str) -> Satisfaction:
        """The level that a system's code means."""
        return cls(table("satisfaction", system).require(code).key)


class CaseKind(StrEnum):
    """办件类型."""

    INSTANT = "instant"
    PROMISED = "promised"
    OTHER = "other"


class MatterState(StrEnum):
    """事项状态."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
