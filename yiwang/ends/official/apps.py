"""Tells Django that this room has templates and texts."""

from django.apps import AppConfig


class OfficialConfig(AppConfig):
    """The officials end."""

    name = "yiwang.ends.official"
    label = "official"
