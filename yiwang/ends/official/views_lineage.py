"""Lineage on the desk: the fields and who uses them, one field's way, and where a decision's inputs came from."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.base.pages.api import Node
from yiwang.business.benefits import api as benefits
from yiwang.business.cases import api as cases
from yiwang.business.life_events import api as life_events
from yiwang.business.matters import api as matters
from yiwang.business.policies import api as policies
from yiwang.data.lineage import api as lineage
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import policy
from yiwang.standards.errors import NotFound

_DAYS = (30, 90, 365)
_PAGE = 60
# What kinds of origins are called.
KINDS = {
    "fact": gettext_noop("登记册"),
    "field": gettext_noop("申请人填写"),
    "answer": gettext_noop("申请人回答"),
    "parameter": gettext_noop("法定标准"),
    "clock": gettext_noop("当天日期"),
    "settled": gettext_noop("工作人员认定"),
}


@policy("lineage.view")
def fields(request: HttpRequest) -> HttpResponse:
    """The fields whose uses concern the reader, the busiest first."""
    days, text = _days(request), request.GET.get("q", "").strip()[:60]
    rows = lineage.fields(actor_of(request), days=days)
    found = [row for row in rows if text.casefold() in f"{row.name} {row.element} {row.register}".casefold()]
    context = {
        "rows": found[:_PAGE],
        "total": len(found),
        "used": sum(1 for row in found if row.looks),
        "days": days,
        "choices": _DAYS,
        "q": text,
    }
    return page(request, "lineage", context, tab="lineage")


@policy("lineage.view")
def field(request: HttpRequest, code: str) -> HttpResponse:
    """One field: source, agreements, uses, the last looks."""
    days = _days(request)
    found = lineage.field(code, actor=actor_of(request), days=days)
    purposes = {one.purpose for one in found.uses} | {one.purpose for one in found.agreements}
    called = {purpose: _purpose(purpose) for purpose in purposes}
    columns = [[Node(step.id, _title(step, called), step.under) for step in column] for column in found.flow.columns]
    context = {
        "field": found,
        "days": days,
        "choices": _DAYS,
        "columns": columns,
        "uses": [(one, called[one.purpose]) for one in found.uses],
        "agreements": [(one, called[one.purpose]) for one in found.agreements],
        "last": [(one, _purpose(one.purpose)) for one in found.last],
    }
    return page(request, "lineage_field", context, tab="lineage")


@policy("staff")
def origins(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where each input of a case's decision came from."""
    actor = actor_of(request)
    view, told = cases.get(case_id, actor=actor), cases.explanation(case_id, actor=actor)
    rows = cases.origins(case_id, actor=actor)
    flow = _way(rows, told.table if told else "", told.outcome if told else "")
    columns = [[Node(step.id, step.title, step.under) for step in column] for column in flow.columns]
    context = {
        "case": view,
        "rows": [(one, _(KINDS[one.kind]), _about(one)) for one in rows],
        "columns": columns,
        "edges": flow.edges,
        "explanation": told,
    }
    return page(request, "lineage_case", context, tab="todo")


def _way(rows: Sequence[cases.InputOrigin], table: str, outcome: str) -> lineage.Flow:
    """Source → input → table → outcome."""
    ended = {"yes": _("符合条件"), "no": _("不符合条件")}.get(outcome, _("不能确定"))
    decided = [lineage.Step("table", table or _("人工判断"), "", "table"), lineage.Step("outcome", ended, "", "outcome")]
    ways = []
    for one in rows:
        source = one.source.partition("/")[2] or _(KINDS[one.kind])
        first = lineage.Step(f"s:{source}", source, _department(one.source) if one.kind == "fact" else "", "source")
        ways.append([first, lineage.Step(f"i:{one.key}", one.label, _about(one) or one.element, "input"), *decided])
    return lineage.Flow.of(ways)


def _about(one: cases.InputOrigin) -> str:
    return words.named(words.SUBJECTS.get(one.about, one.about)) if one.about else ""


def _department(source: str) -> str:
    code, slash, _rest = source.partition("/")
    return words.department_name(code) if slash else ""


def _days(request: HttpRequest) -> int:
    told = request.GET.get("days", "90")
    return int(told) if told in {str(one) for one in _DAYS} else 90


def _purpose(code: str) -> str:
    """A purpose in words: the matter, life event, benefit or policy it stands for; otherwise the code."""
    kind, _dot, rest = code.partition(".")
    namer = {"life_event": _life_event, "benefit": _benefit, "policy": _policy}.get(kind)
    if namer:
        return namer(rest) or code
    if code == "identity.legal_representative":
        return _("核验法定代表人身份")
    try:
        found = matters.described(code)
    except NotFound:
        return code
    return words.matter_name(code, found.name)


def _life_event(code: str) -> str:
    return next((_said(one.name, one.name_en) for one in life_events.definitions() if one.code == code), "")


def _benefit(code: str) -> str:
    if code.startswith("recheck."):
        return _("待遇发放月度复核")
    return next((_said(one.name, one.name_en) for one in benefits.benefits() if one.code == code), "")


def _policy(code: str) -> str:
    if code == "match":
        return _("惠企政策匹配")
    try:
        one = policies.policy(code)
    except NotFound:
        return ""
    return _said(one.title, one.title_en)


def _said(name: str, name_en: str) -> str:
    return name_en if words.english() and name_en else name


def _title(step: lineage.Step, called: dict[str, str]) -> str:
    if step.kind == "department":
        return words.department_name(step.title)
    return called.get(step.title, step.title) if step.kind == "purpose" else step.title
