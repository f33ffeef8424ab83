"""数据质量 on the desk: departments by six dimensions, a resource with rules and trend, failing rows and orders, rules with a try."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.pages.api import FieldView, bars
from yiwang.data.quality import api as quality
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import Conflict, InvalidInput, NotFound, Unavailable

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("规范性"), gettext_noop("完整性"), gettext_noop("准确性"), gettext_noop("一致性"),
    gettext_noop("时效性"), gettext_noop("可访问性"), gettext_noop("良好"), gettext_noop("需改进"),
    gettext_noop("较差"), gettext_noop("未检查"), gettext_noop("已填写"), gettext_noop("身份号码"),
    gettext_noop("统一社会信用代码"), gettext_noop("手机号码"), gettext_noop("格式(正则)"), gettext_noop("范围"),
    gettext_noop("代码表"), gettext_noop("不重复"), gettext_noop("对照登记册"), gettext_noop("先后次序"),
    gettext_noop("日期在若干天内"), gettext_noop("出生日期与身份号码一致"), gettext_noop("跨登记册一致"), gettext_noop("分布漂移"),
    gettext_noop("按期更新"),
)  # fmt: skip
TONES = {"green": "ok", "yellow": "warn", "red": "bad", "none": "plain"}
# What a rule's form asks besides code, title, kind and columns, and how it is read back: text, number, or a list cut at commas.
PARAMETERS = {
    "pattern": "text", "low": "text", "high": "text", "days": "number", "limit": "number", "values": "list", "code_table": "text",
    "of": "list", "with": "list",
}  # fmt: skip


def percent(share: float) -> str:
    """A share in percent, cut and not rounded up: 100 says that nothing fails."""
    return f"{int(share * 1000) / 10:g}"


def _grade(share: float, grade: str) -> dict[str, str]:
    return {"percent": percent(share), "tone": TONES[grade], "word": words.named(quality.GRADES[grade])}


def _wrong(share: float) -> float:
    """Failing looks of ten thousand: shares near 1 tell nothing apart as bars."""
    return round((1 - share) * 10_000, 1)


def _chart(title: str, rows: list[tuple[str, float]]) -> SafeString:
    """Bars of what fails, the most first; those where nothing fails are left out."""
    failing = [(name, _wrong(share)) for name, share in rows if _wrong(share)]
    return bars(failing, title=title) if failing else SafeString("")


def _cell(name: str, share: float | None) -> tuple[str, str]:
    return name, "—" if share is None else percent(share)


@policy("quality.view")
def index(request: HttpRequest) -> HttpResponse:
    """Departments by dimensions, and the resources of one's own department."""
    actor = actor_of(request)
    held, names = quality.overview(actor), quality.dimensions()
    rows = [
        (one, _grade(one.overall, one.grade), [_cell(words.named(name), one.dimensions.get(code)) for code, name in names.items()])
        for one in held
    ]
    context = {
        "dimensions": [words.named(name) for name in names.values()],
        "rows": rows,
        "chart": _chart(_("各部门每万次检查的不合格数"), [(words.department_name(one.department), one.overall) for one in held]),
        "resources": [(one, _grade(one.score, one.grade)) for one in quality.figures(actor)],
    }
    return page(request, "quality", context, tab="quality")


@policy("quality.view")
@require_http_methods(["GET", "HEAD", "POST"])
def scoring(request: HttpRequest) -> HttpResponse:
    """Weights and limits with all their versions; the data bureau changes them with a reason. What was typed stays."""
    actor, error, status = actor_of(request), "", 200
    versions = quality.scoring_history(actor)
    held = versions[0]
    typed = {code: f"{share:g}" for code, share in held.weights.items()} | {
        "green": f"{held.green:g}",
        "yellow": f"{held.yellow:g}",
        "note": "",
    }
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:300] for name in typed}
        version = request.POST.get("version", "")
        try:
            given = {name: _share(typed[name]) for name in typed if name != "note"}
            weights = {code: given[code] for code in held.weights}
            seen = int(version) if version.isdecimal() and len(version) < 9 else -1
            quality.save_scoring(
                weights=weights, green=given["green"], yellow=given["yellow"], note=typed["note"], version=seen, actor=actor
            )
        except (InvalidInput, Conflict) as refused:
            error, status = refused.message, refused.status
        else:
            messages.success(request, _("已保存。各资源从下次检查起按新的权重和界限评分。"))
            return redirect("official:quality_scoring")
    names = quality.dimensions()
    context = {
        "versions": [
            (one, [(words.named(names[code]), f"{share:g}") for code, share in one.weights.items()], f"{one.green:g}", f"{one.yellow:g}")
            for one in versions
        ],
        "fields": [(code, words.named(name), typed[code]) for code, name in names.items()],
        "typed": typed, "version": held.version, "error": error, "may_edit": may(actor, "quality.edit", department="data"),
    }  # fmt: skip
    return page(request, "quality_scoring", context, tab="quality", status=status)


