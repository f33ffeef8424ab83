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
from django.utils.translation import gettext_lazy

from yiwang.base.pages.api import FieldView

EMPTY_ROWS = 2
YES = (("true", gettext_lazy("是")), ("false", gettext_lazy("否")))


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
    (gettext_lazy("名称与分类"), (
        _e("name", gettext_lazy("事项名称")), _e("name_en", gettext_lazy("英文名称")), _e("kind", gettext_lazy("事项类型代码")),
        _e("subject_kind", gettext_lazy("服务对象"), "choice", (("person", gettext_lazy("个人")), ("company", gettext_lazy("法人")), ("both", gettext_lazy("个人和法人")))),
        _e("summary", gettext_lazy("一句话说明"), "textarea"), _e("themes", gettext_lazy("主题分类"), "lines"), _e("synonyms", gettext_lazy("群众常用叫法"), "lines"),
    )),
    (gettext_lazy("依据与时限"), (
        _e("legal_bases", gettext_lazy("设定依据"), "rows", (), (_e("law", gettext_lazy("法律法规")), _e("article", gettext_lazy("条款")), _e("text", gettext_lazy("内容提要")))),
        _e("legal_limit", gettext_lazy("法定办结时限")), _e("promised_limit", gettext_lazy("承诺办结时限")), _e("limit_note", gettext_lazy("时限说明"), "textarea"),
        _e("special_procedures", gettext_lazy("特别程序"), "lines"),
    )),
    (gettext_lazy("条件与材料"), (
        _e("conditions", gettext_lazy("受理条件"), "lines"),
        _e("materials", gettext_lazy("申请材料"), "rows", (), (
            _e("key", gettext_lazy("标识")), _e("name", gettext_lazy("材料名称")),
            _e("source", gettext_lazy("来源"), "choice", (("self", gettext_lazy("申请人自备")), ("government", gettext_lazy("政府部门核发")), ("other", gettext_lazy("其他")))),
            _e("issuer", gettext_lazy("出具机构")), _e("licence_kind", gettext_lazy("可替代的电子证照")), _e("needed", gettext_lazy("必备"), "yes", YES),
            _e("deferrable", gettext_lazy("可容缺"), "yes", YES), _e("commitment_allowed", gettext_lazy("可承诺"), "yes", YES), _e("standard", gettext_lazy("受理标准")),
        )),
    )),
    (gettext_lazy("流程、收费、结果"), (
        _e("flow", gettext_lazy("办理流程"), "rows", (), (_e("name", gettext_lazy("环节")), _e("actor", gettext_lazy("办理人")), _e("limit", gettext_lazy("时限")), _e("content", gettext_lazy("内容")))),
        _e("fees", gettext_lazy("收费"), "rows", (), (_e("name", gettext_lazy("收费项目")), _e("standard", gettext_lazy("标准")), _e("basis", gettext_lazy("依据")))),
        _e("pays_online", gettext_lazy("支持网上支付"), "yes", YES),
        _e("visits", gettext_lazy("到现场次数")), _e("visits_reason", gettext_lazy("必须到现场的原因")), _e("online", gettext_lazy("可以网办"), "yes", YES),
    )),
    (gettext_lazy("在哪办、怎么问"), (
        _e("place", gettext_lazy("办理地点")), _e("open_hours", gettext_lazy("办理时间"), "textarea"), _e("contact", gettext_lazy("咨询方式")), _e("complaint", gettext_lazy("投诉方式")),
        _e("faqs", gettext_lazy("常见问题"), "rows", (), (_e("question", gettext_lazy("问")), _e("answer", gettext_lazy("答")))),
    )),
)  # fmt: skip


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
                told[one.key] = _read_value(one, data[one.key], record.get(one.key))
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
        required=False,
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
        told = {column.key: _read_value(column, data.get(names[column.key], ""), old.get(column.key)) for column in element.columns}
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
