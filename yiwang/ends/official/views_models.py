"""模型登记 on the desk: versions with their evaluations, approval by a second person, roll-back, filing records, drift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.base.clock.api import today
from yiwang.base.pages.api import bars, line
from yiwang.business.hotline import api as hotline
from yiwang.data.addresses import api as addresses
from yiwang.ends.official.page import actor_of, page
from yiwang.ends.official.words import english, named
from yiwang.security.access.api import policy
from yiwang.standards.errors import YiwangError
from yiwang.support.models import api as models

# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    *(gettext_noop("已评测,待审批"), gettext_noop("已审批,待上线"), gettext_noop("使用中"), gettext_noop("已停用")),
    *(gettext_noop("登记"), gettext_noop("评测"), gettext_noop("上线"), gettext_noop("停用"), gettext_noop("退回到这一版")),
    *(gettext_noop("准确率"), gettext_noop("宏平均 F1"), gettext_noop("前二命中"), gettext_noop("校准误差"), gettext_noop("自动派单精度")),
    *(
        gettext_noop("自动率"),
        gettext_noop("比不用模型高"),
        gettext_noop("首个文档命中"),
        gettext_noop("前十命中"),
        gettext_noop("段落含答案"),
    ),
    *(gettext_noop("答案 ROUGE-L"), gettext_noop("拒答 AUROC"), gettext_noop("无答案时拒答"), gettext_noop("有答案却拒答")),
    *(gettext_noop("留出的评测数据"), gettext_noop("分组交叉验证"), gettext_noop("登记的文件"), gettext_noop("夜间训练")),
    *(
        gettext_noop("未满35岁"),
        gettext_noop("35至59岁"),
        gettext_noop("60岁及以上"),
        gettext_noop("企业"),
        gettext_noop("地区或人群之间的差别"),
    ),
    *(gettext_noop("男"), gettext_noop("女"), gettext_noop("前三命中"), gettext_noop("退回识别 AUROC"), gettext_noop("相关与人评的秩相关")),
    *(gettext_noop("完整与人评的秩相关"), gettext_noop("答其所问与人评的秩相关"), gettext_noop("成对精确率"), gettext_noop("成对召回率")),
    *(gettext_noop("成对 F1"), gettext_noop("B³ F1")),
    *(gettext_noop("随平台提供"), gettext_noop("类别"), gettext_noop("把握"), gettext_noop("认得的词"), gettext_noop("被人更正的比例")),
)
TONES = {"draft": "plain", "evaluated": "info", "approved": "info", "live": "ok", "retired": "plain"}
SHOWN = 12  # rows of a comparison
TOP = 500.0  # percent of its limit that a chart shows at most
MOST = 64 * 1024 * 1024  # the room refuses more; no more is read


def _words(one: Any) -> tuple[str, str]:
    """A model's name and what it decides, in the reader's language."""
    return (one.name_en, one.decides_en) if english() else (one.name, one.decides)


def _do(request: HttpRequest, act: Callable[[], Any], said: str) -> str:
    """Do one act and say what happened; the refusal's sentence where it was refused."""
    try:
        act()
    except YiwangError as refused:
        return refused.message
    messages.success(request, said)
    return ""


def _upload(request: HttpRequest, name: str) -> bytes:
    held = request.FILES.get(name)
    return held.read(MOST + 1) if held else b""


@policy("model.view")
def index(request: HttpRequest) -> HttpResponse:
    """The models, what is in use, what waits for whom."""
    rows = [
        (one, *_words(one), [(named(models.MEASURES[measure]), f"{value:.3f}") for measure, value in one.scores[:3]])
        for one in models.models(actor_of(request))
    ]
    return page(request, "models", {"rows": rows}, tab="models")


