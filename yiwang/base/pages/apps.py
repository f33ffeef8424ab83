"""The room's place in Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The design system: templates, style, components, error pages."""

    name = "yiwang.base.pages"
    label = "pages"
