"""Ingestion on the data officer's desk: sources, their runs, rows in quarantine, theme tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yiwang.data.intake import api as intake
from yiwang.ends.official import intake_words as words
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import YiwangError

SCHEDULES = {
    0: gettext_noop("只手动"), 15: gettext_noop("每 15 分钟"), 60: gettext_noop("每小时"), 360: gettext_noop("每 6 小时"),
    1440: gettext_noop("每天"), 10080: gettext_noop("每周"),
}  # fmt: skip
_TYPED = ("name", "kind", "dataset", "address", "every_minutes", "keep_days", "table", "changed", "items", "header", "stream")


class _At(TypedDict):
    """Where a row waits."""

    digest: str
    row: int


@policy("intake.view")
def sources(request: HttpRequest) -> HttpResponse:
    """All sources of the department, the last runs, the form for a new one."""
    return _sources(request)


def _sources(request: HttpRequest, *, error: str = "", typed: Mapping[str, str] | None = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "sources": intake.sources(actor),
        "runs": intake.runs(actor)[:8],
        "may_edit": may(actor, "intake.edit"),
        "error": error,
        **_form(typed or {"keep_days": "90", "every_minutes": "1440"}),
    }
    context["chart"] = _chart(context["runs"])
    return page(request, "intake", context, tab="intake", status=status)


def _form(typed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "typed": typed,
        "kinds": intake.KINDS.items(),
        "datasets": [(code, words.dataset(code)) for code in intake.datasets()],
        "schedules": [(str(minutes), name) for minutes, name in SCHEDULES.items()],
    }


def _chart(runs: list[intake.IntakeRun]) -> list[tuple[str, float, float]]:
    return [(f"{run.source_name[:8]} {run.asked_at:%m-%d}", run.rows_good, run.rows_quarantined) for run in runs if run.state == "done"]


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in _TYPED}


def _wanted(typed: Mapping[str, str], request: HttpRequest) -> dict[str, Any]:
    return {
        "name": typed["name"],
        "address": typed["address"],
        "secret": request.POST.get("secret", ""),
        "options": {name: typed[name] for name in ("table", "changed", "items", "header", "stream")},
        "every_minutes": 0 if typed["kind"] == "upload" else _number(typed["every_minutes"], -1),
        "keep_days": _number(typed["keep_days"], -1),
    }


@require_POST
@policy("intake.edit")
def add(request: HttpRequest) -> HttpResponse:
    """Register a source; a refusal keeps what was typed, the credentials excepted."""
    typed = _typed(request)
    try:
        made = intake.register(**_wanted(typed, request), kind=typed["kind"], dataset=typed["dataset"], actor=actor_of(request))
    except YiwangError as refused:
        return _sources(request, error=refused.message, typed=typed, status=refused.status)
    messages.success(request, _("来源已登记。"))
    return redirect("official:intake_source", made.id)


@policy("intake.view")
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source with its runs."""
    return _source(request, source_id)


