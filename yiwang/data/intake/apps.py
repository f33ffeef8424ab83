"""Intake as a Django app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Sources and runs of the lake's ingestion."""

    name = "yiwang.data.intake"
    label = "intake"

    def ready(self) -> None:
        """Declare the periodic work."""
        from yiwang.data.intake import jobs  # noqa: F401
