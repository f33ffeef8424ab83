"""Decision tables 决策表 at the desk: list, one table with what-if, the editor, test cases, versions, rehearsal, two persons."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.business.benefits import api as benefits
from yiwang.business.cases import api as cases
from yiwang.data.decisions import api as decisions
from yiwang.ends.official import table_sheet
from yiwang.ends.official.page import actor_of, page
from yiwang.rules import api as rules
from yiwang.security.access.api import Actor, may, policy
from yiwang.standards.errors import YiwangError

MOST_FILE = 1024 * 1024
# Names that rooms give in Chinese and an English page needs too.
NAMES = (
    *(gettext_noop("随系统提供"), gettext_noop("草稿"), gettext_noop("待发布"), gettext_noop("已退回"), gettext_noop("已发布")),
    *(gettext_noop("已被替代"), gettext_noop("已放弃"), gettext_noop("保存"), gettext_noop("提交"), gettext_noop("退回")),
    *(gettext_noop("发布"), gettext_noop("放弃"), gettext_noop("行"), gettext_noop("列"), gettext_noop("用例")),
)
POLICIES = (
    ("UNIQUE+", gettext_noop("只有一行命中(多行命中算错)")),
    ("FIRST+", gettext_noop("先命中先用(从上往下)")),
    ("ANY+", gettext_noop("命中的各行结果须相同")),
    ("PRIORITY+", gettext_noop("取最优先的结果")),
    ("COLLECT+", gettext_noop("列出全部命中行的结果")),
    ("COLLECT+SUM", gettext_noop("命中行求和")),
    ("COLLECT+MIN", gettext_noop("命中行取最小")),
    ("COLLECT+MAX", gettext_noop("命中行取最大")),
    ("COLLECT+COUNT", gettext_noop("命中行计数")),
    ("RULE ORDER+", gettext_noop("按行序列出")),
    ("OUTPUT ORDER+", gettext_noop("按结果优先级列出")),
)
RESULTS = {"yes": gettext_noop("准予"), "no": gettext_noop("不予"), "undetermined": gettext_noop("待定,转人工")}


@policy("table.view")
def index(request: HttpRequest) -> HttpResponse:
    """The tables of this official's department."""
    return page(request, "tables", {"rows": decisions.listing(actor_of(request)), "states": decisions.STATES}, tab="tables")


@policy("table.view")
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """One table as a lawyer reads it, by version; posting facts asks it (nothing is kept)."""
    actor, key = actor_of(request), f"{room}/{name}"
    number = request.GET.get("version", "")
    chosen = decisions.version(key, number=int(number) if number.isdecimal() and len(number) < 9 else None, actor=actor)
    about, draft = decisions.describe(key, actor=actor), decisions.draft(key, actor=actor)
    facts = [one.name for one in chosen.sheet.inputs]
    typed = table_sheet.read_facts(request.POST, facts)
    told = decisions.evaluate(key, facts=typed, number=chosen.number, actor=actor) if request.method == "POST" else None
    read = decisions.edited_table(key, sheet=chosen.sheet)
    context = {
        **_about(about, actor),
        "version": chosen,
        "columns": read,
        "rows": table_sheet.rows_of(read, names=about.facts) if read else (),
        "policy": dict(POLICIES).get(f"{read.hit_policy}+{read.aggregation}", "") if read else "",
        "versions": decisions.versions(key, actor=actor),
        "history": decisions.history(key, actor=actor),
        "draft": draft if draft.lock else None,
        "asked": _fact_fields(chosen.sheet, about, typed),
        "told": told,
        "result": RESULTS.get(told.result, told.result) if told else "",
    }
    return page(request, "table", context, tab="tables")


def _about(about: decisions.Table, actor: Actor) -> dict[str, Any]:
    """What every page of a table shows around it."""
    room, _slash, name = about.key.partition("/")
    place = {"department": about.department, "region": about.region}
    return {
        "table": about,
        "room": room,
        "name": name,
        "labels": about.facts,
        "may_edit": may(actor, "table.edit", **place),
        "may_publish": may(actor, "table.publish", **place),
        "step_names": decisions.STEP_NAMES,
        "states": decisions.STATES,
    }


def _fact_fields(sheet: rules.TableModel, about: decisions.Table, typed: dict[str, str]) -> list[tuple[int, str, str, str, str]]:
    """The facts of a sheet as fields: place, name, label, hint, what was typed."""
    hints = table_sheet.hints({one.name: one.type for one in sheet.inputs})
    return [
        (place, one.name, about.facts.get(one.name, one.name), hints[one.name], typed.get(one.name, ""))
        for place, one in enumerate(sheet.inputs)
    ]


