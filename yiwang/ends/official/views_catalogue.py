"""The data catalogue 数据目录 at the desk: search with facets, resources with versions, drafts, review, proposals, bindings, duties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.pages.api import page_number, pager
from yiwang.data.catalogue import api as catalogue
from yiwang.ends.official import words
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import Actor, may, policy
from yiwang.standards.errors import InvalidInput, YiwangError

MOST_FILE = 20 * 1024 * 1024
FACETS = (
    ("department", gettext_noop("部门")),
    ("category", gettext_noop("分类")),
    ("share", gettext_noop("共享")),
    ("level", gettext_noop("最高级别")),
    ("open", gettext_noop("是否开放")),
    ("cycle", gettext_noop("更新周期")),
)
# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    *(gettext_noop("随系统提供"), gettext_noop("草稿"), gettext_noop("待审核"), gettext_noop("已退回"), gettext_noop("已发布")),
    *(gettext_noop("已被替代"), gettext_noop("基础"), gettext_noop("主题"), gettext_noop("无条件共享")),
    *(gettext_noop("有条件共享"), gettext_noop("不予共享"), gettext_noop("实时"), gettext_noop("每日"), gettext_noop("每周")),
    *(gettext_noop("每月"), gettext_noop("每季度"), gettext_noop("每年"), gettext_noop("其他"), gettext_noop("字符"), gettext_noop("数值")),
    *(gettext_noop("日期"), gettext_noop("日期时间"), gettext_noop("是否"), gettext_noop("二进制")),
)


def _ranges() -> dict[str, Any]:
    """The value ranges as every page of the catalogue names them."""
    known = catalogue.value_ranges()
    return {
        "shares": {name: label for name, (_code, label) in known["shares"].items()},
        "types": {name: label for name, (_code, label) in known["types"].items()},
        "cycles": known["cycles"],
        "states": catalogue.STATES,
        "masks": mask_names(),
    }


def mask_names() -> dict[str, str]:
    """How masks are called on pages."""
    return {
        "name": _("姓名"), "id_number": _("身份号码"), "phone": _("手机号码"), "address": _("地址"), "credit_code": _("信用代码"),
        "bank_account": _("银行账号"), "email": _("电子邮箱"), "date": _("日期"), "landline": _("固定电话"), "plate": _("车牌号码"),
        "passport": _("护照号码"), "text": _("留首尾"),
    }  # fmt: skip


@policy("catalogue.view")
def index(request: HttpRequest) -> HttpResponse:
    """The resources in force, searched and narrowed."""
    text, ranges = request.GET.get("text", "")[:100], _ranges()
    chosen = {name: request.GET.get(name, "")[:60] for name, _label in FACETS}
    found = catalogue.find(text, facets=chosen, page=page_number(request))
    labels: dict[str, Any] = {
        "department": words.department_name,
        "category": lambda value: _(catalogue.value_ranges()["categories"].get(value, value)),
        "share": lambda value: _(ranges["shares"].get(value, value)),
        "level": str,
        "open": lambda value: _("是") if value == "yes" else _("否"),
        "cycle": lambda value: _(ranges["cycles"].get(value, value)),
    }
    facets = [
        {
            "name": name,
            "label": _(label),
            "chosen": chosen[name],
            "values": [(v, labels[name](v), n) for v, n in found.facets[name].items()],
        }
        for name, label in FACETS
    ]
    links = pager(request, total=found.total, number=found.page, size=20)
    may_import = may(actor_of(request), "catalogue.edit")
    return page(
        request,
        "catalogue",
        {"pager": links, "found": found, "facets": facets, "text": text, "may_import": may_import, **ranges},
        tab="catalogue",
    )


@policy("catalogue.view")
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource with its fields, its versions and their proofs; two versions compared."""
    actor, known = actor_of(request), catalogue.value_ranges()
    versions = catalogue.versions(code, actor=actor)
    one = catalogue.resource(code)
    typed = {name: request.GET.get(name, "") for name in ("old", "new")}
    new = int(typed["new"]) if typed["new"].isdecimal() and len(typed["new"]) < 9 else versions[0].number
    old = int(typed["old"]) if typed["old"].isdecimal() and len(typed["old"]) < 9 else versions[min(1, len(versions) - 1)].number
    duties = {duty.code: duty for duty in catalogue.duties()}
    context = {
        **_ranges(),
        "one": one,
        "versions": versions,
        "old": old,
        "new": new,
        "changes": catalogue.compare(code, old=old, new=new, actor=actor),
        "category": known["categories"].get(one.category, one.category),
        "item": known["items"].get(one.category, {}).get(one.item, one.item),
        "duties": [duties[duty] for duty in one.duties if duty in duties],
        "may_edit": may(actor, "catalogue.edit", department=one.department, region=one.region),
    }
    return page(request, "catalogue_resource", context, tab="catalogue")


