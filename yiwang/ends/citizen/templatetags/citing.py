"""Legal bases as links to the words in force on a day: ``{% load citing %}{% clause one day %}``."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def clause(text: object, on: date | datetime | None = None) -> SafeString:
    """A citation linked to the article as it was in force on a day (today without one); '' for none."""
    words = str(text or "")
    if not words:
        return SafeString("")
    asked = {"q": words} | ({"on": f"{on:%Y-%m-%d}"} if on else {})
    return format_html('<a href="{}?{}" lang="zh-Hans">{}</a>', reverse("citizen:law_cited"), urlencode(asked), words)