@policy("table.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """The editor: every button saves the draft; what somebody else saved in between is shown beside what was typed here."""
    actor, key = actor_of(request), f"{room}/{name}"
    about, draft = decisions.describe(key, actor=actor), decisions.draft(key, actor=actor)
    sheet, note, error, status = draft.sheet, draft.note, "", 200
    if request.method == "POST":
        sheet, note = _posted(request, key, draft.sheet), request.POST.get("note", "")
        try:
            decisions.save(key, sheet=sheet, cases=draft.cases, note=note, actor=actor, lock=_number(request, "lock"))
        except YiwangError as refused:
            error, status = refused.message, refused.status
        else:
            messages.success(request, _("草稿已保存。"))
            return redirect("official:table_edit", room, name)
    read = decisions.edited_table(key, sheet=sheet)
    findings, tested = decisions.examine(key, sheet=sheet, cases=draft.cases, actor=actor)
    in_rows = [one for one in findings if one.rows]
    context = {
        **_about(about, actor),
        "draft": draft,
        "sheet": sheet,
        "note": note,
        "columns": read,
        "heads": table_sheet.headings(read, about.facts) if read else (),
        "rows": table_sheet.rows_of(read, in_rows, tested, names=about.facts) if read else (),
        "errors": [one for one in findings if one.level == "error"],
        "warnings": [one for one in findings if one.level == "warning"],
        "error": error,
        "differs": decisions.differences(draft.sheet, sheet) if status == 409 else (),
        "types": table_sheet.TYPES,
        "policies": POLICIES,
        "chosen": f"{read.hit_policy}+{read.aggregation}" if read else "",
        "spare": [(one, label) for one, label in about.facts.items() if one not in {fact.name for fact in sheet.inputs}],
        "facts": [(place, one, about.facts.get(one.name, "")) for place, one in enumerate(sheet.inputs)],
        "too_large": bool(read and table_sheet.cells(read) > table_sheet.MOST_CELLS),
    }
    return page(request, "table_edit", context, tab="tables", status=status)


def _number(request: HttpRequest, name: str) -> int:
    """A posted whole number; -1, which nothing has, for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _posted(request: HttpRequest, key: str, sheet: rules.TableModel) -> rules.TableModel:
    """The sheet as posted, after the button that was pressed (``act`` as <act>:<place>)."""
    read = decisions.edited_table(key, sheet=sheet)
    if read is None:
        return sheet
    sheet = table_sheet.read_types(request.POST, sheet)
    act, _colon, at = request.POST.get("act", "").partition(":")
    place = int(at) if at.isdecimal() and len(at) < 6 else 0
    sheet = decisions.edit_table(key, sheet=sheet, table=table_sheet.read_table(request.POST, read), act=act, at=place)
    if act == "add_fact":
        sheet = decisions.with_fact(sheet, name=request.POST.get("fact", "")[:100], kind=request.POST.get("fact_type", "string")[:100])
    return sheet


@policy("table.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def tests(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """Test cases: saved, run, with what they cover; proposals for rows that none reaches."""
    actor, key = actor_of(request), f"{room}/{name}"
    about, draft = decisions.describe(key, actor=actor), decisions.draft(key, actor=actor)
    read = decisions.edited_table(key, sheet=draft.sheet)
    columns = [one.name or about.decision for one in read.outputs] if read else []
    facts = [one.name for one in draft.sheet.inputs]
    typed, error, status = list(draft.cases), "", 200
    if request.method == "POST":
        typed = table_sheet.read_cases(request.POST, facts, columns)
        try:
            if request.POST.get("act") == "suggest":
                typed += decisions.suggest(key, sheet=draft.sheet, cases=typed, actor=actor)
            decisions.save(key, sheet=draft.sheet, cases=typed, note=draft.note, actor=actor, lock=_number(request, "lock"))
        except YiwangError as refused:
            error, status = refused.message, refused.status
        else:
            messages.success(request, _("用例已保存并运行。"))
            return redirect("official:table_tests", room, name)
    _findings, tested = decisions.examine(key, sheet=draft.sheet, cases=typed, actor=actor)
    blank = decisions.TestCase("", {}, {})
    runs = [*(zip(typed, tested.runs, strict=True) if tested else ((one, None) for one in typed)), (blank, None)]
    hints = table_sheet.hints({one.name: one.type for one in draft.sheet.inputs})
    context = {
        **_about(about, actor),
        "draft": draft,
        "columns": read,
        "rows": table_sheet.rows_of(read, (), tested, names=about.facts) if read else (),
        "cases": [
            (
                number,
                case,
                run,
                [(place, about.facts.get(one, one), hints[one], case.facts.get(one, "")) for place, one in enumerate(facts)],
                [(place, one, case.expected.get(one, ""), run.actual.get(one, "") if run else "") for place, one in enumerate(columns)],
            )
            for number, (case, run) in enumerate(runs)
        ],
        "tested": tested,
        "error": error,
    }
    return page(request, "table_tests", context, tab="tables", status=status)


@require_POST
@policy("table.view")
def step(request: HttpRequest, room: str, name: str, action: str) -> HttpResponse:
    """Submit, give back, publish or discard; the room asks for the permission of each and for two persons."""
    actor, key = actor_of(request), f"{room}/{name}"
    lock, reason = _number(request, "lock"), request.POST.get("reason", "")
    try:
        if action == "submit":
            decisions.submit(key, actor=actor, lock=lock, reason=reason)
        elif action == "publish":
            decisions.publish(key, actor=actor, lock=lock, effective_from=_day(request.POST.get("effective_from", "")))
        elif action == "return":
            decisions.give_back(key, actor=actor, lock=lock, reason=reason)
        else:
            decisions.discard(key, actor=actor, lock=lock)
    except YiwangError as refused:
        messages.error(request, refused.message)
        if action == "submit":
            return redirect("official:table_edit", room, name)
    else:
        messages.success(request, _("已完成。"))
    return redirect("official:table", room, name)


def _day(text: str) -> date | None:
    """A posted day; today where none was chosen or it cannot be read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@policy("table.view")
def compare(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """What changed between two versions, row by row."""
    actor, key = actor_of(request), f"{room}/{name}"
    known = decisions.versions(key, actor=actor)
    numbers = {str(one.number): one.number for one in known}
    new = numbers.get(request.GET.get("new", ""), known[0].number)
    old = numbers.get(request.GET.get("old", ""), known[1].number if len(known) > 1 else 0)
    context = {
        **_about(decisions.describe(key, actor=actor), actor),
        "versions": known,
        "old": old,
        "new": new,
        "changes": decisions.compare(key, old=old, new=new, actor=actor),
    }
    return page(request, "table_compare", context, tab="tables")


@policy("table.view")
def export(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """A version, or the draft, as DMN 1.3."""
    number = request.GET.get("version", "")
    data = decisions.export(
        f"{room}/{name}",
        number=int(number) if number.isdecimal() and len(number) < 9 else None,
        draft=number == "draft",
        actor=actor_of(request),
    )
    answer = HttpResponse(data, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.dmn"
    return answer


@require_POST
@policy("table.edit")
def load(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """Make the draft what a DMN file says; its test cases stay."""
    actor, key = actor_of(request), f"{room}/{name}"
    file = request.FILES.get("file")
    try:
        draft = decisions.draft(key, actor=actor)
        if file is None or (file.size or 0) > MOST_FILE:
            raise decisions.UnreadableTable(reason=_("请选择不超过 1 MB 的 DMN 文件"))
        sheet = decisions.read_dmn(file.read())
        decisions.save(key, sheet=sheet, cases=draft.cases, note=draft.note, actor=actor, lock=_number(request, "lock"))
    except YiwangError as refused:
        messages.error(request, refused.message)
        return redirect("official:table", room, name)
    messages.success(request, _("已导入为草稿,请核对并运行用例。"))
    return redirect("official:table_edit", room, name)


@policy("table.view")
@require_http_methods(["GET", "HEAD", "POST"])
def rehearse(request: HttpRequest, room: str, name: str) -> HttpResponse:
    """The draft over recorded cases; for a benefit over the whole population, by the benefits' own rehearsal."""
    actor, key = actor_of(request), f"{room}/{name}"
    about, told, error = decisions.describe(key, actor=actor), None, ""
    limit = max(1, min(_number(request, "limit"), 5000)) if "limit" in request.POST else 500
    if request.method == "POST":
        try:
            model, text = decisions.trial_model(key, actor=actor)
            if room == "benefits":
                benefits.rehearse(name, actor=actor, parameters={}, table=text)
                return redirect("official:benefit_rehearse", name)
            told = cases.rehearse_table(f"{name}.dmn", model=model, actor=actor, limit=limit)
        except YiwangError as refused:
            error = refused.message
    named = {code: _(text) for code, text in RESULTS.items()}
    moves = [(f"{named[before]} → {named[after]}", number) for before, after, number in told.moves] if told else []
    context = {
        **_about(about, actor),
        "draft": decisions.draft(key, actor=actor),
        "told": told,
        "moves": moves,
        "turned": sum(number for _name, number in moves),
        "missing": list(told.missing) if told else [],
        "results": RESULTS,
        "limit": limit,
        "error": error,
    }
    return page(request, "table_rehearsal", context, tab="tables", status=422 if error else 200)