@policy("model.view")
@require_http_methods(["GET", "HEAD", "POST"])
def model(request: HttpRequest, key: str) -> HttpResponse:
    """One model; posting registers a version, writes down a filing record, or settles a finding."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        acts = {"register": _register, "filing": _filing, "settle": _settle}
        act = acts.get(request.POST.get("act", ""))
        error = act(request, key) if act else _("请重新提交。")
        if not error:
            return HttpResponseRedirect(reverse("official:model", args=[key]))
    found = models.model(key, actor=actor)
    name, decides = _words(found.line)
    context = {
        "one": found, "name": name, "decides": decides, "error": error, "typed": request.POST, "today": f"{today():%Y-%m-%d}",
        "rows": [(each, TONES[each.state]) for each in found.versions], "drift": _drift(found.drift) if found.drift else None,
        "floors": [(named(models.MEASURES[measure]), side == "least", floor) for measure, side, floor in found.floors],
        "outcome": _outcome(found.outcome) if found.outcome else None, "limits": found.line.limits_en if english() else found.line.limits,
        "kinds": [(code, names[1 if english() else 0]) for code, names in models.filing_kinds().items()],
    }  # fmt: skip
    return page(request, "model", context, tab="models", status=422 if error else 200)


def _register(request: HttpRequest, key: str) -> str:
    data, source = _upload(request, "file"), request.POST.get("source", "")
    return _do(request, lambda: models.register(key, data, source=source, actor=actor_of(request)), _("已登记为草稿,请先评测。"))


def _filing(request: HttpRequest, key: str) -> str:
    typed = request.POST
    try:
        on = date.fromisoformat(typed.get("on", ""))
    except ValueError:
        on = None
    given = {name: typed.get(name, "") for name in ("kind", "number", "responsible", "link", "note")}
    return _do(request, lambda: models.record_filing(key, **given, on=on, actor=actor_of(request)), _("备案信息已记录。"))


def _settle(request: HttpRequest, _key: str) -> str:
    try:
        finding = UUID(request.POST.get("finding", ""))
    except ValueError:
        return _("没有找到这一条,请刷新页面。")
    return _do(request, lambda: models.settle(finding, note=request.POST.get("note", ""), actor=actor_of(request)), _("已记录。"))


def _drift(seen: models.DriftView) -> dict[str, Any]:
    """The watch as a page shows it: charts, and for every comparison the classes that moved most."""
    judged = [(f"{day:%m-%d}", min(share, TOP)) for day, _answers, _wrong, share in seen.days if share is not None]
    spoken = [(f"{day:%m-%d}", float(answers)) for day, answers, _wrong, _share in seen.days]
    rows = []
    for one in seen.measures:
        moved = sorted(one.rows, key=lambda each: -abs(each[2] - each[1]))[:SHOWN]
        rows.append((one, [(_class(one.measure, name), f"{100 * before:.1f}", f"{100 * now:.1f}") for name, before, now in moved]))
    crossed = any(one.crossed for one in seen.measures) and seen.enough
    return {
        "seen": seen, "rows": rows, "crossed": crossed,
        "chart": line(judged, title=_("偏移占限值的百分比"), unit="%", limit=100.0) if len(judged) > 1 else "",
        "answers": line(spoken, title=_("每天的判断数")) if any(count for _day, count in spoken) else "",
    }  # fmt: skip


def _outcome(seen: models.Outcome) -> dict[str, Any]:
    """What came of the answers, by region and by group: charts and tables with intervals."""
    tables = []
    for title, held, where in ((_("按地区"), seen.regions, True), (_("按人群"), seen.groups, False)):
        rows = [(_place(part.name) if where else _(part.name), part, _span(part)) for part in held]
        chart = bars([(name, round(100 * part.share, 1)) for name, part, _said in rows[:SHOWN]], title=title, unit="%", limit=100.0)
        tables += [(title, chart, rows)] if rows else []
    return {"seen": seen, "tables": tables, "margin": f"{100 * seen.margin:g}"}


def _span(part: models.OutcomePart) -> str:
    return f"{100 * part.share:.1f}%({100 * part.low:.1f}–{100 * part.high:.1f})"


def _class(measure: str, name: str) -> str:
    """A class of a comparison in words: a band of probability or of known pieces, else the label itself."""
    if measure == "bands" and name.isdecimal():
        return f"{int(name) * 10}–{int(name) * 10 + 10}%"
    edges = (0, 1, 12, 25, 50, 100, 200)
    if measure == "pieces" and name.isdecimal() and int(name) < len(edges):
        at = int(name)
        return f"{edges[at]}–{edges[at + 1] - 1}" if at + 1 < len(edges) else f"{edges[at]}+"
    return _("其他") if name == "其他" else _label(name)


def _label(name: str) -> str:
    """A category of the hotline in words; labels of other models as they are."""
    found = {one.code: one.title for one in hotline.categories()} if "." in name else {}
    return found.get(name, {"answered": _("已回答"), "refused": _("不知道")}.get(name, name))


@policy("model.view")
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version with its evaluations; posting measures it or takes a step."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        error = _evaluate(request, key, number) if act == "evaluate" else _step(request, key, number, act)
        if not error:
            return HttpResponseRedirect(reverse("official:model_version", args=[key, number]))
    found = models.version(key, number, actor=actor)
    line_of = models.model(key, actor=actor)
    floors = {name: (side, floor) for name, side, floor in line_of.floors}
    steps = [(act, models.STEP_NAMES[act]) for act in found.acts if act != "evaluate"]
    context = {
        "one": found, "name": _words(line_of.line)[0], "tone": TONES[found.state], "error": error, "typed": request.POST,
        "plain": [step for step in steps if step[0] in ("approve", "activate")],
        "reasoned": [step for step in steps if step[0] in ("retire", "roll_back")],
        "most": models.desk_rows(key), "card": [(name, _said(value)) for name, value in found.card.items()],
        "evaluations": [_shown(each, floors) for each in found.evaluations],
    }  # fmt: skip
    return page(request, "model_version", context, tab="models", status=422 if error else 200)


def _step(request: HttpRequest, key: str, number: int, act: str) -> str:
    given, reason = request.POST.get("lock", ""), request.POST.get("reason", "")
    lock = int(given) if given.isdecimal() and len(given) < 9 else 0
    said = _("已办理:%(step)s。") % {"step": named(models.STEP_NAMES.get(act, act))}
    return _do(request, lambda: models.step(key, number, act=act, lock=lock, reason=reason, actor=actor_of(request)), said)


def _evaluate(request: HttpRequest, key: str, number: int) -> str:
    name, table, corpus = request.POST.get("name", ""), _upload(request, "table"), _upload(request, "corpus")

    def act() -> Any:
        return models.evaluate(key, number, name=name, table=table, corpus=corpus, most=models.desk_rows(key), actor=actor_of(request))

    return _do(request, act, _("评测完成。评测数据没有保存,只留下分数和没有判对的编号。"))


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ";".join(f"{name} {_said(each)}" for name, each in value.items())[:300]
    return str(value)[:300]


def _place(name: str) -> str:
    """A division by its name."""
    found = addresses.division(name)
    return found[-1].name if found else name


def _shown(one: models.EvaluationView, floors: dict[str, tuple[str, float]]) -> dict[str, Any]:
    """An evaluation with what its floors say of each score, and its regions and groups as tables and charts."""
    scores = []
    for measure, value in one.scores.items():
        side, floor = floors.get(measure, ("", 0.0))
        fits = (value >= floor) if side == "least" else (value <= floor)
        scores.append((named(models.MEASURES.get(measure, measure)), f"{value:.3f}", side, f"{floor:.3f}", fits))
    least = min((*one.regions, *one.groups), key=lambda part: part.rows, default=None)
    return {
        "one": one, "scores": scores,
        "parts": [
            (title, [_row(part, where) for part in held], _chart(title, held, where))
            for title, held, where in ((_("按地区"), one.regions, True), (_("按人群或渠道"), one.groups, False))
            if held
        ],
        "labels": [{**each, "name": _label(each["label"])} for each in one.labels[:SHOWN]],
        "smallest": f"{_place(least.name)}({least.rows})" if least else "",
    }  # fmt: skip


def _row(part: models.Part, where: bool) -> tuple[str, models.Part, str, str]:
    return _place(part.name) if where else part.name, part, f"{100 * part.score:.1f}", f"{round(100 * part.difference, 1) + 0.0:+.1f}"


def _chart(title: str, held: tuple[models.Part, ...], where: bool) -> Any:
    rows = [(_place(part.name) if where else part.name, round(100 * part.score, 1)) for part in held[:SHOWN] if not part.few]
    return bars(rows, title=title, unit="%", limit=100.0) if rows else ""
