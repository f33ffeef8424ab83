"""Checking what a citizen claims, before an official's time is spent on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from yiwang.data.catalogue.api import Element
from yiwang.data.quality.values import CorrectionInvalid
from yiwang.standards.identifiers import credit_code, id_card, mobile

_IDENTIFIERS: Final[dict[str, Callable[[str], bool]]] = {
    "id_card": id_card.is_valid,
    "credit_code": credit_code.is_valid,
    "mobile": mobile.is_valid,
}


def checked(element: Element, *, held_value: str, claimed_value: str, reason: str) -> str:
    """The claimed value without blanks around; CorrectionInvalid when it is empty, the same, unexplained or of the wrong form."""
    claimed = claimed_value.strip()
    if not claimed:
        raise CorrectionInvalid(f"请填写「{element.name}」正确的内容。", field="claimed_value")
    if not reason.strip():
        raise CorrectionInvalid("请写明为什么现有内容不对,可说明依据的证件或文书。", field="reason")
    if claimed == held_value.strip():
        raise CorrectionInvalid("填写的内容与现有内容相同,无需纠错。", field="claimed_value")
    if not _fits(element, claimed):
        raise CorrectionInvalid(f"「{claimed}」不符合「{element.name}」的格式,请核对后重填。", field="claimed_value")
    return claimed


def _fits(element: Element, claimed: str) -> bool:
    try:
        if element.kind == "date":
            date.fromisoformat(claimed)
        if element.kind == "number":
            float(claimed)
    except ValueError:
        return False
    return element.identifier_rule == "" or _IDENTIFIERS[element.identifier_rule](claimed)
