"""The hotline on the desk: queues, the agent's one screen, a ticket with what may be done, the wall, topics, duties, imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from yiwang.base.clock.api import now
from yiwang.base.pages.api import MapArea, MapMark, city_map, render
from yiwang.business.hotline import api as hotline
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.words import named
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("待受理派单"), gettext_noop("退单待裁定"), gettext_noop("待签收"), gettext_noop("办理中"), gettext_noop("待回访"),
    gettext_noop("已超期"),
    gettext_noop("全部"), gettext_noop("待受理"), gettext_noop("已受理,待派单"), gettext_noop("不予受理,已告知"),
    gettext_noop("已转紧急热线"),
    gettext_noop("已答复,待回访"), gettext_noop("诉求人撤回"), gettext_noop("关注中"), gettext_noop("已预警"), gettext_noop("已立事件"),
    gettext_noop("已处置"), gettext_noop("复发"), gettext_noop("更正分类"), gettext_noop("当场答复办结"), gettext_noop("不予受理,告知渠道"),
    gettext_noop("转紧急热线"), gettext_noop("派单"), gettext_noop("签收"), gettext_noop("退单"), gettext_noop("裁定指定"),
    gettext_noop("已联系诉求人"),
    gettext_noop("请求协办"), gettext_noop("提交协办意见"), gettext_noop("申请延期"), gettext_noop("批准延期"), gettext_noop("不同意延期"),
    gettext_noop("答复"), gettext_noop("回访"), gettext_noop("退回重办"), gettext_noop("督办"), gettext_noop("申请不计入考核"),
    gettext_noop("同意不计入"),
    gettext_noop("不同意剔除"), gettext_noop("分类"), gettext_noop("类型"), gettext_noop("紧急度"), gettext_noop("事发地"),
    gettext_noop("情形"),
    gettext_noop("正确渠道"), gettext_noop("说明"), gettext_noop("转接"), gettext_noop("单位"), gettext_noop("协办单位"),
    gettext_noop("派单说明"),
    gettext_noop("建议单位"), gettext_noop("联系情况"), gettext_noop("协办意见"), gettext_noop("是否解决"), gettext_noop("坚持发送的理由"),
    gettext_noop("承办单位联系过"), gettext_noop("已解决"), gettext_noop("满意度"), gettext_noop("回访记录"), gettext_noop("级别"),
    gettext_noop("提交诉求"), gettext_noop("并案"), gettext_noop("没有解决"), gettext_noop("评价"), gettext_noop("撤回"),
    gettext_noop("超期,系统催办"), gettext_noop("未按时签收,系统催办"),
    gettext_noop("地点"), gettext_noop("时间"), gettext_noop("人数"), gettext_noop("金额"), gettext_noop("电话"), gettext_noop("姓名"),
    gettext_noop("可告知承办单位"), gettext_noop("保密"), gettext_noop("匿名"),
    gettext_noop("咨询"), gettext_noop("求助"), gettext_noop("投诉"), gettext_noop("举报"), gettext_noop("建议"), gettext_noop("表扬"),
    gettext_noop("网页"), gettext_noop("窗口"), gettext_noop("接口"), gettext_noop("邮件"),
    gettext_noop("批量文件"), gettext_noop("催办"),
    gettext_noop("挂牌督办"), gettext_noop("约谈"), gettext_noop("诉求人"), gettext_noop("系统自动办理"),
    gettext_noop("情况紧急,请人工先看"),
    gettext_noop("含敏感词,请人工先看"), gettext_noop("只有号码或符号,请回拨核实"), gettext_noop("没有对应的职责条款"),
    gettext_noop("反映的就是该单位,请人工判断由谁办理"), gettext_noop("模型没有足够把握,请人工判断"),
    gettext_noop("诉求人选择匿名"),
    gettext_noop("诉求人要求保密,请由热线中心转达"), gettext_noop("被反映单位不能查看诉求人信息"),
    gettext_noop("坐标不在本市范围内,请核实地点"),
    gettext_noop("临近时限,系统提醒"), gettext_noop("回访未接通,按期办结"), gettext_noop("一般"), gettext_noop("较急"),
    gettext_noop("紧急"), gettext_noop("特急"),
)  # fmt: skip
STAYS = ("accept", "correct", "contact", "ask_help", "contribute", "ask_extension")  # the same person goes on with the ticket
FIRST = ("dispatch", "accept", "sign", "arbitrate", "answer", "call_back", "approve_extension", "grant_exclusion")


def _many(number: int) -> str:
    """A count that ends at ``MOST``."""
    return str(number) if number <= hotline.MOST else f"{hotline.MOST:,}+"


@policy("ticket.view")
def index(request: HttpRequest) -> HttpResponse:
    """One queue at a time, the most urgent first."""
    actor, queue = actor_of(request), request.GET.get("queue", "")
    held = hotline.counts(actor)
    if queue not in hotline.QUEUES:
        queue = next((code for code, number in held.items() if number), "all")
    number = request.GET.get("page", "1")
    current = int(number) if number.isdecimal() and 0 < len(number) < 6 else 1
    q = request.GET.get("q", "")[:60]
    region = request.GET.get("region", "")[:12]
    typed = request.GET.get("category", "")[:80]
    category = next((one.code for one in hotline.categories() if typed and typed in (one.code, one.title, one.name)), "")
    rows, total = hotline.tickets(actor, queue=queue, text=q, region=region, category=category, page=current)
    context = {
        "queues": [(code, name, _many(held[code]) if code in held else None) for code, (name, _where) in hotline.QUEUES.items()],
        "chosen": queue, "rows": rows, "region": region, "areas": hotline.areas(),
        "where": urlencode({"q": q, "region": region, "category": category}),
        "category": typed, "unknown": bool(typed) and not category, "tree": hotline.categories(),
        "total": _many(total), "q": q, "before": current - 1, "after": current + 1 if min(total, hotline.MOST) > current * 50 else 0,
        "may_take": may(actor, "ticket.take"), "may_watch": may(actor, "ticket.watch"), "topics": hotline.topics(actor)[:5],
    }  # fmt: skip
    return page(request, "hotline", context, tab="hotline")


@policy("ticket.view")
@require_GET
def ticket(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket and what may be done now."""
    return _shown(request, ticket_id)


