"""From what was typed to values: normalised, checked, with a message per field; what was typed is always kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.standards.errors import InvalidInput
from yiwang.standards.identifiers import credit_code, id_card, mobile
from yiwang.support.forms.errors import InputTooLarge
from yiwang.support.forms.fields import Field, as_text

LARGEST_FORM: Final = 200_000  # characters of one form; files travel apart
_YES: Final = frozenset({"true", "1", "on", "yes", "是", "y"})
_NO: Final = frozenset({"", "false", "0", "off", "no", "否", "n"})
_LANDLINE: Final = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")
_DATE: Final = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """``values``: what was understood · ``errors``: per field, why not · ``typed``: everything as it came."""

    values: dict[str, Any]
    errors: dict[str, str]
    typed: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Whether nothing has to be corrected."""
        return not self.errors


class _Wrong(InvalidInput):
    """这一项需要修改。"""


def clean(form: Sequence[Field], data: Mapping[str, Any]) -> Cleaned:
    """Check what was typed against the fields.

    Fields that the answers hide are neither asked nor kept as values; unknown members of ``data`` stay in ``typed`` only.
    Values: text as str, number as int or float, date as ISO text, boolean as bool, several choices as a list of texts,
    identity numbers, credit codes and phones in their standard form. An optional field left empty has no value.

    Raises:
        InputTooLarge: when the whole is larger than 200,000 characters.
    """
    size = sum(len(key) + _length(value) for key, value in data.items())
    if size > LARGEST_FORM:
        raise InputTooLarge(size=size, limit=LARGEST_FORM)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    given = dict(data)
    for one in form:
        if not one.shown(given):
            given.pop(one.key, None)  # an answer that is no longer asked for decides nothing either
            continue
        try:
            value = _value(one, data.get(one.key))
        except InvalidInput as wrong:
            errors[one.key] = wrong.message
        else:
            if value is not None:
                values[one.key] = given[one.key] = value
    return Cleaned(values, errors, dict(data))


def _length(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(len(str(key)) + _length(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_length, value))
    return len(value) if isinstance(value, str) else 8


def _value(one: Field, raw: Any) -> Any:
    if one.kind == "boolean":
        return _boolean(one, raw)
    if one.kind in ("multichoice", "file"):
        return _several(one, raw) if one.kind == "multichoice" else _file(one, raw)
    if isinstance(raw, Mapping | list | tuple):
        raise _Wrong(f"「{one.label}」只能填一个值,请重新填写。")
    text = _plain(one, as_text(raw))
    if not text:
        if one.required:
            verb = "选择" if one.kind == "choice" else "填写"
            raise _Wrong(f"「{one.label}」没有{verb},请{verb}后再提交。")
        return None
    if len(text) > one.max_length:
        raise _Wrong(f"「{one.label}」太长:现在 {len(text)} 字,最多 {one.max_length} 字,请删减 {len(text) - one.max_length} 字。")
    value = _KINDS.get(one.kind, _text)(one, text)
    if one.pattern and not one.compiled.fullmatch(as_text(value)):
        raise _Wrong(f"「{one.label}」的格式不对,{one.help.rstrip('。') or '请按示例填写'}。")
    return value


def _plain(one: Field, text: str) -> str:
    """Half-width where a code or number is expected; otherwise only invisible characters and outer blanks go."""
    if one.kind in ("text", "textarea", "address"):
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u3000", " "))
        kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
        return kept.strip() if one.kind == "textarea" else " ".join(kept.split())
    if one.kind == "choice":
        return text.strip()
    return unicodedata.normalize("NFKC", text).strip()


def _text(one: Field, text: str) -> str:
    return text


def _number(one: Field, text: str) -> int | float:
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise _Wrong(f"「{one.label}」应是数字,现在填的是「{text[:20]}」,请只填数字,不写单位。") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise _Wrong(f"「{one.label}」超出可填的范围,请核对后重新填写。")
    _in_bounds(one, number, Decimal(one.minimum) if one.minimum else None, Decimal(one.maximum) if one.maximum else None)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(one: Field, text: str) -> str:
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day = date(*map(int, found.groups()))
    except ValueError:
        raise _Wrong(f"「{one.label}」不是真实的日期:「{text[:20]}」,请按 2026-11-21 的样子填写。") from None
    _in_bounds(one, day, _day(one.minimum), _day(one.maximum))
    return day.isoformat()


def _day(bound: str) -> date | None:
    return today() if bound == "today" else date.fromisoformat(bound) if bound else None


def _in_bounds(one: Field, value: Any, lowest: Any, highest: Any) -> None:
    if lowest is not None and value < lowest:
        raise _Wrong(f"「{one.label}」不能{'早于' if one.kind == 'date' else '小于'} {lowest},请核对后重新填写。")
    if highest is not None and value > highest:
        raise _Wrong(f"「{one.label}」不能{'晚于' if one.kind == 'date' else '大于'} {highest},请核对后重新填写。")


def _choice(one: Field, text: str) -> str:
    if text not in {option.value for option in one.options}:
        raise _Wrong(f"「{one.label}」没有「{text[:20]}」这个选项,请从列出的选项中选择。")
    return text


def _several(one: Field, raw: Any) -> list[str] | None:
    given = raw if isinstance(raw, list | tuple) else [raw] if as_text(raw) else []
    chosen = list(dict.fromkeys(_choice(one, as_text(item).strip()) for item in given))
    if one.required and not chosen:
        raise _Wrong(f"「{one.label}」没有选择,请至少选择一项。")
    return chosen or None


def _boolean(one: Field, raw: Any) -> bool:
    text = unicodedata.normalize("NFKC", as_text(raw)).strip().lower() if not isinstance(raw, list | tuple | Mapping) else "?"
    if text in _YES:
        return True
    if text not in _NO:
        raise _Wrong(f"「{one.label}」请选择是或否。")
    if one.required and not text:
        raise _Wrong(f"请确认「{one.label}」后再提交。")
    return False  # a plain no is an answer too; whether it is good enough is for the matter to decide


def _file(one: Field, raw: Any) -> Any:
    if isinstance(raw, Mapping) and raw.get("digest"):
        return dict(raw)
    text = as_text(raw).strip() if not isinstance(raw, Mapping | list | tuple) else ""
    if not text and one.required:
        raise _Wrong(f"「{one.label}」没有上传文件,请上传后再提交。")
    return text or None


def _identifier(parse: Callable[[str], str]) -> Callable[[Field, str], str]:
    """The standard's own refusal, with the field's name in front so that it can be found on a long page."""

    def check(one: Field, text: str) -> str:
        try:
            return parse(text)
        except InvalidInput as wrong:
            raise _Wrong(f"「{one.label}」有误:{wrong.message}") from wrong

    return check


def _phone(text: str) -> str:
    if _LANDLINE.fullmatch(text.replace(" ", "")):
        return text.replace(" ", "")
    return mobile.parse(text).number


_KINDS: Final[dict[str, Callable[[Field, str], Any]]] = {
    "number": _number,
    "date": _date,
    "choice": _choice,
    "id_number": _identifier(lambda text: id_card.parse(text, today=today()).number),
    "credit_code": _identifier(lambda text: credit_code.parse(text).code),
    "phone": _identifier(_phone),
}
