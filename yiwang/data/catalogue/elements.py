"""The frozen value of a data element and the reading of ``elements.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from yiwang.standards.errors import InvalidInput

ElementKind = Literal["string", "date", "number", "boolean", "code", "list"]
Cycle = Literal["realtime", "daily", "weekly", "monthly", "quarterly", "yearly"]


@dataclass(frozen=True, slots=True)
class CrossSource:
    """A second register that also holds the value, to be compared: where both speak and differ, a fact 'disagrees'."""

    register: str
    column: str


@dataclass(frozen=True, slots=True)
class Element:
    """A data element 数据元.

    Attributes:
        code: ``subject.name``, stable; the key under which matters, forms and facts speak of it.
        code_table: name of a table of ``code_tables.json`` for kind 'code', else ''.
        register: the one authoritative register; ``column`` the column there (or of its view by person).
        subject: what a claim's key names: 'person', 'company', 'birth', 'property', 'household', 'marriage'.
        department: short code of the owner.
        level: 1–4 of general data (GB/T 43697); personal data is at least 2, sensitive personal data at least 3.
        sensitive: sensitive personal data of PIPL article 28 (health, accounts, children under 14 …).
        identifier_rule: module of ``standards.identifiers`` that checks the value, or ''.
        cross: other registers to compare with.
        absent_means: what the lack of a row says, for registers of exceptions (no row among dishonest debtors: False).
    """

    code: str
    name: str
    name_en: str
    kind: ElementKind
    register: str
    column: str
    subject: str
    department: str
    level: int
    sensitive: bool
    update_cycle: Cycle
    code_table: str = ""
    identifier_rule: str = ""
    cross: tuple[CrossSource, ...] = ()
    absent_means: bool | None = None


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A code table 代码表 with its one authoritative source: the department that keeps it.

    Attributes:
        standard: where its codes are taken from; '' for codes of the city's own.
        elements: the data elements that speak in them.
    """

    code: str
    title: str
    title_en: str
    department: str
    standard: str
    codes: Mapping[str, str]
    elements: tuple[str, ...]


class UnknownCodeTable(InvalidInput):
    """数据元目录中没有这张代码表,请核对名称。"""

    code = "unknown_code_table"


class UnknownElement(InvalidInput):
    """数据元目录中没有这个代码,请核对事项的材料与表单所引用的数据元。"""

    code = "unknown_element"


@cache
def load() -> dict[str, Element]:
    """All elements by code, in the order of the file."""
    rows = json.loads((Path(__file__).parent / "elements.json").read_text(encoding="utf-8"))
    elements = {}
    for row in rows:
        cross = tuple(CrossSource(**one) for one in row.pop("cross", ()))
        elements[row["code"]] = Element(**row, cross=cross)
    return elements


@cache
def code_tables() -> dict[str, dict[str, str]]:
    """Codes and their Chinese words by table, in the order of the file."""
    tables: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "code_tables.json").read_text(encoding="utf-8"))
    return tables


@cache
def tables() -> dict[str, CodeTable]:
    """Code tables with their sources and the elements that speak in them, by code."""
    told = json.loads((Path(__file__).parent / "code_sources.json").read_text(encoding="utf-8"))
    users: dict[str, list[str]] = {}
    for one in load().values():
        users.setdefault(one.code_table, []).append(one.code)
    return {
        code: CodeTable(
            code, told[code]["title"], told[code]["title_en"], told[code]["department"], told[code].get("standard", ""), codes,
            tuple(users.get(code, ())),
        )
        for code, codes in sorted(code_tables().items())
    }  # fmt: skip
