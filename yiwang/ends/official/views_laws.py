"""The law behind our rules on the desk: every citation with what became of its article, and the dated parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.base.clock.api import today
from yiwang.data.laws import api as laws
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import may, policy
from yiwang.standards.errors import InvalidInput, YiwangError

# Names that the law library gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("条文已修改"),
    gettext_noop("法律已废止"),
    gettext_noop("没有这一条款"),
    gettext_noop("尚未施行"),
    gettext_noop("库中没有当日文本"),
    gettext_noop("库中没有这部法"),
    gettext_noop("规范性文件,不在库中"),
    gettext_noop("看不出引用"),
    gettext_noop("引文与条文不符"),
)
_TONES = {"changed": "warn", "repealed": "bad", "missing_article": "bad", "not_in_force": "warn", "quote_differs": "warn"}
_SHOWN = 400


@policy("staff")
def citations(request: HttpRequest) -> HttpResponse:
    """What our rules cite, one's own department first: flagged citations with the reason, then all of them."""
    actor = actor_of(request)
    everybody = laws.our_citations()
    departments = sorted({one.department for one in everybody})
    chosen = request.GET.get("department", actor.department if actor.department in departments else "")
    ours = [one for one in everybody if not chosen or one.department == chosen]
    checked = laws.check_citations(ours)
    kind = request.GET.get("kind", "")
    counted = Counter(flag.kind for flag in checked.flags)
    flags = sorted((flag for flag in checked.flags if not kind or flag.kind == kind), key=lambda flag: list(laws.FLAGS).index(flag.kind))
    context = {
        "departments": departments,
        "chosen": chosen,
        "kind": kind,
        "kinds": [(code, name, counted[code]) for code, name in laws.FLAGS.items() if counted[code]],
        "flags": [(flag, laws.FLAGS[flag.kind], _TONES.get(flag.kind, "plain")) for flag in flags[:_SHOWN]],
        "checked": checked,
        "share": f"{checked.share:.1%}",
        "all": ours[:_SHOWN],
        "on": today(),
    }
    return page(request, "laws", context, tab="laws")


@policy("staff")
def parameters(request: HttpRequest) -> HttpResponse:
    """All dated values as of today."""
    on = today()
    rows = sorted(laws.parameters_on(laws.parameter_codes(), on=on).values(), key=lambda one: one.code)
    return page(request, "parameters", {"rows": [(one, _shown(one)) for one in rows]}, tab="laws")


def _shown(one: laws.Parameter) -> str:
    if isinstance(one.value, tuple):
        return _("按出生年月分 {count} 档").format(count=len(one.value))
    return f"{one.plain} {one.unit}".strip()


@policy("staff")
@require_http_methods(["GET", "HEAD", "POST"])
def parameter(request: HttpRequest, code: str) -> HttpResponse:
    """One parameter through time; posting sets a value from a day on. What was typed stays on the page."""
    actor = actor_of(request)
    history = laws.parameter_history(code)
    if not history:
        raise laws.NoSuchParameter(parameter=code, reason="不存在")
    error: YiwangError | None = None
    if request.method == "POST":
        try:
            _set(request.POST, code, history[-1].unit, actor)
        except YiwangError as refused:
            error = refused
        else:
            messages.success(request, _("已记录;从生效日期起,引用它的规则按新值判断。"))
            return HttpResponseRedirect(reverse("official:parameter", args=[code]))
    table = isinstance(history[-1].value, tuple)
    context = {
        "one": history[-1],
        "history": [(each, _shown(each)) for each in reversed(history)],
        "may_edit": may(actor, "catalogue.edit") and not table,
        "typed": {name: request.POST.get(name, "") for name in ("value", "source", "valid_from", "valid_to")},
        "error": error.message if error else "",
        "today": today(),
    }
    return page(request, "parameter", context, tab="laws", status=error.status if error else 200)


def _set(typed: Mapping[str, Any], code: str, unit: str, actor: Any) -> None:
    begin = _day(typed, "valid_from", _("生效日期"))
    if begin is None:
        raise InvalidInput(_("请填写生效日期。"), field="valid_from")
    laws.set_parameter(
        code,
        value=str(typed.get("value", "")).strip(),
        unit=unit,
        source=str(typed.get("source", "")),
        valid_from=begin,
        valid_to=_day(typed, "valid_to", _("终止日期")),
        actor=actor,
    )


def _day(typed: Mapping[str, Any], name: str, label: str) -> date | None:
    text = str(typed.get(name, "")).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(
            _("{label}「{text}」不是日期,请按 2026-02-10 的形式填写。").format(label=label, text=text), field=name
        ) from error