def _shown(
    request: HttpRequest, ticket_id: UUID, *, error: YiwangError | None = None, reporter: hotline.ReporterView | None = None
) -> HttpResponse:
    actor = actor_of(request)
    view = hotline.get(ticket_id, actor=actor)
    typed = request.POST if error else {}
    ordered = sorted(view.acts, key=lambda one: (one.act not in FIRST, FIRST.index(one.act) if one.act in FIRST else 0))
    titles = {one.code: one.title for one in hotline.categories()}
    start = {
        "category": titles.get(view.line.category, ""), "department": view.line.department, "kind": view.kind,
        "urgency": str(view.line.urgency), "place": view.line.place,
    }  # fmt: skip
    waiting = view.line.state in ("filed", "accepted")
    duty = hotline.suggest(view.text, title=view.line.title, place=view.line.place, other=ticket_id) if waiting else None
    if duty and duty.duty and not start["department"]:
        start["department"] = duty.duty.department
    acted = typed.get("act", "")
    forms = [
        (
            one,
            [(field, typed.get(field.key, "") if acted == one.act else field.value or start.get(field.key, "")) for field in one.inputs],
            acted == one.act,
        )
        for one in ordered
    ]
    context = {
        "one": view, "forms": forms, "error": error.message if error else "", "reporter": reporter or view.reporter,
        "spans": _spans(view) if duty or view.flags else [], "suggested": duty, "revealed": reporter is not None,
        "teaches": view.line.state in ("closed", "archived") and bool(view.reply) and view.solved is not False
        and may(actor, "knowledge.edit", department=actor.department, region=actor.region),
        "map": _spot(view), **_category(view, titles), "fields": [] if duty else hotline.fields(view.text),
        "pick": "correct" if any(one.act == "correct" for one in view.acts) else "", "tree": hotline.categories(),
        "checking": "answer" in {one.act for one in view.acts},
    }  # fmt: skip
    return page(request, "hotline_ticket", context, tab="hotline", status=error.status if error else 200)


def _category(view: hotline.TicketView, titles: dict[str, str]) -> dict[str, Any]:
    """The three levels of the category with what the suggestion gave each; of a corrected one the first suggestion too."""
    code = view.line.category
    told = next((one for one in view.categories if one.code == code), None)
    names = titles.get(code, view.line.category_name).split(" › ")
    path = [(one.name, one.probability) for one in told.levels] if told and told.levels else [(name, None) for name in names]
    first = view.categories[0].title if view.categories and view.categories[0].code != code else ""
    return {"path": path, "told": told, "changed": first}


