"""The room as a Django app; on start it tells the audit how its rows are read back."""

from django.apps import AppConfig


class LifeEventsConfig(AppConfig):
    """Life events and their steps."""

    name = "yiwang.business.life_events"
    label = "life_events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let verification recompute this room's rows, and declare its jobs."""
        from yiwang.business.life_events import jobs, proven  # noqa: F401 - models exist only from here on
        from yiwang.security.audit.api import register_rows

        register_rows(proven.KIND, proven.contents)
