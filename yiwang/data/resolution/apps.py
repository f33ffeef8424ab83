"""Entity resolution as a Django app."""

from django.apps import AppConfig


class ResolutionConfig(AppConfig):
    """Runs, and the doubtful pairs that wait for a person."""

    name = "yiwang.data.resolution"
    label = "resolution"
