"""Finding what one needs: home, search, themes, and the guide that is generated from the matter's data."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.base.pages.api import FieldView, is_elder, page_number, pager, window
from yiwang.business.matters import api as matters
from yiwang.business.matters.api import Listed, Material, MatterVersion, Question
from yiwang.ends.citizen import events, running
from yiwang.ends.citizen.page import actor_of, needs_company, page
from yiwang.ends.citizen.words import department_name, matter_name
from yiwang.security.access.api import policy
from yiwang.standards.errors import NotFound

WORDS = tuple(gettext_noop(word) for word in ("孩子出生", "办理退休", "开餐馆", "上小学", "社保卡", "公司变更地址"))
FREQUENT = 6
PER_PAGE = 20


@policy("public")
def home(request: HttpRequest) -> HttpResponse:
    """The first page: one big search, life events, what many people do, and what is under way for who is signed in."""
    actor = actor_of(request)
    rows = running.rows(actor, limit=3) if actor.kind == "citizen" else []
    if is_elder(request):
        return page(request, "home_elder", {"events": events.complete(audience="person"), "running": rows}, tab="home")
    context = {
        "words": [_(word) for word in WORDS],
        "running": rows,
        "events": events.complete(),
        "frequent": [listed(one) for one in frequent()],
    }
    return page(request, "home", context, tab="home")


def frequent() -> list[Listed]:
    """Matters to begin with: for persons, on line, those settled at once first, no more than one a department."""
    found: dict[str, Listed] = {}
    for one in sorted(matters.listing(subject_kind="person"), key=lambda one: (one.case_kind != "instant", one.short)):
        if one.online:
            found.setdefault(one.department, one)
    return list(found.values())[:FREQUENT]


def listed(one: Listed) -> dict[str, Any]:
    """A matter in a list, in the reader's language."""
    name, department = matter_name(one.short, one.name), department_name(one.department)
    return {"short": one.short, "name": name, "department_name": department, "promised_limit": one.promised_limit}


def suggestions(text: str) -> list[str]:
    """Names that share characters with what was typed, for an empty result."""
    wanted = set(text)
    scored = [(len(wanted & set(one.name)), one.name) for one in matters.listing()]
    return [name for score, name in sorted(scored, reverse=True)[:3] if score >= max(1, len(wanted) // 2)]


@policy("public")
def themes(request: HttpRequest) -> HttpResponse:
    """All matters, by theme."""
    rows = matters.listing()
    theme = request.GET.get("theme", "")
    wanted = [one for one in rows if not theme or theme in one.themes]
    context = {
        "themes": sorted({theme for one in rows for theme in one.themes}),
        "theme": theme,
        "matters": [listed(one) for one in window(wanted, number=page_number(request), size=PER_PAGE)],
        "pager": pager(request, total=len(wanted), size=PER_PAGE),
        "crumbs": [(_("办事"), "")],
    }
    return page(request, "matters", context, tab="matters")


@policy("public")
def guide(request: HttpRequest, short: str) -> HttpResponse:
    """The guide of one matter; answers to its questions narrow the materials."""
    matter = matters.described(short)
    if matter.state == "cancelled":
        raise NotFound("这个事项已经取消,请搜索其他事项,或拨打 12345 咨询。")
    answers = {q.key: given for q in matter.questions if (given := request.GET.get(q.key)) in {one.value for one in q.options}}
    narrowed = matters.narrow(matter, answers)
    context = {
        "matter": matter,
        "name": matter_name(short, matter.name),
        "department_name": department_name(matter.department) if matter.department else matter.department_name,
        "open": matter.state == "in_use" and matter.online,
        "for_company": needs_company(actor_of(request), matter.subject_kind),
        "questions": [question_view(one, answers.get(one.key, "")) for one in matter.questions],
        "answered": urlencode(answers),
        "notes": narrowed.notes,
        "materials": [material_words(one) for one in narrowed.materials],
        "details": details(matter),
        "part_of": events.containing(matter.short),
        "crumbs": [(_("办事"), "/matters"), (matter_name(short, matter.name), "")],
    }
    return page(request, "guide", context, tab="matters")


def question_view(question: Question, chosen: str, *, error: str = "") -> FieldView:
    """A situational question as a choice; on the guide none has to be answered."""
    options = tuple((option.value, option.label) for option in question.options)
    return FieldView(question.key, question.text, "choice", help=question.help, options=options, value=chosen, error=error)


def material_words(material: Material) -> dict[str, Any]:
    """A material as the guide says it: whether it usually need not be given, and from where."""
    free = bool(material.licence_kind or material.elements)
    words = []
    if free:
        words.append(_("由系统向登记部门核验或调用电子证照"))
    elif material.source == "government":
        words.append(_("由 {issuer} 出具").format(issuer=material.issuer) if material.issuer else _("由政府部门核发"))
    else:
        words.append(_("申请人自备"))
    if not free:
        words.append(_("{original} {copies} 份").format(original=material.original, copies=material.copies))
    if material.commitment_allowed:
        words.append(_("可以用承诺书代替"))
    if material.deferrable:
        words.append(_("可以先受理后补交"))
    return {
        "name": material.name,
        "needed": material.needed,
        "free": free,
        "words": " · ".join(words),
        "standard": material.standard,
        "note": material.note,
    }


def details(matter: MatterVersion) -> list[tuple[str, object]]:
    """The registered elements that most readers do not look for."""
    rows: list[tuple[str, object]] = [
        (_("实施编码"), matter.code),
        (_("基本编码"), matter.basic_code),
        (_("事项版本"), matter.version),
        (_("办件类型"), _("即办件") if matter.case_kind == "instant" else _("承诺件")),
        (_("实施主体编码"), matter.department_credit_code),
        (_("联办机构"), "、".join(matter.joint_departments)),
        (_("数量限制"), matter.quantity_limit),
        (_("中介服务"), matter.intermediary),
        (_("网上办理深度"), matter.online_depth),
        (_("特别程序"), "、".join(matter.special_procedures)),
        (_("支持预约"), matter.bookable),
        (_("自助终端"), matter.self_service),
        (_("支持快递"), matter.delivery),
        (_("生效日期"), matter.effective_from),
    ]
    return [(label, value) for label, value in rows if value not in ("", None)]