@policy("catalogue.view")
def export(request: HttpRequest, form: Literal["xlsx", "dcat", "json"]) -> HttpResponse:
    """The catalogue in force as a file."""
    endings = {"xlsx": "xlsx", "dcat": "jsonld", "json": "json"}
    if form not in endings:
        raise InvalidInput(_("只能导出 xlsx、dcat 或 json。"))
    answer = HttpResponse(catalogue.export(catalogue.resources(), form=form), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="catalogue.{endings[form]}"'
    return answer


@policy("catalogue.view")
def work(request: HttpRequest) -> HttpResponse:
    """What is late, drafts, tables waiting to be confirmed, bindings without a partner."""
    actor = actor_of(request)
    may_edit = may(actor, "catalogue.edit", department=actor.department, region=actor.region)
    context = {
        **_ranges(),
        "late": catalogue.overdue(actor),
        "clocks": catalogue.CLOCKS,
        "drafts": catalogue.drafts(actor),
        "proposals": catalogue.proposals(actor) if may_edit else [],
        "unbound": catalogue.unbound(actor, department=actor.department if may_edit else ""),
        "may_edit": may_edit,
    }
    return page(request, "catalogue_work", context, tab="catalogue")


@policy("catalogue.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Import a catalogue file; every resource of it is told of."""
    actor, error, report = actor_of(request), "", None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None or (file.size or 0) > MOST_FILE:
                raise InvalidInput(_("请选择一个 20 MB 以内的文件。"))
            report = catalogue.take_in(file.read(), actor=actor)
        except InvalidInput as refused:
            error = refused.message
    outcomes = {"new": _("新增草稿"), "changed": _("修改草稿"), "same": _("没有变化"), "refused": _("未导入")}
    context = {
        "error": error,
        "report": [(row, outcomes[row.outcome]) for row in report.rows] if report else [],
        "refused": report.count("refused") if report else 0,
        "kept": len(report.rows) - report.count("refused") if report else 0,
    }
    return page(request, "catalogue_import", context, tab="catalogue", status=422 if error else 200)


@policy("catalogue.view")
@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: HttpRequest) -> HttpResponse:
    """Duties with their resources; a department keeps its own."""
    actor, error, typed = actor_of(request), "", {name: request.POST.get(name, "")[:300] for name in ("code", "title", "basis")}
    if request.method == "POST":
        standing = next((one for one in catalogue.duties() if one.code == typed["code"]), None)
        removed = request.POST.get("act") == "remove"
        title, basis = (standing.title, standing.basis) if removed and standing else (typed["title"], typed["basis"])
        duty = catalogue.Duty(typed["code"].strip(), title, actor.department, actor.region, basis)
        try:
            (catalogue.remove_duty if removed else catalogue.keep_duty)(duty, actor=actor)
        except InvalidInput as refused:
            error = refused.message
        else:
            return redirect("official:catalogue_duties")
    held: dict[str, list[catalogue.Resource]] = {}
    for one in catalogue.resources():
        for code in one.duties:
            held.setdefault(code, []).append(one)
    shown = sorted(catalogue.duties(), key=lambda one: one.department != actor.department)  # one's own first
    context = {
        "rows": [(duty, held.get(duty.code, [])) for duty in shown],
        "own": actor.department,
        "may_edit": may(actor, "catalogue.edit", department=actor.department, region=actor.region),
        "typed": typed,
        "error": error,
    }
    return page(request, "catalogue_duties", context, tab="catalogue", status=422 if error else 200)


@policy("catalogue.view")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a resource: its department edits it, the data authority reads and decides."""
    actor = actor_of(request)
    standing = catalogue.draft(code, actor=actor)
    one, error, status = standing.resource, "", 200
    if request.method == "POST":
        one = replace(_posted(request, one), code=code)
        try:
            catalogue.save(one, actor=actor, lock=_lock(request), note=request.POST.get("note", "")[:500])
        except YiwangError as refused:
            error, status = refused.message, refused.status
        else:
            messages.success(request, _("草稿已保存。"))
            return redirect("official:catalogue_draft", code)
    published = next((row for row in catalogue.resources() if row.code == code), None)
    place = {"department": one.department, "region": one.region}
    context = {
        **_form(one, actor),
        "draft": standing,
        "error": error,
        "findings": catalogue.findings(one) if standing.lock else [],
        "changes": catalogue.differences(published, one) if published and standing.lock else [],
        "may_save": may(actor, "catalogue.edit", **place) and standing.state in ("draft", "returned"),
        "may_publish": may(actor, "catalogue.publish", **place) and standing.state == "submitted",
    }
    return page(request, "catalogue_draft", context, tab="catalogue", status=status)


@policy("catalogue.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """A table that was looked at: every field with its evidence, to be confirmed or corrected."""
    actor = actor_of(request)
    seen = catalogue.proposal(proposal_id, actor=actor)
    code = f"{seen.department}.{''.join(one for one in seen.name.casefold() if one.isascii() and (one.isalnum() or one == '_')) or 'new'}"
    one = catalogue.Resource(code=code[:64], title=seen.name, department=seen.department, region=seen.region, fields=seen.fields)
    one = replace(one, provider_name=words.department_name(seen.department), formats=(("2", "xlsx"),))
    error, status = "", 200
    if request.method == "POST" and request.POST.get("act") == "reject":
        catalogue.reject(proposal_id, actor=actor)
        return redirect("official:catalogue_work")
    if request.method == "POST":
        one = _posted(request, one)
        try:
            catalogue.confirm(proposal_id, resource=one, actor=actor)
        except YiwangError as refused:
            error, status = refused.message, refused.status
        else:
            return redirect("official:catalogue_draft", one.code)
    context = {**_form(one, actor, seen), "draft": {}, "proposal": seen, "error": error, "may_save": seen.state == "proposed"}
    return page(request, "catalogue_draft", context, tab="catalogue", status=status)


@policy("catalogue.view")
@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """Submit, return, publish, extend, discard; who may is asked of the draft's department."""
    actor, lock, chosen = actor_of(request), _lock(request), request.POST.get("step", "")
    reason = request.POST.get("reason", "")[:500]
    acts: dict[str, Any] = {
        "submit": lambda: catalogue.submit(code, actor=actor, lock=lock),
        "publish": lambda: catalogue.publish(code, actor=actor, lock=lock),
        "discard": lambda: catalogue.discard(code, actor=actor, lock=lock),
        "return": lambda: catalogue.give_back(code, actor=actor, lock=lock, reason=reason),
        "extend": lambda: catalogue.extend(code, actor=actor, lock=lock, reason=reason),
    }
    if chosen not in acts:
        raise InvalidInput(_("没有这一步。"))
    acts[chosen]()
    return redirect("official:catalogue_work")


def _form(one: catalogue.Resource, actor: Actor, seen: catalogue.Drafted | None = None) -> dict[str, Any]:
    told = seen.told if seen else ({},) * len(one.fields)
    choices = [duty for duty in catalogue.duties() if duty.department == one.department]
    rows = [(number, field, about) for number, (field, about) in enumerate(zip(one.fields, told, strict=True))]
    known = catalogue.value_ranges()
    places = [
        (f"{category}.{item}", f"{_(known['categories'][category])} · {label}", (category, item) == (one.category, one.item))
        for category, items in known["items"].items()
        for item, label in items.items()
    ]
    return {**_ranges(), "places": places, "one": one, "rows": rows, "levels": (1, 2, 3, 4), "choices": choices}


def _posted(request: HttpRequest, one: catalogue.Resource) -> catalogue.Resource:
    """The resource with what was typed; what the form does not show stays."""
    given = request.POST
    fields = tuple(
        replace(
            field,
            title=given.get(f"title-{number}", field.title),
            level=int(level) if (level := given.get(f"level-{number}", "")) in ("1", "2", "3", "4") else field.level,
            sensitive=f"sensitive-{number}" in given,
            mask=given.get(f"mask-{number}", field.mask),
        )
        for number, field in enumerate(one.fields)
    )
    texts = {name: given[name] for name in ("title", "summary", "share_terms", "share_ground", "cycle", "code") if name in given}
    share: Any = given.get("share", one.share)
    duty = given.get("duty", "")
    duties = (duty, *(code for code in one.duties[1:] if code != duty)) if duty else ()
    category, _dot, item = given.get("place", "").partition(".")
    if item:
        texts |= {"category": category, "item": item}
    return replace(one, **{**texts, "share": share, "open": given.get("open") == "yes", "duties": duties, "fields": fields})


def _lock(request: HttpRequest) -> int:
    """The posted lock; -1, which nothing has, for anything else."""
    text = request.POST.get("lock", "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1