def _share(text: str) -> float:
    """A number that was typed. InvalidInput names it."""
    try:
        return float(text)
    except ValueError as wrong:
        raise InvalidInput(_("「%(value)s」不是数,请改为数字。") % {"value": text}) from wrong


@policy("quality.view")
def report(request: HttpRequest, resource: str) -> HttpResponse:
    """One resource: dimensions and fields as charts, rules with what fails, trend, open orders."""
    actor = actor_of(request)
    found = quality.report(resource, actor=actor)
    run, titles = found.run, found.book.titles
    context: dict[str, Any] = {"report": found, "may_edit": may(actor, "quality.edit", department=found.book.department)}
    if run:
        names = quality.dimensions()
        fields = sorted(run.scores.fields.items(), key=lambda one: one[1])[:12]
        context |= {
            "score": _grade(run.scores.overall, run.scores.grade),
            "dimensions": [(words.named(names[code]), percent(value)) for code, value in run.scores.dimensions.items()],
            "fields": _chart(_("各字段每万次检查的不合格数"), [(titles.get(column, column), value) for column, value in fields]),
            "results": [(one, percent(one.score), words.named(quality.KINDS.get(one.kind, one.kind))) for one in run.results],
            "trend": [(f"{at:%m-%d}", _wrong(value)) for at, value in found.trend],
        }
    return page(request, "quality_report", context, tab="quality")


@require_POST
@policy("quality.edit")
def run(request: HttpRequest, resource: str) -> HttpResponse:
    """Check the resource now."""
    try:
        done = quality.run(resource, actor=actor_of(request))
    except NotFound as refused:  # nothing came into this theme table yet
        messages.error(request, refused.message)
        return redirect("official:quality_report", resource)
    if done.available:
        messages.success(request, _("检查完成。"))
    else:
        messages.error(request, _("登记册暂时无法访问,已记入可访问性;原有结果和核实单不变。"))
    return redirect("official:quality_report", resource)


@require_POST
@policy("quality.edit")
def accept(request: HttpRequest, resource: str) -> HttpResponse:
    """Take the last run as the baseline of drift."""
    actor = actor_of(request)
    last = quality.report(resource, actor=actor).run
    if last:
        quality.accept(last.id, actor=actor)
        messages.success(request, _("已设为比较基线。"))
    return redirect("official:quality_report", resource)


@policy("quality.view")
def failing(request: HttpRequest, resource: str, rule: str, *, error: str = "", status: int = 200) -> HttpResponse:
    """A rule's failing rows, masked, each ready to become an order."""
    actor, number = actor_of(request), request.GET.get("page", "1")
    current = max(int(number), 1) if number.isdecimal() and len(number) < 5 else 1
    book = quality.report(resource, actor=actor).book
    result, rows, kept = quality.failing(resource, rule=rule, actor=actor, page=current)
    columns = list(dict.fromkeys(result.columns))
    context = {
        "book": book,
        "result": result,
        "columns": [book.titles.get(column, column) for column in columns],
        "rows": [(one, [(book.titles.get(column, column), one.values.get(column, "")) for column in columns]) for one in rows],
        "kept": kept,
        "before": current - 1,
        "after": current + 1 if kept > current * 50 else 0,
        "may_edit": may(actor, "quality.edit", department=book.department),
        "error": error,
    }
    return page(request, "quality_failing", context, tab="quality", status=status)


@require_POST
@policy("quality.edit")
def orders(request: HttpRequest, resource: str, rule: str) -> HttpResponse:
    """Raise orders for the chosen rows, or for all that have none."""
    actor = actor_of(request)
    try:
        chosen = [UUID(one) for one in request.POST.getlist("row")]
    except ValueError:
        chosen = []
    if request.POST.get("all"):
        chosen = list(quality.failing_ids(resource, rule=rule, actor=actor))
    try:
        done = quality.raise_orders(resource, rule=rule, failing=chosen, actor=actor)
    except InvalidInput as refused:
        return failing(request, resource, rule, error=refused.message, status=refused.status)
    messages.success(request, _("已下发 %(opened)s 张核实单,%(already)s 条已有核实单。") % {"opened": done.opened, "already": done.already})
    return redirect("official:quality_failing", resource, rule)


