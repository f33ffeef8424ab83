"""What is handed in with a step, checked by the types in the table; every fault told at once, by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from yiwang.business.cases.errors import FormIncomplete
from yiwang.business.cases.states import Action, Input
from yiwang.business.cases.values import GivenMaterial
from yiwang.standards.errors import InvalidInput

_LARGEST_MAPPING: Final = 300
_LONGEST: Final = 10_000


class _Wrong(InvalidInput):
    """这一项需要修改。"""


def clean(line: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """Typed inputs of an action; members that the action does not know are refused, an optional empty one is left out.

    Raises:
        FormIncomplete: all faults by key, with what was typed.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in line.inputs:
        raw = given.get(one.key)
        if raw is None or raw == "" or raw == [] or raw == {}:
            if one.required:
                errors[one.key] = f"「{one.label}」没有填写,请填写后再提交。"
            continue
        try:
            values[one.key] = _READERS[one.kind](one, raw)
        except _Wrong as wrong:
            errors[one.key] = wrong.message
    for key in given.keys() - {one.key for one in line.inputs}:
        errors[str(key)[:40]] = f"「{line.label}」不需要「{str(key)[:40]}」,请去掉后重试。"
    if errors:
        raise FormIncomplete(errors, dict(given))
    return values


def _text(one: Input, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Wrong(f"「{one.label}」应是文字,请重新填写。")
    text = raw.strip()
    if "\x00" in text:
        raise _Wrong(f"「{one.label}」含有不能保存的字符,请重新填写。")
    if len(text) < one.least:
        raise _Wrong(f"「{one.label}」太短,至少 {one.least} 个字,请写明具体内容。")
    if len(text) > one.most:
        raise _Wrong(f"「{one.label}」太长:现在 {len(text)} 字,最多 {one.most} 字,请删减。")
    return text


def _choice(one: Input, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in dict(one.options):
        names = "、".join(name for _, name in one.options)
        raise _Wrong(f"「{one.label}」没有这个选项,请从「{names}」中选择。")
    return raw


def _integer(one: Input, raw: Any) -> int:
    try:
        if isinstance(raw, bool | float):
            raise ValueError
        number = int(str(raw).strip()[:20])
    except ValueError:
        raise _Wrong(f"「{one.label}」应是整数,请只填数字。") from None
    if not one.least <= number <= one.most:
        raise _Wrong(f"「{one.label}」应在 {one.least} 到 {one.most} 之间,请重新填写。")
    return number


def _boolean(one: Input, raw: Any) -> bool:
    text = str(raw).strip().lower()
    if text in ("true", "1", "on", "yes", "是"):
        return True
    if text in ("false", "0", "off", "no", "否"):
        return False
    raise _Wrong(f"「{one.label}」请选择是或否。")


def _date(one: Input, raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw)[:40]).isoformat()
    except ValueError:
        raise _Wrong(f"「{one.label}」不是真实的日期,请按 2026-11-21 的样子填写。") from None


def _list(one: Input, raw: Any) -> list[str]:
    items = raw.splitlines() if isinstance(raw, str) else raw
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise _Wrong(f"「{one.label}」应是逐行列出的文字,请重新填写。")
    kept = [item.strip() for item in items if item.strip()]
    if not kept or len(kept) > one.most or any(len(item) > 500 or "\x00" in item for item in kept):
        raise _Wrong(f"「{one.label}」应列 1 到 {one.most} 条,每条不超过 500 字,请修改。")
    return kept


def _mapping(one: Input, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or len(raw) > _LARGEST_MAPPING or not all(isinstance(key, str) and len(key) <= 100 for key in raw):
        raise _Wrong(f"「{one.label}」的格式不对,应是「项目:内容」的对应,请重新填写。")
    for value in raw.values():
        if not isinstance(value, str | int | float | bool | list | tuple | Mapping | None) or len(str(value)) > _LONGEST:
            raise _Wrong(f"「{one.label}」中有内容过长或格式不对,请删减。")
    return dict(raw)


def _materials(one: Input, raw: Any) -> dict[str, GivenMaterial]:
    if not isinstance(raw, Mapping) or len(raw) > _LARGEST_MAPPING:
        raise _Wrong(f"「{one.label}」的格式不对,请重新选择材料。")
    return {str(key)[:100]: given_material(one.label, value) for key, value in raw.items()}


def given_material(label: str, raw: Any) -> GivenMaterial:
    """A material from JSON ``{kind, ref, name}``, or as it is."""
    given = raw
    if isinstance(raw, Mapping):
        given = GivenMaterial(raw.get("kind", ""), raw.get("ref", "") or "", raw.get("name", "") or "")
    if (
        not isinstance(given, GivenMaterial)
        or given.kind not in ("file", "licence", "commitment", "deferred", "paper")
        or not all(isinstance(text, str) and len(text) <= 500 and "\x00" not in text for text in (given.ref, given.name))
    ):
        raise _Wrong(f"「{label}」中有材料的提供方式不对,应为文件、电子证照、承诺、容缺或纸质之一,请重新选择。")
    return given


_READERS: Final[dict[str, Callable[[Input, Any], Any]]] = {
    "text": _text,
    "textarea": _text,
    "choice": _choice,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
    "mapping": _mapping,
    "materials": _materials,
}
