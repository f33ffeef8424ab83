"""Codes of government-service matters and cases, C0109.1 / GB/T 39554.1 (source: STANDARDS §1.5).

basic 12 = source 2 + type 2 + department 2 + main item 3 + sub-item 3;
implementing 31 = credit code 18 + level 1 + basic 12; handling item 33 = implementing 31 + sequence 2;
case number ≤ 50, by default implementing (or handling) code + YYYYMMDD + serial.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from yiwang.standards.identifiers import credit_code
from yiwang.standards.identifiers.errors import ALPHANUMERIC, DIGITS, BadIdentifier, clean, refuse, require_charset, require_length

CASE_NUMBER_MAX: Final = 50
_CASE_CHARACTERS: Final = ALPHANUMERIC | {"-", "_"}


@dataclass(frozen=True, slots=True)
class BasicCode:
    """The 12 digits of the basic directory."""

    code: str

    @property
    def source(self) -> str:
        """'00' for the state, else the first two digits of the province."""
        return self.code[:2]

    @property
    def type(self) -> str:
        """Type of power, table ``matter_type``: '01' permit … '20' public service."""
        return self.code[2:4]

    @property
    def department(self) -> str:
        """Department number within the source."""
        return self.code[4:6]

    @property
    def item(self) -> str:
        """Number of the main item."""
        return self.code[6:9]

    @property
    def sub_item(self) -> str:
        """Number of the sub-item, '000' where there is none."""
        return self.code[9:12]


@dataclass(frozen=True, slots=True)
class ImplementingCode:
    """The 31 characters of the implementation list."""

    code: str

    @property
    def organisation(self) -> str:
        """Credit code of the implementing body."""
        return self.code[:18]

    @property
    def level(self) -> int:
        """Level of exercise, 1 state … 7 by level."""
        return int(self.code[18])

    @property
    def basic(self) -> str:
        """The basic code it implements."""
        return self.code[19:31]


@dataclass(frozen=True, slots=True)
class HandlingCode:
    """The 33 characters of a handling item."""

    code: str

    @property
    def implementing(self) -> str:
        """The implementing code it belongs to."""
        return self.code[:31]

    @property
    def sequence(self) -> int:
        """1–99."""
        return int(self.code[31:33])


def parse_basic(text: str) -> BasicCode:
    """Read a basic code."""
    code = clean(text)
    require_length("事项基本编码", code, 12)
    require_charset("事项基本编码", code, DIGITS, "数字")
    return BasicCode(code)


def parse_implementing(text: str, *, basic: str = "") -> ImplementingCode:
    """Read an implementing code; with ``basic`` given, its last 12 digits must be that code."""
    what, code = "事项实施编码", clean(text)
    require_length(what, code, 31)
    try:
        credit_code.parse(code[:18])
    except BadIdentifier as error:
        raise refuse(
            what, code, f"前 18 位应为实施主体的统一社会信用代码({error.details['cause']})", position=int(str(error.details["position"]))
        ) from None
    if code[18] not in "1234567":
        raise refuse(what, code, "行使层级只能是 1 至 7", position=19)
    require_charset(what, code, DIGITS, "数字", start=19)
    if basic and code[19:] != basic:
        raise refuse(what, code, f"第 20 至 31 位应等于基本编码 {basic}", position=20)
    return ImplementingCode(code)


def parse_handling(text: str) -> HandlingCode:
    """Read the code of a handling item."""
    what, code = "业务办理项编码", clean(text)
    require_length(what, code, 33)
    parse_implementing(code[:31])
    require_charset(what, code, DIGITS, "数字", start=31)
    if code[31:] == "00":
        raise refuse(what, code, "顺序号从 01 到 99", position=32)
    return HandlingCode(code)


def parse(text: str) -> BasicCode | ImplementingCode | HandlingCode:
    """Read any of the three by its length."""
    code = clean(text)
    require_length("事项编码", code, 12, 31, 33)
    if len(code) == 12:
        return parse_basic(code)
    return parse_implementing(code) if len(code) == 31 else parse_handling(code)


def is_valid(text: str) -> bool:
    """Whether a text is a right basic, implementing or handling code."""
    try:
        parse(text)
    except BadIdentifier:
        return False
    return True


def make_basic(source: str, matter_type: str, department: str, item: int, sub_item: int = 0) -> str:
    """Build a basic code."""
    return parse_basic(f"{source}{matter_type}{department}{item:03d}{sub_item:03d}").code


def make_implementing(organisation: str, level: int, basic: str) -> str:
    """Build an implementing code."""
    return parse_implementing(f"{organisation}{level}{basic}").code


def make_handling(implementing: str, sequence: int) -> str:
    """Build the code of a handling item; sequence 1–99."""
    return parse_handling(f"{implementing}{sequence:02d}").code


def parse_case_number(text: str) -> str:
    """Read a case number: at most 50 of 0-9, A-Z, '-' and '_'; each place makes its own, so only this is checked."""
    what, number = "办件编号", clean(text)
    require_length(what, number, *([len(number)] if 0 < len(number) <= CASE_NUMBER_MAX else [CASE_NUMBER_MAX]))
    require_charset(what, number, _CASE_CHARACTERS, "数字、大写字母、连字符或下划线")
    return number


def make_case_number(matter: str, on: date, serial: int) -> str:
    """Build a case number: matter code (31 or 33) + YYYYMMDD + serial of at least four digits."""
    return parse_case_number(f"{matter}{on:%Y%m%d}{serial:04d}")
