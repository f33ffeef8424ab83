"""Data elements 数据元 and code tables 代码表 at the desk: each with its one authoritative source."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yiwang.base.pages.api import page_number, pager
from yiwang.data.catalogue import api as catalogue
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy

SIZE: Final = 30


def _title(one: catalogue.Element | catalogue.CodeTable) -> str:
    if isinstance(one, catalogue.CodeTable):
        return one.title_en if words.english() else one.title
    return one.name_en if words.english() else one.name


def _source(one: catalogue.Element) -> catalogue.Resource | None:
    """The resource whose rows are in the element's register."""
    try:
        return catalogue.of_register(one.register)
    except catalogue.NoSuchResource:
        return None


def _row(one: catalogue.Element) -> dict[str, Any]:
    return {"one": one, "title": _title(one), "source": _source(one)}


@policy("catalogue.view")
def elements(request: HttpRequest) -> HttpResponse:
    """All data elements, or those of words or a department, each with its one source."""
    text, department = request.GET.get("text", "")[:100], request.GET.get("department", "")[:60]
    found = catalogue.search(text, limit=1000) if text.strip() else catalogue.elements()
    departments = sorted({one.department for one in catalogue.elements()})
    found = [one for one in found if not department or one.department == department]
    number = page_number(request)
    links = pager(request, total=len(found), number=number, size=SIZE)
    shown = found[(number - 1) * SIZE : number * SIZE]
    context = {
        "rows": [_row(one) for one in shown],
        "total": len(found),
        "pager": links,
        "text": text,
        "chosen": department,
        "departments": [(code, words.department_name(code)) for code in departments],
        "cycles": catalogue.value_ranges()["cycles"],
    }
    return page(request, "elements", context, tab="catalogue")


@policy("catalogue.view")
def element(request: HttpRequest, code: str) -> HttpResponse:
    """One data element: its source, what it is compared with, which fields hold it, its proof."""
    one, actor = catalogue.element(code), actor_of(request)
    holders = [(resource, field) for resource in catalogue.resources() for field in resource.fields if field.element == code]
    crosses = []
    for cross in one.cross:
        try:
            crosses.append((catalogue.of_register(cross.register).title, cross))
        except catalogue.NoSuchResource:
            crosses.append((cross.register, cross))
    context = {
        **_row(one),
        "kind": _KINDS[one.kind](),
        "cycle": catalogue.value_ranges()["cycles"].get(one.update_cycle, one.update_cycle),
        "holders": holders,
        "crosses": crosses,
        "table": catalogue.code_table(one.code_table) if one.code_table else None,
        "table_title": _title(catalogue.code_table(one.code_table)) if one.code_table else "",
        "evidence": catalogue.evidence_of("element", code),
        "sees_lineage": may(actor, "lineage.view"),
    }
    return page(request, "element", context, tab="catalogue")


@policy("catalogue.view")
def code_tables(request: HttpRequest) -> HttpResponse:
    """All code tables with who keeps them and the standard they are taken from."""
    return page(request, "code_tables", {"rows": [(one, _title(one)) for one in catalogue.tables()]}, tab="catalogue")


@policy("catalogue.view")
def code_table(request: HttpRequest, code: str) -> HttpResponse:
    """One code table with its codes and the elements that speak in them."""
    one = catalogue.code_table(code)
    used = [(element, _title(catalogue.element(element))) for element in one.elements]
    context = {
        "one": one,
        "title": _title(one),
        "codes": one.codes.items(),
        "used": used,
        "evidence": catalogue.evidence_of("code_table", code),
    }
    return page(request, "code_table", context, tab="catalogue")


_KINDS: Final[dict[str, Any]] = {
    "string": lambda: _("字符"),
    "date": lambda: _("日期"),
    "number": lambda: _("数值"),
    "boolean": lambda: _("是否"),
    "code": lambda: _("代码"),
    "list": lambda: _("列表"),
}
