"""Hotline as a Django app."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """Tickets, duties, topics, warnings, incidents."""

    name = "yiwang.business.hotline"
    label = "hotline"

    def ready(self) -> None:
        """Declare the jobs and let the evidence read current rows."""
        from yiwang.business.hotline import jobs, writing  # noqa: F401 (models are loaded only now; importing jobs declares them)
        from yiwang.security.audit.api import register_rows

        for kind, loader in writing.LOADERS.items():
            register_rows(kind, loader)