def _source(request: HttpRequest, source_id: UUID, *, error: str = "", status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    found = intake.source(source_id, actor=actor)
    runs = intake.runs(actor, source_id=source_id, page=_number(request.GET.get("page", "1"), 1))
    reasons: dict[str, int] = {}
    for run in runs:
        for reason, count in run.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + count
    typed = {name: str(found.options.get(name, "")) for name in _TYPED} | {
        "name": found.name, "kind": found.kind, "address": found.address, "every_minutes": str(found.every_minutes),
        "keep_days": str(found.keep_days),
    }  # fmt: skip
    context = {
        "source": found,
        "runs": runs,
        "chart": _chart(runs[:12]),
        "reasons": sorted(((words.problem(code), count) for code, count in reasons.items()), key=lambda one: -one[1])[:10],
        "raws": intake.raws(source_id, actor=actor)[:20],
        "schedule": SCHEDULES.get(found.every_minutes, ""),
        "dataset": words.dataset(found.dataset),
        "may_edit": may(actor, "intake.edit"),
        "error": error,
        "probed": None,
        **_form(typed),
        **more,
    }
    return page(request, "intake_source", context, tab="intake", status=status)


@require_POST
@policy("intake.edit")
def change(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Change a source."""
    typed, actor = _typed(request), actor_of(request)
    typed["kind"] = intake.source(source_id, actor=actor).kind
    try:
        intake.change(source_id, version=_number(request.POST.get("version", ""), 0), **_wanted(typed, request), actor=actor)
    except YiwangError as refused:
        return _source(request, source_id, error=refused.message, status=refused.status, typed=typed, editing=True)
    messages.success(request, _("已保存。"))
    return redirect("official:intake_source", source_id)


@require_POST
@policy("intake.edit")
def act(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Probe, run now, read a raw file again, pause, take up again."""
    actor, wanted = actor_of(request), request.POST.get("act", "")
    try:
        if wanted == "probe":
            return _source(request, source_id, probed=words.probed(intake.probe(source_id, actor=actor)))
        if wanted == "run":
            intake.ask(source_id, actor=actor)
            messages.success(request, _("已排队,几秒后开始。"))
        elif wanted == "again":
            intake.ask_again(source_id, digest=request.POST.get("digest", ""), actor=actor)
            messages.success(request, _("已排队,几秒后开始。"))
        else:
            version = _number(request.POST.get("version", ""), 0)
            intake.switch(source_id, state=wanted, version=version, actor=actor)
            messages.success(request, _("已停用。") if wanted == "paused" else _("已启用。"))
    except YiwangError as refused:
        if refused.status == 404 and wanted != "again":
            raise
        return _source(request, source_id, error=refused.message, status=refused.status)
    return redirect("official:intake_source", source_id)


@require_POST
@policy("intake.edit")
def upload(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Take a file."""
    actor, file = actor_of(request), request.FILES.get("file")
    if file is None:
        return _source(request, source_id, error=_("请选择文件。"), status=422)
    try:
        intake.upload(source_id, name=file.name or "", file=file, size=file.size or 0, actor=actor)
    except YiwangError as refused:
        if refused.status == 404:
            raise
        return _source(request, source_id, error=refused.message, status=refused.status)
    messages.success(request, _("文件已收下,几秒后开始检查。"))
    return redirect("official:intake_source", source_id)


@policy("intake.view")
def rows(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Rows in quarantine, masked."""
    actor, reason, current = actor_of(request), request.GET.get("reason", ""), max(_number(request.GET.get("page", "1"), 1), 1)
    counts, found = intake.waiting(source_id, reason=reason, page=current, actor=actor)
    total = counts.get(reason, 0) if reason else sum(counts.values())
    context = {
        "source": intake.source(source_id, actor=actor),
        "counts": [(code, words.problem(code), count) for code, count in counts.items()],
        "chosen": reason,
        "total": sum(counts.values()),
        "rows": [(row, words.problem(row.reason), [cell for cell in row.cells if cell.value][:3]) for row in found],
        "before": current - 1,
        "after": current + 1 if total > current * 50 else 0,
    }
    return page(request, "intake_rows", context, tab="intake")


@policy("intake.view")
def row(request: HttpRequest, source_id: UUID, digest: str, number: int) -> HttpResponse:
    """One row in quarantine."""
    return _row(request, source_id, intake.waiting_row(source_id, digest=digest, row=number, actor=actor_of(request)))


def _row(request: HttpRequest, source_id: UUID, view: intake.WaitingRow, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    typed: Mapping[str, str] = more.pop("typed", {})
    cells = [
        {
            "name": cell.field,
            "label": words.field(cell.field),
            "value": cell.value,
            "problem": words.cell_problem(cell.problem) if cell.problem else "",
            "typed": typed.get(cell.field, cell.value if view.revealed else ""),
        }
        for cell in view.cells
    ]
    context = {
        "source": intake.source(source_id, actor=actor),
        "row": view,
        "reason": words.problem(view.reason),
        "cells": cells,
        "may_repair": may(actor, "intake.repair"),
        "may_reveal": may(actor, "intake.reveal"),
        "error": "",
        "purpose": "",
        "legal_basis": "",
        **more,
    }
    return page(request, "intake_row", context, tab="intake", status=status)


@require_POST
@policy("intake.repair")
def repair(request: HttpRequest, source_id: UUID, digest: str, number: int) -> HttpResponse:
    """Send the row through the checks with what was typed; an empty box keeps what the source said."""
    actor, at = actor_of(request), _At(digest=digest, row=number)
    typed = {name[2:]: value for name, value in request.POST.items() if name.startswith("v-") and isinstance(value, str)}
    emptied = dict.fromkeys(request.POST.getlist("empty"), "")
    try:
        done = intake.repair(source_id, **at, values={name: text for name, text in typed.items() if text} | emptied, actor=actor)
    except YiwangError as refused:
        if refused.status in (403, 404):
            raise
        view = intake.waiting_row(source_id, **at, actor=actor)
        return _row(request, source_id, view, error=refused.message, typed=typed, status=refused.status)
    if not done.accepted:
        told = _("还不能通过检查:") + "、".join(words.problem(one) for one in done.problems)
        return _row(request, source_id, intake.waiting_row(source_id, **at, actor=actor), error=told, typed=typed, status=422)
    messages.success(request, _("已通过检查,进入主题库。"))
    return redirect("official:intake_rows", source_id)


@require_POST
@policy("intake.reveal")
def reveal(request: HttpRequest, source_id: UUID, digest: str, number: int) -> HttpResponse:
    """Show the row in full, once; the look is recorded."""
    actor, at = actor_of(request), _At(digest=digest, row=number)
    typed = {"purpose": request.POST.get("purpose", ""), "legal_basis": request.POST.get("legal_basis", "")}
    try:
        view = intake.reveal(source_id, **at, purpose=typed["purpose"], legal_basis=typed["legal_basis"], actor=actor)
    except intake.BadPurpose as refused:
        return _row(request, source_id, intake.waiting_row(source_id, **at, actor=actor), error=refused.message, status=422, **typed)
    return _row(request, source_id, view)


@policy("intake.view")
def tables(request: HttpRequest) -> HttpResponse:
    """Theme tables, and the history of one key (asked by POST: a key stands in no address)."""
    actor = actor_of(request)
    asked = {name: request.POST.get(name, "").strip() for name in ("dataset", "purpose", "legal_basis")}
    found = intake.tables(actor)
    context: dict[str, Any] = {
        "tables": [
            (one, words.dataset(one.dataset), [(name, words.field(name), kind) for name, kind in one.schema.items()]) for one in found
        ],
        "typed": asked | {"key": request.POST.get("key", "")},
        "datasets": [(one.dataset, words.dataset(one.dataset), "、".join(words.field(name) for name in one.key)) for one in found],
        "may_reveal": may(actor, "intake.reveal"),
        "versions": None,
        "error": "",
    }
    status = 200
    if request.method == "POST":
        names = next((one.key for one in found if one.dataset == asked["dataset"]), ())
        parts = request.POST.get("key", "").replace(",", ",").split(",")
        try:
            told = intake.history(**asked, key=dict(zip(names, parts, strict=False)), actor=actor)
            context["versions"] = [(one, [(words.field(name), value) for name, value in one.values.items()]) for one in told]
        except YiwangError as refused:
            context["error"], status = refused.message, refused.status
    return page(request, "intake_tables", context, tab="intake", status=status)
