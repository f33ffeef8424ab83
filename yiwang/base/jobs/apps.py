"""Tells Django that this room keeps data."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs room."""

    name = "yiwang.base.jobs"
    label = "jobs"
