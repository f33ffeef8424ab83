"""The room's place in Django."""

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    """The pages of people and companies."""

    name = "yiwang.ends.citizen"
    label = "citizen"
