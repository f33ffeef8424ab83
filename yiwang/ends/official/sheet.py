"""The matter editor's sheet: which element is edited how, and a posted form read back into a record.

A list of texts is one per line; a list of rows (materials, steps, fees …) has its rows and a few empty ones below, so the
editor works without JavaScript. What the sheet does not show of a row is kept as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yiwang.base.pages.api import FieldView

EMPTY_ROWS = 2
# What may stay empty in a published matter; everything else is asked for by a rule of consistency or by its reader.
OPTIONAL = frozenset({"name_en", "themes", "synonyms", "limit_note", "special_procedures", "visits_reason", "summary"})
YES = (("true", _l("是")), ("false", _l("否")))


@dataclass(frozen=True)
class Element:
    """One element: its key in the record, its label, and how it is edited (text, textarea, lines, yes, choice, rows)."""

    key: str
    label: Any
    kind: str = "text"
    options: tuple[tuple[str, Any], ...] = ()
    columns: tuple[Element, ...] = ()


def _e(key: str, label: Any, kind: str = "text", options: tuple[tuple[str, Any], ...] = (), columns: tuple[Element, ...] = ()) -> Element:
    return Element(key, label, kind, options, columns)


GROUPS: tuple[tuple[Any, tuple[Element, ...]], ...] = (
    (
        _l("名称与分类"),
        (
            _e("name", _l("事项名称")),
            _e("name_en", _l("英文名称")),
            _e("kind", _l("事项类型代码")),
            _e("subject_kind", _l("服务对象"), "choice", (("person", _l("个人")), ("company", _l("法人")), ("both", _l("个人和法人")))),
            _e("summary", _l("一句话说明"), "textarea"),
            _e("themes", _l("主题分类"), "lines"),
            _e("synonyms", _l("群众常用叫法"), "lines"),
        ),
    ),
    (
        _l("依据与时限"),
        (
            _e(
                "legal_bases",
                _l("设定依据"),
                "rows",
                (),
                (_e("law", _l("法律法规")), _e("article", _l("条款")), _e("text", _l("内容提要"))),
            ),
            _e("legal_limit", _l("法定办结时限")),
            _e("promised_limit", _l("承诺办结时限")),
            _e("limit_note", _l("时限说明"), "textarea"),
            _e("special_procedures", _l("特别程序"), "lines"),
        ),
    ),
    (
        _l("条件与材料"),
        (
            _e("conditions", _l("受理条件"), "lines"),
            _e(
                "materials",
                _l("申请材料"),
                "rows",
                (),
                (
                    _e("key", _l("标识")),
                    _e("name", _l("材料名称")),
                    _e(
                        "source",
                        _l("来源"),
                        "choice",
                        (("self", _l("申请人自备")), ("government", _l("政府部门核发")), ("other", _l("其他"))),
                    ),
                    _e("issuer", _l("出具机构")),
                    _e("licence_kind", _l("可替代的电子证照")),
                    _e("needed", _l("必备"), "yes", YES),
                    _e("deferrable", _l("可容缺"), "yes", YES),
                    _e("commitment_allowed", _l("可承诺"), "yes", YES),
                    _e("standard", _l("受理标准")),
                ),
            ),
        ),
    ),
    (
        _l("流程、收费、结果"),
        (
            _e(
                "flow",
                _l("办理流程"),
                "rows",
                (),
                (_e("name", _l("环节")), _e("actor", _l("办理人")), _e("limit", _l("时限")), _e("content", _l("内容"))),
            ),
            _e("fees", _l("收费"), "rows", (), (_e("name", _l("收费项目")), _e("standard", _l("标准")), _e("basis", _l("依据")))),
            _e("pays_online", _l("支持网上支付"), "yes", YES),
            _e("visits", _l("到现场次数")),
            _e("visits_reason", _l("必须到现场的原因")),
            _e("online", _l("可以网办"), "yes", YES),
        ),
    ),
    (
        _l("在哪办、怎么问"),
        (
            _e("place", _l("办理地点")),
            _e("open_hours", _l("办理时间"), "textarea"),
            _e("contact", _l("咨询方式")),
            _e("complaint", _l("投诉方式")),
            _e("faqs", _l("常见问题"), "rows", (), (_e("question", _l("问")), _e("answer", _l("答")))),
        ),
    ),
)


@dataclass(frozen=True)
class Row:
    """One row of a list on the sheet: its number and its fields."""

    number: int
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class Part:
    """One element on the sheet: a field, or rows of fields."""

    element: Element
    field: FieldView | None
    rows: tuple[Row, ...] = ()


def draw(record: Mapping[str, Any], faults: Mapping[str, str]) -> list[tuple[str, list[Part]]]:
    """The sheet of a record; ``faults`` are messages by element."""
    return [(str(title), [_part(one, record.get(one.key), faults.get(one.key, "")) for one in elements]) for title, elements in GROUPS]


def read(data: QueryDict, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with what was posted; elements that the form did not hold stay as they are."""
    told = dict(record)
    for _title, elements in GROUPS:
        for one in elements:
            if one.kind == "rows":
                told[one.key] = _read_rows(one, data, list(record.get(one.key) or ()))
            elif one.key in data:
                told[one.key] = _read_value(one, str(data[one.key]), record.get(one.key))
    return told


def _part(element: Element, value: Any, fault: str) -> Part:
    if element.kind != "rows":
        return Part(element, _field(element, element.key, value, fault))
    rows = [*(value or ()), *({} for _ in range(EMPTY_ROWS))]
    return Part(
        element,
        None,
        tuple(
            Row(
                number + 1,
                tuple(
                    replace(_field(column, f"{element.key}-{number}-{column.key}", row.get(column.key), ""), required=False)
                    for column in element.columns
                ),
            )
            for number, row in enumerate(rows)
        ),
    )


def _field(element: Element, key: str, value: Any, fault: str) -> FieldView:
    text = (
        "\n".join(str(one) for one in value or ()) if element.kind == "lines" else str(value).lower() if isinstance(value, bool) else value
    )
    return FieldView(
        key=key,
        label=str(element.label),
        kind={"lines": "textarea", "yes": "choice"}.get(element.kind, element.kind),
        required=element.key not in OPTIONAL,
        help=_("每行一项") if element.kind == "lines" else "",
        options=tuple((code, str(label)) for code, label in element.options),
        value="" if text is None else text,
        error=fault,
        max_length=4000,
    )


def _read_rows(element: Element, data: QueryDict, before: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for number in range(len(before) + EMPTY_ROWS):
        old = dict(before[number]) if number < len(before) else {}
        names = {column.key: f"{element.key}-{number}-{column.key}" for column in element.columns}
        if not any(name in data for name in names.values()):
            rows += [old] if old else []
            continue
        told = {column.key: _read_value(column, str(data.get(names[column.key], "")), old.get(column.key)) for column in element.columns}
        if any(value not in ("", None, False) for key, value in told.items() if key not in {"needed", "source"}):
            rows.append(old | {key: value for key, value in told.items() if value != "" or key in old})
    return rows


def _read_value(element: Element, text: str, before: Any) -> Any:
    if element.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if element.kind == "yes":
        return text == "true" if text else before
    if isinstance(before, int) and not isinstance(before, bool) and text.strip().isdigit():
        return int(text)
    return text.strip()
