"""A field as data: what is asked, of what kind, about whom, and when it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cached_property
from typing import Any, Literal, get_args

from yiwang.support.forms.errors import BadForm

Kind = Literal[
    "text", "textarea", "number", "date", "choice", "multichoice", "id_number", "credit_code", "phone", "address", "boolean", "file"
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is stored and what is read."""

    value: str
    label: str
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """True while the field ``field`` holds one of ``values`` (booleans as 'true' and 'false')."""

    field: str
    values: tuple[str, ...]

    def holds(self, given: Mapping[str, object]) -> bool:
        """Whether the given answers meet it; for several choices one of them is enough."""
        answer = given.get(self.field)
        answers = answer if isinstance(answer, list | tuple) else [answer]
        return any(as_text(one) in self.values for one in answers)


@dataclass(frozen=True)
class Field:
    """One question of a form.

    ``element`` names the data element the answer is (then it can be filled in from a register), ``subject`` whose: applicant,
    child, mother, father, spouse, company … ``shown_when``: shown while any of these conditions holds; empty: always.
    ``minimum``/``maximum`` bound numbers and dates (a date may say ``today``).
    """

    key: str
    label: str
    label_en: str = ""
    kind: Kind = "text"
    element: str = ""
    subject: str = "applicant"
    required: bool = True
    options: tuple[Option, ...] = ()
    help: str = ""
    max_length: int = 200
    pattern: str = ""
    group: str = ""
    sensitive: bool = False
    shown_when: tuple[Condition, ...] = ()
    minimum: str = ""
    maximum: str = ""

    def __post_init__(self) -> None:
        if not self.key or not self.label:
            raise BadForm(field=self.key or self.label or "?", cause="缺少键或名称")
        if self.kind not in KINDS:
            raise BadForm(field=self.key, cause=f"的类型「{self.kind}」不存在,可用:{'、'.join(KINDS)}")
        if self.kind in ("choice", "multichoice") and not self.options:
            raise BadForm(field=self.key, cause="是选择题却没有选项")
        if len({option.value for option in self.options}) != len(self.options):
            raise BadForm(field=self.key, cause="有两个选项的值相同")
        if self.max_length < 1:
            raise BadForm(field=self.key, cause="的长度上限小于 1")
        if self.pattern:
            self.compiled  # noqa: B018 - a wrong pattern is found when the form is read, not when a citizen types

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready to match."""
        try:
            return re.compile(self.pattern)
        except re.error as error:
            raise BadForm(field=self.key, cause=f"的格式规则写错了({error})") from error

    def shown(self, given: Mapping[str, object]) -> bool:
        """Whether the question is asked, in the light of the answers so far."""
        return not self.shown_when or any(condition.holds(given) for condition in self.shown_when)


def as_text(value: object) -> str:
    """A value as conditions and options compare it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_NAMES = {one.name for one in fields(Field)}
_NEEDED = {one.name for one in fields(Field) if one.default is MISSING and one.default_factory is MISSING}
_EXPECTED: dict[str, type | tuple[type, ...]] = {
    one.name: bool
    if one.name in ("required", "sensitive")
    else int
    if one.name == "max_length"
    else (list, tuple, dict)
    if one.name in ("options", "shown_when")
    else str
    for one in fields(Field)
}


def fields_from_json(value: str | bytes | Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Fields from JSON text or its parsed list.

    Options may be texts, ``[value, label]`` pairs or objects ``{value, label, label_en}``; ``shown_when`` is an object
    ``{field, values}`` (or ``{field, is}``) or a list of them.

    Raises:
        BadForm: naming the field and what is wrong with it; also for two fields of one key.
    """
    try:
        rows = json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError as error:
        raise BadForm(field="?", cause=f"所在的文件不是正确的 JSON({error})") from error
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise BadForm(field="?", cause="应放在一个列表里")
    made = tuple(_field(row) for row in rows)
    seen: set[str] = set()
    for one in made:
        if one.key in seen:
            raise BadForm(field=one.key, cause="出现了两次")
        seen.add(one.key)
    return made


def fields_to_json(form: Sequence[Field]) -> list[dict[str, object]]:
    """The fields as plain JSON values; what equals its default is left out."""
    return [_trimmed(one) for one in form]


def _trimmed(one: Field) -> dict[str, object]:
    defaults = {part.name: part.default for part in fields(Field)}
    row = {name: value for name, value in asdict(one).items() if name in _NAMES and value != defaults[name]}
    for name in ("options", "shown_when"):
        if name in row:
            row[name] = [{key: list(part) if isinstance(part, tuple) else part for key, part in each.items() if part} for each in row[name]]
    return row


def _field(row: Mapping[str, Any]) -> Field:
    if isinstance(row, Field):
        return row
    if not isinstance(row, Mapping):
        raise BadForm(field=str(row)[:40], cause="应是一个对象")
    key = str(row.get("key", "?"))
    if missing := _NEEDED - row.keys():
        raise BadForm(field=key, cause=f"缺少 {'、'.join(sorted(missing))}")
    for name, value in row.items():
        if name in _NAMES and not isinstance(value, _EXPECTED[name]):
            raise BadForm(field=key, cause=f"的 {name} 类型不对")
    known = {name: value for name, value in row.items() if name in _NAMES}
    known["options"] = tuple(_option(key, one) for one in row.get("options", ()))
    known["shown_when"] = _conditions(key, row.get("shown_when", ()))
    return Field(**known)


def _option(key: str, one: Any) -> Option:
    if isinstance(one, str):
        return Option(one, one)
    if isinstance(one, Mapping) and "value" in one:
        return Option(as_text(one["value"]), str(one.get("label", one["value"])), str(one.get("label_en", "")))
    if isinstance(one, Sequence) and 2 <= len(one) <= 3:
        return Option(*map(str, one))
    raise BadForm(field=key, cause=f"的选项「{one}」写法不对")


def _conditions(key: str, value: Any) -> tuple[Condition, ...]:
    rows = [value] if isinstance(value, Mapping) else value
    made = []
    for row in rows:
        wanted = row.get("values", row.get("is")) if isinstance(row, Mapping) else None
        if wanted is None or "field" not in row:
            raise BadForm(field=key, cause="的显示条件须写明 field 和 values")
        listed = wanted if isinstance(wanted, list | tuple) else [wanted]
        made.append(Condition(str(row["field"]), tuple(as_text(one) for one in listed)))
    return tuple(made)
