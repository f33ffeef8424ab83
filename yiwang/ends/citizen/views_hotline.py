"""热线: say what is wrong in one minute, see who has it and until when, say when it is not solved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.base.pages.api import FieldView, MapArea, city_map, render
from yiwang.business.guide import api as guide
from yiwang.business.hotline import api as hotline
from yiwang.ends.citizen.page import actor_of, language, new_key, page
from yiwang.ends.citizen.words import department_name, named
from yiwang.security.access.api import Actor, policy
from yiwang.standards.errors import YiwangError

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("待受理"), gettext_noop("已受理,待派单"), gettext_noop("不予受理,已告知"), gettext_noop("已转紧急热线"),
    gettext_noop("待签收"),
    gettext_noop("退单待裁定"), gettext_noop("已答复,待回访"), gettext_noop("诉求人撤回"), gettext_noop("提交诉求"), gettext_noop("并案"),
    gettext_noop("派单"), gettext_noop("签收"), gettext_noop("裁定指定"), gettext_noop("已联系诉求人"), gettext_noop("请求协办"),
    gettext_noop("提交协办意见"), gettext_noop("批准延期"), gettext_noop("答复"), gettext_noop("回访"), gettext_noop("退回重办"),
    gettext_noop("没有解决"), gettext_noop("评价"), gettext_noop("撤回"), gettext_noop("督办"), gettext_noop("当场答复办结"),
    gettext_noop("不予受理,告知渠道"), gettext_noop("转紧急热线"), gettext_noop("超期,系统催办"), gettext_noop("未按时签收,系统催办"),
    gettext_noop("临近时限,系统提醒"), gettext_noop("回访未接通,按期办结"),
    gettext_noop("同意公开"), gettext_noop("不再公开"), gettext_noop("公开"), gettext_noop("不公开"), gettext_noop("选择分类"),
    gettext_noop("已解决"), gettext_noop("部分解决"), gettext_noop("不能解决,已说明"), gettext_noop("更正分类"), gettext_noop("退单"),
)  # fmt: skip
INTERNAL = {
    "correct",
    "return",
    "ask_help",
    "contribute",
    "ask_extension",
    "refuse_extension",
    "ask_exclusion",
    "grant_exclusion",
    "refuse_exclusion",
}
TONES = {
    "filed": "info",
    "accepted": "info",
    "dispatched": "info",
    "returned": "info",
    "handling": "info",
    "answered": "warn",
    "closed": "ok",
}
TONES |= {"archived": "ok", "declined": "bad", "transferred": "warn", "withdrawn": "plain"}
LIKELY = 0.1  # a category less likely is not offered beside the first one
MOST_PHOTOS = 6
SPOKEN = 2_000  # characters of one recording
FEW = 5  # of one's own tickets that stand open in the list
SHOWN = ("text", "place", "photo", "phone", "privacy")  # fields that show their own error
PHOTOS = "hotline_photos"  # in the session: key of a form → photos of it that were taken already
OPENED = "hotline_codes"  # in the session: number → query code of tickets that this browser has filed or looked up


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The form, and one's own tickets; what was typed stays when something is wrong."""
    actor = actor_of(request)
    error: YiwangError | None = None
    typed = request.POST.copy() if request.method == "POST" else request.GET.copy()
    key = typed.get("key", "")[:64] or new_key()
    if request.method == "POST":
        try:
            _keep_photos(request, key)
            if typed.get("act") == "hear":
                typed["text"] = _heard(request)
            elif typed.get("act") != "look":
                return _done(request, _file(request, key))
        except YiwangError as refused:
            error = refused
    mine = [(one, named(one.state_name), TONES[one.state]) for one in hotline.mine(actor)]
    context = {
        **_kinds(typed, actor),
        "fields": _form(actor, typed, error),
        "general": error.message if error and (not error.field or error.field not in SHOWN) else "",
        "mine": mine[:FEW],
        "older": mine[FEW:],
        "key": key,
        "kept": [name or _("照片") for _digest, name in request.session.get(PHOTOS, {}).get(key, ())],
        "from_guide": request.method != "POST" and bool(request.GET.get("text")),
        "recogniser": guide.recogniser(),
        "hear": reverse("citizen:guide_hear") if guide.recogniser() else "",
        "streets": _streets(),
        "map": _map(typed),
        **{name: typed.get(name, "")[:20] for name in ("region", "lat", "lon")},
        "public": typed.get("public") == "true",
        "crumbs": [(_("热线诉求"), "")],
    }
    return page(request, "hotline", context, tab="mine", status=error.status if error else 200)


def _streets() -> list[tuple[str, list[hotline.Area]]]:
    """The streets by district, for the list."""
    found: dict[str, list[hotline.Area]] = {}
    for one in hotline.areas():
        found.setdefault(one.district, []).append(one)
    return list(found.items())


