"""The refusal every identifier shares: what is wrong, at which position, and what to do."""

from __future__ import annotations

import unicodedata

from yiwang.standards.errors import InvalidInput


class BadIdentifier(InvalidInput):
    """标识不符合编码规则,请对照证件或文书核对后重新输入。"""

    code = "invalid_identifier"


def refuse(what: str, text: str, cause: str, *, position: int = 0, remedy: str = "请对照原件核对后重新输入") -> BadIdentifier:
    """Build the refusal: ``what`` is the Chinese name of the identifier, ``position`` counts from 1 (0 = the whole)."""
    if position and position <= len(text):
        place = f"{what}第 {position} 位「{text[position - 1]}」不对"
    else:
        place = f"{what}不对"
    return BadIdentifier(f"{place}:{cause};{remedy}。", identifier=what, position=position, cause=cause)


def clean(text: str) -> str:
    """What a person typed as the standard writes it: half-width, upper case, without blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split()).upper()


def require_length(what: str, text: str, *lengths: int) -> None:
    """Refuse a text of another length, saying how long it is and how long it should be."""
    if not text:
        raise refuse(what, text, "没有填写", remedy="请填写后再提交")
    if len(text) not in lengths:
        wanted = " 或 ".join(str(length) for length in lengths)
        raise refuse(what, text, f"应为 {wanted} 位,现在是 {len(text)} 位", remedy="请检查是否多输或漏输")


def require_charset(what: str, text: str, allowed: frozenset[str], described: str, *, start: int = 0, end: int | None = None) -> None:
    """Refuse the first character outside ``allowed`` in ``text[start:end]``, naming its position."""
    for index, character in enumerate(text[start:end], start + 1):
        if character not in allowed:
            raise refuse(what, text, f"这一位只能是{described}", position=index)


DIGITS = frozenset("0123456789")
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
