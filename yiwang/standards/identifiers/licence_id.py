"""Identifiers of electronic licences, GB/T 36904—2018 (source: STANDARDS §1.7).

``1.2.156.3005.2`` . type 21 (credit code 18 + sequence 3) . issuer 18 . serial . version 3 . check (ISO 7064 MOD 37,36
over the four middle parts without dots).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yiwang.standards.identifiers import credit_code
from yiwang.standards.identifiers.errors import ALPHANUMERIC, DIGITS, BadIdentifier, clean, refuse, require_charset, require_length

NAME: Final = "电子证照标识"
ROOT: Final = "1.2.156.3005.2"
SERIAL_MAX: Final = 32
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE: Final = {character: value for value, character in enumerate(_ALPHABET)}


@dataclass(frozen=True, slots=True)
class LicenceId:
    """A right identifier, taken apart."""

    identifier: str
    type: str
    issuer: str
    serial: str
    version: str
    check: str


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36 over digits and capital letters; KeyError for anything else."""
    product = 36
    for character in body:
        product = ((product + _VALUE[character]) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def make(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """Build an identifier; the version counts from 1."""
    parts = (type_code, issuer, serial, f"{version:03d}")
    body = "".join(parts)
    require_charset(NAME, body, ALPHANUMERIC, "数字或大写字母")
    return parse(".".join((ROOT, *parts, check_character(body)))).identifier


def is_valid(text: str) -> bool:
    """Whether a text is a right identifier."""
    try:
        parse(text)
    except BadIdentifier:
        return False
    return True


def parse(text: str) -> LicenceId:
    """Take an identifier apart; BadIdentifier says what is wrong and where."""
    identifier = clean(text)
    if not identifier.startswith(f"{ROOT}."):
        raise refuse(NAME, identifier, f"应以根码 {ROOT} 开头", position=1)
    parts = identifier[len(ROOT) + 1 :].split(".")
    if len(parts) != 5:
        raise refuse(NAME, identifier, f"根码之后应有 5 段,现在是 {len(parts)} 段", remedy="请检查分隔点是否多输或漏输")
    type_code, issuer, serial, version, check = parts
    _require_type(type_code)
    _require_organisation("电子证照颁发机构代码", issuer)
    if not 1 <= len(serial) <= SERIAL_MAX:
        raise refuse("电子证照流水号", serial, f"应为 1 至 {SERIAL_MAX} 位,现在是 {len(serial)} 位")
    require_charset("电子证照流水号", serial, ALPHANUMERIC, "数字或大写字母")
    require_length("电子证照版本号", version, 3)
    require_charset("电子证照版本号", version, DIGITS, "数字")
    if check != check_character("".join(parts[:4])):
        raise refuse(NAME, identifier, "校验位与前面各段不符,至少有一位输错", position=len(identifier))
    return LicenceId(identifier, type_code, issuer, serial, version, check)


def _require_type(type_code: str) -> None:
    require_length("电子证照类型代码", type_code, 21)
    _require_organisation("电子证照类型代码的定义机构", type_code[:18])
    require_charset("电子证照类型代码", type_code, ALPHANUMERIC, "数字或大写字母", start=18)


def _require_organisation(what: str, code: str) -> None:
    try:
        credit_code.parse(code)
    except BadIdentifier as error:
        raise refuse(what, code, str(error.details["cause"]), position=int(str(error.details["position"]))) from None