def _number(text: str) -> float | None:
    """A degree as the map wrote it; anything else is no point."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _map(typed: Any) -> Any:
    """The map to point at, with what was chosen before."""
    areas = [MapArea(one.region, one.street, one.district, one.ring) for one in hotline.areas()]
    lat, lon = _number(typed.get("lat", "")), _number(typed.get("lon", ""))
    pin = (lon, lat) if lat is not None and lon is not None else None
    return city_map(areas, label=_("本市地图"), chosen=typed.get("region", ""), pick=True, pin=pin)


def _keep_photos(request: HttpRequest, key: str) -> None:
    """Photos are taken at once, so that a form that comes back with something to mend has not lost them; of a few forms only."""
    sent = [one for one in request.FILES.getlist("photo") if one.size]
    if not sent:
        return
    held = dict(request.session.get(PHOTOS, {}))
    try:
        kept = [hotline.keep_file(one.read(), name=one.name or "") for one in sent[:MOST_PHOTOS]]
    except YiwangError as refused:
        refused.field = "photo"
        raise
    held[key] = list(dict.fromkeys((*map(tuple, held.pop(key, ())), *kept)))[:MOST_PHOTOS]
    request.session[PHOTOS] = dict(list(held.items())[-3:])


def _heard(request: HttpRequest) -> str:
    """What was typed with what the operator's recogniser heard behind it."""
    sound = request.FILES.get("sound")
    words = guide.hear(sound.read() if sound else b"", type=(sound.content_type or "") if sound else "", longest=SPOKEN)
    return f"{request.POST.get('text', '')}{words}"


def _file(request: HttpRequest, key: str) -> hotline.FiledTicket:
    typed = request.POST
    photos = request.session.get(PHOTOS, {}).get(key, ())
    draft = hotline.NewTicket(
        typed.get("text", ""), place=typed.get("place", ""), name=typed.get("name", ""), phone=typed.get("phone", ""),
        privacy=typed.get("privacy") or "open", public=typed.get("public") == "true", files=tuple((one[0], one[1]) for one in photos),
        key=key, region=typed.get("region", "")[:12], lat=_number(typed.get("lat", "")), lon=_number(typed.get("lon", "")),
        category=(typed.get("category_other") or typed.get("category", ""))[:40],
    )  # fmt: skip
    made = hotline.file(draft, actor=actor_of(request))
    if photos:
        request.session[PHOTOS] = {name: held for name, held in request.session[PHOTOS].items() if name != key}
    return made


def _kinds(typed: Any, actor: Actor) -> dict[str, Any]:
    """What the text seems to be about, as paths of the tree to choose from, and what others opened about the same."""
    text = typed.get("text", "")
    found = hotline.suggest(text, place=typed.get("place", "")) if text.strip() else None
    choices = [one for at, one in enumerate(found.categories) if one.levels and (not at or one.probability >= LIKELY)] if found else []
    chosen = typed.get("category_other") or typed.get("category", "")
    alike: list[hotline.OpenTicket] = []
    if found and choices and found.place:
        alike = hotline.opened(actor, category=choices[0].code, text=found.place, ended=False, order="endorsed")[0][:2]
    return {
        "looked": found is not None,
        "choices": choices,
        "chosen": chosen if chosen in {one.code for one in choices} else "",
        "other": "" if chosen in {one.code for one in choices} else chosen,
        "tree": tree(),
        "alike": alike,
    }


def tree() -> list[tuple[str, list[hotline.Category]]]:
    """The leaves by the path above them, for a list."""
    found: dict[str, list[hotline.Category]] = {}
    for one in hotline.categories():
        if one.kind:
            found.setdefault(" › ".join(one.names[:-1]), []).append(one)
    return list(found.items())


@policy("public")
@require_POST
def kinds(request: HttpRequest) -> HttpResponse:
    """The part of the form that follows the typing."""
    return render(request, "citizen/parts/ticket_kinds.html", {**_kinds(request.POST, actor_of(request)), **language()})


def _done(request: HttpRequest, made: hotline.FiledTicket) -> HttpResponse:
    """The number, and for who is not known the code, kept in the browser's session too."""
    if made.code:
        request.session[OPENED] = {**request.session.get(OPENED, {}), str(made.id): [made.no, made.code]}
    messages.success(request, _("已收到。"), extra_tags="ok")
    return HttpResponseRedirect(reverse("citizen:hotline_ticket", args=[made.id]))