def _spot(view: hotline.TicketView) -> Any:
    """Where it is; '' without a point."""
    if view.lat is None or view.lon is None:
        return ""
    areas = [MapArea(one.region, one.street, one.district, one.ring) for one in hotline.areas()]
    return city_map(areas, label=_("事发地"), chosen=view.region, pin=(view.lon, view.lat))


def _spans(view: hotline.TicketView) -> list[tuple[str, str, str]]:
    """The text in pieces, flagged ones with their name."""
    pieces, at = [], 0
    for one in view.flags:
        if one.start < at or one.end > len(view.text):
            continue
        pieces += [(view.text[at : one.start], "", ""), (view.text[one.start : one.end], one.kind, one.name)]
        at = one.end
    return [*pieces, (view.text[at:], "", "")]


@policy("ticket.view")
@require_POST
def act(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Take a step; a refusal keeps what was typed."""
    actor, typed = actor_of(request), request.POST
    version = typed.get("version", "")
    inputs: dict[str, Any] = {key: typed.getlist(key) if len(typed.getlist(key)) > 1 else value for key, value in typed.items()}
    seen = int(version) if version.isdecimal() and len(version) < 9 else 0
    try:
        hotline.act(ticket_id, name=typed.get("act", ""), actor=actor, version=seen, inputs=inputs)
    except YiwangError as refused:
        if refused.status == 404:
            raise
        return _shown(request, ticket_id, error=refused)
    messages.success(request, _("已记录。"))
    stays = typed.get("act", "") in STAYS
    return HttpResponseRedirect(reverse("official:hotline_ticket", args=[ticket_id]) if stays else reverse("official:hotline"))


@policy("ticket.handle")
@require_POST
def check_reply(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """What a draft answer lacks, beside the box."""
    mark, missing = hotline.judge_reply(ticket_id, reply=request.POST.get("reply", ""), actor=actor_of(request))
    return render(request, "official/parts/hotline_reply.html", {"mark": round(mark * 100), "missing": missing})


@policy("ticket.view")
@require_POST
def reveal(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """The reporter in full, once, for a purpose; recorded."""
    try:
        found = hotline.reveal(ticket_id, purpose=request.POST.get("purpose", ""), actor=actor_of(request))
    except YiwangError as refused:
        if refused.status == 404:
            raise
        return _shown(request, ticket_id, error=refused)
    return _shown(request, ticket_id, reporter=found)


@policy("ticket.view")
@require_safe
def picture(request: HttpRequest, ticket_id: UUID, digest: str) -> HttpResponse:
    """A file handed in with a ticket; the look is recorded."""
    found = hotline.picture(ticket_id, digest[:64], actor=actor_of(request))
    headers = {"Content-Disposition": "inline", "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)


@policy("ticket.watch")
def wall(request: HttpRequest) -> HttpResponse:
    """The supervisor's wall."""
    asked = request.GET.get("days", "30")
    actor, days = actor_of(request), int(asked) if asked.isdecimal() and 0 < len(asked) < 4 else 30
    view = hotline.wall(actor, days=days)
    context = {
        "wall": view, "states": [(named(name), n) for name, n in view.states], "channels": [(named(name), n) for name, n in view.channels],
        "days": days, "topics": hotline.topics(actor)[:8],
        "map": _drawn(hotline.by_place(actor, days=days), hotline.topics(actor)), "at": now(), "live": request.GET.get("live") != "0",
        "figures": [
            (_("响应率"), view.city.response, "response"), (_("解决率"), view.city.solution, "solution"),
            (_("满意率"), view.city.satisfaction, "satisfaction"), (_("综合"), view.city.total, ""),
            (_("自动派单"), view.automatic, ""), (_("退单"), view.returned, ""),
        ],
        "big": request.GET.get("big") == "1", "same": urlencode({"days": days} | ({"big": 1} if request.GET.get("big") == "1" else {})),
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "official/parts/hotline_wall.html", context)
    return page(request, "hotline_wall", context, tab="hotline")


@policy("ticket.view")
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Where the tickets of this reader come from: a map, and the same as a table."""
    actor, asked = actor_of(request), request.GET.get("days", "30")
    days = int(asked) if asked.isdecimal() and 0 < len(asked) < 4 else 30
    rows, hot = hotline.by_place(actor, days=days), hotline.topics(actor)
    known = {(one.place, one.region): one for one in reversed(hot)}
    context = {"days": days, "map": _drawn(rows, hot), "rows": [(one, known.get((one.place, one.region))) for one in rows]}
    return page(request, "hotline_places", context, tab="hotline")


def _drawn(rows: Sequence[hotline.TicketPlace], hot: Sequence[hotline.TicketTopic]) -> Any:
    """Places over the city: the larger the more tickets; another colour where something is overdue or a topic stands."""
    topics = {(one.place, one.region) for one in hot if one.state != "closed"}
    marks = [
        MapMark(
            one.lon, one.lat, _("{place}:{n} 件,未办结 {open} 件,超期 {late} 件").format(
                place=one.place or one.street, n=one.tickets, open=one.open, late=one.overdue),
            weight=one.tickets, tone="bad" if one.overdue else "warn" if (one.place, one.region) in topics else "plain",
            link=f"{reverse('official:hotline')}?{urlencode({'queue': 'all', 'q': one.place, 'region': one.region})}",
        )
        for one in rows
    ]  # fmt: skip
    areas = [MapArea(one.region, one.street, one.district, one.ring) for one in hotline.areas()]
    return city_map(areas, marks, label=_("各地点的工单"))


@policy("ticket.view")
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """A topic with its tickets; open an incident from it, or say what removed the cause."""
    actor, typed, error = actor_of(request), request.POST, ""
    if request.method == "POST":
        version = int(typed["version"]) if typed.get("version", "").isdecimal() else 0
        try:
            if typed.get("act") == "close":
                hotline.close_topic(topic_id, remedy=typed.get("note", ""), actor=actor, version=version)
            else:
                hotline.open_incident(topic_id, note=typed.get("note", ""), actor=actor, version=version)
        except YiwangError as refused:
            if refused.status in (403, 404):
                raise
            error = refused.message
        else:
            messages.success(request, _("已记录。"))
            return HttpResponseRedirect(reverse("official:hotline_topic", args=[topic_id]))
    view, rows = hotline.topic(topic_id, actor=actor)
    here = [one for one in hotline.by_place(actor, days=366) if one.place == view.place and one.region == view.region]
    context = {
        "one": view,
        "rows": rows,
        "map": _drawn(here, [view]) if here else "",
        "error": error,
        "typed": typed,
        "may_watch": may(actor, "ticket.watch"),
    }
    return page(request, "hotline_topic", context, tab="hotline", status=422 if error else 200)


@policy("ticket.view")
@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: HttpRequest) -> HttpResponse:
    """Who answers for what, by which clause; a change counts from the next dispatch on."""
    actor, typed, error = actor_of(request), request.POST, ""
    if request.method == "POST":
        given = {key: typed.get(key, "") for key in ("department", "law", "article", "clause", "region")}
        try:
            hotline.set_duty(typed.get("category", ""), given=given, actor=actor)
        except YiwangError as refused:
            if refused.status == 403:
                raise
            error = refused.message
        else:
            messages.success(request, _("已生效,下一张工单就按新的职责派。"))
            return HttpResponseRedirect(reverse("official:hotline_duties"))
    context = {
        "rows": [(one, round(one.trust * 100)) for one in hotline.duties()], "may_edit": may(actor, "ticket.duties"), "error": error,
        "typed": typed,
        "categories": [(one.code, " › ".join(one.names)) for one in hotline.categories()], "departments": hotline.options("department"),
    }  # fmt: skip
    return page(request, "hotline_duties", context, tab="hotline", status=422 if error else 200)


@policy("ticket.take")
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Import a file; every bad row is shown with its reason."""
    report, error = None, ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            report = hotline.import_file(file.read() if file else b"", name=(file.name or "") if file else "", actor=actor_of(request))
        except YiwangError as refused:
            error = refused.message
    context = {
        "report": report,
        "good": sum(bool(one.no) for one in report or ()),
        "bad": [one for one in report or () if not one.no],
        "error": error,
    }
    return page(request, "hotline_import", context, tab="hotline", status=422 if error else 200)
