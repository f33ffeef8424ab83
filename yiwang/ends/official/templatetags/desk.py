"""How the desk's pages say what the rooms keep as codes: ``{% load desk %}``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yiwang.base.pages.api import moment, pill
from yiwang.data.decisions import api as decisions
from yiwang.ends.official import words

register = template.Library()


@register.filter
def department(code: str) -> str:
    """A department's name for its short code."""
    return words.department_name(code)


@register.filter
def named(name: str) -> str:
    """A name that a room gives in Chinese, in the reader's language."""
    return words.named(name)


@register.filter
def ranked(suggested: Any) -> list[tuple[Any, Any, float]]:
    """The categories that a text suggests, each with the duty it rests on and the chance that this department is the right one."""
    pairs = zip(suggested.categories, suggested.duties, strict=False)
    return [(one, duty, one.probability * duty.trust if duty else 0.0) for one, duty in pairs]


@register.filter
def matter_name(short: str, name: str) -> str:
    """A matter's name in the reader's language."""
    return words.matter_name(short, name)


@register.filter
def provenance(source: Any) -> SafeString:
    """Where a value comes from, in one line: whose register, which version, seen when."""
    return format_html("{}", words.provenance(source, _seen(source)))


@register.simple_tag
def clause(text: object, on: date | datetime | None = None) -> SafeString:
    """A citation linked to the article as it was in force on a day (today without one); '' for none."""
    said = str(text or "")
    if not said:
        return SafeString("")
    asked = {"q": said} | ({"on": f"{on:%Y-%m-%d}"} if on else {})
    return format_html('<a href="{}?{}">{}</a>', reverse("citizen:law_cited"), urlencode(asked), said)


@register.filter
def tone(case: Any) -> str:
    """The tone of a case's state."""
    return words.tone(case.state, case.outcome)


@register.filter
def table_state(state: str) -> SafeString:
    """The state of a version of a decision table as a pill."""
    tones = {"published": "ok", "file": "ok", "submitted": "info", "draft": "hold", "returned": "warn"}
    return pill(tones.get(state, "plain"), words.named(decisions.STATES.get(state, state)))


@register.filter
def key_parts(key: str) -> list[str]:
    """The room and the name of a decision table's key."""
    return key.split("/", 1)


@register.filter
def cell_words(cell: str) -> str:
    """A cell or value of a decision table as a lawyer reads it; what needs no words stays as written."""
    return {"-": _("任意"), "": _("任意"), "true": _("是"), "false": _("否"), "null": _("无")}.get(cell.strip(), cell)


@register.filter
def result_words(cell: str) -> str:
    """A result of a decision table without its quotes; yes and no in words."""
    text = cell.strip()
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1] else text
    return {"yes": _("准予"), "no": _("不予"), "true": _("是"), "false": _("否")}.get(plain, plain)


@register.filter
def column_words(name: str) -> str:
    """A result column that has no label of its own, by its usual name."""
    return {"result": _("结果"), "reason": _("理由"), "amount": _("金额")}.get(name, name)


@register.filter
def seen_words(seen: str) -> str:
    """What test cases have seen of a condition."""
    told = {"both": _("成立、不成立都见过"), "true": _("只见过成立"), "false": _("只见过不成立"), "none": _("没有见过")}
    return str(told.get(seen, ""))


def _seen(source: Any) -> SafeString:
    return moment(datetime.fromisoformat(source.observed_at)) if source.observed_at else SafeString("")