@policy("quality.edit")
def rules(request: HttpRequest, resource: str) -> HttpResponse:
    """All rules of a resource, and the form of one: try it on a sample, keep it, or take it out. What was typed stays."""
    actor = actor_of(request)
    book = quality.report(resource, actor=actor).book
    chosen = request.GET.get("rule", "")
    held = next((one for one in book.rules if one["code"] == chosen), None)
    typed = _typed(request) if request.method == "POST" else _written(held or {})
    error, trial, status = "", None, 200
    if request.method == "POST":
        act, version = request.POST.get("act", ""), request.POST.get("version", "")
        try:
            rule = _read(typed)
            if act == "try":
                trial = quality.attempt(resource, rule, actor=actor)
            else:
                others = [one for one in book.rules if one["code"] not in (chosen, rule["code"] if act == "save" else chosen)]
                wanted = [*others, rule] if act == "save" else others
                seen = int(version) if version.isdecimal() and len(version) < 9 else -1
                quality.save_rules(resource, rules=wanted, note=typed["note"], version=seen, actor=actor)
                messages.success(request, _("规则已保存,下次检查起生效。"))
                return redirect("official:quality_rules", resource)
        except (InvalidInput, Conflict, Unavailable) as refused:
            error, status = refused.message, refused.status
    examples = [list(one.items()) for one in trial.examples] if trial else []
    context = {
        "book": book, "chosen": chosen if held else "", "fields": _fields(book, typed), "error": error,
        "trial": trial, "examples": examples,
        "rules": [(one, words.named(quality.KINDS.get(one["kind"], one["kind"]))) for one in book.rules],
    }  # fmt: skip
    return page(request, "quality_rules", context, tab="quality", status=status)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {key: request.POST.get(key, "").strip()[:2000] for key in ("code", "title", "kind", "columns", "note", *PARAMETERS)}


def _written(rule: Any) -> dict[str, str]:
    """A rule as its form holds it."""

    def text(value: object) -> str:
        return ",".join(str(one) for one in value) if isinstance(value, list) else "" if value is None else str(value)

    return {key: text(rule.get(key)) for key in ("code", "title", "kind", "columns", "note", *PARAMETERS)}


def _read(typed: dict[str, str]) -> dict[str, Any]:
    """The rule that a form says; parts left empty are left out."""
    rule: dict[str, Any] = {"code": typed["code"], "kind": typed["kind"], "columns": _list(typed["columns"]), "title": typed["title"]}
    for key, kind in PARAMETERS.items():
        if not typed[key]:
            continue
        if kind == "number":
            try:
                rule[key] = json.loads(typed[key])
            except ValueError:
                rule[key] = typed[key]
            if not isinstance(rule[key], int | float) or isinstance(rule[key], bool):
                raise InvalidInput(_("「%(value)s」不是数,请改为数字。") % {"value": typed[key]}, field=key)
        else:
            rule[key] = _list(typed[key]) if kind == "list" else typed[key]
    return rule


def _list(text: str) -> list[str]:
    return [one.strip() for one in text.replace(",", ",").replace("、", ",").split(",") if one.strip()]


def _fields(book: quality.Rulebook, typed: dict[str, str]) -> list[FieldView]:
    kinds = tuple((code, words.named(name)) for code, name in quality.KINDS.items())
    listed = "、".join(f"{column}({title})" for column, title in book.titles.items())
    of = _("登记册,字段;如 person,id_number")
    asked = (
        ("title", _("名称"), "text", ""),
        ("code", _("代码"), "text", _("本资源内不重复,如 phone.form")),
        ("kind", _("种类"), "choice", ""),
        ("columns", _("检查的字段"), "text", _("用逗号分开。可用:%(listed)s") % {"listed": listed}),
        ("pattern", _("正则表达式"), "text", _("种类为「格式」时填写")),
        ("low", _("最小值"), "text", _("种类为「范围」时填写,日期写作 2020-01-01")),
        ("high", _("最大值"), "text", _("种类为「范围」时填写")),
        ("days", _("天数"), "text", _("种类为「日期在若干天内」或「按期更新」时填写")),
        ("limit", _("PSI 上限"), "text", _("种类为「分布漂移」时填写,如 0.2")),
        ("values", _("允许的代码"), "text", _("种类为「代码表」时填写,用逗号分开")),
        ("code_table", _("数据元目录的代码表"), "text", _("与上一项二选一,如 sex")),
        ("of", _("对照的登记册和字段"), "text", of),
        ("with", _("比较的登记册、键字段、值字段"), "text", _("种类为「跨登记册一致」时填写,如 person,id_number,name")),
        ("note", _("修改原因"), "text", _("保存时必填,记入版本")),
    )  # fmt: skip
    return [
        FieldView(
            key,
            label,
            kind,
            required=key in ("title", "code", "kind"),
            help=hint,
            options=kinds if key == "kind" else (),
            value=typed[key],
            max_length=2000,
        )
        for key, label, kind, hint in asked
    ]
