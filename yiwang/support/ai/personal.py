"""Personal data in free text: numbers of identity, telephone, plate and bank card, mail addresses. Flagged by span, never removed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yiwang.standards.identifiers import credit_code, id_card

READ = 20_000

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("id_number", re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")),
    ("credit_code", re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")),
    ("bank_card", re.compile(r"(?<!\d)[3-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?(?!\d)")),
    ("mobile", re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")),
    ("telephone", re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)")),
    (
        "plate",
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]"
            r"[A-HJ-NP-Z][ ·]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
        ),
    ),
    ("email", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,3}", re.ASCII)),
)
NAMES = {
    "id_number": "身份证号",
    "credit_code": "统一社会信用代码",
    "bank_card": "银行卡号",
    "mobile": "手机号",
    "telephone": "电话号码",
    "plate": "车牌号",
    "email": "电子邮箱",
}


@dataclass(frozen=True)
class Finding:
    """A span of the text (``start`` to ``end``, in characters) that holds personal data of a ``kind``."""

    kind: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The Chinese name of the kind."""
        return NAMES[self.kind]


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def find_personal_data(text: str) -> list[Finding]:
    """The findings in order; numbers with a check character count only where it is right. Reads 20,000 characters."""
    found: list[Finding] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text[:READ]):
            if _right(kind, match.group()) and not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(Finding(kind, match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def _right(kind: str, text: str) -> bool:
    if kind == "id_number":
        return id_card.is_valid(text.upper())
    if kind == "credit_code":
        return credit_code.is_valid(text)
    if kind == "bank_card":
        digits = re.sub(r"\D", "", text)
        return 15 <= len(digits) <= 19 and luhn(digits)
    return True


def masked(text: str) -> str:
    """The text with what was found covered by asterisks, length kept."""
    covered = list(text)
    for one in find_personal_data(text):
        covered[one.start : one.end] = "*" * (one.end - one.start)
    return "".join(covered)
