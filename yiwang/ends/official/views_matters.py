"""The matters 事项库 at the desk: list, one matter with its versions, the editor, publishing by a second person, import and export."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.base.pages.api import page_number, pager, window
from yiwang.business.matters import api as matters
from yiwang.ends.official import imports, sheet, words
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import Actor, may, policy
from yiwang.standards.errors import Conflict, InvalidInput, NotFound, YiwangError

REPORT_ROWS = 100
MOST_IMPORT_BYTES = 20 * 1024 * 1024
TYPES = {"json": "application/json", "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@policy("staff")
def index(request: HttpRequest) -> HttpResponse:
    """All matters, or those that everyday words find; the drafts of this official's department on top."""
    actor = actor_of(request)
    text = request.GET.get("q", "")[:80]
    number = page_number(request)
    rows = [matters.published(hit.short) for hit in matters.search(text, limit=50)] if text else matters.listing()
    context = {
        "q": text,
        "rows": window(list(rows), number=number),
        "pager": pager(request, total=len(rows), number=number),
        "drafts": matters.drafts(actor) if may(actor, "matter.view", department=actor.department) else (),
        "may_import": may(actor, "matter.edit", department=actor.department),
    }
    return page(request, "matters", context, tab="matters")


@policy("staff")
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """One matter: its elements, rules broken, versions with their differences, and what this official may do with it."""
    actor = actor_of(request)
    version = _newest(code, actor)
    seen = may(actor, "matter.view", department=version.department, region=version.region)
    lines = matters.history(code, actor=actor) if seen else []
    known = [matters.version_of(line.id) for line in lines if line.state == "published"][:6]
    context = {
        "version": version,
        "findings": matters.check(version),
        "lines": lines,
        "changes": [(new, matters.diff(old, new)) for new, old in pairwise(known)],
        "draft": matters.draft(code, actor=actor) if seen else None,
        "may_edit": may(actor, "matter.edit", department=version.department, region=version.region),
        "may_publish": may(actor, "matter.publish", department=version.department, region=version.region),
    }
    return page(request, "matter", context, tab="matters")


def _newest(code: str, actor: Actor) -> matters.MatterVersion:
    """The published version, or what the draft would become where nothing is published yet."""
    try:
        return matters.described(code)
    except NotFound:
        return matters.from_record(matters.draft(code, actor=actor).record)


@policy("matter.edit")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The editor: saving keeps a draft with its findings; a draft that somebody else saved in between keeps what was typed here."""
    actor = actor_of(request)
    draft = matters.draft(code, actor=actor)
    record: dict[str, Any] = dict(draft.record)
    general, status = "", 200
    if request.method == "POST":
        record = sheet.read(request.POST, record)
        lock = request.POST.get("lock", "")
        try:
            saved = matters.save_draft(code, data=record, actor=actor, version=int(lock) if lock.isdigit() else -1)
        except (InvalidInput, Conflict) as refused:
            general, status = refused.message, refused.status
        else:
            messages.success(request, _("草稿已保存,%(number)d 处需要完善。") % {"number": len(saved.findings)})
            return redirect("official:edit_matter", code)
    faults = {finding.field: finding.message for finding in matters.check(record)}
    context = {"draft": draft, "groups": sheet.draw(record, faults), "findings": matters.check(record), "general": general}
    return page(request, "matter_edit", context, tab="matters", status=status)


@require_POST
@policy("matter.publish")
def change_state(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """Publish the draft, suspend, resume or cancel; who edited a draft cannot publish it."""
    actor = actor_of(request)
    reason = request.POST.get("reason", "")
    lock = request.POST.get("lock", "")
    try:
        if action == "publish":
            matters.publish(code, actor=actor, version=int(lock) if lock.isdigit() else -1)
        elif action == "suspend":
            matters.suspend(code, reason=reason, actor=actor)
        elif action == "resume":
            matters.resume(code, actor=actor)
        else:
            matters.cancel(code, reason=reason, actor=actor)
    except (InvalidInput, Conflict) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已完成。"))
    return redirect("official:matter", code)


@policy("matter.edit")
def load(request: HttpRequest) -> HttpResponse:
    """Import a file; every row is reported, the good ones are kept as drafts."""
    actor, error = actor_of(request), ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            error = _("请选择要导入的文件(JSON、CSV 或 xlsx)。")
        elif (file.size or 0) > MOST_IMPORT_BYTES:
            error = _("文件超过 20 MB,请分成几个文件导入。")
        else:
            try:
                report = matters.import_file(file.read(), format=(file.name or "").rpartition(".")[2].lower(), actor=actor)
                return redirect("official:import_report", imports.keep(report, actor=actor))
            except YiwangError as refused:
                error = refused.message
    return page(request, "matters_import", {"error": error}, tab="matters", status=422 if error else 200)


@policy("matter.edit")
def report(request: HttpRequest, digest: str) -> HttpResponse:
    """What became of every row of an import: the rows with something to say in pages, all of them as CSV."""
    told = imports.kept(digest, actor=actor_of(request))
    if request.GET.get("format") == "csv":
        return HttpResponse(
            imports.as_csv(told),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="import.csv"'},
        )
    number = page_number(request)
    rows = [(row, *words.OUTCOMES[row["outcome"]]) for row in window(told.faulty, number=number, size=REPORT_ROWS)]
    context = {"report": told, "rows": rows, "pager": pager(request, total=len(told.faulty), size=REPORT_ROWS, number=number)}
    return page(request, "matters_report", context, tab="matters")


@policy("staff")
def save(request: HttpRequest, form: str) -> HttpResponse:
    """Export all matters."""
    data = matters.export(form)
    return HttpResponse(
        data,
        content_type=TYPES.get(form, "application/octet-stream"),
        headers={"Content-Disposition": f'attachment; filename="matters.{form}"'},
    )
