"""Cleaning suggestions: values that could be meant, with confidence and reason. Pure; nobody's value is changed by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from yiwang.data.quality.report import Suggestion
from yiwang.standards.identifiers import credit_code, id_card, mobile

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ALIKE: Final = {"O": "0", "o": "0", "I": "1", "l": "1", "i": "1", "Z": "2", "S": "5", "B": "8"}
_ALIKE_IN_CODES: Final = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}  # letters that GB 32100 does not have
_MOST: Final = 3
Valid = Callable[[str], bool]


def suggest(
    rule: Mapping[str, Any], values: Mapping[str, str], *, codes: Mapping[str, str] | None = None, other: str = ""
) -> list[Suggestion]:
    """What the last column of a failing row could be, best first.

    Args:
        rule: its JSON. values: texts by column ('' for none). codes: words by code, for ``code``.
        other: what the other register holds, for ``agrees``.
    """
    columns = rule["columns"]
    if not columns or not values.get(columns[-1], ""):
        return []
    value, kind = values[columns[-1]], rule["kind"]
    found: Iterable[Suggestion] = ()
    if kind == "id_number":
        found = _number(value, id_card.is_valid, _ALIKE)
    elif kind == "credit_code":
        found = _number(value, credit_code.is_valid, _ALIKE_IN_CODES)
    elif kind == "mobile":
        found = _mobile(value)
    elif kind == "code":
        found = _code(value, codes or {})
    elif kind == "birth_date":
        found = _birth_date(values[columns[0]], value)
    elif kind == "agrees" and other:
        found = [Suggestion(other, 0.6, "另一登记册登记的内容")]
    elif kind in ("fresh", "range", "order", "typed"):
        found = _swapped(value)
    return _best(found, value)


def _best(found: Iterable[Suggestion], value: str) -> list[Suggestion]:
    kept: dict[str, Suggestion] = {}
    for one in found:
        if one.value != value and (one.value not in kept or kept[one.value].confidence < one.confidence):
            kept[one.value] = one
    return sorted(kept.values(), key=lambda one: -one.confidence)[:_MOST]


def plain(text: str) -> str:
    """Full-width signs as half-width, without blanks, dashes and dots between the signs of a number."""
    return re.sub(r"[\s\-—–·.]", "", text.translate(_WIDE))


def _number(value: str, valid: Valid, alike: Mapping[str, str]) -> Iterable[Suggestion]:
    text = plain(value).upper()
    if valid(text):
        return [Suggestion(text, 0.98, "全角、空格、分隔符或小写字母改为规范写法后,校验码正确")]
    if len(text) != 18:
        return []
    looked = [at for at, sign in enumerate(text[:17]) if sign in alike]
    if looked:
        repaired = "".join(alike.get(sign, sign) for sign in text[:17]) + text[17]
        return [Suggestion(repaired, 0.9, "形近的字母改为数字(O→0、I→1 等)后,校验码正确")] if valid(repaired) else []
    changed = {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(17)} - {text}
    turned = [one for one in changed if valid(one)]
    if len(turned) == 1:  # where several fit, none is more likely than the others
        return [Suggestion(turned[0], 0.6, "只有一处相邻两位互换后校验码正确")]
    return []


def _mobile(value: str) -> Iterable[Suggestion]:
    text = plain(value)
    for prefix in ("+86", "0086", "86"):
        if text.startswith(prefix) and len(text) == len(prefix) + 11:
            text = text.removeprefix(prefix)
    if mobile.is_valid(text):
        return [Suggestion(text, 0.97, "去掉国家代码、空格和分隔符,全角改为半角")]
    repaired = "".join(_ALIKE.get(sign, sign) for sign in text)
    return [Suggestion(repaired, 0.85, "形近的字母改为数字")] if mobile.is_valid(repaired) else []


def _code(value: str, codes: Mapping[str, str]) -> Iterable[Suggestion]:
    text = value.translate(_WIDE).strip()
    if text in codes:
        return [Suggestion(text, 0.98, "去掉空格,全角改为半角")]
    named = [code for code, word in codes.items() if word == text or (word.startswith(text) and len(text) > 1)]
    if len(named) == 1:
        return [Suggestion(named[0], 0.95, "登记的是名称,改为对应的代码")]
    padded = [code for code in codes if code.lstrip("0") == text.lstrip("0") and text]
    if len(padded) == 1:
        return [Suggestion(padded[0], 0.9, "补上代码前面的 0")]
    near = [code for code in codes if len(code) > 2 and _one_apart(code, text)]
    return [Suggestion(near[0], 0.5, f"代码表中只有「{near[0]} {codes[near[0]]}」与它相差一个字符")] if len(near) == 1 else []


def _one_apart(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _birth_date(number: str, held: str) -> Iterable[Suggestion]:
    if not id_card.is_valid(number):
        return []
    told = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    if held[:4] == told[:4] and held[5:7] == told[8:] and held[8:] == told[5:7]:
        return [Suggestion(told, 0.98, "身份号码校验正确,登记的月和日颠倒")]
    return [Suggestion(told, 0.9, "身份号码校验正确,按号码中的出生日期")]


def _swapped(value: str) -> Iterable[Suggestion]:
    """A date whose month and day, or two neighbouring digits of the year, changed places."""
    match = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?", plain_date(value))
    if not match:
        return []
    year, month, day = match.groups()
    found = []
    for text, confidence, why in (
        (f"{year}-{month:0>2}-{day:0>2}", 0.95, "改为规范的日期写法"),
        (f"{year}-{day:0>2}-{month:0>2}", 0.6, "月和日颠倒"),
        (f"{year[0]}{year[2]}{year[1]}{year[3]}-{month:0>2}-{day:0>2}", 0.3, "年份中间两位互换"),
    ):
        if _past(text):
            found.append(Suggestion(text, confidence, why))
    return found


def plain_date(text: str) -> str:
    """Full-width digits as half-width, without blanks."""
    return re.sub(r"\s", "", text.translate(_WIDE))


def _past(text: str) -> bool:
    try:
        return date(1900, 1, 1) <= date.fromisoformat(text) <= date.today()  # noqa: DTZ011 (a suggestion, not a decision)
    except ValueError:
        return False
