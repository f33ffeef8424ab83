"""Components as template tags: ``{% load pages %}`` and a page reads like its content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.base.pages import charts, flow, icons
from yiwang.base.pages.forms import FieldView
from yiwang.base.pages.paging import Pager

register = template.Library()
TONES = {"ok": "check", "warn": "alert", "bad": "cross", "info": "clock", "plain": "dot", "hold": "pause"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline line icon."""
    return icons.icon(name, label)


@register.simple_tag
def pill(tone: str, text: str) -> SafeString:
    """A state in words with a shape and a colour: never the colour alone."""
    return format_html('<span class="pill {}">{}{}</span>', tone, icons.icon(TONES.get(tone, "dot")), text)


@register.simple_tag
def dial(part: float, whole: float, label: str, middle: str, under: str = "") -> SafeString:
    """A ring that shows how much of a whole is used."""
    return charts.dial(part, whole, label=label, middle=str(middle), under=under)


@register.simple_tag
def share(part: int, whole: int, label: str) -> SafeString:
    """A rail that shows part of a whole."""
    return charts.share(part, whole, label=label)


@register.simple_tag
def bar_chart(rows: Any, title: str, unit: str = "") -> SafeString:
    """Horizontal bars."""
    return charts.bars(rows, title=title, unit=unit)


@register.simple_tag
def parts_chart(rows: Any, title: str, first: str, second: str) -> SafeString:
    """Horizontal bars of two parts."""
    return charts.parts(rows, title=title, first=first, second=second)


@register.simple_tag
def line_chart(rows: Any, title: str, unit: str = "") -> SafeString:
    """A line."""
    return charts.line(rows, title=title, unit=unit)


@register.simple_tag
def flow_chart(columns: Any, edges: Any, title: str) -> SafeString:
    """Nodes in columns with edges, from left to right; stands in ``<div class="table">`` so that it scrolls on a phone."""
    return flow.flow(columns, edges, title=title)


@register.simple_tag
def donut_chart(rows: Any, title: str, unit: str = "", middle: str = "", under: str = "") -> SafeString:
    """A ring of parts."""
    return charts.donut(rows, title=title, unit=unit, middle=middle, under=under)


@register.inclusion_tag("pages/parts/field.html")
def field(view: FieldView) -> dict[str, FieldView]:
    """A form field with label, help, error and control."""
    return {"f": view}


@register.inclusion_tag("pages/parts/errors.html")
def error_summary(views: Iterable[FieldView], general: str = "") -> dict[str, Any]:
    """What must be corrected, on top of the form, each line a link to its field."""
    return {"wrong": [view for view in views if view.error], "general": general}


@register.inclusion_tag("pages/parts/pager.html")
def page_links(pager: Pager) -> dict[str, Pager]:
    """Links to the other pages of a list."""
    return {"pager": pager}


@register.inclusion_tag("pages/parts/notice.html")
def notice(tone: str, text: str, title: str = "") -> dict[str, str]:
    """A banner: ``ok``, ``warn``, ``bad`` or ``info``."""
    return {"tone": tone, "text": text, "title": title, "glyph": {"ok": "check", "warn": "alert", "bad": "alert"}.get(tone, "info")}


@register.filter
def moment(value: datetime | None) -> SafeString:
    """A time of day on a date, readable by people and machines."""
    if value is None:
        return SafeString("—")
    local = timezone.localtime(value)
    shape = "Y-m-d H:i" if (get_language() or "").startswith("en") else "Y年n月j日 H:i"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), date_format(local, shape))


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """A date, readable by people and machines."""
    if value is None:
        return SafeString("—")
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    shape = "Y-m-d" if (get_language() or "").startswith("en") else "Y年n月j日"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, shape))


@register.filter
def until(value: datetime | None) -> SafeString:
    """The end of a limit: one at midnight is over with the day before, and is said so."""
    if value is None or timezone.localtime(value).time() != time.min:
        return moment(value)
    return day(value - timedelta(seconds=1))


@register.filter
def shown(value: Any) -> Any:
    """A value as a reader expects it: yes and no in words, lists with a separator, dates as dates, nothing as a dash."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return "、".join(str(shown(one)) for one in value)
    return value


@register.filter
def get(mapping: Any, key: str) -> Any:
    """``mapping[key]``, or an empty text: for lookups by a variable key."""
    return mapping.get(key, "") if mapping else ""
