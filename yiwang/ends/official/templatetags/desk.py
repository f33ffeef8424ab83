"""How the desk's pages say what the rooms keep as codes: ``{% load desk %}``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yiwang.base.pages.api import moment
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
def matter_name(short: str, name: str) -> str:
    """A matter's name in the reader's language."""
    return words.matter_name(short, name)


@register.filter
def provenance(source: Any) -> SafeString:
    """Where a value comes from, in one line: whose register, which version, seen when."""
    return format_html("{}", words.provenance(source, _seen(source)))


@register.filter
def tone(case: Any) -> str:
    """The tone of a case's state."""
    return words.tone(case.state, case.outcome)


def _seen(source: Any) -> SafeString:
    return moment(datetime.fromisoformat(source.observed_at)) if source.observed_at else SafeString("")