def _form(actor: Actor, typed: Any, error: YiwangError | None) -> list[FieldView]:
    wrong = {error.field: error.message} if error and error.field else {}
    privacy = (("open", _("可以告诉承办单位")), ("confidential", _("保密:只有热线中心知道")), ("anonymous", _("匿名:谁也不知道")))
    asked: list[tuple[str, str, str, bool, dict[str, Any]]] = [
        (
            "text",
            _("什么事?"),
            "textarea",
            True,
            {"max_length": 20_000, "help": _("用平常的话写:什么时候、什么情况、希望怎么办。")},
        ),
        ("place", _("在哪里?"), "text", False, {"max_length": 80, "help": _("小区、路名或街道,例如:文昌苑 3 栋。")}),
        ("photo", _("照片"), "file", False, {"input_type": "file", "accept": "image/png,image/jpeg", "multiple": True}),
        ("phone", _("怎么联系您?"), "phone", False, {"max_length": 40, "input_type": "tel", "input_mode": "tel", "autocomplete": "tel"}),
        ("privacy", _("您的姓名和电话"), "choice", True, {"options": privacy}),
    ]
    start = {"privacy": "open" if actor.kind == "citizen" else "confidential"}
    return [
        FieldView(key, str(label), kind, required=needed, value=typed.get(key, start.get(key, "")), error=wrong.get(key, ""), **more)
        for key, label, kind, needed, more in asked
    ]


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Look a ticket up by number and code."""
    typed, error = request.POST, ""
    if request.method == "POST":
        try:
            found = hotline.track(typed.get("no", ""), code=typed.get("code", ""))
        except YiwangError as refused:
            error = refused.message
        else:
            held = {**request.session.get(OPENED, {}), str(found.line.id): [found.line.no, typed.get("code", "").strip()]}
            request.session[OPENED] = held
            return HttpResponseRedirect(reverse("citizen:hotline_ticket", args=[found.line.id]))
    fields = [
        FieldView("no", _("工单号"), "text", value=typed.get("no", ""), max_length=20),
        FieldView("code", _("查询码"), "text", value=typed.get("code", ""), max_length=12, input_mode="numeric"),
    ]
    context = {"fields": fields, "error": error, "crumbs": [(_("热线诉求"), reverse("citizen:hotline")), (_("查工单"), "")]}
    return page(request, "hotline_track", context, tab="mine", status=404 if error else 200)


@policy("public")
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket of one's own (or opened with its code): who has it, until when, what was done; rate it or say it is not solved."""
    actor = actor_of(request)
    no, code = request.session.get(OPENED, {}).get(str(ticket_id), ("", ""))
    error: YiwangError | None = None
    if request.method == "POST":
        typed = request.POST
        inputs = {key: typed.get(key, "") for key in ("note", "contacted", "solved", "satisfaction", "category")}
        try:
            hotline.act(ticket_id, name=typed.get("act", ""), actor=actor, inputs=inputs, code=code)
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已记录,谢谢。"), extra_tags="ok")
            return HttpResponseRedirect(reverse("citizen:hotline_ticket", args=[ticket_id]))
    view = hotline.track(no, code=code) if code else hotline.get(ticket_id, actor=actor)
    acts = {one.act for one in view.acts}
    context = {
        "one": view,
        "unit": unit(view.line.department),
        "co": [unit(code) for code, _name in view.co],
        "state": named(view.line.state_name),
        "tone": TONES[view.line.state],
        "outcome": named(view.outcome_name),
        "files": [(digest, name or _("附件"), name.lower().endswith(".pdf")) for digest, name in view.files],
        "steps": [(step, named(step.name)) for step in view.steps if step.act not in INTERNAL],
        "code": code,
        "acts": acts,
        "tree": tree() if "recategorise" in acts else (),
        "opened": _opened(view, actor),
        "yesno": (("yes", _("是")), ("no", _("否"))),
        "scores": (("5", _("非常满意")), ("4", _("满意")), ("3", _("基本满意")), ("2", _("不满意")), ("1", _("非常不满意"))),
        "typed": request.POST if error else {},
        "error": error.message if error else "",
        "crumbs": [(_("热线诉求"), reverse("citizen:hotline")), (view.line.no, "")],
    }
    return page(request, "hotline_ticket", context, tab="mine", status=error.status if error else 200)


def unit(code: str) -> str:
    """Who has it, in the reader's language."""
    return department_name(code) if code else _("热线中心")


def _opened(view: hotline.TicketView, actor: Actor) -> hotline.OpenTicket | None:
    """The same as everybody reads it, with how many endorse it."""
    return hotline.opened_one(view.line.id, actor=actor) if view.opened == "shown" and view.line.state != "withdrawn" else None


@policy("public")
@require_safe
def picture(request: HttpRequest, ticket_id: UUID, digest: str) -> HttpResponse:
    """A file of one's own ticket."""
    _no, code = request.session.get(OPENED, {}).get(str(ticket_id), ("", ""))
    found = hotline.picture(ticket_id, digest[:64], actor=actor_of(request), code=code)
    headers = {"Content-Disposition": "inline", "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)
